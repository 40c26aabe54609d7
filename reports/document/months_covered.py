"""How many months a count covers: of those that have been, when the unit was there and the register known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from casework.database.periods import Period, span
from organisation.models import Unit

MEAN_MONTH = 365.2425 / 12


class Yearly(dict[int, int | None]):
    """Counts by year, None where nothing is known, and which months the register knows of each year."""

    def __init__(self, years: Sequence[int]) -> None:
        super().__init__(dict.fromkeys(years, 0))
        self.known: dict[int, list[dt.date]] = {}


def covered(
    period: Period,
    unit: Unit | None,
    extracted_on: dt.date,
    *,
    known: Sequence[dt.date] | None = None,
) -> int:
    """Return how many months of a period the figures cover, of those when the unit was there.

    Where the register does not know all of it, they are those that are ``known``.
    """
    if known is not None and len(known) < len(period.months):
        return sum(
            covered(span(month.year, month.month, 1), unit, extracted_on)
            for month in known
        )
    first, end = period.first, min(period.end, extracted_on)
    if unit is not None:
        first, end = max(first, unit.valid_from), min(end, unit.valid_to or dt.date.max)
    days = max((end - first).days, 0)
    return round(days / MEAN_MONTH)
