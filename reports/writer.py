"""What every outline writes with: the report's years, its areas, its sources and its texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.charts import grouped_bars, number, percent
from organisation.models import Unit
from reports.document import Figure, Section, Table, Text
from reports.live import Ledger, Where
from reports.models import AnnualReport
from reports.sentences import Noun, compare, most, trend
from reports.suggestions import SUGGESTIONS

YEARS = 4
MEAN_MONTH = 365.2425 / 12


def span_of(years: Sequence[int]) -> str:
    """Return "2021-2024" with a dash, or the year alone."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


@dataclass
class Writer:
    """Writes the sections of one report and keeps every number that it writes."""

    report: AnnualReport
    extracted_on: dt.date

    @property
    def year(self) -> int:
        """Return the year that the report is about."""
        return self.report.year

    @property
    def unit(self) -> Unit:
        """Return the unit that the report is about."""
        return self.report.unit

    @cached_property
    def ledger(self) -> Ledger:
        """Return the keeper of the report's numbers."""
        return Ledger(self.unit)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Return the newest text of each section that somebody has written in."""
        newest = self.report.blocks.order_by("section", "-version").distinct("section")
        return dict(newest.values_list("section", "text"))

    def source(self, basis: str) -> str:
        """Return the note under a chart or table: from where, on which basis, extracted when."""
        return f"Källa: registret i Kvalitet, {basis}, uttag {self.extracted_on:%Y-%m-%d}."

    def section(self, key: str, heading: str, *, sections: Sequence[Section] = ()) -> Section:
        """Begin a section with what was written in it, or with the outline's suggestion."""
        suggestion = SUGGESTIONS.get(key, "").format(year=self.year, next=self.year + 1, before=self.year - 1)
        text = Text(self.texts.get(key, suggestion), suggested=key not in self.texts)
        return Section(key, heading, [text], list(sections))

    def years(self, subject: str, basis: str) -> list[int]:
        """Return up to four years, beginning when the register first holds anything."""
        begins = min(self.ledger.first_year(subject, basis) or self.year, self.year)
        return list(range(max(self.year - YEARS + 1, begins), self.year + 1))

    def months(self, year: int) -> int:
        """Return how many months of a year the figures cover, of those when the unit was there."""
        first = max(dt.date(year, 1, 1), self.unit.valid_from)
        end = min(dt.date(year + 1, 1, 1), self.unit.valid_to or dt.date.max, self.extracted_on)
        return round((end - first).days / MEAN_MONTH) if end > first else 0

    def compare(self, noun: Noun, counts: Mapping[int, int], verb: str) -> str:
        """Compare the report's year with the one before, per month when one of them is not whole."""
        covered, before = self.months(self.year), self.months(self.year - 1)
        return compare(
            noun,
            self.year,
            counts[self.year],
            counts.get(self.year - 1) if before else None,
            verb=verb,
            months=(max(covered, 1), before),
        )

    def trend(self, noun: Noun, counts: Mapping[int, int]) -> str:
        """Return what the whole years say together."""
        return trend(noun, counts) if all(self.months(year) == 12 for year in counts) else ""

    def areas(self, years: Sequence[int]) -> list[Unit]:
        """Return the units right below that existed in any of the years; the unit itself if none did."""
        begun = Unit.objects.filter(parent=self.unit, valid_from__lt=dt.date(years[-1] + 1, 1, 1))
        first_day = dt.date(years[0], 1, 1)
        return [unit for unit in begun if unit.valid_to is None or unit.valid_to > first_day] or [self.unit]

    def per_area(
        self, subject: str, where: Where, noun: Noun, *, caption: str, words: str
    ) -> tuple[dict[int, int], list[Figure | Table]]:
        """Return what came in by year, and the chart and the table that split it by area."""
        basis = "received"
        years = self.years(subject, basis)
        areas = self.areas(years)
        counts = self.ledger.by_area(subject, basis, areas, years, where=where)
        whole = self.ledger.by_year(subject, basis, years, where=where)
        named = {area.name: counts[area.pk] for area in areas}
        rest = {year: whole[year] - sum(row[year] for row in named.values()) for year in years}
        if any(rest.values()):
            # What belongs to the unit itself is nobody's below it, yet the parts must add up.
            named["Gemensamt"] = rest
        chart = grouped_bars(
            most(noun, self.year, {name: row[self.year] for name, row in named.items()}),
            list(named),
            [(str(year), [row[year] for row in named.values()]) for year in years],
            heading="Verksamhetsområde",
        )
        rows = [(name, *(number(row[year]) for year in years)) for name, row in named.items()]
        rows.append(("Totalt", *(number(whole[year]) for year in years)))
        caption = f"{caption} {span_of(years)} per verksamhetsområde"
        header = ("Verksamhetsområde", *map(str, years))
        source = self.source(words)
        return whole, [
            Figure(caption, chart, source),
            Table(caption, header, tuple(rows), source, total=True),
        ]

    def split(self, caption: str, heading: str, counts: dict[str, int], words: str) -> Table:
        """Return one year's counts by a dimension as a table with shares and a sum."""
        total = sum(counts.values())
        rows = [(name or "Inte angivet", number(n), f"{percent(n, total)} %") for name, n in counts.items()]
        rows.append(("Totalt", number(total), "100 %"))
        header = (heading, "Antal", "Andel")
        return Table(f"{caption} {self.year}", header, tuple(rows), self.source(words), total=True)
