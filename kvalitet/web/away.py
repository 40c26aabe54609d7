"""What people get when something fails: calm words, and a hint to come back where that helps.

The database may be away, full, locked or too slow.  Then nothing is wrong with what was asked, so the
answer is 503 with Retry-After, not 500.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

SECONDS_TO_COME_BACK = 10
# query_canceled, lock_not_available, deadlock_detected, serialization_failure: it answers, but not in time.
TOO_SLOW = {"57014", "55P03", "40P01", "40001"}


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same whatever was asked
    """Answer a request that failed; Django asks for it while it handles the exception."""
    error = database_error(sys.exc_info()[1])
    if error is None:
        return HttpResponseServerError(render_to_string("500.html"))
    slow = getattr(error.__cause__, "sqlstate", None) in TOO_SLOW
    page = render_to_string("503_slow.html" if slow else "503.html")
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(SECONDS_TO_COME_BACK)}
    )


def database_error(error: BaseException | None) -> BaseException | None:
    """Find the failure of the database that an exception is or came of, the first one."""
    found, seen = None, set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OperationalError | InterfaceError):
            found = error
        error = error.__cause__ or error.__context__
    return found
