"""Let the rules look at the stored figures of a tertial, and store what they find (SOSFS 2011:9 5 kap. 6 §).

Everything is read from cells, except which actions were done (analysis.tertial.acting).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from analysis.counted.catalogue import PRAISED, REPORTED
from analysis.figures.known import Known
from analysis.figures.stored import narrowed
from analysis.models import Cell, Kind, Level, Signal
from analysis.rules.effects import Change
from analysis.rules.patterns import Cell as Place
from analysis.rules.patterns import (
    Excess,
    Rise,
    Rises,
    Rules,
    concentrations,
    most_telling,
    recurrences,
)
from analysis.tertial.acting import ActedOn, acted_on
from casework.background.jobs import Tick
from casework.database.periods import Period, tertial, tertial_of, tertials_before
from casework.process.deadlines import months_after
from deviations.words import NO_NAMES
from organisation.models import Unit

UNITS_AT_A_TIME = 100
MONTHS_TOLD = 12  # so long it is told that it became fewer after an action
_SIGNAL_LOCK = 5_060_907
Counts = TypeVar("Counts")


def _unheard(percent: int, doing: str) -> None:
    """Report no progress."""


def find(
    year: int, number: int, rules: Rules | None = None, *, tick: Tick = _unheard
) -> list[Signal]:
    """Return the findings of the rules in a tertial, unsaved, by the figures of now.

    ``tick`` is told how far it is, often enough to keep a lease.
    """
    rules, period = rules or Rules(), tertial(year, number)
    looked_for = (
        (0, _rises(year, number, rules, tick)),
        (60, _concentrations(period, rules)),
        (70, _recurrences(period, rules)),
        (80, _repetitions(period, rules, tick)),
    )
    found: list[Signal] = []
    for percent, signals in looked_for:
        tick(percent, "Letar mönster")
        found += signals
    limits = rules.as_parameters()
    for signal in found:
        signal.year, signal.tertial = year, number
        signal.parameters = limits | signal.parameters
    return found


def wait_for_turn() -> None:
    """Take the advisory lock under which findings are stored, or copied into analyses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGNAL_LOCK])


def renew(year: int, number: int, found: list[Signal]) -> None:
    """Replace the stored findings of a tertial."""
    with transaction.atomic():
        wait_for_turn()
        Signal.objects.filter(year=year, tertial=number).delete()
        Signal.objects.bulk_create(found, batch_size=2_000)


def held_tertials() -> list[tuple[int, int]]:
    """Return the tertials in which anything was reported, oldest first."""
    months = Cell.objects.filter(subject="deviations", basis="received").order_by(
        "month"
    )
    return list(
        dict.fromkeys(
            map(tertial_of, months.values_list("month", flat=True).distinct())
        )
    )


# --- more than before -------------------------------------------------------------------------
def _rises(year: int, number: int, rules: Rules, tick: Tick) -> Iterator[Signal]:
    """Yield the rises, with one unit's combinations in memory at a time: all together they are millions."""
    tertials = tertials_before(year, number, rules.earlier)
    begun, root_of = _begun(tertials), _administrations()
    tests = {root: Rises(begun, rules) for root in set(root_of.values())}
    for unit, history in _histories(tertials, root_of, tick):
        tests[root_of[unit]].test(history)
    flagged: dict[int, list[Rise]] = defaultdict(list)
    for of_root in tests.values():
        for rise in of_root.flagged():
            flagged[rise.cell.unit].append(rise)
    # Only where several stand out may one have been told by another: those are read once more.
    several = [unit for unit, of_unit in flagged.items() if len(of_unit) > 1]
    for unit, history in _histories(tertials, several, tick):
        yield from map(
            _signal_of_rise, tests[root_of[unit]].told(flagged.pop(unit), history)
        )
    for unit, of_unit in flagged.items():
        yield from map(_signal_of_rise, tests[root_of[unit]].told(of_unit, {}))


