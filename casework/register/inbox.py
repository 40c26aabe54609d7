"""What the inbox says about cases: whose turn it is, where each stands, and by which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Value
from django.utils import timezone

from casework import kinds
from casework.cases.receiving import LYING, Lying, Receivers
from casework.models import Case, Circle, NamedReader, Recusal
from casework.process.deadlines import workdays_between
from organisation.access import paths_above, paths_for, within
from organisation.models import Membership, Unit, User
from organisation.rights import Right, Role

# What decides who receives a case (Lying: subject, circle, protected, from_outside).
Facts = tuple[str, str, bool, bool]
# A list is leafed through so far, and counted: nobody reads more rows, and counting them takes the time.
MOST_ROWS = 1_000
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

    That is what he or she handles, and what nobody handles yet and the person receives (SOSFS 2011:9
    5 kap. 3 §).  What one reported is another's to handle (FL 16 §).
    """
    return Q(owner=user.pk) | Q(owner=None) & received_by(user) & ~Q(reporter=user.pk)


def received_by(user: User) -> Q:
    """Return the condition for the cases that a person receives, as casework.cases.receiving answers it.

    It is answered unit by unit for each kind of case; what is an exception is asked case by case: what
    somebody nearer is kept from, and what is about a protected person.
    """
    held = Membership.objects.valid().filter(user=user.pk)
    paths = set(held.values_list("unit__path", flat=True))
    units = list(
        Unit.objects.filter(within(paths)).values_list("pk", "path", "level", "parent")
    )
    parents = {parent for _, _, _, parent in units}
    receivers = Receivers.of_new(
        parents=frozenset(path for pk, path, _, _ in units if pk in parents)
    )
    received, sole = Q(pk__in=[]), set()
    for facts, which in _varieties():
        mine = []
        for pk, path, level, _ in units:
            nearest = next(
                iter(receivers.levels(Lying(0, path, level, *facts, reporter=None))), []
            )
            if user.pk in nearest:
                mine.append(pk)
            elif len(nearest) == 1:
                sole.add(nearest[0])
        if mine:
            received |= which & Q(unit__in=mine)
    return Q(protected=False) & received | Q(pk__in=_exceptions(user, units, sole))


def _exceptions(
    user: User, units: Iterable[tuple[int, str, str, int | None]], sole: set[int]
) -> list[int]:
    """Return what a person receives because somebody nearer is kept from it, or by being named."""
    waiting = Case.objects.open().filter(kinds.waits_in_itself(), owner=None)
    below = waiting.filter(protected=False, unit__in=[pk for pk, *_ in units])
    passed_on = Q(reporter__in=sole) | Q(pk__in=Recusal.objects.values("case"))
    named = Q(
        protected=True, pk__in=NamedReader.objects.filter(user=user.pk).values("case")
    )
    keys = (
        below.filter(passed_on).values("pk").union(waiting.filter(named).values("pk"))
    )
    rows = [
        Lying._make(row)
        for row in Case.objects.filter(pk__in=keys).order_by().values_list(*LYING)
    ]
    if not rows:
        return []
    receivers = Receivers.of(case__in=[lying.pk for lying in rows])
    return [
        lying.pk for lying in rows if user.pk in next(iter(receivers.levels(lying)), [])
    ]


def _varieties() -> list[tuple[Facts, Q]]:
    """Return the cases that different people receive, as few as there are: what decides it, and which."""
    found: list[tuple[Facts, Q]] = []
    alike: dict[tuple[frozenset[Role], frozenset[Role]], list[str]] = {}
    for kind in kinds.registered():
        subject = kind.subject
        if kind.circles:
            circle = next(iter(kind.circles))
            found.append(
                ((subject, circle, False, False), ~Q(circle="") & Q(subject=subject))
            )
        elif kind.comes_from_outside:
            for outside in (False, True):
                which = Q(subject=subject, circle="", from_outside=outside)
                found.append(((subject, "", False, outside), which))
        else:
            alike.setdefault((kind.handlers, kind.central_handlers), []).append(subject)
    usual = ((names[0], Q(subject__in=names, circle="")) for names in alike.values())
    return [*found, *(((first, "", False, False), which) for first, which in usual)]


def chiefs_over_any(units: Iterable[Unit]) -> list[User]:
    """Return who is chief over one of the units today, by name: those that their cases can go to."""
    paths: set[str] = set()
    for unit in units:
        paths.update(paths_above(unit))
    leads = Right.ORGANISATION_LEAD.roles
    held = Membership.objects.valid().filter(role__in=leads, unit__path__in=paths)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")))


def assignable_by(user: User) -> Q:
    """Return the condition for the open cases that a chief may give to somebody."""
    own = within(paths_for(user, Right.CASES_ASSIGN), "unit__path")
    return Q(own, closed_on=None, circle=Circle.USUAL) & ~Q(reporter=user.pk)


def counts_of(visible: QuerySet[Case], views: Iterable[View]) -> dict[str, int]:
    """Return how many cases each view holds: of what is closed at most MOST_ROWS + 1."""
    *of_open, of_closed = views
    names = {view.name: view.name.replace("-", "_") for view in of_open}
    # aggregate() would compare each condition with every part of those after it, for a third of the page's time.
    counted: Iterable[Any] = (
        visible.filter(closed_on=None)
        .order_by()
        .values(together=Value(1))
        .annotate(
            **{names[view.name]: Count("pk", filter=view.which) for view in of_open}
        )
    )
    nothing = dict.fromkeys(names.values(), 0)  # where a search can find no case
    found = next(iter(counted), nothing)
    counts = {view: int(found[name]) for view, name in names.items()}
    closed = visible.exclude(closed_on=None).order_by()[: MOST_ROWS + 1]
    return counts | {of_closed.name: closed.count()}


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases with what a row shows and nothing else: sorting carries every column that is asked."""
    names = ("unit__name", "unit__path", "owner__name", "came_from__name")
    own = (
        "number",
        "subject",
        "title",
        "protected",
        "circle",
        "received_on",
        "due_on",
        "closed_on",
    )
    return cases.select_related("unit", "owner", "came_from").only(
        "reporter", *own, *names
    )


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
