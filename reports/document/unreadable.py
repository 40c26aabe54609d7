"""A page in place of a report that cannot be read: it says what to do, and breaks nothing else.

A newer program has kept it, or it has been damaged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.document.file_format import SpoiledError, UnknownFormatError

logger = logging.getLogger(__name__)


class TellOfUnreadable:
    """Answer 503 with words where a kept report cannot be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Tell of the report, and leave every other problem to others."""
        if not isinstance(exception, UnknownFormatError | SpoiledError):
            return None
        logger.error("a kept report cannot be read: %s", type(exception).__name__)
        return render(
            request, "reports/unreadable.html", {"problem": str(exception)}, status=503
        )
