"""The pages of security events: the list, and its file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.models import SecurityEvent
from audit.register.events import EVENTS, about, when, who
from audit.register.filtersets import EventFilter
from casework.register.filters import CappedPaginator
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import What, show_as, show_people


def _people_in(events: list[SecurityEvent]) -> set[int]:
    named = {event.account_id for event in events} | {
        event.about_id for event in events
    }
    return {key for key in named if key is not None}


@require_safe
@right_required(Right.LOG_SEE_EVENTS)
def events(request: SignedInRequest) -> HttpResponse:
    """Show what has happened to accounts, the latest first."""
    asked = EventFilter(request.GET, user=request.user)
    paginator = CappedPaginator(asked.qs)
    page = paginator.get_page(request.GET.get("page"))
    shown = list(page.object_list)
    show_as(What.LOG)
    show_people(_people_in(shown), count=paginator.count)
    context = {
        "filter": asked,
        "page": page,
        "rows": [(event, when(event), who(event), about(event)) for event in shown],
        "files": EVENTS.files(EventFilter.kept(request.GET)),
    }
    return render(request, "audit/events.html", context)


@require_safe
@right_required(Right.LOG_SEE_EVENTS)
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the events, as they are filtered, as a file."""
    return EVENTS.answer(EventFilter(request.GET, user=request.user).qs, kind)
