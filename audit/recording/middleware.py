"""No answer that shows a case or a person leaves the house before its row is in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

from audit.recording.writing import write_reading
from casework.database.scopes import working
from organisation.models import User
from organisation.shown import noting

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
