"""What every outline writes with: the report's years, its areas, its sources and its texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.text import slugify

from analysis.charts.charts import Chart, grouped_bars, number, percent
from analysis.counted.indicators import Indicator
from analysis.counted.nouns import Noun
from casework.database.periods import Period, calendar_year, tertial_of
from organisation.models import Unit
from reports.document.blocks import Figure, Section, Table, Text
from reports.document.counts import number_or_unknown, rest
from reports.document.ledger import Ledger, PeriodOf
from reports.document.months_covered import Yearly, covered
from reports.document.year_words import (
    Year,
    in_days,
    with_year_before,
    year_in_words,
    years_in_words,
)
from reports.models import AnnualReport
from reports.outlines.suggestions import SUGGESTIONS
from reports.tokens.sentences import compare, most, trend

YEARS = 4


@dataclass(frozen=True)
class AreaRow:
    """The counts of an area by year; the common rest of the areas has no unit."""

    name: str
    counts: Mapping[int, int | None]
    unit: Unit | None = None


def row_of(
    name: str, counts: Mapping[int, int | None], years: Sequence[int]
) -> tuple[str, ...]:
    """Return a row of a table: a name, and the count of each year."""
    return (name, *[number_or_unknown(counts[year]) for year in years])


def _slug(area: Unit) -> str:
    """Return a unit's code as keys may be written; its number where nothing is left of the code."""
    return slugify(area.code) or str(area.pk)


