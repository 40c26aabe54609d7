"""The numbers of a placed chart or table, row by row: every one is asked through the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils import dateformat

from analysis.counted.indicators import Where
from analysis.counted.questions import FigureError
from analysis.counted.vocabulary import value_in_words
from casework.database.periods import Period, span, tertial, tertial_of
from organisation.models import Unit
from reports.document.blocks import Document
from reports.document.counts import rest, split_years
from reports.tokens.placements import Placement

MOST_ROWS = 12
REST = "Övriga"
PARTS_OF_YEAR = ("månad", "tertial")
Rows = dict[str, list[int | None]]


@dataclass(frozen=True)
class PlacedCount:
    """A placement in its report: the unit that it is about, and the years that the register knows."""

    document: Document
    placement: Placement
    unit: Unit
    years: list[int]

    @property
    def what(self) -> tuple[str, str]:
        """Return the subject and the basis."""
        return self.placement.asked.subject, self.placement.asked.basis

    @property
    def where(self) -> Where:
        """Return the narrowing of the count."""
        return self.placement.asked.where

    @property
    def by(self) -> str:
        """Return the split of the count."""
        return self.placement.by

    @property
    def labels(self) -> list[str]:
        """Return the headings of the columns of numbers."""
        return ["Antal"] if self.by == "år" else [str(year) for year in self.years]


def rows_of(count: PlacedCount) -> Rows:
    """Return a count for each row and year, every number kept in the ledger."""
    whole = count.document.ledger.by_area(
        *count.what, [count.unit], count.years, where=count.where
    )
    by_year = whole[count.unit.pk]
    if count.by == "år":
        return {str(year): [value] for year, value in by_year.items()}
    if count.by in PARTS_OF_YEAR:
        return _by_period(count)
    if count.by == "enhet":
        return _by_unit(count, by_year)
    return _by_value(count, by_year)


def _by_unit(count: PlacedCount, whole: Mapping[int, int | None]) -> Rows:
    """Return a row for each unit right below, and one for their common rest."""
    parts = list(units_below(count.document, count.unit, count.years))
    if not parts:
        raise FigureError(f"{count.unit.name} har inga enheter under sig")
    counts = count.document.ledger.by_area(
        *count.what, parts, count.years, where=count.where
    )
    rows: Rows = {}
    for part in parts:
        of_part = counts[part.pk]
        rows[part.name] = [of_part[year] for year in count.years]
    common = []
    for year in count.years:
        of_parts = [counts[part.pk][year] for part in parts]
        common.append(rest(whole[year], *of_parts))
    if any(common):
        rows["Gemensamt"] = common
    return rows


def _by_value(count: PlacedCount, whole: Mapping[int, int | None]) -> Rows:
    """Return a row for each value of a dimension, the largest of the latest year first."""
    ledger, years = count.document.ledger, count.years
    by_year = {}
    values: dict[str, None] = {}
    for year in years:
        of_year = ledger.by_value(
            *count.what, year, count.by, where=count.where, unit=count.unit
        )
        by_year[year] = of_year
        values = dict.fromkeys(of_year) | values
    is_split = split_years(by_year) if count.by == "category" else set(years)
    known = [year for year in years if year in is_split and whole[year] is not None]
    rows: Rows = {}
    for value in values:
        counts: dict[int, int | None] = dict.fromkeys(years)
        for year in known:
            counts[year] = by_year[year].get(value, 0)
        rows[value_in_words(count.by, value)] = list(counts.values())
    return _shortened(rows)


def lacks_months(count: PlacedCount) -> bool:
    """Tell whether the register lacks any month that has begun of the years that are shown."""
    document = count.document
    for year in count.years:
        for first in document.period_of(year).months:
            month = span(first.year, first.month, 1)
            has_begun = first <= document.extracted_on
            if has_begun and not document.ledger.tells(
                *count.what, count.unit, month, where=count.where
            ):
                return True
    return False


def _shortened(rows: Rows) -> Rows:
    """Return the largest rows, and the others as one."""
    if len(rows) <= MOST_ROWS:
        return rows
    ordered = list(rows.items())
    shown, others = ordered[: MOST_ROWS - 1], ordered[MOST_ROWS - 1 :]
    together = map(sum_of, columns_of(dict(others)))
    return dict(shown) | {REST: list(together)}


def columns_of(rows: Rows) -> Iterator[tuple[int | None, ...]]:
    """Return the numbers column by column."""
    return zip(*rows.values(), strict=True)


def sum_of(column: Sequence[int | None]) -> int | None:
    """Return a sum; nothing is known of one whose parts are not."""
    known = [value for value in column if value is not None]
    return sum(known) if known else None


def units_below(document: Document, unit: Unit, years: list[int]) -> Iterator[Unit]:
    """Yield the units right below one that were there in some of the years."""
    first, end = document.period_of(years[0]).first, document.period_of(years[-1]).end
    for part in document.ledger.units.values():
        was_there = part.valid_from < end and (
            part.valid_to is None or part.valid_to > first
        )
        if part.parent_id == unit.pk and was_there:
            yield part


def _by_period(count: PlacedCount) -> Rows:
    """Return the months or tertials of a year as rows; what has not begun yet has no number."""
    document = count.document
    by_year = [_periods(document.period_of(year), count.by) for year in count.years]
    every = list(chain.from_iterable(by_year))
    answers = document.ledger.in_periods(
        *count.what, [count.unit], every, where=count.where
    )
    counts = answers[count.unit.pk]
    rows: Rows = {}
    for same_part in zip(*by_year, strict=True):
        name = _name_of(same_part[0], count.by)
        values: dict[Period, int | None] = dict.fromkeys(same_part)
        for period in same_part:
            if period.first <= document.extracted_on:
                values[period] = counts[period]
        rows[name] = list(values.values())
    return rows


def _name_of(period: Period, by: str) -> str:
    """Return what the row of a month or a tertial is called."""
    if by == "månad":
        return dateformat.format(period.first, "F").capitalize()
    return f"Tertial {tertial_of(period.first)[1]}"


def _periods(year: Period, by: str) -> list[Period]:
    """Return the months or the tertials of a year."""
    if by == "månad":
        return [span(month.year, month.month, 1) for month in year.months]
    tertials = set(map(tertial_of, year.months))
    return [tertial(*at) for at in sorted(tertials)]
