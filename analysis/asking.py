"""A question put freely becomes a table: every number with the address of the rows that it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from django.utils import dateformat

from analysis.charts import Chart, grouped_bars
from analysis.charts import number as in_figures
from analysis.figures import Question, lacking, number, table
from analysis.known import UNKNOWN, Known, Where, parting
from analysis.masking import ALL, mask
from analysis.rows import rows_url
from analysis.vocabulary import BASES, SPLITS, SUBJECTS, known_values, period_in_words, value_in_words
from casework.periods import Period, next_month
from organisation.models import Unit

HIDDEN = "dolt"
TOTAL = "Totalt"
MOST_COLUMNS = 24
MOST_BARS, MOST_SERIES = 30, 4


class TooWideError(ValueError):
    """The answer has more columns than anybody can read; the message says in Swedish what to do."""


@dataclass(frozen=True)
class Number:
    """One number of the answer: None is hidden or not known; what counts nothing or is None opens nothing."""

    count: int | None
    url: str = ""
    why: str = HIDDEN

    @property
    def shown(self) -> int | str:
        """Return what a file says."""
        return self.why if self.count is None else self.count


@dataclass(frozen=True)
class Line:
    """One row: what it is about, its numbers, and whether it is the sum of the others."""

    label: str
    numbers: tuple[Number, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Answer:
    """A table: the heading of its rows, the columns of numbers, and the lines, the total last."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    is_masked: bool = False
    # What the register lacks of the period, in words.
    lacks: str = ""

    @property
    def total(self) -> Number:
        """Return the sum of everything."""
        return self.lines[-1].numbers[-1]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was counted."""
        return self.total.count == 0

    @property
    def hidden(self) -> int:
        """Return how many numbers are hidden."""
        return sum(
            number.count is None and number.why == HIDDEN for line in self.lines for number in line.numbers
        )


def title_of(question: Question) -> str:
    """Return in words what a question counts, where and when."""
    subject, basis = SUBJECTS[question.subject].label, BASES[question.basis].label
    return f"{subject}, {basis}: {question.unit.name}, {period_in_words(question.period)}"


def answer(question: Question, *, masked: bool = False) -> Answer:
    """Answer a question from the stored figures: what is split by first are rows, then columns.

    Masked, it hides what may not be published, and no sum gives it away (analysis.masking).
    """
    lacks, is_known = lacking(question)
    if not is_known:
        unknown = Line(TOTAL, (Number(None, why=UNKNOWN),), is_total=True)
        return Answer("Antal", ("Antal",), (unknown,), masked, lacks)
    found = table(question) if question.by else {(): number(question)}
    counts = {tuple(key): count for key, count in found.items()}
    places = [_in_order(name, {key[i] for key in counts}, counts, i) for i, name in enumerate(question.by)]
    if len(places) > 1 and len(places[1]) > MOST_COLUMNS:
        label = SPLITS[question.by[1]].label.lower()
        raise TooWideError(
            f"Det blir {len(places[1])} kolumner, och högst {MOST_COLUMNS} går att läsa. "
            f"Låt {label} vara rader i stället, eller begränsa frågan."
        )
    units = _units(question, places)
    sums = _with_sums(counts)
    values: Mapping[tuple[str, ...], int | None] = mask(_with_zeros(sums, places)) if masked else sums
    tells_of_none = _teller_of_none(question)

    def at(*key: str) -> Number:
        count, of = values.get(key, 0), _asked(question, key, units)
        if lacks and count == 0 and not tells_of_none(of.unit, of.period, parting(of.where)):
            return Number(None, why=UNKNOWN)
        return Number(count, _url(question, of) if count else "")

    rows = [*(places[0] if places else []), ALL]
    columns = [*(places[1] if len(places) > 1 else []), ALL]
    lines = tuple(
        Line(
            TOTAL if row == ALL else _label(question.by[0], row, units),
            tuple(at(*(row, column)[: len(question.by)]) for column in columns),
            is_total=row == ALL,
        )
        for row in rows
    )
    names = [TOTAL if c == ALL else _label(question.by[1], c, units) for c in columns]
    heading = SPLITS[question.by[0]].label if question.by else "Antal"
    return Answer(heading, ("Antal",) if len(places) < 2 else tuple(names), lines, masked, lacks)


def _teller_of_none(question: Question) -> Callable[[Unit, Period, Where], bool]:
    """Return what tells whether none of some months of a unit is known to be none."""
    known = Known(question.unit)

    @cache
    def tells_of_none(unit: Unit, period: Period, where: Where) -> bool:
        return known.tells_count(0, unit, question.subject, question.basis, period, where=where)

    return tells_of_none


def chart_of(question: Question, found: Answer) -> Chart | None:
    """Draw an answer when it can be read as a drawing: not too many bars, not more than four in each row."""
    lines = [line for line in found.lines if not line.is_total]
    series = found.columns[:-1] if len(question.by) == 2 else found.columns
    if not lines or found.is_empty or len(lines) > MOST_BARS or not 1 <= len(series) <= MOST_SERIES:
        return None
    drawn = [(name, [line.numbers[i].count for line in lines]) for i, name in enumerate(series)]
    most = max(lines, key=lambda line: line.numbers[-1].count or 0)
    said = f"Flest: {most.label}, {in_figures(most.numbers[-1].count)} av {in_figures(found.total.count)}"
    return grouped_bars(said, [line.label for line in lines], drawn, heading=found.heading)


def _with_sums(counts: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """Return the counts with the sum of each row and column and of everything."""
    sums: dict[tuple[str, ...], int] = {}
    for key, count in counts.items():
        for hidden in range(2 ** len(key)):
            place = tuple(ALL if hidden >> i & 1 else part for i, part in enumerate(key))
            sums[place] = sums.get(place, 0) + count
    return sums or {(): 0}


def _with_zeros(
    sums: Mapping[tuple[str, ...], int], places: Sequence[list[str]]
) -> dict[tuple[str, ...], int]:
    """Return the sums with every zero that is shown: what is hidden can be worked out from those too."""
    return {place: sums.get(place, 0) for place in product(*([*names, ALL] for names in places))}


def _in_order(
    name: str, values: Iterable[str], counts: Mapping[tuple[str, ...], int], place: int
) -> list[str]:
    """Return the values of a dimension as people read them: in their own order, or the most common first."""
    if name in {"month", "unit"}:
        return sorted(values)
    known = list(known_values(name))
    size: dict[str, int] = {}
    for key, count in counts.items():
        size[key[place]] = size.get(key[place], 0) + count

    def order(value: str) -> tuple[bool, int, int, str]:
        return value == "", known.index(value) if value in known else len(known), -size[value], value

    return sorted(values, key=order)


def _units(question: Question, places: list[list[str]]) -> dict[str, Unit]:
    """Return the units of an answer by code, in the order of the tree; it is said when others lie below."""
    if "unit" not in question.by:
        return {}
    place = places[question.by.index("unit")]
    below = Unit.objects.below(question.unit).filter(parent__isnull=False).order_by()
    parents = set(below.values_list("parent", flat=True))
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=place)}
    for unit in units.values():
        if unit.pk in parents:
            unit.name += " (själva enheten)"
    place.sort(key=list(units).index)
    return units


def _label(name: str, value: str, units: Mapping[str, Unit]) -> str:
    if name == "unit":
        return units[value].name
    if name == "month":
        return dateformat.format(_day(value), "F Y")
    words = value_in_words(name, value)
    return words[:1].upper() + words[1:]


def _day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


@dataclass(frozen=True)
class _Asked:
    """What one number of an answer counts: of which unit and months, and narrowed to what."""

    unit: Unit
    period: Period
    alone: bool
    where: dict[str, str]


def _asked(question: Question, key: tuple[str, ...], units: Mapping[str, Unit]) -> _Asked:
    """Return what one number counts; a sum is of the question itself."""
    unit, period = question.unit, question.period
    alone = any(name == "unit" for name, _ in question.where)
    where = {name: value for name, value in question.where if name != "unit"}
    for name, value in zip(question.by, key, strict=True):
        if value == ALL:
            continue
        if name == "unit":
            unit, alone = units[value], True
        elif name == "month":
            period = Period(_day(value), next_month(_day(value)))
        else:
            where[name] = value
    return _Asked(unit, period, alone, where)


def _url(question: Question, at: _Asked) -> str:
    """Return the address of the rows of one number."""
    return rows_url(question.subject, at.unit, at.period, question.basis, alone=at.alone, **at.where)
