"""What happens around a form: nothing that was typed is lost when nobody is signed in any longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from casework.database.scopes import working
from casework.texts import drafts
from casework.texts.carrying import carried, forget_reader, remember_reader
from casework.views.public import sign_in_again

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInFirst(LoginRequiredMiddleware):
    """Show nobody anything but public.py before signing in, and carry what was sent over the sign-in."""

    def process_view(
        self, request: HttpRequest, view_func: Any, *rest: Any
    ) -> HttpResponseBase | None:
        """Lead to the sign-in; what was sent when the session had ended comes along."""
        answer = super().process_view(request, view_func, *rest)
        if answer and request.method == "POST" and (said := carried(request)):
            return sign_in_again(request, said)
        return answer


class ForgetSentDraft:
    """Forget the draft of a form once its answer leads on; note in the browser who reads there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever comes without a session is asked nothing: public pages depend on no cookie.
        if (
            settings.SESSION_COOKIE_NAME not in request.COOKIES
            or not request.user.is_authenticated
        ):
            return self.get_response(request)
        response = self.get_response(request)
        if not request.user.is_authenticated:
            forget_reader(response)
            return response
        if request.method == "POST" and response.status_code in {302, 303}:
            with working():
                drafts.remove_sent(
                    request.path, names=request.POST.keys(), actor=request.user
                )
        remember_reader(request, response)
        return response
