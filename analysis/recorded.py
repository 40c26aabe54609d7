"""What the records of a year hold for each unit, counted by a constant number of grouped queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from casework.models import Action, Routine
from casework.periods import calendar_year
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


_FIELDS = {field.name for field in fields(Recorded)}


def records_of(units: Iterable[Unit], year: int, *, reader: User) -> dict[int, Recorded]:
    """Return what is recorded in each unit and those above them in a year, of the cases that a person reads.

    What is received in the year is counted for what became of it since; a check counts in the year in which
    it was done, an analysis and an action in the year in which they were decided.
    """
    paths = {path for unit in units for path in paths_above(unit)}
    units = list(Unit.objects.filter(path__in=paths))
    counts: dict[int, dict[str, int]] = {unit.pk: {} for unit in units}
    by_unit = (
        _deviations(units, year, reader),
        _checks(units, year, reader),
        _analyses(units, year, reader),
        _actions(units, year, reader),
    )
    for rows in by_unit:
        for row in rows:
            found = counts[row.pop("in_unit")]
            for name, count in row.items():
                found[name] = found.get(name, 0) + count
    routines = _routines(units, year)
    by_path = {unit.path: unit for unit in units}

    def recorded(unit: Unit) -> Recorded:
        found: dict[str, Any] = {n: c for n, c in counts[unit.pk].items() if n in _FIELDS}
        above = [by_path[path] for path in reversed(paths_above(unit)[:-1])]
        for what, of_whole in (("analyses_decided", "analyses_above"), ("checks_done", "checks_above")):
            found[of_whole] = next((one for one in above if counts[one.pk].get(what)), None)
        return Recorded(**found | routines[unit.pk])

    return {unit.pk: recorded(unit) for unit in units}


def _grouped(rows: QuerySet[Any, Any], unit: str, **counted: Q) -> list[dict[str, int]]:
    """Count the rows of each unit that meet each condition, in one query."""
    by_unit = rows.order_by().values(unit)
    annotated = by_unit.annotate(**{f"n_{name}": Count("pk", filter=q) for name, q in counted.items()})
    return [{"in_unit": row[unit], **{name: row[f"n_{name}"] for name in counted}} for row in annotated]


def _deviations(units: list[Unit], year: int, reader: User) -> list[dict[str, int]]:
    ours = ~Q(state__in=ELSEWHERE)
    closed = ours & Q(closed_on__isnull=False)
    from_staff = Q(reported_by=ReportedBy.STAFF, reporter__isnull=False)
    wants_answer = Q(reported_by=ReportedBy.OUTSIDE) & ~Q(contact_way__in=["", "none"])
    asks = closed & (from_staff | wants_answer)
    handled = Deviation.objects.handled_by(reader).filter(unit__in=units, received_on__year=year)
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


def _checks(units: list[Unit], year: int, reader: User) -> list[dict[str, int]]:
    done = Q(done_on__year=year)
    left = Q(state__in=[CheckState.PLANNED, CheckState.ONGOING], received_on__year=year)
    closed = Q(state=CheckState.CLOSED) & done
    rows = SelfCheck.objects.handled_by(reader).filter(unit__in=units).filter(done | left)
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


def _analyses(units: list[Unit], year: int, reader: User) -> list[dict[str, int]]:
    decided = Q(decided_on__year=year)
    begun = Q(decided_on=None, closed_on=None, received_on__year=year)
    closed = decided & Q(closed_on__isnull=False)
    rows = RiskAnalysis.objects.handled_by(reader).filter(unit__in=units).filter(decided | begun)
    return _grouped(
        rows,
        "unit",
        analyses_decided=decided,
        analyses_older=decided & ~Q(received_on__year=year),
        analyses_begun=begun,
        closed=closed,
        documented=closed & ~Q(conclusion=""),
    )


def _actions(units: list[Unit], year: int, reader: User) -> list[dict[str, int]]:
    counted = Action.objects.visible_to(reader).that_count()
    rows = counted.filter(case__unit__in=units, decided_on__year=year)
    return _grouped(
        rows,
        "case__unit",
        actions=Q(),
        actions_ongoing=Q(done_on=None),
        actions_followed_up=~Q(effect=""),
    )


def _routines(units: list[Unit], year: int) -> dict[int, dict[str, int]]:
    """Count the routines of each unit and of those above it, as the register stood at the end of the year."""
    period = calendar_year(year)
    day = min(timezone.localdate(), period.last_day)
    applied = Q(withdrawn_on=None) | Q(withdrawn_on__gte=period.end)
    registered = Routine.objects.filter(applied, registered_on__lt=period.end).select_related("unit")
    by_path: dict[str, list[Routine]] = defaultdict(list)
    for routine in registered:
        by_path[routine.unit.path].append(routine)
    return {unit.pk: _count_routines(by_path, unit, day) for unit in units}


def _count_routines(by_path: Mapping[str, list[Routine]], unit: Unit, day: dt.date) -> dict[str, int]:
    routines = [routine for path in paths_above(unit) for routine in by_path.get(path, ())]
    to_review = sum(routine.is_to_be_reviewed(on=day) for routine in routines)
    return {"routines": len(routines), "routines_to_review": to_review}