def _signal_of_rise(rise: Rise) -> Signal:
    return Signal(
        kind=Kind.RISE,
        level=rise.level,
        unit_id=rise.cell.unit,
        **rise.cell.named,
        count=rise.count,
        before=rise.before,
        periods=rise.periods,
        chance=rise.chance,
        false_share=rise.false_share,
    )


_HISTORY = """
SELECT unit_id, target_group, category, cause_area, {counts}
FROM analysis_cell
WHERE subject = 'deviations' AND basis = 'received' AND kind <> ALL(%s) AND month >= %s AND month < %s
    AND unit_id = ANY(%s)
GROUP BY unit_id, target_group, category, cause_area
ORDER BY unit_id
"""
_COUNT = "coalesce(sum(count) FILTER (WHERE month >= %s AND month < %s), 0)"


def _histories(
    tertials: Sequence[tuple[int, int]], units: Iterable[int], tick: Tick
) -> Iterator[tuple[int, dict[Place, Sequence[int]]]]:
    """Yield each of some units with the counts of its combinations in each of some tertials."""
    spans = [tertial(*at) for at in tertials]
    days: list[dt.date] = []
    for span in spans:
        days += (span.first, span.end)
    statement = _HISTORY.format(counts=", ".join([_COUNT] * len(spans)))
    ordered = sorted(units)
    for first in range(0, len(ordered), UNITS_AT_A_TIME):
        tick(50 * first // len(ordered), "Letar ökningar")
        some = ordered[first : first + UNITS_AT_A_TIME]
        with connection.cursor() as cursor:
            cursor.execute(
                statement, [*days, PRAISED, spans[0].first, spans[-1].end, some]
            )
            rows = cursor.fetchall()
        for unit, of_unit in groupby(rows, key=itemgetter(0)):
            yield unit, {Place(*row[:4]): row[4:] for row in of_unit}


def _by_administration(
    counted: Mapping[Place, Counts],
) -> Iterable[Mapping[Place, Counts]]:
    """Split counts by administration: none is compared with another."""
    root_of = _administrations()
    parts: dict[str, dict[Place, Counts]] = defaultdict(dict)
    for place, counts in counted.items():
        parts[root_of[place.unit]][place] = counts
    return parts.values()


def _administrations() -> dict[int, str]:
    """Return the code of the uppermost unit of each unit (by id)."""
    return {
        unit: path.split("/", 1)[0]
        for unit, path in Unit.objects.values_list("pk", "path")
    }


def _begun(tertials: list[tuple[int, int]]) -> dict[int, int]:
    """Return for how many whole tertials up to the last each unit has been there and its register whole.

    A tertial of which nothing is known is no tertial of none: the row before the last ends with it.
    """
    known = {root.path: Known(root) for root in Unit.objects.filter(parent=None)}
    earlier = [tertial(*at) for at in reversed(tertials[:-1])]

    begun = {}
    for unit in Unit.objects.order_by():
        of_root = known[f"{unit.path.split('/', 1)[0]}/"]
        begun[unit.pk] = 0
        for period in earlier:
            is_there = unit.valid_from <= period.first
            if not is_there or not of_root.is_whole(
                unit, "deviations", "received", period
            ):
                break
            begun[unit.pk] += 1
    return begun


def _received(period: Period) -> QuerySet[Cell]:
    """Return the cells of cases received in a period, without praise."""
    cells = Cell.objects.filter(subject="deviations", basis="received").order_by()
    return narrowed(
        cells.filter(month__gte=period.first, month__lt=period.end), REPORTED.where
    )


def _counts(period: Period, *columns: str) -> QuerySet[Cell, tuple[Any, ...]]:
    """Return unit, the columns, and how many deviations of each combination came in during a period."""
    return _received(period).values_list("unit", *columns).annotate(total=Sum("count"))


# --- more than elsewhere, and again -----------------------------------------------------------
def _concentrations(period: Period, rules: Rules) -> Iterator[Signal]:
    counts = {
        Place(unit, category=name): count
        for unit, name, count in _counts(period, "category")
    }
    for part in _by_administration(counts):
        for excess in concentrations(part, rules):
            yield _signal_of(excess, Kind.CONCENTRATED)


def _recurrences(period: Period, rules: Rules) -> Iterator[Signal]:
    year = Period(months_after(period.end, -rules.recurring_months), period.end)
    of_year, latest = (_by_routine_and_cause(span) for span in (year, period))
    for part in _by_administration(of_year):
        found = recurrences(part, latest, rules)
        watched = []
        for excess in found:
            if excess.level == Level.WATCH:
                watched.append((excess.cell.unit, excess))
            else:
                yield _signal_of(excess, Kind.RECURRING)
        for excess, left_out in most_telling(watched, rules.told_most):
            yield _signal_of(excess, Kind.RECURRING, left_out)


def _signal_of(excess: Excess, kind: Kind, left_out: int = 0) -> Signal:
    return Signal(
        kind=kind,
        level=excess.level,
        unit_id=excess.cell.unit,
        **excess.cell.named,
        count=excess.count,
        whole=excess.of,
        before=excess.elsewhere,
        periods=excess.elsewhere_of,
        chance=excess.chance,
        parameters=_beside(left_out),
    )


def _beside(left_out: int) -> dict[str, int]:
    """Return the parameters beside the limits: how many of a unit's findings are left out."""
    if not left_out:
        return {}
    return {"left_out": left_out}


def _by_routine_and_cause(period: Period) -> dict[Place, int]:
    """Count by routine and cause; those without a named routine are part of the whole."""
    counts: dict[Place, int] = defaultdict(int)
    for unit, process, cause, count in _counts(period, "process", "cause_area"):
        named = "" if process in NO_NAMES else process
        counts[Place(unit, process=named, cause_area=cause)] += count
    return counts


# --- in spite of what was done ----------------------------------------------------------------
_SAME_TYPE = """
SELECT unit_id, type, sum(count)::int, bool_or(month >= %(first)s)
FROM analysis_cell
WHERE subject = 'lexsarah' AND basis = 'received' AND type <> '' AND month >= %(since)s AND month < %(end)s
GROUP BY unit_id, type
HAVING sum(count) >= 2 AND bool_or(month >= %(first)s)
"""


def _repetitions(period: Period, rules: Rules, tick: Tick) -> Iterator[Signal]:
    """Yield what recurs in spite of an action, what has eased after one, and lex Sarah of one type."""
    since, told_since = (
        months_after(period.end, -back) for back in (rules.repeated_months, MONTHS_TOLD)
    )
    in_vain, eased = [], []
    for acted in acted_on(period, since, tick):
        if acted.fresh >= rules.least and acted.effect.is_in_vain:
            in_vain.append((acted.unit, acted))
        elif acted.effect.change is Change.FEWER and acted.done_on >= told_since:
            eased.append((acted.unit, acted))
    for acted, left_out in most_telling(in_vain, rules.told_most):
        yield _signal_of_action(acted, Kind.REPEATED, Level.PATTERN, left_out)
    for acted, left_out in most_telling(eased, rules.told_most):
        yield _signal_of_action(acted, Kind.EASED, Level.FEWER, left_out)
    with connection.cursor() as cursor:
        cursor.execute(
            _SAME_TYPE, {"since": since, "first": period.first, "end": period.end}
        )
        for unit, kind, count, _ in cursor.fetchall():
            yield Signal(
                kind=Kind.REPEATED,
                level=Level.PATTERN,
                subject="lexsarah",
                unit_id=unit,
                type=kind,
                count=count,
            )


def _signal_of_action(
    acted: ActedOn, kind: Kind, level: Level, left_out: int
) -> Signal:
    effect = acted.effect
    compared = {
        "before_months": effect.before_months,
        "after": effect.after,
        "after_months": effect.after_months,
    }
    return Signal(
        kind=kind,
        level=level,
        unit_id=acted.unit,
        category=acted.category,
        process=acted.process,
        count=acted.fresh,
        before=effect.before,
        parameters=compared | _beside(left_out),
    )
