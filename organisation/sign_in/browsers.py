"""The browser in which a person has signed in before: a sealed cookie that names nobody.

It holds a random number and, for each person who signs in there, a keyed hash over that number, the
person and the person's password as it is stored: nobody can make one, and a new password ends it.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from organisation.models import User

LIVES = dt.timedelta(days=180)
MOST_PEOPLE = 12  # who share one computer; the latest are kept
_PURPOSE = "organisation.browsers"


def browser_of(request: HttpRequest, person: User | None) -> str | None:
    """Return the number of the browser if the person has signed in there since the password was set."""
    browser, marks = _read(request)
    if person is None or browser is None:
        return None
    mark = _mark(browser, person)
    return (
        browser if any(constant_time_compare(mark, other) for other in marks) else None
    )


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Let the browser be known as the person's from now on, beside those who use it too."""
    browser, marks = _read(request)
    browser = browser or secrets.token_hex(16)
    mark = _mark(browser, person)
    kept = [mark, *(other for other in marks if other != mark)][:MOST_PEOPLE]
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        _signer().sign(".".join([browser, *kept])),
        max_age=LIVES,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=_PURPOSE)


def _read(request: HttpRequest) -> tuple[str | None, list[str]]:
    """Return the number and the marks of a cookie that we have made, or nothing."""
    try:
        sealed = _signer().unsign(
            request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), max_age=LIVES
        )
    except BadSignature:
        return None, []
    browser, *marks = sealed.split(".")
    return browser, marks


def _mark(browser: str, person: User) -> str:
    known = f"{browser} {person.pk} {person.password}"
    return salted_hmac(_PURPOSE, known, algorithm="sha256").hexdigest()[:32]
