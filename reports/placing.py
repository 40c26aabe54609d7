"""Charts and tables that an author places in a text: ``{bild ...}`` and ``{tabell ...}`` on a line alone.

The words are those of ``{tal ...}``, with how it is split (``per=kategori``) and over how many years
(``åren=4``).  Every number is asked through the ledger; a chart has the table of its numbers after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.utils import dateformat

from analysis.charts import Chart, grouped_bars, number, uid_of
from analysis.countings import COUNTING_OF, DIMENSIONS
from analysis.figures import FigureError
from analysis.indicators import Where
from analysis.known import UNKNOWN
from analysis.vocabulary import BASES, SUBJECTS, named, value_in_words
from casework.periods import Period, span, tertial, tertial_of
from organisation.models import Unit
from reports.document import Document, Figure, Section, Table
from reports.live import number_or_unknown, rest, split_years
from reports.sentences import most
from reports.tokens import LONGEST, ONLY_HOW_MANY, Asked, TokenError, asked_in, is_open, words_in
from reports.year_words import with_year_before, years_in_words

PLACED = re.compile(r"\{(bild|tabell)\b([^{}\n]*)\}")
ALONE = re.compile(r"(?m)^[ \t]*(\{(?:bild|tabell)\b[^{}\n]*\})[ \t\r]*$")
PER, YEARS = "per", "åren"
MOST_YEARS, MOST_ROWS = 4, 12
REST = "Övriga"
# What a count may be split by besides its dimensions, and the heading of the column.
SPLITS = {"år": "År", "tertial": "Tertial", "månad": "Månad", "enhet": "Verksamhet"}
PARTS_OF_YEAR = ("månad", "tertial")
TYPED_OTHERWISE = {"ar": "år", "manad": "månad"}
Rows = dict[str, list[int | None]]


@dataclass(frozen=True)
class Placement:
    """What a token places: a count split by something, over some years, as a chart or as a table alone."""

    drawn: bool
    asked: Asked
    by: str
    years: int = 1

    @property
    def heading(self) -> str:
        """Return the heading of the column of names."""
        return SPLITS.get(self.by) or DIMENSIONS[self.by].label

    @property
    def words(self) -> str:
        """Return the count and its split in words."""
        return f"{self.asked.words}, per {self.heading[0].lower()}{self.heading[1:]}"

    @property
    def as_table(self) -> Placement:
        """Return the same as a table alone."""
        return replace(self, drawn=False)

    def __str__(self) -> str:
        """Return the token that places this."""
        head = "bild" if self.drawn else "tabell"
        slug = self.by if self.by in SPLITS else DIMENSIONS[self.by].slug
        subject, basis, *narrowed = self.asked.told
        words = [head, subject, basis, f"{PER}={slug}"]
        if self.years != default_years(self.by):
            words.append(f"{YEARS}={self.years}")
        return "{" + " ".join([*words, *narrowed]) + "}"


def default_years(by: str) -> int:
    """Return how many years are shown when the token does not say: all that fit when they are the rows."""
    return MOST_YEARS if by == "år" else 1


def read_placement(token: str) -> Placement:
    """Return the placement that a token asks for; raises TokenError when it means nothing."""
    match = PLACED.fullmatch(token)
    if match is None or len(token) > LONGEST:
        raise TokenError("skriv {bild …} eller {tabell …}")
    own, words = _own_words(words_in(match[2]))
    asked = asked_in(words)
    by = _split_by(asked, own.get(PER, ""))
    years = own.get(YEARS, str(default_years(by)))
    if years not in ("1", "2", "3", "4"):
        raise TokenError(f"{YEARS} är hur många år som visas, 1 till {MOST_YEARS}")
    return Placement(match[1] == "bild", asked, by, int(years))


def _own_words(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Separate the words that only placements have, by name, from those of every token."""
    own, others = {}, []
    for word in words:
        name, _, value = word.partition("=")
        if name in (PER, YEARS):
            own[name] = value
        else:
            others.append(word)
    return own, others


