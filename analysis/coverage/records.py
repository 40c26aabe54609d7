"""The records of a year in each unit, counted by a constant number of grouped queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from casework.database.periods import calendar_year
from casework.models import Action, Routine
from deviations.models import Deviation, ReportedBy, State
from organisation.access import paths_above
from organisation.models import Unit, User
from riskanalysis.models import RiskAnalysis
from selfcheck.models import SelfCheck
from selfcheck.models import State as CheckState

# Ends in which the event is nobody's here to assess.
ELSEWHERE = (State.FORWARDED, State.MOVED, State.DUPLICATE, State.ESCALATED)


@dataclass(frozen=True)
class Recorded:
    """How many there are of each, in one unit and year; ``overdue`` is as of today."""

    routines: int = 0
    routines_to_review: int = 0
    analyses_decided: int = 0
    analyses_begun: int = 0
    analyses_older: int = 0
    # The nearest unit above whose analysis, or self-check, was made for the whole of it.
    analyses_above: Unit | None = None
    checks_done: int = 0
    checks_overdue: int = 0
    checks_begun: int = 0
    checks_older: int = 0
    checks_above: Unit | None = None
    received: int = 0
    still_open: int = 0
    overdue: int = 0
    to_assess: int = 0
    assessed: int = 0
    faults: int = 0
    to_answer: int = 0
    answered: int = 0
    closed: int = 0
    documented: int = 0
    actions: int = 0
    actions_ongoing: int = 0
    actions_followed_up: int = 0


def records_of(
    units: Iterable[Unit], year: int, *, reader: User
) -> dict[int, Recorded]:
    """Count the records of each unit and those above in a year, of the cases that a person reads.

    What is received in the year is counted for what became of it since; a check counts in the year in which
    it was done, an analysis and an action in the year in which they were decided.
    """
    paths = set(chain.from_iterable(map(paths_above, units)))
    units = list(Unit.objects.filter(path__in=paths))
    by_path = {unit.path: unit for unit in units}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for by_unit in (
        _deviations(units, year, reader),
        _checks(units, year, reader),
        _analyses(units, year, reader),
        _actions(units, year, reader),
    ):
        for unit_id, found in by_unit.items():
            counts[unit_id].update(found)
    routines = _routines(units, year)
    recorded = {}
    for unit in units:
        above = [by_path[path] for path in reversed(paths_above(unit)[:-1])]
        recorded[unit.pk] = Recorded(
            **counts[unit.pk],
            **routines[unit.pk],
            analyses_above=_nearest(above, counts, "analyses_decided"),
            checks_above=_nearest(above, counts, "checks_done"),
        )
    return recorded


def _nearest(
    above: Iterable[Unit], counts: Mapping[int, Counter[str]], what: str
) -> Unit | None:
    """Return the first of some units that has any of something."""
    return next((unit for unit in above if counts[unit.pk][what]), None)


ByUnit = dict[int, dict[str, int]]


def _grouped(rows: QuerySet[Any, Any], unit: str, **counted: Q) -> ByUnit:
    """Count the rows of each unit that meet each condition, in one query."""
    # No name of a count may be that of a field.
    columns = {
        f"n_{name}": Count("pk", filter=condition)
        for name, condition in counted.items()
    }
    by_unit = rows.order_by().values(unit).annotate(**columns)
    grouped = {}
    for unit_id, *counts in by_unit.values_list(unit, *columns):
        grouped[unit_id] = dict(zip(counted, counts, strict=True))
    return grouped


def _deviations(units: list[Unit], year: int, reader: User) -> ByUnit:
    ours = ~Q(state__in=ELSEWHERE)
    closed = ours & Q(closed_on__isnull=False)
    from_staff = Q(reported_by=ReportedBy.STAFF, reporter__isnull=False)
    wants_answer = Q(reported_by=ReportedBy.OUTSIDE) & ~Q(contact_way__in=["", "none"])
    asks = closed & (from_staff | wants_answer)
    handled = Deviation.objects.handled_by(reader).filter(
        unit__in=units, received_on__year=year
    )
    return _grouped(
        handled,
        "unit",
        received=Q(),
        still_open=Q(closed_on=None),
        overdue=Q(closed_on=None, due_on__lt=timezone.localdate()),
        to_assess=ours,
        assessed=ours & ~Q(is_deviation=""),
        faults=Q(is_deviation__in=["yes", "partly"]),
        to_answer=asks,
        answered=asks & (Q(answered_on__isnull=False) | ~Q(no_answer_reason="")),
        closed=closed,
        documented=closed & ~Q(assessment=""),
    )


def _checks(units: list[Unit], year: int, reader: User) -> ByUnit:
    done = Q(done_on__year=year)
    left = Q(state__in=[CheckState.PLANNED, CheckState.ONGOING], received_on__year=year)
    closed = Q(state=CheckState.CLOSED) & done
    rows = (
        SelfCheck.objects.handled_by(reader).filter(unit__in=units).filter(done | left)
    )
    return _grouped(
        rows,
        "unit",
        checks_done=done,
        checks_older=done & ~Q(received_on__year=year),
        checks_begun=left,
        checks_overdue=left & Q(due_on__lt=timezone.localdate()),
        closed=closed,
        documented=closed & ~Q(result="", conclusion=""),
    )


def _analyses(units: list[Unit], year: int, reader: User) -> ByUnit:
    decided = Q(decided_on__year=year)
    begun = Q(decided_on=None, closed_on=None, received_on__year=year)
    closed = decided & Q(closed_on__isnull=False)
    rows = (
        RiskAnalysis.objects.handled_by(reader)
        .filter(unit__in=units)
        .filter(decided | begun)
    )
    return _grouped(
        rows,
        "unit",
        analyses_decided=decided,
        analyses_older=decided & ~Q(received_on__year=year),
        analyses_begun=begun,
        closed=closed,
        documented=closed & ~Q(conclusion=""),
    )


def _actions(units: list[Unit], year: int, reader: User) -> ByUnit:
    counted = Action.objects.visible_to(reader).that_count()
    rows = counted.filter(case__unit__in=units, decided_on__year=year)
    return _grouped(
        rows,
        "case__unit",
        actions=Q(),
        actions_ongoing=Q(done_on=None),
        actions_followed_up=~Q(effect=""),
    )


def _routines(units: list[Unit], year: int) -> ByUnit:
    """Count the routines of each unit and of those above it, as the register stood at the end of the year."""
    period = calendar_year(year)
    day = min(timezone.localdate(), period.last_day)
    applied = Q(withdrawn_on=None) | Q(withdrawn_on__gte=period.end)
    registered = Routine.objects.filter(
        applied, registered_on__lt=period.end
    ).select_related("unit")
    by_path: dict[str, list[Routine]] = defaultdict(list)
    for routine in registered:
        by_path[routine.unit.path].append(routine)
    return {unit.pk: _count_routines(by_path, unit, day) for unit in units}


def _count_routines(
    by_path: Mapping[str, list[Routine]], unit: Unit, day: dt.date
) -> dict[str, int]:
    routines = to_review = 0
    for path in paths_above(unit):
        of_path = by_path.get(path, [])
        routines += len(of_path)
        to_review += sum(routine.is_to_be_reviewed(on=day) for routine in of_path)
    return {"routines": routines, "routines_to_review": to_review}
