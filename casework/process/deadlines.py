"""Working days of Sweden, and the days by which something is to be done (pure functions)."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

from holidays import country_holidays


@cache
def _days_off(year: int) -> frozenset[dt.date]:
    """Return the public holidays of a year, with the eves that nobody works (lag 1989:253 and practice)."""
    return frozenset(
        country_holidays(
            "SE", years=year, categories=("public", "de_facto"), include_sundays=False
        )
    )


def is_workday(day: dt.date) -> bool:
    """Tell whether the administration works on a day."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def next_workday(day: dt.date) -> dt.date:
    """Return the day itself, or the first working day after it."""
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day


def add_workdays(day: dt.date, count: int) -> dt.date:
    """Return the working day that lies so many working days after a day."""
    for _ in range(count):
        day = next_workday(day + dt.timedelta(days=1))
    return day


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or its last day when it has no such day.

    The rule for periods in months (lag 1930:173 om beräkning av lagstadgad tid 1 §).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def workdays_between(first: dt.date, last: dt.date) -> int:
    """Return how many working days lie after a day, up to and including another; negative backwards."""
    if last < first:
        return -workdays_between(last, first)
    days = (
        first + dt.timedelta(days=offset)
        for offset in range(1, (last - first).days + 1)
    )
    return sum(is_workday(day) for day in days)
