"""What every outline writes with: the report's years, its areas, its sources and its texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.text import slugify

from analysis.charts import grouped_bars, number, percent
from analysis.indicators import Indicator
from analysis.nouns import Noun
from casework.periods import Period, calendar_year, tertial_of
from organisation.models import Unit
from reports.covering import Yearly, covered
from reports.document import Figure, Section, Table, Text
from reports.live import Ledger, PeriodOf, in_days, rest, told
from reports.models import AnnualReport
from reports.sentences import Year, compare, most, trend
from reports.suggestions import SUGGESTIONS

YEARS = 4


def span_of(years: Sequence[int]) -> str:
    """Return "2021-2024" with a dash, or the year alone."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _slug(area: Unit) -> str:
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
        return self._named(self.year)

    def years_in_words(self, years: Sequence[int]) -> str:
        """Return "2021–2024", or "kvalitetsåren 2023–2024"."""
        if self.is_calendar:
            return span_of(years)
        return f"kvalitetsår{'et' if len(years) == 1 else 'en'} {span_of(years)}"

    @property
    def before_in_words(self) -> str:
        """Return the year before beside a number: "år 2023", or "kvalitetsåret 2023"."""
        return f"år {self.year - 1}" if self.is_calendar else self._named(self.year - 1)

    @property
    def tertials(self) -> list[tuple[int, int]]:
        """Return the year and number of the tertials that the report's year is made of."""
        return sorted({tertial_of(month) for month in self.period.months})

    def of(self, area: Unit) -> Writer:
        """Return a writer of one area's sections, which shares the ledger and the texts."""
        return replace(self, area=area, _whole=self)

    @cached_property
    def ledger(self) -> Ledger:
        """Return the keeper of the report's numbers."""
        return self._whole.ledger if self._whole else Ledger(self.report.unit, self.period_of)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Return the newest text of each section that somebody has written in."""
        if self._whole:
            return self._whole.texts
        newest = self.report.blocks.order_by("section", "-version").distinct("section")
        return dict(newest.values_list("section", "text"))

    def source(self, basis: str) -> str:
        """Return the note under a chart or table: from where, on which basis, extracted when."""
        return f"Källa: registret i Kvalitet, {basis}, uttag {self.extracted_on:%Y-%m-%d}."

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
        return f"{key}-{self.named_areas.get(self.area.pk) or _slug(self.area)}" if self.area else key

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

    def by_area(self, counted: Indicator, areas: Sequence[Unit], years: Sequence[int]) -> dict[int, Yearly]:
        """Return the counts of each area (by id) in each of some years."""
        return self.ledger.by_area(counted.subject, counted.basis, areas, years, where=counted.where)

    def by_value(self, counted: Indicator, dimension: str) -> dict[str, int]:
        """Return the year's counts of the unit that is written about, the largest first."""
        asked = (counted.subject, counted.basis, self.year, dimension)
        return self.ledger.by_value(*asked, where=counted.where, unit=self.unit)

    def id_of(self, counted: Indicator, year: int, unit: Unit | None = None) -> str:
        """Return the id of a number that is kept, or nothing."""
        asked = (counted.subject, counted.basis, unit or self.unit, year)
        return self.ledger.id_of(*asked, where=counted.where)

    def years(self, counted: Indicator, *, areas: Sequence[Unit] = ()) -> list[int]:
        """Return up to four years, from the first of which the register is whole about the unit or an area.

        An imported register may begin with complaints a year after deviations: none is then no zero.
        """
        asked = range(self.year - YEARS + 1, self.year + 1)
        known = [
            year
            for unit in (self.unit, *areas)
            for year in self.ledger.known_years(
                counted.subject, counted.basis, unit, asked, where=counted.where
            )
        ]
        return list(range(min(known, default=self.year), self.year + 1))

    def months(self, year: int, counts: Yearly) -> int:
        """Return how many months of a year the figures cover, of those when the unit was there."""
        known = counts.known.get(year)
        return covered(self.period_of(year), self.unit, self.extracted_on, known=known)

    @property
    def year_named(self) -> Year:
        """Return the year and the one before as sentences name them."""
        return self.year if self.is_calendar else (self._named(self.year), self._named(self.year - 1))

    def compare(self, counted: Indicator, counts: Yearly) -> str:
        """Compare the report's year with the one before, per month when one of them is not whole."""
        covered, before = self.months(self.year, counts), self.months(self.year - 1, counts)
        return compare(
            counted.noun,
            self.year_named,
            counts[self.year],
            counts.get(self.year - 1) if before else None,
            verb=counted.verb,
            months=(max(covered, 1), before),
        )

    def _named(self, year: int) -> str:
        return str(year) if self.is_calendar else f"kvalitetsåret {year}"

    def trend(self, noun: Noun, counts: Yearly) -> str:
        """Return what the whole years say together; nothing where one of them is not known."""
        known = {year: count for year, count in counts.items() if count is not None}
        is_whole = len(known) == len(counts) and all(self.months(year, counts) == 12 for year in counts)
        return trend(noun, known) if is_whole else ""

    def areas(self, years: Sequence[int]) -> list[Unit]:
        """Return the units right below that existed in any of the years; the unit itself if none did."""
        begun = Unit.objects.filter(parent=self.unit, valid_from__lt=self.period_of(years[-1]).end)
        first_day = self.period_of(years[0]).first
        return [unit for unit in begun if unit.valid_to is None or unit.valid_to > first_day] or [self.unit]

    def per_area(self, counted: Indicator) -> tuple[Yearly, list[Figure | Table]]:
        """Return what came in by year, and the chart and the table that split it by area, if anything did."""
        below = list(Unit.objects.filter(parent=self.unit))
        years = self.years(counted, areas=below)
        areas = self.areas(years)
        counts = self.by_area(counted, areas, years)
        whole = self.by_year(counted, years)
        named: dict[str, Mapping[int, int | None]] = {area.name: counts[area.pk] for area in areas}
        if not any(whole.values()) and not any(any(row.values()) for row in named.values()):
            return whole, []
        left = {year: rest(whole[year], *(row[year] for row in named.values())) for year in years}
        units: list[Unit | None] = [*areas]
        if any(left.values()):
            # What belongs to the unit itself is nobody's below it, yet the parts must add up.
            named["Gemensamt"] = left
            units.append(None)
        chart = grouped_bars(
            most(counted.noun, self.year, {name: row[self.year] for name, row in named.items()}),
            list(named),
            [(str(year), [row[year] for row in named.values()]) for year in years],
            heading="Verksamhetsområde",
        )
        table = self._table_by_area(counted, [*named.items(), ("Totalt", whole)], [*units, self.unit], years)
        return whole, [Figure(table.caption, chart, table.source), table]

    def _table_by_area(
        self,
        counted: Indicator,
        rows: Sequence[tuple[str, Mapping[int, int | None]]],
        units: Sequence[Unit | None],
        years: Sequence[int],
    ) -> Table:
        """Return the rows of each area, where a number is kept tied to it, with their sum last."""

        def ids_of(unit: Unit | None) -> tuple[str, ...]:
            return ("", *(self.id_of(counted, year, unit) if unit else "" for year in years))

        return Table(
            f"{counted.caption} {self.years_in_words(years)} per verksamhetsområde",
            ("Verksamhetsområde", *map(str, years)),
            tuple((name, *(told(row[year]) for year in years)) for name, row in rows),
            self.source(counted.rows_in_words),
            total=True,
            numbers=tuple(ids_of(unit) for unit in units),
        )

    def split(self, caption: str, heading: str, counts: dict[str, int], words: str) -> Table:
        """Return one year's counts by a dimension as a table with shares and a sum."""
        total = sum(counts.values())
        rows = [(name or "Inte angivet", number(n), f"{percent(n, total)} %") for name, n in counts.items()]
        rows.append(("Totalt", number(total), "100 %"))
        header = (heading, "Antal", "Andel")
        return Table(f"{caption} {self.year_in_words}", header, tuple(rows), self.source(words), total=True)
