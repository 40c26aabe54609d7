"""What a request knows of the one who asks, and what is closed to who holds no role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from organisation.access import remembering, roles_of


class RememberRoles:
    """Look up once a request what a person's roles open: every list, count and menu asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembering():
            return self.get_response(request)


class RoleRequired:
    """Show nothing to who is signed in and holds no role, but what ``role_not_required`` marks.

    A role that has ended takes the way to every page away by itself (OSL 26 kap. 1 §): a page that somebody
    adds and forgets to think about is closed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: object,
        _kwargs: object,
    ) -> None:
        """Answer that there is no such page."""
        is_for_all = not getattr(view, "login_required", True) or not getattr(
            view, "role_required", True
        )
        if is_for_all or not request.user.is_authenticated:
            return
        roles = roles_of(request.user)
        if not roles:
            raise Http404
        request.roles = roles  # type: ignore[attr-defined]  # the menu asks for them too
