"""Units beside each other: reports per 100 staff within what chance gives, no rank (pure functions, S7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.rules.exact import poisson_limits
from analysis.rules.spc import is_overdispersed, side_of


@dataclass(frozen=True, slots=True)
class Place:
    """A unit to compare: its reports, its staff, and whether it is one that is asked about."""

    name: str
    count: int
    staff: int
    own: bool = False

    @property
    def rate(self) -> float:
        """Return the reports for a hundred of the staff."""
        return 100 * self.count / self.staff


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units beside each other: reports per 100 staff, what chance gives around their mean, never a rank."""

    places: tuple[Place, ...]
    marks: tuple[str, ...]  # of each place: USUAL, OVER or UNDER the 95 per cent limits
    rate: float  # reports per 100 staff of all together
    basis: str

    def expected(self, staff: float) -> float:
        """Return how many reports so many of the staff make at the rate of all."""
        return self.rate * staff / 100

    def limits(self, staff: float, outside: float) -> tuple[float, float]:
        """Return the exact Poisson limits for so many of the staff, per 100 of them."""
        low, high = poisson_limits(self.expected(staff), outside)
        return 100 * low / staff, 100 * high / staff


INNER, OUTER = 0.025, 0.001  # outside each of the 95 and the 99.8 per cent limits


def funnel(places: Iterable[Place]) -> Funnel:
    """Return how units' reports per 100 staff stand against exact Poisson limits, without a ranking (S7)."""
    kept = tuple(place for place in places if place.staff)
    count, staff = 0, 0
    for place in kept:
        count += place.count
        staff += place.staff
    rate = 100 * count / staff if staff else 0.0
    marks = []
    for place in kept:
        low, high = poisson_limits(rate * place.staff / 100, INNER)
        marks.append(side_of(place.count, low, high))
    basis = "Slumpen håller 95 procent av enheterna mellan de inre linjerna och 99,8 procent mellan de yttre."
    if len(kept) > 3 and is_overdispersed(marks):
        basis += (
            " Många enheter ligger utanför: de skiljer sig i mer än hur gärna de rapporterar, "
            "så läs figuren försiktigt."
        )
    return Funnel(kept, tuple(marks), rate, basis)
