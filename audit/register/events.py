"""The list of security events: which a person may read, what it says of each, and its file."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, partial

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import dateformat, timezone
from django.utils.text import capfirst

from audit.models import SecurityEvent
from audit.models.event import ABOUT, ONCE_AN_HOUR
from organisation.access import units_for
from organisation.lists.exports import Column, Table
from organisation.models import Membership, User
from organisation.rights import Right, Role

# What a route asks for, such as the number of a case.
_ASKED = re.compile(r"<[^>]+>")


def events_for(user: User) -> QuerySet[SecurityEvent]:
    """Return what a person may read: the roles in his or her units, and the accounts of who has had one there.

    One administration never reads another.  What is nobody's, or of an account without roles, is for all who
    read the log.
    """
    units = units_for(user, Right.LOG_SEE_EVENTS).order_by().values("pk")
    held = Membership.objects.all()
    of_accounts = (
        Q(whose=None)
        | Q(whose__in=held.filter(unit__in=units).values("user"))
        | ~Q(whose__in=held.values("user"))
    )
    return SecurityEvent.objects.alias(whose=Coalesce("about", "account")).filter(
        Q(unit__in=units) | Q(unit=None) & of_accounts
    )


def when(event: SecurityEvent, day: str = "j F Y") -> str:
    """Return when it happened: the hour of what is noted once an hour, and the day of what a visitor met."""
    local = timezone.localtime(event.at)
    written = dateformat.format(local, day)
    if event.what not in ONCE_AN_HOUR:
        return f"{written} kl. {local:%H.%M}"
    if event.account is None and local.time() == dt.time():
        return written
    return f"{written} kl. {local.hour}–{local.hour + 1}"


def who(event: SecurityEvent) -> str:
    """Return whose account it was, in words where it was none."""
    if event.account is not None:
        return event.account.name
    if event.what in ABOUT:
        return "Inläsning eller kommando"
    return "Inget konto"


def about(event: SecurityEvent) -> str:
    """Return what the event is about: somebody, and which role where, or a page and how many rows it gave."""
    if event.about is not None:
        role = event.unit and f"{capfirst(Role(event.role).label)}, {event.unit.name}"
        return f"{event.about.name}: {role}" if role else event.about.name
    rows = "" if event.count is None else f" ({event.count} rader)"
    return f"{_places().get(event.page, event.page)}{rows}"


@cache
def _places() -> dict[str, str]:
    """Return where each page lies, by its URL name: what an address holds of a case is left out."""
    return dict(_routes(get_resolver().url_patterns, "", "/"))


def _routes(
    patterns: list[URLPattern | URLResolver], space: str, above: str
) -> list[tuple[str, str]]:
    found = []
    for one in patterns:
        route = above + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            found += _routes(one.url_patterns, inner, route)
        elif one.name:
            found.append((f"{space}{one.name}", _ASKED.sub("…", route)))
    return found


EVENTS = Table(
    page="audit:events_export",
    stem="sakerhetshandelser",
    sheet="Händelser",
    rows="händelser",
    columns=(
        Column("När", 22, partial(when, day="Y-m-d")),
        Column("Händelse", 28, lambda event: str(capfirst(event.get_what_display()))),
        Column("Konto", 32, who),
        Column("Gäller", 60, about),
    ),
    person=lambda event: event.about_id or event.account_id,
)
