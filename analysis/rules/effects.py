"""Whether a level has changed, and whether an action changed it (pure functions, SOSFS 2011:9 5 kap. 8 §).

Two counts differ or they do not: what chance does as easily is never told as a direction (rule S8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from analysis.rules.exact import binomial_tail, differs
from casework.database.periods import Period
from casework.process.deadlines import months_after

CERTAIN = 0.05  # p-value under which two levels differ
MONTHS_BEFORE = 12


class Change(Enum):
    """How a level stands against an earlier one, in words; more reports are neither better nor worse."""

    MORE = "säker ökning"
    FEWER = "säker minskning"
    # Said of these two counts alone: another rule on the same page may be sure of another change.
    SAME = "skillnaden är inte säker"
    TOO_FEW = "för få för att säga"


def change(
    now: int, before: int, *, now_for: float = 1.0, before_for: float = 1.0
) -> Change:
    """Say how two counts stand, each of so many months.

    They are too few when the same direction would not be certain even if all of them fell on one side.
    """
    is_more, total = now * before_for > before * now_for, now + before
    utmost = (total, 0) if is_more else (0, total)
    if differs(*utmost, now_for=now_for, before_for=before_for) >= CERTAIN:
        return Change.TOO_FEW
    if differs(now, before, now_for=now_for, before_for=before_for) >= CERTAIN:
        return Change.SAME
    if is_more:
        return Change.MORE
    return Change.FEWER


@dataclass(frozen=True)
class Effect:
    """What a level was in the months before an action was done, and what it has been since."""

    before: int
    before_months: int
    after: int
    after_months: int

    @property
    def change(self) -> Change:
        """Return how the level since stands against the one before."""
        if not self.before_months or not self.after_months:
            return Change.TOO_FEW
        return change(
            self.after,
            self.before,
            now_for=self.after_months,
            before_for=self.before_months,
        )

    @property
    def is_in_vain(self) -> bool:
        """Tell whether surely more than half of the level is left: what halves a level has not been in vain.

        Had it been halved, each case would fall after the action with the same probability.
        """
        if (
            not self.before_months
            or not self.after_months
            or self.change is Change.FEWER
        ):
            return False
        halved = self.after_months / 2
        share = halved / (halved + self.before_months)
        return binomial_tail(self.after, self.after + self.before, share) < CERTAIN

    def __str__(self) -> str:
        if not self.after_months:
            return "Det finns ingen hel månad efter åtgärden att räkna än."
        if not self.before_months:
            return "Det finns inga uppgifter från tiden före."
        first, later = _months(self.before_months), _months(self.after_months)
        return f"Från {self.before} på {first} till {self.after} på {later}: {self.change.value}."


def _months(count: int) -> str:
    return "1 månad" if count == 1 else f"{count} månader"


def effect_of(
    counts: Mapping[dt.date, int], done_on: dt.date, *, begins: dt.date, end: dt.date
) -> Effect:
    """Compare the twelve months before an action was done with the whole months since.

    ``counts`` are by month; the register ``begins`` with one month, and is whole up to ``end``.  The month
    in which the action was done belongs to neither side.
    """
    done = done_on.replace(day=1)
    before = _span(max(begins, months_after(done, -MONTHS_BEFORE)), done)
    after = _span(months_after(done, 1), end)
    return Effect(_sum(counts, before), len(before), _sum(counts, after), len(after))


def _span(first: dt.date, end: dt.date) -> list[dt.date]:
    return Period(first, end).months


def _sum(counts: Mapping[dt.date, int], months: list[dt.date]) -> int:
    return sum(counts.get(month, 0) for month in months)