@dataclass
class Writer:
    """Writes the sections of one report and keeps every number that it writes.

    ``period_of`` is what the outline means by a year, and ``appendices`` are the keys of its appendices
    in order.  A writer of one area (``of``) writes the same sections about that area alone.
    """

    report: AnnualReport
    extracted_on: dt.date
    period_of: PeriodOf = calendar_year
    appendices: Sequence[str] = ()
    area: Unit | None = None
    _whole: Writer | None = field(default=None, repr=False)

    @property
    def year(self) -> int:
        """Return the year that the report is about."""
        return self.report.year

    @property
    def unit(self) -> Unit:
        """Return the unit that is written about: the report's, or the area's own."""
        return self.area or self.report.unit

    @property
    def period(self) -> Period:
        """Return the months of the report's year."""
        return self.period_of(self.year)

    @property
    def is_calendar(self) -> bool:
        """Tell whether the report's year is January to December."""
        return self.period == calendar_year(self.year)

    @property
    def year_in_words(self) -> str:
        """Return "2024", or "kvalitetsåret 2024" where the year is another than the calendar's."""
        return year_in_words(self.year, is_calendar=self.is_calendar)

    def years_in_words(self, years: Sequence[int]) -> str:
        """Return "2021–2024", or "kvalitetsåren 2023–2024"."""
        return years_in_words(years, is_calendar=self.is_calendar)

    @property
    def before_in_words(self) -> str:
        """Return the year before beside a number: "år 2023", or "kvalitetsåret 2023"."""
        before = year_in_words(self.year - 1, is_calendar=self.is_calendar)
        return f"år {before}" if self.is_calendar else before

    @property
    def tertials(self) -> list[tuple[int, int]]:
        """Return the year and number of the tertials that the report's year is made of."""
        return sorted(set(map(tertial_of, self.period.months)))

    def of(self, area: Unit) -> Writer:
        """Return a writer of one area's sections, which shares the ledger and the texts."""
        return replace(self, area=area, _whole=self)

    @cached_property
    def ledger(self) -> Ledger:
        """Return the keeper of the report's numbers."""
        return (
            self._whole.ledger
            if self._whole
            else Ledger(self.report.unit, self.period_of)
        )

    @cached_property
    def texts(self) -> dict[str, str]:
        """Return the newest text of each written section."""
        if self._whole:
            return self._whole.texts
        newest = self.report.blocks.order_by("section", "-version").distinct("section")
        return dict(newest.values_list("section", "text"))

    def source(self, basis: str) -> str:
        """Return the note under a chart or table: from where, on which basis, extracted when."""
        return (
            f"Källa: registret i Kvalitet, {basis}, uttag {self.extracted_on:%Y-%m-%d}."
        )

    def said(self, words: str) -> str:
        """Return standing words with the years and the unit that they are about."""
        about = {
            "year": self.year,
            "next": self.year + 1,
            "before": self.year - 1,
            "unit": self.unit.name,
            "days": in_days(self.period),
            "period": self.year_in_words,
        }
        for name, meant in about.items():
            words = words.replace(f"{{{name}}}", str(meant))
        return words

    def place(self, key: str) -> str:
        """Return the key of a section's place: an area's sections have places of their own."""
        if self.area is None:
            return key
        name = self.named_areas.get(self.area.pk) or _slug(self.area)
        return f"{key}-{name}"

    @cached_property
    def named_areas(self) -> dict[int, str]:
        """Return what keys call each area: of two codes that are written alike, the older keeps the name."""
        if self._whole:
            return self._whole.named_areas
        named: dict[int, str] = {}
        for area in Unit.objects.filter(parent=self.unit).order_by("pk"):
            slug = _slug(area)
            # No code becomes two hyphens, so this is never the name of another.
            named[area.pk] = f"{slug}--{area.pk}" if slug in named.values() else slug
        return named

    def section(self, key: str, heading: str, *, suggestion: str = "") -> Section:
        """Begin a section with what was written in it, or with the outline's suggestion."""
        place = self.place(key)
        words = self.said(SUGGESTIONS.get(key, suggestion))
        text = Text(self.texts.get(place, words), suggested=place not in self.texts)
        about = self.area.code if self.area else ""
        return Section(place, self.said(heading), [text], about=about)

    def appendix(self, key: str) -> int | None:
        """Return the number of an appendix, or None when the outline has it not."""
        return self.appendices.index(key) + 1 if key in self.appendices else None

    def by_year(self, counted: Indicator, years: Sequence[int]) -> Yearly:
        """Return the counts of the unit that is written about in each of some years."""
        return self.by_area(counted, [self.unit], years)[self.unit.pk]

    def by_area(
        self, counted: Indicator, areas: Sequence[Unit], years: Sequence[int]
    ) -> dict[int, Yearly]:
        """Return the counts of each area (by id) in each of some years."""
        return self.ledger.by_area(
            counted.subject, counted.basis, areas, years, where=counted.where
        )

    def by_value(self, counted: Indicator, dimension: str) -> dict[str, int]:
        """Return the year's counts of the unit that is written about, the largest first."""
        asked = (counted.subject, counted.basis, self.year, dimension)
        return self.ledger.by_value(*asked, where=counted.where, unit=self.unit)

    def id_of(self, counted: Indicator, year: int, unit: Unit | None = None) -> str:
        """Return the id of a number that is kept, or nothing."""
        asked = (counted.subject, counted.basis, unit or self.unit, year)
        return self.ledger.id_of(*asked, where=counted.where)

    def ids_of(
        self, counted: Indicator, years: Sequence[int], unit: Unit | None = None
    ) -> tuple[str, ...]:
        """Return the ids of the numbers in a row of a table, whose first cell is a name."""
        return ("", *[self.id_of(counted, year, unit) for year in years])

    def years(self, counted: Indicator, *, areas: Sequence[Unit] = ()) -> list[int]:
        """Return up to four years, from the first of which the register is whole about the unit or an area.

        An imported register may begin with complaints a year after deviations: none is then no zero.
        """
        shown, first = range(self.year - YEARS + 1, self.year + 1), self.year
        for unit in (self.unit, *areas):
            known = self.ledger.known_years(
                counted.subject, counted.basis, unit, shown, where=counted.where
            )
            first = min([first, *known])
        return list(range(first, self.year + 1))

    def months(self, year: int, counts: Yearly) -> int:
        """Return how many months of a year the figures cover, of those when the unit was there."""
        known = counts.known.get(year)
        return covered(self.period_of(year), self.unit, self.extracted_on, known=known)

    @property
    def year_named(self) -> Year:
        """Return the year and the one before as sentences name them."""
        return with_year_before(self.year, is_calendar=self.is_calendar)

    def compare(self, counted: Indicator, counts: Yearly) -> str:
        """Compare the report's year with the one before, per month when one of them is not whole."""
        before = counts.get(self.year - 1)
        months = self.months(self.year, counts)
        months_before = self.months(self.year - 1, counts)
        if not months_before:
            before = None
        return compare(
            counted.noun,
            self.year_named,
            counts[self.year],
            before,
            verb=counted.verb,
            months=(max(months, 1), months_before),
        )

    def trend(self, noun: Noun, counts: Yearly) -> str:
        """Return what the whole years say together; nothing where one of them is not known."""
        known = {year: count for year, count in counts.items() if count is not None}
        if len(known) < len(counts) or any(
            self.months(year, counts) != 12 for year in counts
        ):
            return ""
        return trend(noun, known)

    def areas(self, years: Sequence[int]) -> list[Unit]:
        """Return the units right below that existed in any of the years; the unit itself if none did."""
        begun = Unit.objects.filter(
            parent=self.unit, valid_from__lt=self.period_of(years[-1]).end
        )
        first_day = self.period_of(years[0]).first
        return [
            unit for unit in begun if unit.valid_to is None or unit.valid_to > first_day
        ] or [self.unit]

    def per_area(self, counted: Indicator) -> tuple[Yearly, list[Figure | Table]]:
        """Return the counts by year, and their chart and table by area unless all are 0."""
        below = list(Unit.objects.filter(parent=self.unit))
        years = self.years(counted, areas=below)
        areas = self.areas(years)
        counts = self.by_area(counted, areas, years)
        whole = self.by_year(counted, years)
        if not any(any(by_year.values()) for by_year in (whole, *counts.values())):
            return whole, []
        rows = [AreaRow(area.name, counts[area.pk], area) for area in areas]
        common = {}
        for year in years:
            of_areas = [row.counts[year] for row in rows]
            common[year] = rest(whole[year], *of_areas)
        if any(common.values()):
            # What belongs to the unit itself is nobody's below it, yet the parts must add up.
            rows.append(AreaRow("Gemensamt", common))
        chart = self._chart_by_area(counted, rows, years)
        table = self._table_by_area(
            counted, [*rows, AreaRow("Totalt", whole, self.unit)], years
        )
        return whole, [Figure(table.caption, chart, table.source), table]

    def _chart_by_area(
        self, counted: Indicator, rows: Sequence[AreaRow], years: Sequence[int]
    ) -> Chart:
        """Return a chart of the areas, with a bar for each year."""
        latest = {row.name: row.counts[self.year] for row in rows}
        series = []
        for year in years:
            of_areas = [row.counts[year] for row in rows]
            series.append((str(year), of_areas))
        names = [row.name for row in rows]
        finding = most(counted.noun, self.year, latest)
        return grouped_bars(finding, names, series, heading="Verksamhetsområde")

    def _table_by_area(
        self, counted: Indicator, rows: Sequence[AreaRow], years: Sequence[int]
    ) -> Table:
        """Return a table of the areas with their sum last, each number with its id in the ledger."""
        numbers = []
        for row in rows:
            known = (
                self.ids_of(counted, years, row.unit)
                if row.unit
                else ("",) * (len(years) + 1)
            )
            numbers.append(known)
        return Table(
            f"{counted.caption} {self.years_in_words(years)} per verksamhetsområde",
            ("Verksamhetsområde", *map(str, years)),
            tuple(row_of(row.name, row.counts, years) for row in rows),
            self.source(counted.rows_in_words),
            total=True,
            numbers=tuple(numbers),
        )

    def split(
        self, caption: str, heading: str, counts: dict[str, int], words: str
    ) -> Table:
        """Return one year's counts by a dimension as a table with shares and a sum."""
        total = sum(counts.values())
        rows = [
            (name or "Inte angivet", number(n), f"{percent(n, total)} %")
            for name, n in counts.items()
        ]
        rows.append(("Totalt", number(total), "100 %"))
        header = (heading, "Antal", "Andel")
        return Table(
            f"{caption} {self.year_in_words}",
            header,
            tuple(rows),
            self.source(words),
            total=True,
        )
