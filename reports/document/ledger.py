"""Live numbers: every number of a report is a question with basis, period and unit, and is kept.

The ledger asks the stored cells, remembers each answer once, and is what ``figures.json`` holds: a
reader can put the same question with ``manage.py figures`` and must get the same number.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Sum

from analysis.ask.table import HIDDEN
from analysis.counted.catalogue import narrowings
from analysis.counted.indicators import Where
from analysis.counted.questions import FigureError, Question
from analysis.counted.vocabulary import UNKNOWN, period_in_words
from analysis.figures.known import Known
from analysis.figures.stored import meets, rows
from analysis.models import Cell
from casework.database.periods import Period, calendar_year, quality_year
from organisation.models import Unit
from reports.document.months_covered import Yearly
from reports.document.numbers import Number, query_of
from selfcheck.models import Measurement, Share
from selfcheck.register.statistics import shares_by_title

Counted = tuple[str, int, Mapping[str, str], int]
# What a report means by a year: calendar_year, or quality_year that begins in September.
PeriodOf = Callable[[int], Period]
YEARS: Mapping[str, PeriodOf] = {"calendar": calendar_year, "quality": quality_year}


def covering(periods: Collection[Period]) -> Period:
    """Return the period from the first day of some periods to the last."""
    return Period(
        min(period.first for period in periods), max(period.end for period in periods)
    )


class Ledger:
    """Ask for the numbers of one report, each once, and remember them under their questions (a memo).

    ``period_of`` says which months make a year.
    """

    def __init__(self, unit: Unit, period_of: PeriodOf = calendar_year) -> None:
        self.unit = unit
        self.period_of = period_of
        self._kept: dict[tuple[str, ...], Number] = {}
        self._read: dict[tuple[str, str, tuple[str, ...]], list[Counted]] = {}
        self._asked: list[str] = []

    @cached_property
    def _paths(self) -> dict[int, str]:
        """Return the paths of the units by id."""
        return dict(Unit.objects.below(self.unit).values_list("pk", "path"))

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Return the unit and all below it, by code."""
        if (
            self.unit.pk is None
        ):  # of a stored document: it holds its numbers, and asks for no others
            return {}
        return {unit.code: unit for unit in Unit.objects.below(self.unit)}

    @cached_property
    def known(self) -> Known:
        """Return what knows which time the register covers."""
        return Known(self.unit)

    def tells(
        self, subject: str, basis: str, unit: Unit, period: Period, *, where: Where = ()
    ) -> bool:
        """Tell whether the register knows anything of a period; a stored document knows what it holds."""
        return self.unit.pk is None or self.known.tells(
            unit, subject, basis, period, where=where
        )

    def tells_count(
        self,
        count: int,
        subject: str,
        basis: str,
        unit: Unit,
        period: Period,
        *,
        where: Where = (),
    ) -> bool:
        """Tell whether a count of a period is known: none is not where a part of the period is unknown."""
        if self.unit.pk is None:
            return True
        return self.known.tells_count(count, unit, subject, basis, period, where=where)

    def known_months(
        self, subject: str, basis: str, unit: Unit, period: Period, *, where: Where = ()
    ) -> list[dt.date]:
        """Return the months of a period that the register knows; a stored document knows what it holds."""
        if self.unit.pk is None:
            return period.months
        return self.known.months(unit, subject, basis, period, where=where)

    def numbers(self) -> list[dict[str, Any]]:
        """Return every number that was asked for, as files have it, in the order of the report."""
        return [number.written for number in self._kept.values()]

    def _keep(
        self,
        subject: str,
        basis: str,
        unit: Unit,
        period: str,
        *,
        where: Where,
        value: int | str,
    ) -> None:
        """Remember a number under the question that it answers; the same question keeps its first id."""
        query = query_of(where)
        key = (subject, basis, unit.code, period, query)
        made = Number(
            f"n{len(self._kept) + 1}", subject, unit.code, period, basis, query, value
        )
        self._asked.append(self._kept.setdefault(key, made).id)

    def take_asked(self) -> tuple[str, ...]:
        """Return the ids of the numbers that were asked for since the last time, each once."""
        asked, self._asked = dict.fromkeys(self._asked), []
        return tuple(asked)

    def id_of(
        self, subject: str, basis: str, unit: Unit, year: int, *, where: Where = ()
    ) -> str:
        """Return the id of a number that is kept, or nothing."""
        kept = self._kept.get(
            (subject, basis, unit.code, str(self.period_of(year)), query_of(where))
        )
        return kept.id if kept else ""

    def by_year(
        self, subject: str, basis: str, years: Sequence[int], *, where: Where = ()
    ) -> Yearly:
        """Return the counts of the report's unit in each of some years."""
        return self.by_area(subject, basis, [self.unit], years, where=where)[
            self.unit.pk
        ]

    def by_area(
        self,
        subject: str,
        basis: str,
        areas: Sequence[Unit],
        years: Sequence[int],
        *,
        where: Where = (),
    ) -> dict[int, Yearly]:
        """Return the counts of each area (by id) in each of some years, None where nothing is known."""
        totals = self._totals(subject, basis, years, where)
        found = {}
        for area in areas:
            counts = Yearly(years)
            for (path, year), count in totals.items():
                if path.startswith(area.path):
                    counts[year] = (counts[year] or 0) + count
            for year in years:
                period, count = self.period_of(year), counts[year] or 0
                counts.known[year] = self.known_months(
                    subject, basis, area, period, where=where
                )
                counts[year] = self._keep_known(
                    count, subject, basis, area, period, where=where
                )
            found[area.pk] = counts
        return found

    def in_periods(
        self,
        subject: str,
        basis: str,
        areas: Sequence[Unit],
        periods: Sequence[Period],
        *,
        where: Where = (),
    ) -> dict[int, dict[Period, int | None]]:
        """Return the counts of each area (by id) in each of some periods, None where nothing is known."""
        question = Question(
            subject, self.unit, covering(periods), basis, ("unit", "month"), where
        )
        monthly = rows(question)
        found = {}
        for area in areas:
            by_month: dict[str, int] = defaultdict(int)
            for code, month, found_in_month in monthly:
                if self.units[code].path.startswith(area.path):
                    by_month[month] += int(found_in_month)
            counts = {}
            for period in periods:
                count = sum(by_month[f"{month:%Y-%m}"] for month in period.months)
                counts[period] = self._keep_known(
                    count, subject, basis, area, period, where=where
                )
            found[area.pk] = counts
        return found

    def _keep_known(
        self,
        count: int,
        subject: str,
        basis: str,
        unit: Unit,
        period: Period,
        *,
        where: Where,
    ) -> int | None:
        """Keep a count and return it; None where the register knows nothing of the period."""
        if self.tells_count(count, subject, basis, unit, period, where=where):
            self._keep(subject, basis, unit, str(period), where=where, value=count)
            return count
        self._keep(subject, basis, unit, str(period), where=where, value=UNKNOWN)
        return None

    def keep_published(
        self,
        subject: str,
        basis: str,
        unit: Unit,
        period: Period,
        *,
        where: Where,
        value: int | None,
    ) -> None:
        """Keep a number as it is published: a hidden one is kept as hidden."""
        kept = HIDDEN if value is None else value
        self._keep(subject, basis, unit, str(period), where=where, value=kept)

    def known_years(
        self,
        subject: str,
        basis: str,
        unit: Unit,
        years: Sequence[int],
        *,
        where: Where = (),
    ) -> list[int]:
        """Return those of some years of which the register is whole about a unit.

        Of a year into which a register begins late there is a part, which is no year to compare with.
        """
        whole = []
        for year in years:
            period = self.period_of(year)
            if self.known.is_whole(unit, subject, basis, period, where=where):
                whole.append(year)
        return whole

    def _totals(
        self, subject: str, basis: str, years: Sequence[int], where: Where
    ) -> dict[tuple[str, int], int]:
        """Return the counts of some years by the path of each unit, narrowed by ``where``."""
        totals: dict[tuple[str, int], int] = defaultdict(int)
        names = [name for name, _ in where]
        for path, year, values, count in self._yearly(subject, basis, names):
            if year in years and all(
                meets(name, values[name], wanted) for name, wanted in where
            ):
                totals[path, year] += count
        return totals

    def _yearly(
        self, subject: str, basis: str, names: Collection[str]
    ) -> list[Counted]:
        """Return the counts of every unit and year by what the outlines narrow to, from a cache."""
        # One reading answers every question of the outlines over years and areas.
        split = tuple(sorted({*narrowings(subject), *names}))
        key = (subject, basis, split)
        if key not in self._read:
            self._read[key] = self._read_yearly(subject, basis, split)
        return self._read[key]

    def _read_yearly(
        self, subject: str, basis: str, split: tuple[str, ...]
    ) -> list[Counted]:
        """Return the counts of every unit and year, split by some dimensions, from the cells."""
        cells = Cell.objects.under(self.unit).filter(subject=subject, basis=basis)
        # Grouped by key, not by path: a third cheaper where there are a million cells.
        monthly = (
            cells.values_list("unit", "month", *split)
            .annotate(total=Sum("count"))
            .order_by()
        )
        yearly: dict[tuple[str, int, tuple[str, ...]], int] = defaultdict(int)
        for unit, month, *values, total in monthly:
            key = (self._paths[unit], self._year_of(month), tuple(values))
            yearly[key] += total
        return [
            (path, year, dict(zip(split, values, strict=True)), total)
            for (path, year, values), total in yearly.items()
        ]

    def _year_of(self, month: dt.date) -> int:
        """Return the year of the report that a month belongs to."""
        return month.year if month in self.period_of(month.year) else month.year + 1

    def by_value(
        self,
        subject: str,
        basis: str,
        year: int,
        dimension: str,
        *,
        where: Where = (),
        unit: Unit | None = None,
    ) -> dict[str, int]:
        """Return the counts of one year by the values of a dimension, the largest first."""
        about, period = unit or self.unit, self.period_of(year)
        if not self.tells(subject, basis, about, period, where=where):
            return {}
        answer = rows(Question(subject, about, period, basis, (dimension,), where))
        found = {value: int(count) for value, count in answer}
        for value, count in found.items():
            self._keep(
                subject,
                basis,
                about,
                str(period),
                where=(*where, (dimension, value)),
                value=count,
            )
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def there(self, unit: str) -> Unit | None:
        """Return a unit of the report by its code."""
        return self.units.get(unit)

    def answer(
        self, subject: str, basis: str, unit: str, period: Period, *, where: Where = ()
    ) -> int:
        """Return one count about a unit by its code: the one that is kept, or asked for now.

        Raises FigureError when the unit is no part of the report or the register knows nothing of the period.
        """
        kept = self._kept.get((subject, basis, unit, str(period), query_of(where)))
        if kept is not None and isinstance(kept.value, int):
            self._asked.append(kept.id)
            return kept.value
        if unit not in self.units:
            if self.unit.pk is None:
                raise FigureError("talet finns inte i det låsta underlaget")
            raise FigureError(f"{unit} är ingen enhet i {self.unit.name}")
        about = self.units[unit]
        count = int(rows(Question(subject, about, period, basis, (), where))[0][0])
        if not self.tells_count(count, subject, basis, about, period, where=where):
            raise FigureError(
                f"registret har inga sådana uppgifter för {period_in_words(period)}"
            )
        self._keep(subject, basis, about, str(period), where=where, value=count)
        return count

    def series(self, unit: Unit, title: str, period: Period) -> Share | None:
        """Return one measurement series of a unit over a period, or None when nothing was measured."""
        share = shares_by_title(unit, period).get(title)
        if share is not None:
            where = (("title", title),)
            self._keep(
                "series",
                "measured",
                unit,
                str(period),
                where=where,
                value=_value_of(share),
            )
        return share

    def keep_measurement(self, point: Measurement) -> None:
        """Keep one measurement that is shown as it was typed."""
        series, value = point.series, _value_of(point.share)
        where = (("title", series.title),)
        self._keep(
            "series", "measured", series.unit, point.period, where=where, value=value
        )


def _value_of(share: Share) -> int | str:
    """Return a share as "n/N", or the number alone of a series that has no whole."""
    return share.numerator if share.denominator is None else str(share)
