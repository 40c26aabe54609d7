"""The list of security events: which a person may read, what it says of each, and its file."""

from __future__ import annotations

import re
from functools import cache

from django.db.models import Q, QuerySet
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.text import capfirst

from audit.models import SecurityEvent
from audit.models.event import OF_A_ROLE
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
        Q(account=None)
        | Q(account__in=held.filter(unit__in=units).values("user"))
        | ~Q(account__in=held.values("user"))
    )
    return SecurityEvent.objects.filter(Q(unit__in=units) | Q(unit=None) & of_accounts)


def who(event: SecurityEvent) -> str:
    """Return whose account it was, in words where it was none."""
    if event.account is not None:
        return event.account.name
    if event.what in OF_A_ROLE:
        return "Inläsning av register"
    return "Inget konto"


def about(event: SecurityEvent) -> str:
    """Return what the event is about: a role, whose and where, or a page and how many rows it gave."""
    if event.about is not None and event.unit is not None:
        role = capfirst(Role(event.role).label)
        return f"{event.about.name}: {role}, {event.unit.name}"
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


def _when(event: SecurityEvent) -> str:
    return timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M")


EVENTS = Table(
    page="audit:events_export",
    stem="sakerhetshandelser",
    sheet="Händelser",
    rows="händelser",
    columns=(
        Column("När", 18, _when),
        Column("Händelse", 28, lambda event: str(capfirst(event.get_what_display()))),
        Column("Konto", 32, who),
        Column("Gäller", 60, about),
    ),
)
