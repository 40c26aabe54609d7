"""Random draws that anyone can repeat, and the confidence interval of a share (pure functions)."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import Enum

# The quantile of the normal distribution that 95 % lies within.
Z = 1.959963984540054


def draw(seed: str, *, size: int, count: int) -> list[int]:
    """Return which places of a population, counted from 1, a seed draws, in the order drawn.

    Every place gets the SHA-256 of "seed:place", and the smallest come first: whoever has the seed and the
    size gets the same sample by any tool, today or in ten years.  Every place is as likely as another.
    """
    return sorted(range(1, size + 1), key=lambda place: _lot(seed, place))[:count]


def _lot(seed: str, place: int) -> bytes:
    return hashlib.sha256(f"{seed}:{place}".encode()).digest()


@dataclass(frozen=True)
class Interval:
    """The 95 % confidence interval of a share, from 0 to 1."""

    low: float
    high: float

    def separates_from(self, other: Interval) -> bool:
        """Tell whether two shares certainly differ."""
        return self.low > other.high or other.low > self.high

    @property
    def words(self) -> str:
        """Return the interval in whole per cent."""
        return f"{round(100 * self.low)}–{round(100 * self.high)} %"


class Difference(Enum):
    """Whether a share has certainly changed."""

    HIGHER = "higher"
    LOWER = "lower"
    UNSURE = "unsure"


def compared(now: Interval | None, before: Interval | None) -> Difference:
    """Return how a share stands against an earlier one: changed only when their intervals lie apart."""
    if now is None or before is None or not now.separates_from(before):
        return Difference.UNSURE
    if now.low > before.high:
        return Difference.HIGHER
    return Difference.LOWER


def wilson(met: int, reviewed: int) -> Interval | None:
    """Return Wilson's 95 % interval for ``met`` of ``reviewed``; None when nothing was reviewed."""
    if reviewed == 0:
        return None
    share, square = met / reviewed, Z * Z
    middle = (share + square / (2 * reviewed)) / (1 + square / reviewed)
    spread = (
        Z
        * math.sqrt(share * (1 - share) / reviewed + square / (4 * reviewed**2))
        / (1 + square / reviewed)
    )
    return Interval(max(0.0, middle - spread), min(1.0, middle + spread))
