"""In how many days the cases of a unit are closed: read from the cases, since a cell holds no days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.db.models import Sum

from analysis.figures.known import Known
from analysis.figures.rows import rows_url
from analysis.models import KeptCell
from casework.database.periods import Period, tertial, tertial_of, tertials_before
from organisation.models import Unit

HANDLED_TERTIALS = 6
LEAST_HANDLED = 5  # cases: the median of fewer says nothing


@dataclass(frozen=True)
class Handled:
    """The cases that were closed in a tertial, and in how many days half of them were."""

    period: Period
    count: int
    days: float | None
    url: str
    purged: int = 0  # of those counted: nobody knows their days any more

    @property
    def name(self) -> str:
        """Return the tertial in words."""
        year, number = tertial_of(self.period.first)
        return f"Tertial {number} {year}"

    @property
    def median(self) -> int | None:
        """Return the median in whole days; none of fewer than five, or where some of them are purged."""
        is_told = self.count >= LEAST_HANDLED and not self.purged
        return round(self.days) if self.days is not None and is_told else None


def handled(unit: Unit, at: tuple[int, int], known: Known) -> list[Handled]:
    """Return how many cases were closed in each of six tertials, and half of them in how many days.

    Tertials of which the register knows nothing are left out.
    """
    shown = (tertial(*each) for each in tertials_before(*at, HANDLED_TERTIALS - 1))
    spans = [span for span in shown if known.tells(unit, "deviations", "closed", span)]
    if not spans:
        return []
    whole = Period(spans[0].first, spans[-1].end)
    found, purged = _medians(unit, whole), _purged(unit, whole)
    told = []
    for span in spans:
        count, days = found.get(str(span), (0, None))
        gone, rows = purged[str(span)], rows_url("deviations", unit, span, "closed")
        told.append(Handled(span, count + gone, days, rows, gone))
    return told


def _purged(unit: Unit, period: Period) -> Counter[str]:
    """Return, by tertial, how many cases under a unit were closed and have been purged."""
    kept = KeptCell.objects.filter(
        subject="deviations", basis="closed", unit__path__startswith=unit.path
    )
    kept = kept.filter(month__gte=period.first, month__lt=period.end).order_by()
    found: Counter[str] = Counter()
    for month, count in kept.values_list("month").annotate(n=Sum("count")):
        found[str(tertial(*tertial_of(month)))] += count
    return found


def _medians(unit: Unit, period: Period) -> dict[str, tuple[int, float | None]]:
    """Return, by tertial, how many cases under a unit were closed and the median of their days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(year FROM c.closed_on)::int, (extract(month FROM c.closed_on)::int + 3) / 4, "
            "count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY c.closed_on - c.received_on) "
            "FROM casework_case c WHERE c.subject = 'deviations' AND c.closed_on >= %s AND c.closed_on < %s "
            "AND c.unit_id IN (SELECT id FROM organisation_unit WHERE path ^@ %s) GROUP BY 1, 2",
            [period.first, period.end, unit.path],
        )
        return {
            f"{year}T{number}": (count, float(days))
            for year, number, count, days in cursor.fetchall()
        }
