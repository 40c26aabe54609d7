"""What the inbox says about cases: whose turn it is, where each stands, and by which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from casework.deadlines import workdays_between
from casework.filters import MOST_ROWS
from casework.models import Case, Circle, Subject
from organisation.access import CHIEFS, paths_above, paths_for, within
from organisation.models import Membership, Role, Unit, User

SORTERS = frozenset({Role.REGISTRAR, Role.QUALITY_CONTROLLER})
SOON = dt.timedelta(days=30)
FEW_WORKDAYS = 5


class View(NamedTuple):
    """One view of the inbox: its name in the address, its label, and which of the visible cases it holds."""

    name: str
    label: str
    which: Q


def views_of(user: User) -> list[View]:
    """Return the views of the inbox; what is open is either for the person to do or waits for others."""
    still_open, mine = Q(closed_on=None), to_handle(user)
    return [
        View("att-gora", "Att göra", still_open & mine),
        View("forsenade", "Försenade", still_open & Q(due_on__lt=timezone.localdate())),
        View("vantar", "Väntar på andra", still_open & ~mine),
        View("mina", "Mina", still_open & Q(owner=user.pk)),
        View("oppna", "Alla öppna", still_open),
        View("avslutade", "Avslutade", ~still_open),
    ]


def to_handle(user: User) -> Q:
    """Return the condition for the cases whose next step is a person's own.

    That is what he or she handles, and what nobody handles yet: in the units whose nearest chief the
    person is (SOSFS 2011:9 5 kap. 3 §), in lex Sarah under an investigator, and for a registrar or
    controller what comes from outside and still lies on a unit that has others under it.  What one
    reported is another's to handle (FL 16 §).
    """
    held = set(Membership.objects.valid().filter(user=user.pk).values_list("role", "unit__path"))
    under = Unit.objects.filter(within({path for role, path in held if role in CHIEFS | SORTERS}))
    units = list(under.values_list("pk", "path", "parent"))
    parents = {parent for _, _, parent in units}
    sorted_by_me = {path for role, path in held if role in SORTERS}
    to_sort = [pk for pk, path, _ in units if pk in parents and _lies_under(path, sorted_by_me)]
    lex = within({path for role, path in held if role == Role.LEX_INVESTIGATOR}, "unit__path")
    nobody = (
        Q(circle=Circle.USUAL, unit__in=_nearest_to(user, units))
        | Q(subject=Subject.LEXSARAH) & lex
        | Q(subject=Subject.DEVIATIONS, circle="", reporter=None, came_from=None, unit__in=to_sort)
    )
    return Q(owner=user.pk) | Q(owner=None) & nobody & ~Q(reporter=user.pk)


def _nearest_to(user: User, units: Iterable[tuple[int, str, int | None]]) -> list[int]:
    """Return the units whose nearest chief a person is; a substitute counts as a chief."""
    chiefs: dict[str, set[int]] = {}
    held = Membership.objects.valid().filter(role__in=CHIEFS, user__is_active=True)
    for path, person in held.values_list("unit__path", "user"):
        chiefs.setdefault(path, set()).add(person)
    found = []
    for pk, path, _ in units:
        nearest = [above for above in paths_above(Unit(path=path)) if above in chiefs][-1:]
        if nearest and user.pk in chiefs[nearest[0]]:
            found.append(pk)
    return found


def chiefs_over_any(units: Iterable[Unit]) -> list[User]:
    """Return who is chief over one of the units today, by name: those that their cases can go to."""
    paths = {path for unit in units for path in paths_above(unit)}
    held = Membership.objects.valid().filter(role__in=CHIEFS, unit__path__in=paths)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))


def assignable_by(user: User) -> Q:
    """Return the condition for the open cases that a chief may give to somebody."""
    own = within(paths_for(user, CHIEFS), "unit__path")
    return Q(own, closed_on=None, circle=Circle.USUAL) & ~Q(reporter=user.pk)


def _lies_under(path: str, paths: Iterable[str]) -> bool:
    return any(path.startswith(above) for above in paths)


def counts_of(visible: QuerySet[Case], views: Iterable[View]) -> dict[str, int]:
    """Return how many cases each view holds: of what is closed at most MOST_ROWS + 1."""
    *of_open, of_closed = views
    counted = visible.filter(closed_on=None).aggregate(
        **{view.name.replace("-", "_"): Count("pk", filter=view.which) for view in of_open}
    )
    counts = {view.name: int(counted[view.name.replace("-", "_")]) for view in of_open}
    return counts | {of_closed.name: visible.exclude(closed_on=None).order_by()[: MOST_ROWS + 1].count()}


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases with what a row shows and nothing else: sorting carries every column that is asked."""
    names = ("unit__name", "unit__path", "owner__name", "came_from__name")
    own = ("number", "subject", "title", "protected", "circle", "received_on", "due_on", "closed_on")
    return cases.select_related("unit", "owner", "came_from").only("reporter", *own, *names)


def in_order(cases: QuerySet[Case], view: str) -> QuerySet[Case]:
    """Return the cases with the most urgent first; closed ones with the newest first."""
    if view == "avslutade":
        return cases.order_by("-received_on", "-number")
    return cases.order_by(F("due_on").asc(nulls_last=True), "-received_on", "-number")


def state_in_words(case: Case) -> str:
    """Return where a case stands, as the spine knows it; its own page says more."""
    if case.closed_on:
        return "Avslutad"
    if case.came_from:
        return f"Överlämnad från {case.came_from.name}"
    return f"Handläggs av {case.owner.name}" if case.owner else "Ny"


def due_in_words(case: Case, today: dt.date) -> tuple[str, str]:
    """Return how near the last day of an open case is, in words, and the tone to say it in."""
    if case.closed_on or case.due_on is None:
        return "", "neutral"
    if case.due_on < today:
        days = (today - case.due_on).days
        return f"försenad {days} {'dag' if days == 1 else 'dagar'}", "bad"
    if case.due_on == today:
        return "i dag", "warn"
    if case.due_on - today > SOON:
        return "", "neutral"
    left = workdays_between(today, case.due_on)
    words = f"{left} {'arbetsdag' if left == 1 else 'arbetsdagar'} kvar"
    return words, "warn" if left <= FEW_WORKDAYS else "neutral"
