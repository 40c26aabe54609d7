"""What has been acted on, and how often the same came in before and since (SOSFS 2011:9 5 kap. 8 §)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from analysis.counted.catalogue import PRAISED
from analysis.figures.known import Known
from analysis.rules.effects import MONTHS_BEFORE, Effect, effect_of
from casework.background.jobs import Tick
from casework.database.periods import Period, first_whole_month
from casework.process.deadlines import months_after
from deviations.words import NO_NAMES
from organisation.models import Unit

CELLS_AT_A_TIME = 2_000


class _Done(NamedTuple):
    """A category and routine of a unit, the first day of an action against it, and how many are new since."""

    unit: int
    category: str
    process: str
    done_on: dt.date
    fresh: int


@dataclass(frozen=True)
class ActedOn:
    """An action with its category and routine, how many are new in a tertial since, and its effect."""

    unit: int
    category: str
    process: str
    done_on: dt.date
    fresh: int
    effect: Effect


_DONE = """
WITH fresh AS MATERIALIZED (
    SELECT c.unit_id, d.category, c.process, coalesce(c.occurred_on, c.received_on) AS occurred_on
    FROM casework_case c JOIN deviations_deviation d ON d.case_ptr_id = c.id
    WHERE c.received_on >= %(first)s AND c.received_on < %(end)s AND d.kind <> ALL(%(praise)s)
        AND d.category <> '' AND c.process <> ALL(%(unnamed)s)
), done AS MATERIALIZED (
    SELECT c.unit_id, d.category, c.process, min(a.done_on) AS done_on
    FROM casework_action a
    JOIN casework_case c ON c.id = a.case_id
    JOIN deviations_deviation d ON d.case_ptr_id = c.id
    WHERE a.done_on >= %(since)s AND a.done_on < %(end)s AND d.category <> ''
        AND c.process <> ALL(%(unnamed)s)
    GROUP BY c.unit_id, d.category, c.process
)
SELECT unit_id, category, process, done_on, count(*) FILTER (WHERE occurred_on > done_on)
FROM done LEFT JOIN fresh USING (unit_id, category, process)
GROUP BY unit_id, category, process, done_on
ORDER BY 5 DESC, category, process
"""
_MONTHLY = """
SELECT unit_id, category, process, month, sum(count)::int
FROM analysis_cell
JOIN unnest(%(units)s::bigint[], %(categories)s::text[], %(processes)s::text[])
    AS asked (unit_id, category, process) USING (unit_id, category, process)
WHERE subject = 'deviations' AND basis = 'received' AND kind <> ALL(%(praise)s)
    AND month >= %(first)s AND month < %(end)s
GROUP BY unit_id, category, process, month
"""


def acted_on(period: Period, since: dt.date, tick: Tick) -> Iterator[ActedOn]:
    """Yield what actions done since a day were against, the most new first, with the levels around them.

    The levels are of whole months, of what came in to the unit itself, but for praise.
    """
    asked: dict[str, Any] = {"since": since, "first": period.first, "end": period.end}
    asked |= {"praise": PRAISED, "unnamed": ["", *NO_NAMES]}
    with connection.cursor() as cursor:
        cursor.execute(_DONE, asked)
        done = [_Done(*row) for row in cursor.fetchall()]
    known = _KnownMonths(period.end)
    for first in range(0, len(done), CELLS_AT_A_TIME):
        tick(80 + 15 * first // len(done), "Letar det som återkommer")
        some = done[first : first + CELLS_AT_A_TIME]
        counts = _monthly(
            some, Period(months_after(since, -MONTHS_BEFORE).replace(day=1), period.end)
        )
        for one in some:
            around = known.around(one)
            monthly = counts[one.unit, one.category, one.process]
            yield ActedOn(
                *one,
                effect_of(monthly, one.done_on, begins=around.first, end=around.end),
            )


def _monthly(
    done: Sequence[_Done], span: Period
) -> defaultdict[tuple[int, str, str], dict[dt.date, int]]:
    asked: dict[str, Any] = {
        "units": [one.unit for one in done],
        "categories": [one.category for one in done],
        "processes": [one.process for one in done],
        "praise": PRAISED,
        "first": span.first,
        "end": span.end,
    }
    counts: defaultdict[tuple[int, str, str], dict[dt.date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_MONTHLY, asked)
        for unit, category, process, month, count in cursor.fetchall():
            counts[unit, category, process][month] = count
    return counts


class _KnownMonths:
    """Between which months the register is whole of each unit: silence tells of none in those alone."""

    def __init__(self, end: dt.date) -> None:
        self.end = end
        self._known = {
            root.path: Known(root) for root in Unit.objects.filter(parent=None)
        }
        self._units = {unit.pk: unit for unit in Unit.objects.order_by()}

    def around(self, done: _Done) -> Period:
        """Return the unbroken months that are known around the one in which an action was done."""
        unit, month = self._units[done.unit], done.done_on.replace(day=1)
        of_root = self._known[f"{unit.path.split('/', 1)[0]}/"]
        known = of_root.run(unit, "deviations", "received", month, end=self.end)
        return Period(max(known.first, first_whole_month(unit.valid_from)), known.end)
