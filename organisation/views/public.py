"""The page of the organisation that needs no login: the login itself."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from django.http import HttpResponse

from organisation.sign_in.waiting import with_retry_after


class SignIn(LoginView):
    """Let people sign in; whoever tries too early is told how long to wait, and keeps the name as typed."""

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        """Answer 429 to what came too early."""
        return with_retry_after(super().form_invalid(form), form)


sign_in = SignIn.as_view()
