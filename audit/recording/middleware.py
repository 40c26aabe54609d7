"""No answer that shows a case or a person, or refuses one, leaves the house before its row is in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.recording.writing import write_reading
from casework.database.scopes import working
from organisation.models import User
from organisation.shown import noting
from organisation.shown.told import SecurityEvent, asking, tell_of_reader

# These answers only say where to go, or that nothing is there; from 500 on they say that something failed.
SHOWS_NOTHING = {204, 301, 302, 303, 304, 404, 405, 410}


class LogReadings:
    """Write what an answer shows, in a transaction of its own; what cannot be written is not shown.

    The view's transactions have ended by then: what they rolled back has been shown all the same.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with noting() as shown:
            response = self.get_response(request)
            match = request.resolver_match
            if shown.what and match and _is_read(request, response):
                reader = shown.reader or cast("User", request.user)
                with working():
                    write_reading(reader, match.view_name, shown)
            return response


def _is_read(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether an answer has something to read; that to a HEAD has no body."""
    status = response.status_code
    is_answer = status < 500 and status not in SHOWS_NOTHING
    return is_answer and request.method != "HEAD"


class LogRefusals:
    """Tell what somebody who is signed in asked for and was not shown; let others tell on which page.

    A case that is not the reader's and one that is not there look the same to the reader, and do so in the log:
    whoever reads it must not learn of the case either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asking(request):
            response = self.get_response(request)
            if _is_refused(request, response):
                tell_of_reader(SecurityEvent.REFUSED)
            return response


def _is_refused(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether a page that needs a sign-in exists and was closed to who is signed in.

    Of pages for everybody nothing is told: who complains there may be an employee, and has been promised to
    be nobody.
    """
    match = request.resolver_match
    is_ours = (
        response.status_code in {403, 404}
        and match is not None
        and getattr(match.func, "login_required", True)
        and settings.SESSION_COOKIE_NAME in request.COOKIES
    )
    return is_ours and request.user.is_authenticated
