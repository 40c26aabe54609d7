"""What every request passes before a view and every response after it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar
from urllib.parse import unquote

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from casework.database.scopes import reading_as, working, working_in_turns

View = TypeVar("View", bound=Callable[..., Any])
GetResponse = Callable[[HttpRequest], HttpResponse]
HEALTH = "/halsa/"
SAFE = {"GET", "HEAD"}


class RefuseUnreadable:
    """Answer 400 to what no page of ours sends and none can read.

    That is a NUL in the path or query, which PostgreSQL cannot store, and a form in an encoding of the
    client's choice: Python has some that are no text, and some that write NUL and halves of letters.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        holds_nul = (
            "\0" in unquote(request.META.get("QUERY_STRING", ""))
            or "\0" in request.path
        )
        if holds_nul or (
            request.encoding and codecs.lookup(request.encoding).name != "utf-8"
        ):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


class NobodyOnHealth:
    """Look up nobody on the health page: that asks the open connection, which hangs with the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == HEALTH:
            request.COOKIES = {}
        return self.get_response(request)


class LimitBody:
    """Answer 413 to more than a form can hold, before any of it is stored.

    What was sent is read and thrown away up to a limit, since a browser shows no answer while it sends.
    """

    PIECE, READ_ON = 1_000_000, 4

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) <= settings.LARGEST_BODY:
            return self.get_response(request)
        left = self.READ_ON * settings.LARGEST_BODY // self.PIECE
        while left and request.read(self.PIECE):
            left -= 1
        return HttpResponse(render_to_string("413.html"), status=413)


class SecurityHeaders:
    """Close what Django's own middleware leaves open; pages with cases are never cached."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        )
        return response


def reads_no_rows(view: View) -> View:
    """Let a page be shown to the public while the database is away: it asks nothing of it."""
    view.reads_no_rows = True  # type: ignore[attr-defined]
    return view


class ReadInOwnName:
    """Let a page read the rows that its reader reads, and no others: the policies of the database hold it.

    What only shows is made whole in one transaction, in which the database knows who asks; what failed leaves
    nothing behind.  What changes something has transactions of its own, and reads all rows until it has ended.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.path_info == HEALTH or (not is_known and _reads_no_rows(request)):
            return self.get_response(request)
        if request.method not in SAFE:
            with working_in_turns():
                return self.get_response(request)
        with _scope_of(request):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response


def _scope_of(request: HttpRequest) -> AbstractContextManager[None]:
    # Whoever comes without a session is asked nothing: public pages depend on no cookie.
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    if is_known and request.user.is_authenticated:
        return reading_as(request.user)
    return working()


def _reads_no_rows(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return getattr(view, "reads_no_rows", False)
