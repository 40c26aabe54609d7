"""When the checks of a year fall (pure functions over local days)."""

from __future__ import annotations

import datetime as dt

from casework.process.deadlines import months_after, next_workday
from selfcheck.models import Rhythm

MONTHS_BETWEEN = {
    Rhythm.ONCE: 12,
    Rhythm.HALF: 6,
    Rhythm.TERTIAL: 4,
    Rhythm.QUARTER: 3,
    Rhythm.MONTH: 1,
}


def occasions(first_on: dt.date, rhythm: str) -> list[dt.date]:
    """Return the last day of each occasion of the year: the first, and then by the rhythm, on working days.

    An occasion that a holiday moves into the next year still belongs to its own.
    """
    step = MONTHS_BETWEEN[Rhythm(rhythm)]
    days = (months_after(first_on, months) for months in range(0, 12, step))
    return [next_workday(day) for day in days if day.year == first_on.year]
