"""What is shown without signing in: the calendar of deadlines, which programs read, and what is not found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from allauth.account.forms import LoginForm
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from casework.background.mails import address_of
from casework.models import Action, Case, Tombstone
from casework.register.inbox import to_handle
from casework.texts.carrying import (
    carried,
    is_from_our_page,
    is_own_page,
    keep_sent,
    typed_in,
)
from casework.views.drafts import list_unsent
from organisation.access import SignedInRequest, people_at_work, roles_of
from organisation.models import User
from organisation.shown import show_cases, show_to

# What is older than this is in the lists, and no longer a day to plan for.
BACK = dt.timedelta(days=90)
MOST = 1_000


@login_not_required
@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001 - the key says everything
    """Give the deadlines of the one whom a secret address belongs to: days and numbers, nothing more."""
    person = get_object_or_404(people_at_work(), calendar_key=key)
    show_to(person)
    feed = Calendar()
    feed.add("prodid", "-//Kvalitet//SV")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Kvalitet")
    feed.add("refresh-interval;value=duration", "PT6H")
    events = list(_events(person))
    show_cases({key for key, _ in events}, count=len(events))
    for _, event in events:
        feed.add_component(event)
    return HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8")


def sign_in_again(request: HttpRequest, said: str) -> HttpResponse:
    """Show the sign-in page to whoever sent a form when the session had ended; it carries what was sent."""
    context = {
        "form": LoginForm(request=request),
        "redirect_field_name": "next",
        "redirect_field_value": reverse("casework:unsent"),
        "carried": said,
    }
    return render(request, "account/login.html", context, status=403)


@requires_csrf_token
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - of any kind
    """Answer to a form whose token no longer holds: what was typed on our page is kept to be sent again.

    Signing in changes the token of every page that is open. Only the browser writes the header that says
    which site a form comes from; what another site sends is refused and forgotten.
    """
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        typed = typed_in(request) if is_own_page(request) else {}
        if typed and keep_sent(request.path, typed, actor=user):
            messages.warning(
                request, "Inget är skickat än. Läs igenom det du skrev och skicka igen."
            )
            return list_unsent(cast("SignedInRequest", request), status=403)
    elif user is not None and is_from_our_page(request) and (said := carried(request)):
        return sign_in_again(request, said)
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - of any kind
    """Answer that a page is not there; staff are told when it was that of a purged case, and nobody else."""
    match, user = request.resolver_match, getattr(request, "user", None)
    number = match.kwargs.get("number") if match else None
    purged = None
    if number and user is not None and roles_of(user):
        purged = Tombstone.objects.filter(number=number).select_related("rule").first()
    return render(request, "404.html", {"purged": purged}, status=404)


def _events(person: User) -> Iterator[tuple[int, Event]]:
    """Return the days that a person is to plan for, by their cases; never those about protected persons."""
    since = timezone.localdate() - BACK
    handled = (
        Case.objects.handled_by(person).open().unprotected().filter(due_on__gte=since)
    )
    for case, number, day in _soonest(
        handled.filter(to_handle(person)), "pk", "number", "due_on"
    ):
        yield case, _event(f"{number} klart senast", number, day, f"arende-{number}")
    mine = Action.objects.visible_to(person).filter(owner=person, case__protected=False)
    ongoing = mine.ongoing().filter(due_on__gte=since)
    of_action = ("case", "case__number", "pk")
    for case, number, key, day in _soonest(ongoing, *of_action, "due_on"):
        about = f"Åtgärd i {number} klar senast"
        yield case, _event(about, number, day, f"atgard-{key}")
    unjudged = mine.awaiting_effect().filter(effect_due_on__gte=since)
    for case, number, key, day in _soonest(unjudged, *of_action, "effect_due_on"):
        about = f"Följ upp åtgärd i {number}"
        yield case, _event(about, number, day, f"effekt-{key}")


def _soonest(rows: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    yield from rows.order_by(columns[-1], "pk").values_list(*columns)[:MOST]


def _event(summary: str, number: str, day: dt.date, uid: str) -> Event:
    """Return an event of a whole day, with the way to the case behind the login."""
    event = Event()
    event.add("uid", f"{uid}@kvalitet")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("summary", summary)
    event.add("url", address_of("casework:case", number))
    event.add("transp", "TRANSPARENT")
    return event
