"""How people sign in: accounts are made by the administration, never by the visitor."""

from __future__ import annotations

import logging
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.formats import date_format

from organisation.models import User
from organisation.shown.told import SecurityEvent, tell
from organisation.sign_in import attempts, browsers
from organisation.sign_in.limiter import SlowDownError
from organisation.sign_in.waiting import too_early

logger = logging.getLogger("organisation.security")
_FAILURES = (
    "Någon har försökt logga in som du {count} gånger sedan den {day}, från en webbläsare där du inte har "
    "loggat in. Var det inte du? Säg till den som sköter Kvalitet hos er. Byt lösenord om du har samma "
    "lösenord på något annat ställe."
)


class ClosedAccounts(DefaultAccountAdapter):
    """Refuse self-registration; new people come by import or from the administration's directory."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the same for everyone
        """Return False: nobody signs up."""
        return False

    def authenticate(
        self, request: HttpRequest, **credentials: Any
    ) -> AbstractBaseUser | None:
        """Return who has this name and password, as slowly as the limits say.

        The right password of somebody who has left is a wrong one: the answer must not tell that it is right.
        """
        try:
            attempt = attempts.begin(request, credentials["username"])
        except SlowDownError as early:
            raise too_early(early.seconds) from early
        person = super().authenticate(request, **credentials)
        if person is None or not person.is_active:
            attempt.failed()
            return None
        attempt.succeeded()
        return cast("AbstractBaseUser", person)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign a person in, if that can be told: a sign-in that the log does not know is none (ASVS 16.5.3)."""
        with transaction.atomic():
            tell(SecurityEvent.SIGNED_IN, user.pk)
            super().login(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Sign a person out, and tell so."""
        with transaction.atomic():
            tell(SecurityEvent.SIGNED_OUT, request.user.pk)
            request.session.is_signing_out = True  # type: ignore[attr-defined]  # kvalitet.web.sessions
            super().logout(request)

    def respond_user_inactive(
        self,
        request: HttpRequest,  # noqa: ARG002 - the same for everyone
        user: AbstractBaseUser,  # noqa: ARG002
    ) -> HttpResponse:
        """Lead somebody who was deactivated while signing in back to the login."""
        return HttpResponseRedirect(resolve_url("account_login"))

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **about: Any
    ) -> HttpResponse:
        """Remember the browser, and tell of what others have tried meanwhile."""
        person = cast("User", user)
        response = cast("HttpResponse", super().post_login(request, person, **about))
        browsers.remember(request, response, person)
        logger.info("signed in: user %s", person.pk)
        if told := attempts.told_of_failures(person):
            messages.warning(
                request,
                _FAILURES.format(count=told[0], day=date_format(told[1], "j F")),
            )
        return response
