"""A free question becomes a table: every number with the address of its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils import dateformat

from analysis.charts.charts import Chart, grouped_bars
from analysis.charts.charts import number as in_figures
from analysis.counted.questions import Question
from analysis.counted.vocabulary import (
    BASES,
    SPLITS,
    SUBJECTS,
    UNKNOWN,
    known_values,
    period_in_words,
    value_in_words,
)
from analysis.figures.known import Known, parting
from analysis.figures.rows import rows_url
from analysis.figures.stored import lacking, number, table
from analysis.rules.masking import ALL, mask
from casework.database.periods import Period, next_month
from organisation.models import Unit

HIDDEN = "dolt"
TOTAL = "Totalt"
COUNT = "Antal"
MOST_COLUMNS = 24
MOST_BARS, MOST_SERIES = 30, 4
Key = tuple[
    str, ...
]  # the values that a number is split by, in the order of the question


class TooWideError(ValueError):
    """The answer has too many columns to read; the message says in Swedish what to do."""


@dataclass(frozen=True)
class Number:
    """One number of the answer: None is hidden or not known; what counts nothing or is None opens nothing."""

    count: int | None
    url: str = ""
    why: str = HIDDEN

    @property
    def is_hidden(self) -> bool:
        """Tell whether the number is suppressed, rather than not known."""
        return self.count is None and self.why == HIDDEN

    @property
    def shown(self) -> int | str:
        """Return what a file says."""
        if self.count is None:
            return self.why
        return self.count


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
        hidden = 0
        for line in self.lines:
            hidden += sum(number.is_hidden for number in line.numbers)
        return hidden


def title_of(question: Question) -> str:
    """Return in words what a question counts, where and when."""
    subject, basis = SUBJECTS[question.subject].label, BASES[question.basis].label
    return (
        f"{subject}, {basis}: {question.unit.name}, {period_in_words(question.period)}"
    )


def answer(question: Question, *, masked: bool = False) -> Answer:
    """Answer a question from the stored figures: the first split gives rows, the second columns.

    Masked, it hides what may not be published, and no sum gives it away (analysis.rules.masking).
    """
    lacks, is_known = lacking(question)
    if not is_known:
        unknown = Line(TOTAL, (Number(None, why=UNKNOWN),), is_total=True)
        return Answer(COUNT, (COUNT,), (unknown,), masked, lacks)
    counts = _counts(question)
    values = [_in_order(name, counts, place) for place, name in enumerate(question.by)]
    _refuse_too_wide(question, values)
    units = _units(question, values)
    sums = _with_sums(counts)
    told: Mapping[Key, int | None] = sums
    if masked:
        told = mask(_with_zeros(sums, values))
    numbers = _Numbers(question, told, units, lacks=bool(lacks))
    rows, columns = [ALL], [ALL]
    heading = COUNT
    names: tuple[str, ...] = (COUNT,)
    if values:
        rows = [*values[0], ALL]
        heading = SPLITS[question.by[0]].label
    if len(values) > 1:
        columns = [*values[1], ALL]
        names = tuple(numbers.heading(1, column) for column in columns)
    lines = tuple(numbers.line(row, columns) for row in rows)
    return Answer(heading, names, lines, masked, lacks)


def _counts(question: Question) -> dict[Key, int]:
    """Return the stored counts by what the question is split by."""
    if not question.by:
        return {(): number(question)}
    return {tuple(key): count for key, count in table(question).items()}


def _refuse_too_wide(question: Question, values: Sequence[list[str]]) -> None:
    if len(values) < 2 or len(values[1]) <= MOST_COLUMNS:
        return
    label = SPLITS[question.by[1]].label.lower()
    raise TooWideError(
        f"Det blir {len(values[1])} kolumner, och högst {MOST_COLUMNS} går att läsa. "
        f"Låt {label} vara rader i stället, eller begränsa frågan."
    )


class _Numbers:
    """The numbers of an answer, each with the address of its rows, or that it is not known."""

    def __init__(
        self,
        question: Question,
        told: Mapping[Key, int | None],
        units: Mapping[str, Unit],
        *,
        lacks: bool,
    ) -> None:
        self._question, self._told, self._units, self._lacks = (
            question,
            told,
            units,
            lacks,
        )
        self._known = Known(question.unit)
        self._none_is_known: dict[tuple[object, ...], bool] = {}

    def at(self, key: Key) -> Number:
        """Return the number of a key."""
        count, asked = self._told.get(key, 0), _asked(self._question, key, self._units)
        if self._lacks and count == 0 and not self._tells_of_none(asked):
            return Number(None, why=UNKNOWN)
        url = _url(self._question, asked) if count else ""
        return Number(count, url)

    def line(self, row: str, columns: Iterable[str]) -> Line:
        """Return a row of the answer; a question that is not split has the total alone."""
        keys = ((row, column)[: len(self._question.by)] for column in columns)
        numbers = tuple(map(self.at, keys))
        return Line(self.heading(0, row), numbers, is_total=row == ALL)

    def heading(self, place: int, value: str) -> str:
        """Return what the row or the column of a value is called."""
        if value == ALL:
            return TOTAL
        return _label(self._question.by[place], value, self._units)

    def _tells_of_none(self, asked: _Asked) -> bool:
        """Tell whether none is known to be none; many numbers ask the same."""
        subject, basis = self._question.subject, self._question.basis
        where = parting(asked.where)
        key = (asked.unit, asked.period, where)
        if key not in self._none_is_known:
            self._none_is_known[key] = self._known.tells_count(
                0, asked.unit, subject, basis, asked.period, where=where
            )
        return self._none_is_known[key]


def chart_of(question: Question, found: Answer) -> Chart | None:
    """Draw an answer when it can be read as a drawing: not too many bars, not more than four in each row."""
    lines = [line for line in found.lines if not line.is_total]
    series = found.columns
    if len(question.by) == 2:
        series = series[:-1]
    is_readable = 1 <= len(lines) <= MOST_BARS and 1 <= len(series) <= MOST_SERIES
    if found.is_empty or not is_readable:
        return None
    columns = []
    for place, name in enumerate(series):
        counts = [line.numbers[place].count for line in lines]
        columns.append((name, counts))
    most = max(lines, key=lambda line: line.numbers[-1].count or 0)
    title = f"Flest: {most.label}, {in_figures(most.numbers[-1].count)} av {in_figures(found.total.count)}"
    return grouped_bars(
        title, [line.label for line in lines], columns, heading=found.heading
    )


def _with_sums(counts: Mapping[Key, int]) -> dict[Key, int]:
    """Return the counts with the sum of each row and column and of everything."""
    sums: dict[Key, int] = {}
    for key, count in counts.items():
        for place in product(*((value, ALL) for value in key)):
            sums[place] = sums.get(place, 0) + count
    return sums or {(): 0}


def _with_zeros(sums: Mapping[Key, int], values: Sequence[list[str]]) -> dict[Key, int]:
    """Return the sums with every zero that is shown: zeros give hidden numbers away too."""
    with_all = [[*each, ALL] for each in values]
    return {place: sums.get(place, 0) for place in product(*with_all)}


def _in_order(name: str, counts: Mapping[Key, int], place: int) -> list[str]:
    """Return the values of a dimension as people read them: in their own order, or the most common first."""
    size: dict[str, int] = {}
    for key, count in counts.items():
        size[key[place]] = size.get(key[place], 0) + count
    if name in {"month", "unit"}:
        return sorted(size)
    rank = {value: at for at, value in enumerate(known_values(name))}

    def order(value: str) -> tuple[bool, int, int, str]:
        return value == "", rank.get(value, len(rank)), -size[value], value

    return sorted(size, key=order)


def _units(question: Question, values: list[list[str]]) -> dict[str, Unit]:
    """Return the units of an answer by code, and sort their codes as the tree is read.

    A unit that has others below it is told apart from the sum of them by its name.
    """
    if "unit" not in question.by:
        return {}
    codes = values[question.by.index("unit")]
    below = Unit.objects.below(question.unit).filter(parent__isnull=False).order_by()
    parents = set(below.values_list("parent", flat=True))
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    for unit in units.values():
        if unit.pk in parents:
            unit.name += " (själva enheten)"
    codes.sort(key=list(units).index)
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


def _asked(
    question: Question, key: tuple[str, ...], units: Mapping[str, Unit]
) -> _Asked:
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
    return rows_url(
        question.subject, at.unit, at.period, question.basis, alone=at.alone, **at.where
    )
