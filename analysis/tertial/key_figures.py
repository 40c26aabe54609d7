"""The key figures of a unit's tertial, each beside the same tertial last year and the mean of those before.

Read from cells alone, in one question for each subject; every number opens the rows it counts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from analysis.counted.catalogue import CLOSED, OF_KIND, REPORTS
from analysis.counted.indicators import KEY_FIGURES, Indicator
from analysis.figures.known import Known
from analysis.figures.rows import rows_url
from analysis.figures.stored import table
from analysis.models import Cell
from analysis.rules.effects import Change, change
from analysis.rules.number_words import decimal
from casework.database.periods import Period, tertial, tertial_of, tertials_before
from organisation.models import Unit

EARLIER = 6
At = tuple[int, int]
Counts = Counter[At]


@dataclass(frozen=True)
class Figure:
    """A count and the address of its rows; both are nothing for a time before the register began."""

    count: int | None
    url: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """One line: the tertial, the same last year, and those before together with how many they are."""

    label: str
    now: Figure
    last_year: Figure
    before: Figure
    periods: int
    is_over: bool = True

    @property
    def mean(self) -> str:
        """Return what a tertial before has had on average."""
        if not self.periods:
            return ""
        return decimal((self.before.count or 0) / self.periods)

    @property
    def _against_those_before(self) -> str:
        """Return whether the tertial differs from those before together, where a year ago is too few."""
        if not self.periods:
            return ""
        found = change(
            self.now.count or 0, self.before.count or 0, before_for=self.periods
        )
        return {Change.MORE: "ovanligt många", Change.FEWER: "ovanligt få"}.get(
            found, ""
        )

    @property
    def says(self) -> str:
        """Return whether the tertial differs from the same one last year (rule S8).

        While it goes on it has had fewer days to report in: then it can only be told to be more.
        """
        if self.now.count is None or self.last_year.count is None:
            return "inget att jämföra med"
        found = change(self.now.count, self.last_year.count)
        if (
            found is Change.TOO_FEW
            and self.is_over
            and (unusual := self._against_those_before)
        ):
            return unusual
        if not self.is_over and found is not Change.MORE:
            return "tertialet pågår"
        return {Change.MORE: "säkert fler", Change.FEWER: "säkert färre"}.get(
            found, found.value
        )


def key_figures(unit: Unit, year: int, number: int) -> list[KeyFigure]:
    """Return what came in and was closed in a unit's tertial; lines without a single case are left out."""
    span = tertials_before(year, number, EARLIER)
    whole = Period(tertial(*span[0]).first, tertial(year, number).end)
    by_kind, closed = _deviations(unit, whole)
    counted = _Counted(unit, Known(unit), span)
    lines = [
        counted.line(indicator, by_kind[kind])
        for kind, indicator in OF_KIND.items()
        if by_kind[kind]
    ]
    lex_sarah: Counts = Counter()
    for (month,), count in table(REPORTS.asked(unit, whole, "month")).items():
        lex_sarah[tertial_of(dt.date(int(month[:4]), int(month[5:]), 1))] += count
    lines.append(counted.line(REPORTS.said(KEY_FIGURES), lex_sarah))
    lines.append(counted.line(CLOSED, closed))
    return lines


def _deviations(unit: Unit, period: Period) -> tuple[dict[str, Counts], Counts]:
    """Count by tertial what came in of each kind, and what was closed: the cells are read once."""
    cells = Cell.objects.under(unit).filter(
        subject="deviations",
        basis__in=("received", "closed"),
        month__gte=period.first,
        month__lt=period.end,
    )
    received, closed = defaultdict[str, Counts](Counter), Counts()
    found = (
        cells.order_by()
        .values_list("basis", "kind", "month")
        .annotate(total=Sum("count"))
    )
    for basis, kind, month, count in found:
        counts = received[kind] if basis == "received" else closed
        counts[tertial_of(month)] += count
    return received, closed


@dataclass(frozen=True)
class _Counted:
    """The unit, what the register knows, and the tertials of which the last is looked at."""

    unit: Unit
    known: Known
    span: list[At]

    def line(self, indicator: Indicator, counts: Counts) -> KeyFigure:
        """Put the counts of one line together; a tertial that the register does not know has none."""
        now = self.span[-1]
        last_year = (now[0] - 1, now[1])
        before = [at for at in self.span[:-1] if self._is_whole(indicator, at)]
        own = tertial(*now)
        told, a_year_ago, earlier = Figure(None), Figure(None), Figure(None)
        asked = (self.unit, indicator.subject, indicator.basis, own)
        if self.known.tells_count(counts.get(now, 0), *asked, where=indicator.where):
            told = self._figure(indicator, own, counts, [now])
        if last_year in before:
            a_year_ago = self._figure(
                indicator, tertial(*last_year), counts, [last_year]
            )
        if before:
            span = Period(tertial(*before[0]).first, own.first)
            earlier = self._figure(indicator, span, counts, before)
        is_over = own.end <= timezone.localdate()
        return KeyFigure(
            indicator.label, told, a_year_ago, earlier, len(before), is_over
        )

    def _is_whole(self, indicator: Indicator, at: At) -> bool:
        """Tell whether a tertial is known; before the unit was there nobody could report anything to it."""
        period = tertial(*at)
        if period.first < self.unit.valid_from:
            return False
        subject, basis = indicator.subject, indicator.basis
        return self.known.is_whole(
            self.unit, subject, basis, period, where=indicator.where
        )

    def _figure(
        self, indicator: Indicator, period: Period, counts: Counts, ats: list[At]
    ) -> Figure:
        """Return what some tertials have together, and the rows of the period that they lie in."""
        narrowed: dict[str, Any] = dict(indicator.where)
        url = rows_url(
            indicator.subject, self.unit, period, indicator.basis, **narrowed
        )
        return Figure(sum(counts.get(at, 0) for at in ats), url)
