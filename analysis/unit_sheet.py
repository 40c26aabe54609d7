"""The page of a unit that hangs on a wall: few numbers, none so small that it tells of somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

from analysis.asking import HIDDEN
from analysis.charts import Chart, number
from analysis.control_charts import FUNNEL_WORDS, mark_words, month_label, pareto
from analysis.masking import ALL, LEAST
from analysis.own_unit import Line, OwnUnit
from analysis.telling import decimal
from analysis.tree_masking import mask_tree

MOST_BARS = 5
LONGEST_NAME = 60


class Sheet:
    """A unit's latest twelve months, masked as if they were published: a wall has many readers.

    Total, causes and routines are masked together, since each is a sum of the same cases.  A sheet counts
    what is registered on the unit itself and nothing below it, and shows no number of others: no two sheets
    count the same case, so none can be taken from another.  Actions are about what is done, not about
    those it happened to, and are not masked.
    """

    def __init__(self, own: OwnUnit) -> None:
        if not own.alone:
            raise ValueError("a sheet counts the unit itself")
        self.own, self.unit, self.year = own, own.unit, own.year
        self.actions = own.actions(since=own.year.first)

    @property
    def months(self) -> str:
        """Return how many months the page is about."""
        return str(len(self.year.months))

    @property
    def span(self) -> str:
        """Return the first and the last of those months."""
        months = self.year.months
        return _part(months[0], months[-1]) if months else ""

    @cached_property
    def masked(self) -> dict[tuple[str, ...], int | None]:
        """Return the total, each cause and each routine; None is hidden."""
        total = self.own.count(self.own.year)
        masked: dict[tuple[str, ...], int | None] = {}
        for at, lines in enumerate((self.own.lines("cause_area"), self.own.lines("process"))):
            counts = {ALL: total} | {line.name: line.count for line in lines}
            found = mask_tree(counts, dict.fromkeys(counts.keys() - {ALL}, ALL), least=LEAST)
            masked |= {(name, ALL) if at == 0 else (ALL, name): count for name, count in found.items()}
            if found[ALL] is None:  # causes and routines meet in the total alone: without it, nothing is told
                return dict.fromkeys([(ALL, ALL), *self._named])
        return masked

    @property
    def _named(self) -> list[tuple[str, str]]:
        own = self.own
        causes = [(line.name, ALL) for line in own.lines("cause_area")]
        return [*causes, *((ALL, line.name) for line in own.lines("process"))]

    @property
    def reports(self) -> str:
        """Return how many reports the year had."""
        return _shown(self.masked[ALL, ALL])

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is registered on the unit itself."""
        return self.masked[ALL, ALL] == 0

    @property
    def change(self) -> str:
        """Return how the year stands against the one before, in words that give no number away."""
        return self.own.change.value if self.own.change else ""

    @property
    def rate(self) -> str:
        """Return the reports per 100 staff, unless the number of reports is hidden."""
        if self.own.own_rate is None or self.masked[ALL, ALL] is None:
            return ""
        return decimal(round(self.own.own_rate, 1))

    @property
    def standing(self) -> str:
        """Return in words how much the unit reports beside all others, if its staff is known."""
        found = self.own.funnel
        marks = [mark for place, mark in zip(found.places, found.marks, strict=True) if place.own]
        return mark_words(marks[0], FUNNEL_WORDS) if marks else ""

    @cached_property
    def charts(self) -> list[tuple[str, Chart | None]]:
        """Draw the causes and the routines that may be shown; of too few there is no drawing."""
        parts = (
            ("Orsaker", self._known("cause_area", 0)),
            ("Processer och rutiner", self._known("process", 1)),
        )
        return [(label, self._bars(label, rows) if rows else None) for label, rows in parts]

    def _known(self, dimension: str, at: int) -> list[tuple[str, int]]:
        """Return the named values that are not hidden, most first."""
        lines: Sequence[Line] = self.own.lines(dimension)
        shown = (
            (line.name, self.masked[(line.name, ALL) if at == 0 else (ALL, line.name)])
            for line in lines
            if line.name
        )
        return [(_short(name), count) for name, count in shown if count][:MOST_BARS]

    def _bars(self, label: str, rows: Sequence[tuple[str, int]]) -> Chart:
        return pareto(f"Vanligast: {rows[0][0]}, {rows[0][1]}", rows, heading=label)

    @property
    def questions(self) -> list[str]:
        """Return three questions to talk about, from what the numbers say."""
        own = self.own
        first = (
            "Vi rapporterar lite. Vad gör att det som blir fel inte rapporteras?"
            if own.quiet or own.silent
            else "Känner ni igen bilden? Vad händer hos oss som ingen rapporterar?"
        )
        causes = self._known("cause_area", 0)
        second = (
            f"Den vanligaste orsaken är ”{causes[0][0]}”. Vad i vårt sätt att arbeta gör att det händer?"
            if causes
            else "Vad i vårt sätt att arbeta gör att det blir fel?"
        )
        done = self.actions["done"] or self.actions["ongoing"]
        third = (
            "Märker ni skillnad av det vi har bestämt? Vad ska vi göra härnäst?"
            if done
            else "Vad ska vi ändra först, vem gör det och när märker vi om det hjälpte?"
        )
        return [first, second, third]


def _short(name: str) -> str:
    """Return a name that takes one line or two, so that the page stays one."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _shown(count: int | None) -> str:
    return HIDDEN if count is None else number(count)


def _part(first: dt.date, last: dt.date) -> str:
    return month_label(first) if first == last else f"{month_label(first)} – {month_label(last)}"
