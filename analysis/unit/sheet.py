"""The page of a unit that hangs on a wall: few numbers, small ones suppressed."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from analysis.ask.table import HIDDEN
from analysis.charts.charts import Chart, number
from analysis.charts.control_charts import FUNNEL_WORDS, mark_words, month_label, pareto
from analysis.rules.masking import ALL, LEAST
from analysis.rules.number_words import decimal
from analysis.rules.tree_masking import mask_tree
from analysis.unit.over_time import OwnUnit

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
        if not months:
            return ""
        return _part(months[0], months[-1])

    @cached_property
    def masked(self) -> dict[str, dict[str, int | None]]:
        """Return each cause and each routine, by dimension, with the total; None is hidden."""
        total = self.own.count(self.own.year)
        masked = {}
        for dimension in ("cause_area", "process"):
            counts = {ALL: total} | {
                line.name: line.count for line in self.own.lines(dimension)
            }
            masked[dimension] = mask_tree(
                counts, dict.fromkeys(counts.keys() - {ALL}, ALL), least=LEAST
            )
        if all(counts[ALL] is not None for counts in masked.values()):
            return masked
        # Causes and routines meet in the total alone: without it, nothing is told.
        return {
            dimension: dict.fromkeys(counts) for dimension, counts in masked.items()
        }

    @property
    def _total(self) -> int | None:
        return self.masked["process"][ALL]

    @property
    def reports(self) -> str:
        """Return how many reports the year had."""
        return _shown(self._total)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is registered on the unit itself."""
        return self._total == 0

    @property
    def change(self) -> str:
        """Return how the year stands against the one before, in words that give no number away."""
        if self.own.change is None:
            return ""
        return self.own.change.value

    @property
    def rate(self) -> str:
        """Return the reports per 100 staff, unless the number of reports is hidden."""
        if self.own.own_rate is None or self._total is None:
            return ""
        return decimal(round(self.own.own_rate, 1))

    @property
    def standing(self) -> str:
        """Return in words how much the unit reports beside all others, if its staff is known."""
        found = self.own.funnel
        for place, mark in zip(found.places, found.marks, strict=True):
            if place.own:
                return mark_words(mark, FUNNEL_WORDS)
        return ""

    @cached_property
    def charts(self) -> list[tuple[str, Chart | None]]:
        """Draw the causes and the routines that may be shown; of too few there is no drawing."""
        return [
            self._bars("Orsaker", "cause_area"),
            self._bars("Processer och rutiner", "process"),
        ]

    def _known(self, dimension: str) -> list[tuple[str, int]]:
        """Return the named values that are not hidden, most first."""
        known = []
        for line in self.own.lines(dimension):
            count = self.masked[dimension][line.name]
            if line.name and count:
                known.append((_short(line.name), count))
        return known[:MOST_BARS]

    def _bars(self, label: str, dimension: str) -> tuple[str, Chart | None]:
        rows = self._known(dimension)
        if not rows:
            return label, None
        name, count = rows[0]
        return label, pareto(f"Vanligast: {name}, {count}", rows, heading=label)

    @property
    def questions(self) -> list[str]:
        """Return three questions to talk about, from what the numbers say."""
        return [self._about_reporting(), self._about_causes(), self._about_actions()]

    def _about_reporting(self) -> str:
        if self.own.quiet or self.own.silent:
            return "Vi rapporterar lite. Vad gör att det som blir fel inte rapporteras?"
        return "Känner ni igen bilden? Vad händer hos oss som ingen rapporterar?"

    def _about_causes(self) -> str:
        for cause, _ in self._known("cause_area"):
            return f"Den vanligaste orsaken är ”{cause}”. Vad i vårt sätt att arbeta gör att det händer?"
        return "Vad i vårt sätt att arbeta gör att det blir fel?"

    def _about_actions(self) -> str:
        if self.actions["done"] or self.actions["ongoing"]:
            return "Märker ni skillnad av det vi har bestämt? Vad ska vi göra härnäst?"
        return "Vad ska vi ändra först, vem gör det och när märker vi om det hjälpte?"


def _short(name: str) -> str:
    """Return a name that takes one line or two, so that the page stays one."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _shown(count: int | None) -> str:
    if count is None:
        return HIDDEN
    return number(count)


def _part(first: dt.date, last: dt.date) -> str:
    if first == last:
        return month_label(first)
    return f"{month_label(first)} – {month_label(last)}"