def _split_by(asked: Asked, typed: str) -> str:
    """Return the split or the dimension that an author typed; raises TokenError when it does not suit."""
    by = TYPED_OTHERWISE.get(typed, typed)
    if by not in SPLITS:
        by = _dimension(asked, by)
    if by in dict(asked.where):
        raise TokenError("det går inte att dela på det som redan är valt")
    return by


def _dimension(asked: Asked, slug: str) -> str:
    """Return the dimension with a slug; raises TokenError when a text may not split the count by it."""
    dimensions = COUNTING_OF[asked.subject, asked.basis].dimensions
    dimension = named(DIMENSIONS, slug)
    if dimension is None or dimension not in dimensions:
        slugs = [DIMENSIONS[name].slug for name in dimensions]
        raise TokenError(f"skriv {PER}= och något av {', '.join([*SPLITS, *slugs])}")
    if not is_open(asked.subject, asked.basis, dimension):
        raise TokenError(ONLY_HOW_MANY)
    return dimension


def place(
    document: Document, section: Section, placement: Placement, *, position: int
) -> tuple[Figure | Table, ...]:
    """Return the chart with its table, or the table, that a token asks for in a section.

    In a locked report it is the one that was locked.  Raises FigureError when there is none.
    """
    asked = placement.asked
    meant = replace(
        asked, area=asked.area or section.about or document.unit.code, year=asked.year or document.year
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
    return replace(chart, wide=chart.wide.replace(old, uid), narrow=chart.narrow.replace(old, uid))


def _locked(document: Document, exact: Placement) -> list[Figure | Table]:
    """Return copies of the blocks that were stored for a token when the report was locked."""
    tokens = [str(exact.as_table)]
    if exact.drawn:
        tokens.insert(0, str(exact))
    if not document.kept.keys() >= set(tokens):
        raise FigureError("den finns inte i det låsta underlaget")
    return [replace(document.kept[token]) for token in tokens]


# --- the blocks ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Count:
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


def _made(document: Document, section: Section, exact: Placement) -> list[Figure | Table]:
    """Return the table of a placement, after its chart where one is drawn."""
    asked = exact.asked
    unit, last = document.ledger.there(asked.area), asked.year or document.year
    if unit is None:
        raise FigureError(f"{asked.area} är ingen enhet i {document.unit.name}")
    count = _Count(document, exact, unit, _known_years(document, exact, unit, last))
    rows = _rows(count) if count.years else {}
    if not any(map(any, rows.values())):
        raise FigureError(f"registret har inga sådana uppgifter för {_year_words(document, [last])}")
    caption = f"{exact.words} {_year_words(document, count.years)}"
    if unit.code != (section.about or document.unit.code):
        caption += f", {unit.name}"
    table = _table(count, rows, caption)
    if not exact.drawn:
        return [table]
    series = list(zip(count.labels, _columns(rows), strict=True))
    chart = grouped_bars(_finding(count, rows, last), list(rows), series, heading=exact.heading)
    return [Figure(caption, chart, table.source, token=str(exact)), table]


def _known_years(document: Document, exact: Placement, unit: Unit, last: int) -> list[int]:
    """Return the years to show, none before the first of which the register knows anything."""
    asked = exact.asked
    for first in range(last - exact.years + 1, last + 1):
        period = document.period_of(first)
        if document.ledger.tells(asked.subject, asked.basis, unit, period, where=asked.where):
            return list(range(first, last + 1))
    return []


def _table(count: _Count, rows: Rows, caption: str) -> Table:
    """Return the numbers as a table, with their sum where they are several of the same time."""
    in_words: Callable[[int | None], str] = number_or_unknown
    source = _source(count)
    if count.by in PARTS_OF_YEAR:
        # A month that has not begun has no number; of one that the register does not know, the source tells.
        in_words = number
        if _lacks_months(count):
            source += f" Streck där {UNKNOWN}."
    shown = [(name, *map(in_words, values)) for name, values in rows.items()]
    has_total = count.by != "år" and len(shown) > 1
    if has_total:
        totals = map(_sum, _columns(rows))
        shown.append(("Totalt", *map(in_words, totals)))
    return Table(
        caption,
        (count.placement.heading, *count.labels),
        tuple(shown),
        source,
        total=has_total,
        token=str(count.placement.as_table),
    )


def _source(count: _Count) -> str:
    """Return where the numbers come from, as it stands below them."""
    subject, basis = count.what
    several, on_basis = SUBJECTS[subject].noun.plural, BASES[basis].label
    counted = f"{several} {on_basis}" if " " in on_basis else f"{on_basis} {several}"
    return f"Källa: registret i Kvalitet, {counted}, uttag {count.document.extracted_on:%Y-%m-%d}."


def _finding(count: _Count, rows: Rows, last: int) -> str:
    """Return the alternative text of a chart."""
    asked = count.placement.asked
    if count.by == "år":
        by_year = [f"{number_or_unknown(values[-1])} år {name}" for name, values in rows.items()]
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


# --- the numbers, row by row --------------------------------------------------------------------
def _rows(count: _Count) -> Rows:
    """Return a count for each row and year, every number kept in the ledger."""
    whole = count.document.ledger.by_area(*count.what, [count.unit], count.years, where=count.where)
    by_year = whole[count.unit.pk]
    if count.by == "år":
        return {str(year): [value] for year, value in by_year.items()}
    if count.by in PARTS_OF_YEAR:
        return _by_period(count)
    if count.by == "enhet":
        return _by_unit(count, by_year)
    return _by_value(count, by_year)


def _by_unit(count: _Count, whole: Mapping[int, int | None]) -> Rows:
    """Return a row for each unit right below, and one for their common rest."""
    parts = list(_below(count.document, count.unit, count.years))
    if not parts:
        raise FigureError(f"{count.unit.name} har inga enheter under sig")
    counts = count.document.ledger.by_area(*count.what, parts, count.years, where=count.where)
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


def _by_value(count: _Count, whole: Mapping[int, int | None]) -> Rows:
    """Return a row for each value of a dimension, the largest of the latest year first."""
    ledger, years = count.document.ledger, count.years
    by_year = {}
    values: dict[str, None] = {}
    for year in years:
        of_year = ledger.by_value(*count.what, year, count.by, where=count.where, unit=count.unit)
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


def _lacks_months(count: _Count) -> bool:
    """Tell whether the register lacks any month that has begun of the years that are shown."""
    document = count.document
    for year in count.years:
        for first in document.period_of(year).months:
            month = span(first.year, first.month, 1)
            has_begun = first <= document.extracted_on
            if has_begun and not document.ledger.tells(*count.what, count.unit, month, where=count.where):
                return True
    return False


def _shortened(rows: Rows) -> Rows:
    """Return the largest rows, and the others as one."""
    if len(rows) <= MOST_ROWS:
        return rows
    ordered = list(rows.items())
    shown, others = ordered[: MOST_ROWS - 1], ordered[MOST_ROWS - 1 :]
    together = map(_sum, _columns(dict(others)))
    return dict(shown) | {REST: list(together)}


def _columns(rows: Rows) -> Iterator[tuple[int | None, ...]]:
    """Return the numbers column by column."""
    return zip(*rows.values(), strict=True)


def _sum(column: Sequence[int | None]) -> int | None:
    """Return a sum; nothing is known of one whose parts are not."""
    known = [value for value in column if value is not None]
    return sum(known) if known else None


def _below(document: Document, unit: Unit, years: list[int]) -> Iterator[Unit]:
    """Yield the units right below one that were there in some of the years."""
    first, end = document.period_of(years[0]).first, document.period_of(years[-1]).end
    for part in document.ledger.units.values():
        was_there = part.valid_from < end and (part.valid_to is None or part.valid_to > first)
        if part.parent_id == unit.pk and was_there:
            yield part


def _by_period(count: _Count) -> Rows:
    """Return the months or tertials of a year as rows; what has not begun yet has no number."""
    document = count.document
    by_year = [_periods(document.period_of(year), count.by) for year in count.years]
    every = list(chain.from_iterable(by_year))
    answers = document.ledger.in_periods(*count.what, [count.unit], every, where=count.where)
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


# --- what is offered ----------------------------------------------------------------------------
MOST_NARROWED = 1


def placeable(document: Document, section: Section, offered: Sequence[tuple[Asked, int]]) -> list[Placement]:
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
    return next(_below(document, about, [document.year]), None) is not None
