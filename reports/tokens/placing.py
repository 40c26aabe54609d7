"""Charts and tables that an author places in a text; a chart has the table of its numbers after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from analysis.charts.charts import Chart, grouped_bars, number, uid_of
from analysis.counted.countings import COUNTING_OF
from analysis.counted.questions import FigureError
from analysis.counted.vocabulary import BASES, SUBJECTS, UNKNOWN
from organisation.models import Unit
from reports.document.blocks import Document, Figure, Section, Table
from reports.document.counts import number_or_unknown
from reports.document.year_words import with_year_before, years_in_words
from reports.tokens.placed_rows import (
    PARTS_OF_YEAR,
    PlacedCount,
    Rows,
    columns_of,
    lacks_months,
    rows_of,
    sum_of,
    units_below,
)
from reports.tokens.placements import MOST_YEARS, Placement
from reports.tokens.sentences import most
from reports.tokens.tokens import Asked

MOST_NARROWED = 1


def place(
    document: Document, section: Section, placement: Placement, *, position: int
) -> tuple[Figure | Table, ...]:
    """Return the chart with its table, or the table, that a token asks for in a section.

    In a locked report it is the one that was locked.  Raises FigureError when there is none.
    """
    asked = placement.asked
    meant = replace(
        asked,
        area=asked.area or section.about or document.unit.code,
        year=asked.year or document.year,
    )
    exact = replace(placement, asked=meant)
    if document.unit.pk is None:
        blocks = _locked(document, exact)
    else:
        blocks = _made(document, section, exact)
    uid = uid_of("placed", section.key, position)
    for block in blocks:
        if isinstance(block, Figure):
            block.chart = _named(block.chart, uid)
    return tuple(blocks)


def _named(chart: Chart, uid: str) -> Chart:
    """Return a chart whose names no other has: the same token may stand in two places."""
    match = re.search(r'aria-labelledby="(\w+)-wide"', chart.wide)
    if match is None:
        return chart
    old = match[1]
    return replace(
        chart, wide=chart.wide.replace(old, uid), narrow=chart.narrow.replace(old, uid)
    )


def _locked(document: Document, exact: Placement) -> list[Figure | Table]:
    """Return copies of the blocks that were stored for a token when the report was locked."""
    tokens = [str(exact.as_table)]
    if exact.drawn:
        tokens.insert(0, str(exact))
    if not document.kept.keys() >= set(tokens):
        raise FigureError("den finns inte i det låsta underlaget")
    return [replace(document.kept[token]) for token in tokens]


def _made(
    document: Document, section: Section, exact: Placement
) -> list[Figure | Table]:
    """Return the table of a placement, after its chart where one is drawn."""
    asked = exact.asked
    unit, last = document.ledger.there(asked.area), asked.year or document.year
    if unit is None:
        raise FigureError(f"{asked.area} är ingen enhet i {document.unit.name}")
    count = PlacedCount(
        document, exact, unit, _known_years(document, exact, unit, last)
    )
    rows = rows_of(count) if count.years else {}
    if not any(map(any, rows.values())):
        raise FigureError(
            f"registret har inga sådana uppgifter för {_year_words(document, [last])}"
        )
    caption = f"{exact.words} {_year_words(document, count.years)}"
    if unit.code != (section.about or document.unit.code):
        caption += f", {unit.name}"
    table = _table(count, rows, caption)
    if not exact.drawn:
        return [table]
    series = list(zip(count.labels, columns_of(rows), strict=True))
    chart = grouped_bars(
        _finding(count, rows, last), list(rows), series, heading=exact.heading
    )
    return [Figure(caption, chart, table.source, token=str(exact)), table]


def _known_years(
    document: Document, exact: Placement, unit: Unit, last: int
) -> list[int]:
    """Return the years to show, none before the first of which the register knows anything."""
    asked = exact.asked
    for first in range(last - exact.years + 1, last + 1):
        period = document.period_of(first)
        if document.ledger.tells(
            asked.subject, asked.basis, unit, period, where=asked.where
        ):
            return list(range(first, last + 1))
    return []


def _table(count: PlacedCount, rows: Rows, caption: str) -> Table:
    """Return the numbers as a table, with their sum where they are several of the same time."""
    in_words: Callable[[int | None], str] = number_or_unknown
    source = _source(count)
    if count.by in PARTS_OF_YEAR:
        # A month that has not begun has no number; of one that the register does not know, the source tells.
        in_words = number
        if lacks_months(count):
            source += f" Streck där {UNKNOWN}."
    shown = [(name, *map(in_words, values)) for name, values in rows.items()]
    has_total = count.by != "år" and len(shown) > 1
    if has_total:
        totals = map(sum_of, columns_of(rows))
        shown.append(("Totalt", *map(in_words, totals)))
    return Table(
        caption,
        (count.placement.heading, *count.labels),
        tuple(shown),
        source,
        total=has_total,
        token=str(count.placement.as_table),
    )


def _source(count: PlacedCount) -> str:
    """Return where the numbers come from, as it stands below them."""
    subject, basis = count.what
    several, on_basis = SUBJECTS[subject].noun.plural, BASES[basis].label
    counted = f"{several} {on_basis}" if " " in on_basis else f"{on_basis} {several}"
    return f"Källa: registret i Kvalitet, {counted}, uttag {count.document.extracted_on:%Y-%m-%d}."


def _finding(count: PlacedCount, rows: Rows, last: int) -> str:
    """Return the alternative text of a chart."""
    asked = count.placement.asked
    if count.by == "år":
        by_year = [
            f"{number_or_unknown(values[-1])} år {name}"
            for name, values in rows.items()
        ]
        return f"{asked.words}: {', '.join(by_year)}."
    latest = {}
    for name, values in rows.items():
        label = name.lower() if count.by in PARTS_OF_YEAR else name
        latest[label] = values[-1] or 0
    year = with_year_before(last, is_calendar=count.document.is_calendar)
    return most(asked.noun, year, latest)


def _year_words(document: Document, years: Sequence[int]) -> str:
    """Return a year, or the first and the last of several, in words."""
    return years_in_words(years, is_calendar=document.is_calendar)


def placeable(
    document: Document, section: Section, offered: Sequence[tuple[Asked, int]]
) -> list[Placement]:
    """Return the charts that suit a section: its counts, split in the usual ways."""
    by_unit = ["enhet"] if _has_parts(document, section) else []
    found: dict[Placement, None] = {}
    for asked, value in offered:
        usual = COUNTING_OF[asked.subject, asked.basis].usual
        if not value or usual is None or not _is_plain(asked):
            continue
        for by in [*by_unit, *usual]:
            if by not in dict(asked.where):
                found[Placement(True, asked, by)] = None
        found[Placement(True, asked, "tertial", 2)] = None
        found[Placement(True, asked, "år", MOST_YEARS)] = None
    return list(found)


def _is_plain(asked: Asked) -> bool:
    """Tell whether a count is narrowed to nothing, or to one thing that has a name of its own."""
    if not asked.where:
        return True
    return len(asked.where) <= MOST_NARROWED and asked.is_named


def _has_parts(document: Document, section: Section) -> bool:
    """Tell whether units lay right below the one that a section is about."""
    about = document.ledger.there(section.about or document.unit.code)
    if about is None or about.pk is None:
        return False
    return next(units_below(document, about, [document.year]), None) is not None
