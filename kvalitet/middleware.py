"""What every request passes before a view and every response after it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefuseNul:
    """Answer 400 to a NUL in the path or query: PostgreSQL cannot store it, so nothing can match."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in unquote(request.META.get("QUERY_STRING", "")) or "\0" in request.path:
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


class SecurityHeaders:
    """Close what Django's own middleware leaves open; pages with cases are never cached."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response
