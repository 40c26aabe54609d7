"""Charts and tables that an author places in a text: ``{bild ...}`` and ``{tabell ...}`` on a line alone.

The words are those of ``{tal ...}``, with how it is split (``per=kategori``) and over how many years
(``åren=4``).  Every number is asked through the ledger; a chart has the table of its numbers after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils import dateformat

from analysis.charts import Chart, grouped_bars, number, uid_of
from analysis.countings import COUNTING_OF, DIMENSIONS
from analysis.figures import FigureError
from analysis.known import UNKNOWN
from analysis.vocabulary import BASES, SUBJECTS, named, value_in_words
from casework.periods import Period, span, tertial, tertial_of
from organisation.models import Unit
from reports.document import Document, Figure, Section, Table
from reports.live import rest, split_years, told
from reports.sentences import most
from reports.tokens import LONGEST, ONLY_HOW_MANY, Asked, TokenError, asked_in, is_open, words_in

PLACED = re.compile(r"\{(bild|tabell)\b([^{}\n]*)\}")
ALONE = re.compile(r"(?m)^[ \t]*(\{(?:bild|tabell)\b[^{}\n]*\})[ \t\r]*$")
PER, YEARS = "per", "åren"
MOST_YEARS, MOST_ROWS = 4, 12
REST = "Övriga"
# What a count may be split by besides its dimensions, and the heading of the column.
SPLITS = {"år": "År", "tertial": "Tertial", "månad": "Månad", "enhet": "Verksamhet"}
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
        """Return what the rows are."""
        return SPLITS.get(self.by) or DIMENSIONS[self.by].label

    @property
    def words(self) -> str:
        """Return in words what is shown."""
        return f"{self.asked.words}, per {self.heading[0].lower()}{self.heading[1:]}"

    @property
    def as_table(self) -> Placement:
        """Return the same as a table alone."""
        return replace(self, drawn=False)

    def __str__(self) -> str:
        per = self.by if self.by in SPLITS else DIMENSIONS[self.by].slug
        years = [f"{YEARS}={self.years}"] if self.years != default_years(self.by) else []
        subject, basis, *narrowed = self.asked.told
        head = "bild" if self.drawn else "tabell"
        return f"{{{' '.join([head, subject, basis, f'{PER}={per}', *years, *narrowed])}}}"


def default_years(by: str) -> int:
    """Return how many years are shown when the token does not say: all that fit when they are the rows."""
    return MOST_YEARS if by == "år" else 1


def read_placement(token: str) -> Placement:
    """Return what a token places; raises TokenError when it means nothing."""
    match = PLACED.fullmatch(token)
    if match is None or len(token) > LONGEST:
        raise TokenError("skriv {bild …} eller {tabell …}")
    words = words_in(match[2])
    own = {name: value for name, _, value in (word.partition("=") for word in words) if name in (PER, YEARS)}
    asked = asked_in([word for word in words if word.partition("=")[0] not in own])
    by = TYPED_OTHERWISE.get(own.get(PER, ""), own.get(PER, ""))
    dimensions = COUNTING_OF[asked.subject, asked.basis].dimensions
    dimension = named(DIMENSIONS, by)
    if by not in SPLITS and dimension not in dimensions:
        known = ", ".join([*SPLITS, *(DIMENSIONS[name].slug for name in dimensions)])
        raise TokenError(f"skriv {PER}= och något av {known}")
    if by not in SPLITS and not is_open(asked.subject, asked.basis, str(dimension)):
        raise TokenError(ONLY_HOW_MANY)
    by = by if by in SPLITS else str(dimension)
    if by in dict(asked.where):
        raise TokenError("det går inte att dela på det som redan är valt")
    years = own.get(YEARS, str(default_years(by)))
    if years not in "1234" or len(years) != 1:
        raise TokenError(f"{YEARS} är hur många år som visas, 1 till {MOST_YEARS}")
    return Placement(match[1] == "bild", asked, by, int(years))


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
    token, table_token = str(exact), str(exact.as_table)
    if document.unit.pk is None:
        wanted = [token, table_token] if placement.drawn else [token]
        found = [replace(document.kept[each]) for each in wanted if each in document.kept]
        if len(found) < len(wanted):
            raise FigureError("den finns inte i det låsta underlaget")
    else:
        found = _made(document, section, exact)
    uid = uid_of("placed", section.key, position)
    for block in found:
        if isinstance(block, Figure):
            block.chart = _named(block.chart, uid)
    return tuple(found)


def _named(chart: Chart, uid: str) -> Chart:
    """Return a chart whose names no other has: the same token may stand in two places."""
    match = re.search(r'aria-labelledby="(\w+)-wide"', chart.wide)
    old = match[1] if match else uid
    return replace(chart, wide=chart.wide.replace(old, uid), narrow=chart.narrow.replace(old, uid))


def _made(document: Document, section: Section, exact: Placement) -> list[Figure | Table]:
    asked, ledger = exact.asked, document.ledger
    unit, last = ledger.there(asked.area), asked.year or document.year
    if unit is None:
        raise FigureError(f"{asked.area} är ingen enhet i {document.unit.name}")
    years = _known_years(document, exact, unit, last)
    rows = _rows(document, exact, unit, years) if years else {}
    if not any(value for values in rows.values() for value in values):
        raise FigureError(f"registret har inga sådana uppgifter för {_year_words(document, [last])}")
    labels = ["Antal"] if exact.by == "år" else [str(year) for year in years]
    caption = f"{exact.words} {_year_words(document, years)}"
    if unit.code != (section.about or document.unit.code):
        caption += f", {unit.name}"
    several, basis = SUBJECTS[asked.subject].noun.plural, BASES[asked.basis].label
    counted = f"{several} {basis}" if " " in basis else f"{basis} {several}"
    source = f"Källa: registret i Kvalitet, {counted}, uttag {document.extracted_on:%Y-%m-%d}."
    # A month that has not begun has no number; of one that the register does not know, the source tells.
    in_words = number if exact.by in ("månad", "tertial") else told
    if in_words is number and _lacks(document, exact, unit, years):
        source += f" Streck där {UNKNOWN}."
    shown = [(name, *(in_words(value) for value in values)) for name, values in rows.items()]
    has_total = exact.by != "år" and len(shown) > 1
    if has_total:
        columns = zip(*rows.values(), strict=True)
        shown.append(("Totalt", *(in_words(_sum(column)) for column in columns)))
    header = (exact.heading, *labels)
    token = str(exact.as_table)
    table = Table(caption, header, tuple(shown), source, total=has_total, token=token)
    if not exact.drawn:
        return [table]
    series = [(label, [values[i] for values in rows.values()]) for i, label in enumerate(labels)]
    chart = grouped_bars(_finding(document, exact, rows, last), list(rows), series, heading=exact.heading)
    return [Figure(caption, chart, source, token=str(exact)), table]


def _known_years(document: Document, exact: Placement, unit: Unit, last: int) -> list[int]:
    """Return the years to show, none before the first of which the register knows anything."""
    what, ledger = (exact.asked.subject, exact.asked.basis), document.ledger
    years = range(last - exact.years + 1, last + 1)
    known = [y for y in years if ledger.tells(*what, unit, document.period_of(y), where=exact.asked.where)]
    return [year for year in years if known and year >= known[0]]


def _finding(document: Document, exact: Placement, rows: Rows, last: int) -> str:
    """Return what a chart says in words, for those who do not see it."""
    latest = {name: values[-1] or 0 for name, values in rows.items()}
    if exact.by == "år":
        said = ", ".join(f"{told(values[-1])} år {name}" for name, values in rows.items())
        return f"{exact.asked.words}: {said}."
    if exact.by in ("månad", "tertial"):
        latest = {name.lower(): count for name, count in latest.items()}
    named_year = f"kvalitetsåret {last}"
    return most(exact.asked.noun, (named_year, "") if document.year_in_days else last, latest)


def _year_words(document: Document, years: Sequence[int]) -> str:
    span_of = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    if not document.year_in_days:
        return span_of
    return f"kvalitetsår{'et' if len(years) == 1 else 'en'} {span_of}"


# --- the numbers, row by row --------------------------------------------------------------------
def _rows(document: Document, exact: Placement, unit: Unit, years: list[int]) -> Rows:
    """Return a count for each row and year, every number kept in the ledger."""
    asked, ledger = exact.asked, document.ledger
    what, where = (asked.subject, asked.basis), asked.where
    whole = ledger.by_area(*what, [unit], years, where=where)[unit.pk]
    if exact.by == "år":
        return {str(year): [count] for year, count in whole.items()}
    if exact.by in ("tertial", "månad"):
        return _by_period(document, exact, unit, years)
    if exact.by == "enhet":
        parts = list(_below(document, unit, years))
        if not parts:
            raise FigureError(f"{unit.name} har inga enheter under sig")
        counts = ledger.by_area(*what, parts, years, where=where)
        rows: Rows = {part.name: [counts[part.pk][year] for year in years] for part in parts}
        left = [rest(whole[year], *(counts[part.pk][year] for part in parts)) for year in years]
        return rows | ({"Gemensamt": left} if any(left) else {})
    by_year = {year: ledger.by_value(*what, year, exact.by, where=where, unit=unit) for year in years}
    is_split = split_years(by_year) if exact.by == "category" else set(years)
    values = dict.fromkeys(value for year in reversed(years) for value in by_year[year])
    found: Rows = {
        value: [
            by_year[year].get(value, 0) if year in is_split and whole[year] is not None else None
            for year in years
        ]
        for value in values
    }
    return _shortened({value_in_words(exact.by, value): counts for value, counts in found.items()})


def _lacks(document: Document, exact: Placement, unit: Unit, years: list[int]) -> bool:
    """Tell whether the register lacks any of the months that have begun of some years."""
    what, where = (exact.asked.subject, exact.asked.basis), exact.asked.where
    months = (month for year in years for month in document.period_of(year).months)
    begun = (span(month.year, month.month, 1) for month in months if month <= document.extracted_on)
    return not all(document.ledger.tells(*what, unit, month, where=where) for month in begun)


def _shortened(counts: Rows) -> Rows:
    """Return the largest rows, and the others as one."""
    shown, others = list(counts.items()), []
    if len(shown) > MOST_ROWS:
        shown, others = shown[: MOST_ROWS - 1], shown[MOST_ROWS - 1 :]
    rows: Rows = {name: list(values) for name, values in shown}
    if others:
        rows[REST] = [_sum(column) for column in zip(*(values for _, values in others), strict=True)]
    return rows


def _sum(column: Sequence[int | None]) -> int | None:
    """Return a sum; nothing is known of one whose parts are not."""
    known = [value for value in column if value is not None]
    return sum(known) if known else None


def _below(document: Document, unit: Unit, years: list[int]) -> Iterator[Unit]:
    first, end = document.period_of(years[0]).first, document.period_of(years[-1]).end
    for part in document.ledger.units.values():
        was_there = part.valid_from < end and (part.valid_to is None or part.valid_to > first)
        if part.parent_id == unit.pk and was_there:
            yield part


def _by_period(document: Document, exact: Placement, unit: Unit, years: list[int]) -> Rows:
    """Return the months or tertials of a year as rows; what has not begun yet has no number."""
    asked = exact.asked
    periods = {year: _periods(document.period_of(year), exact.by) for year in years}
    asked_for = [period for some in periods.values() for period in some]
    counts = document.ledger.in_periods(asked.subject, asked.basis, [unit], asked_for, where=asked.where)[
        unit.pk
    ]
    rows: Rows = {}
    for place_in_year in zip(*periods.values(), strict=True):
        first = place_in_year[0].first
        is_month = exact.by == "månad"
        name = dateformat.format(first, "F").capitalize() if is_month else f"Tertial {tertial_of(first)[1]}"
        rows[name] = [
            counts[period] if period.first <= document.extracted_on else None for period in place_in_year
        ]
    return rows


def _periods(year: Period, by: str) -> list[Period]:
    if by == "månad":
        return [span(month.year, month.month, 1) for month in year.months]
    return [tertial(*at) for at in sorted({tertial_of(month) for month in year.months})]


# --- what is offered ----------------------------------------------------------------------------
MOST_NARROWED = 1


def placeable(document: Document, section: Section, offered: Sequence[tuple[Asked, int]]) -> list[Placement]:
    """Return the charts that suit a section: of what the report counts there, split in the usual ways."""
    has_parts = any(True for _ in _below_section(document, section))
    found: dict[Placement, None] = {}
    for asked, value in offered:
        counting = COUNTING_OF[asked.subject, asked.basis]
        if not value or len(asked.where) > MOST_NARROWED or counting.usual is None:
            continue
        if asked.where and not asked.is_named:
            continue
        ways = [*(["enhet"] if has_parts else []), *counting.usual]
        for by in ways:
            if by not in dict(asked.where):
                found[Placement(True, asked, by)] = None
        found[Placement(True, asked, "tertial", 2)] = None
        found[Placement(True, asked, "år", MOST_YEARS)] = None
    return list(found)


def _below_section(document: Document, section: Section) -> Iterator[Unit]:
    about = document.ledger.there(section.about or document.unit.code)
    if about is not None and about.pk is not None:
        yield from _below(document, about, [document.year])
