"""Let the rules look at the stored figures of a tertial, and store what they find (SOSFS 2011:9 5 kap. 6 §).

Everything is read from cells, except what returns in spite of an action: that is asked of the actions.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Min

from analysis.models import Cell, Kind, Level, Signal
from analysis.patterns import (
    Cell as Place,
)
from analysis.patterns import (
    Excess,
    Rules,
    concentrations,
    recurrences,
    rises,
)
from casework.deadlines import months_after
from casework.periods import Period, tertial, tertial_of
from deviations.models import Kind as DeviationKind
from deviations.words import NO_NAMES
from organisation.models import Unit

# What is praised is no fault.
_COUNTED = "subject = 'deviations' AND basis = 'received' AND kind <> %s"
# The number of a month's tertial, counted as tertials_before does: a third as many rows as by month.
_TERTIAL = "3 * extract(year FROM month)::int + (extract(month FROM month)::int - 1) / 4"
_SIGNAL_LOCK = 5_060_907
Counts = TypeVar("Counts")


def tertials_before(year: int, number: int, count: int) -> list[tuple[int, int]]:
    """Return so many tertials before one, and itself, oldest first."""
    index = 3 * year + number - 1
    return [(n // 3, n % 3 + 1) for n in range(index - count, index + 1)]


def find(year: int, number: int, rules: Rules | None = None) -> list[Signal]:
    """Return, unsaved, what the rules say of a tertial with the figures that are stored now."""
    rules, period = rules or Rules(), tertial(year, number)
    found = [
        *_rises(year, number, rules),
        *_concentrations(period, rules),
        *_recurrences(period, rules),
        *_repetitions(period, rules),
    ]
    for signal in found:
        signal.year, signal.tertial, signal.parameters = year, number, rules.as_parameters()
    return found


def renew(year: int, number: int) -> int:
    """Store what the rules say of a tertial in place of what they said before; return how many they found."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGNAL_LOCK])
        Signal.objects.filter(year=year, tertial=number).delete()
        return len(Signal.objects.bulk_create(find(year, number)))


def held_tertials() -> list[tuple[int, int]]:
    """Return the tertials in which anything was reported, oldest first."""
    months = Cell.objects.filter(subject="deviations", basis="received").order_by("month")
    return list(
        dict.fromkeys(tertial_of(month) for month in months.values_list("month", flat=True).distinct())
    )


# --- more than before -------------------------------------------------------------------------
def _rises(year: int, number: int, rules: Rules) -> Iterator[Signal]:
    tertials = tertials_before(year, number, rules.earlier)
    span = Period(tertial(*tertials[0]).first, tertial(year, number).end)
    history: dict[Place, list[int]] = {}
    columns = ("target_group", "category", "cause_area")
    first, last = (3 * year + number - 1 for year, number in (tertials[0], tertials[-1]))
    for unit, *named, at, count in _counts(span, (*columns, _TERTIAL)):
        history.setdefault(Place(unit, *named), [0] * (last - first + 1))[at - first] = count
    begun = _begun(tertials)
    for part in _by_administration(history):
        for rise in rises(part, begun, rules):
            yield Signal(
                kind=Kind.RISE,
                level=rise.level,
                **_named(rise.cell),
                count=rise.count,
                before=rise.before,
                periods=rise.periods,
                chance=rise.chance,
                false_share=rise.false_share,
            )


def _by_administration(counted: Mapping[Place, Counts]) -> Iterable[Mapping[Place, Counts]]:
    """Part what is counted by administration: none is compared with, or told of, what another reports."""
    root_of = _administrations()
    parts: dict[str, dict[Place, Counts]] = defaultdict(dict)
    for place, counts in counted.items():
        parts[root_of[place.unit]][place] = counts
    return parts.values()


def _administrations() -> dict[int, str]:
    """Return the code of the uppermost unit of each unit (by id)."""
    return {unit: path.split("/", 1)[0] for unit, path in Unit.objects.values_list("pk", "path")}


def _begun(tertials: list[tuple[int, int]]) -> dict[int, int]:
    """Return for how many whole tertials before the last each unit has been there and been counted.

    The register of an administration begins with what came in first to any of its units.
    """
    received = Cell.objects.filter(subject="deviations", basis="received").order_by()
    root_of, firsts = _administrations(), dict[str, dt.date]()
    for unit, month in received.values_list("unit").annotate(first=Min("month")):
        firsts[root_of[unit]] = min(month, firsts.get(root_of[unit], month))
    starts = [tertial(*at).first for at in tertials[:-1]]
    return {
        unit: sum(start >= max(begins, firsts[root_of[unit]]) for start in starts)
        for unit, begins in Unit.objects.values_list("pk", "valid_from")
        if root_of[unit] in firsts
    }


