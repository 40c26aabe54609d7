"""A page in place of a report that a newer program has kept: it says what to do, and breaks nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.file_format import UnknownFormatError


class TellOfNewerFormat:
    """Answer 503 with words where a report's file format is newer than the program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell of the format, and leave every other problem to others."""
        if not isinstance(exception, UnknownFormatError):
            return None
        return render(request, "reports/unreadable.html", {"problem": str(exception)}, status=503)
