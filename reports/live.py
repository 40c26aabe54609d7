"""Live numbers: every number of a report is a question with basis, period and unit, and is kept.

The ledger asks the stored cells, remembers each answer once, and is what ``figures.json`` holds: a
reader can put the same question with ``manage.py figures`` and must get the same number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from analysis.figures import Question, rows
from casework.periods import Period, calendar_year
from organisation.models import Unit
from selfcheck.models import Share
from selfcheck.statistics import shares_by_title

Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Number:
    """One number of a report and the question that it answers; ``value`` is "n/N" for a share."""

    id: str
    subject: str
    unit: str
    period: str
    basis: str
    query: str
    value: int | str


class Ledger:
    """Asks for the numbers of one report and keeps them."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._kept: dict[tuple[str, ...], Number] = {}

    def numbers(self) -> list[dict[str, Any]]:
        """Return every number that was asked for, in the order of the report."""
        return [asdict(number) for number in self._kept.values()]

    def _keep(
        self, subject: str, basis: str, unit: Unit, period: str, where: Where, value: int | str
    ) -> None:
        query = " ".join(f"{name}={wanted}" for name, wanted in where)
        key = (subject, basis, unit.code, period, query)
        self._kept.setdefault(
            key, Number(f"n{len(self._kept) + 1}", subject, unit.code, period, basis, query, value)
        )

    def by_year(
        self, subject: str, basis: str, years: Sequence[int], *, where: Where = ()
    ) -> dict[int, int]:
        """Return the counts of the report's unit in each of some years."""
        return self.by_area(subject, basis, [self.unit], years, where=where)[self.unit.pk]

    def by_area(
        self, subject: str, basis: str, areas: Sequence[Unit], years: Sequence[int], *, where: Where = ()
    ) -> dict[int, dict[int, int]]:
        """Return the counts of each area (by id) in each of some years, with one question."""
        span = Period(calendar_year(years[0]).first, calendar_year(years[-1]).end)
        paths = dict(Unit.objects.below(self.unit).values_list("code", "path"))
        found: dict[int, dict[int, int]] = {area.pk: dict.fromkeys(years, 0) for area in areas}
        monthly: dict[tuple[str, int], int] = defaultdict(int)
        for code, month, count in rows(Question(subject, self.unit, span, basis, ("unit", "month"), where)):
            monthly[paths[code], int(month[:4])] += int(count)
        for area in areas:
            for (path, year), count in monthly.items():
                if path.startswith(area.path):
                    found[area.pk][year] += count
            for year in years:
                self._keep(subject, basis, area, str(year), where, found[area.pk][year])
        return found

    def by_value(
        self, subject: str, basis: str, year: int, dimension: str, *, where: Where = ()
    ) -> dict[str, int]:
        """Return the counts of one year by the values of a dimension, the largest first."""
        answer = rows(Question(subject, self.unit, calendar_year(year), basis, (dimension,), where))
        found = {value: int(count) for value, count in answer}
        for value, count in found.items():
            self._keep(subject, basis, self.unit, str(year), (*where, (dimension, value)), count)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def series(self, unit: Unit, title: str, period: Period) -> Share | None:
        """Return one measurement series of a unit over a period, or None when nothing was measured."""
        share = shares_by_title(unit, period).get(title)
        if share is not None:
            value = str(share) if share.denominator is not None else share.numerator
            self._keep("series", "measured", unit, str(period), (("title", title),), value)
        return share