def _counts(period: Period, columns: Iterable[str]) -> list[tuple[Any, ...]]:
    """Return unit, the columns, and how many deviations of each combination came in during a period."""
    names = ", ".join(["unit_id", *columns])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names}, sum(count)::int FROM analysis_cell "  # noqa: S608 -- our own names only
            f"WHERE {_COUNTED} AND month >= %s AND month < %s GROUP BY {names}",
            [DeviationKind.PRAISE, period.first, period.end],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _named(cell: Place) -> dict[str, Any]:
    return {
        "unit_id": cell.unit,
        "target_group": cell.target_group,
        "category": cell.category,
        "cause_area": cell.cause_area,
        "process": cell.process,
    }


# --- more than elsewhere, and again -----------------------------------------------------------
def _concentrations(period: Period, rules: Rules) -> Iterator[Signal]:
    counts = {Place(unit, category=name): count for unit, name, count in _counts(period, ("category",))}
    for part in _by_administration(counts):
        for excess in concentrations(part, rules):
            yield _signal_of(excess, Kind.CONCENTRATED)


def _recurrences(period: Period, rules: Rules) -> Iterator[Signal]:
    year = Period(months_after(period.end, -rules.recurring_months), period.end)
    of_year, latest = (_by_routine_and_cause(span) for span in (year, period))
    for part in _by_administration(of_year):
        for excess in recurrences(part, latest, rules):
            yield _signal_of(excess, Kind.RECURRING)


def _signal_of(excess: Excess, kind: Kind) -> Signal:
    return Signal(
        kind=kind,
        level=excess.level,
        **_named(excess.cell),
        count=excess.count,
        whole=excess.of,
        before=excess.elsewhere,
        periods=excess.elsewhere_of,
        chance=excess.chance,
    )


def _by_routine_and_cause(period: Period) -> dict[Place, int]:
    """Count by routine and cause; those without a named routine are part of the whole."""
    counts: dict[Place, int] = defaultdict(int)
    for unit, process, cause, count in _counts(period, ("process", "cause_area")):
        counts[Place(unit, process="" if process in NO_NAMES else process, cause_area=cause)] += count
    return counts


# --- in spite of what was done ----------------------------------------------------------------
_AFTER_ACTION = """
SELECT c.unit_id, d.category, c.process, count(*), min(done.done_on)
FROM deviations_deviation d JOIN casework_case c ON c.id = d.case_ptr_id
JOIN (
    SELECT ac.unit_id, ad.category, ac.process, min(a.done_on) AS done_on
    FROM casework_action a
    JOIN casework_case ac ON ac.id = a.case_id
    JOIN deviations_deviation ad ON ad.case_ptr_id = ac.id
    WHERE a.done_on >= %(since)s AND ad.category <> '' AND ac.process <> ALL(%(unnamed)s)
    GROUP BY ac.unit_id, ad.category, ac.process
) done ON done.unit_id = c.unit_id AND done.category = d.category AND done.process = c.process
WHERE c.received_on >= %(first)s AND c.received_on < %(end)s AND d.kind <> %(praise)s
    AND coalesce(c.occurred_on, c.received_on) > done.done_on
GROUP BY c.unit_id, d.category, c.process
HAVING count(*) >= %(least)s
"""
_SAME_TYPE = """
SELECT unit_id, type, sum(count)::int, bool_or(month >= %(first)s)
FROM analysis_cell
WHERE subject = 'lexsarah' AND basis = 'received' AND type <> '' AND month >= %(since)s AND month < %(end)s
GROUP BY unit_id, type
HAVING sum(count) >= 2 AND bool_or(month >= %(first)s)
"""


def _repetitions(period: Period, rules: Rules) -> Iterator[Signal]:
    """Yield what came back although something was done, and lex Sarah of one type, within two years."""
    asked: dict[str, Any] = {
        "since": months_after(period.end, -rules.repeated_months),
        "first": period.first,
        "end": period.end,
        "praise": DeviationKind.PRAISE,
        "unnamed": ["", *NO_NAMES],
        "least": rules.least,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AFTER_ACTION, asked)
        for unit, category, process, count, _done in cursor.fetchall():
            named = _named(Place(unit, category=category, process=process))
            yield Signal(kind=Kind.REPEATED, level=Level.PATTERN, **named, count=count)
        cursor.execute(_SAME_TYPE, asked)
        for unit, kind, count, _ in cursor.fetchall():
            yield Signal(
                kind=Kind.REPEATED,
                level=Level.PATTERN,
                subject="lexsarah",
                unit_id=unit,
                type=kind,
                count=count,
            )
