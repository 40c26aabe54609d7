"""Periods of the year: month, tertial, half-year, calendar year and quality year; pure functions."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class PeriodError(ValueError):
    """The words do not name a period; the message says in Swedish what to write instead."""


@dataclass(frozen=True, order=True)
class Period:
    """Whole months from ``first`` up to, but not including, ``end`` (both the first of a month)."""

    first: dt.date
    end: dt.date

    @property
    def last_day(self) -> dt.date:
        """Return the last day that belongs to the period."""
        return self.end - dt.timedelta(days=1)

    @property
    def months(self) -> list[dt.date]:
        """Return the first day of each month in the period."""
        found, month = [], self.first
        while month < self.end:
            found.append(month)
            month = next_month(month)
        return found

    def instants(self) -> tuple[dt.datetime, dt.datetime]:
        """Return the local midnights (Europe/Stockholm, aware) at which the period begins and ends."""
        begins, ends = (
            dt.datetime.combine(day, dt.time(), STOCKHOLM)
            for day in (self.first, self.end)
        )
        return begins, ends

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day < self.end

    def __str__(self) -> str:
        first, last = self.first, self.last_day
        if (first.month, last.month) == (1, 12) and first.year == last.year:
            return f"{first.year}"
        if (
            first.year == last.year
            and first.month % 4 == 1
            and last.month == first.month + 3
        ):
            return f"{first.year}T{last.month // 4}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        return f"{first:%Y-%m}..{last:%Y-%m}"


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the month after."""
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


def first_whole_month(day: dt.date) -> dt.date:
    """Return the first month that begins on a day or later."""
    return day if day.day == 1 else next_month(day.replace(day=1))


def span(year: int, month: int, months: int) -> Period:
    """Return the period of so many months that begins with the given one."""
    end = month - 1 + months
    return Period(dt.date(year, month, 1), dt.date(year + end // 12, end % 12 + 1, 1))


def calendar_year(year: int) -> Period:
    """Return January to December."""
    return span(year, 1, 12)


def quality_year(year: int) -> Period:
    """Return September of the year before to August: T3, T1 and T2 (the quality year of Göteborg)."""
    return span(year - 1, 9, 12)


def tertial(year: int, number: int) -> Period:
    """Return tertial 1 (January-April), 2 (May-August) or 3 (September-December)."""
    if number not in (1, 2, 3):
        raise PeriodError("Ett tertial är T1, T2 eller T3.")
    return span(year, 4 * number - 3, 4)


def half_year(year: int, number: int) -> Period:
    """Return January-June or July-December."""
    if number not in (1, 2):
        raise PeriodError("Ett halvår är H1 eller H2.")
    return span(year, 6 * number - 5, 6)


def tertial_of(day: dt.date) -> tuple[int, int]:
    """Return the year and number of the tertial that a day belongs to."""
    return day.year, (day.month + 3) // 4


def tertials_before(year: int, number: int, count: int) -> list[tuple[int, int]]:
    """Return so many tertials before one, and itself, oldest first."""
    index = 3 * year + number - 1
    return [(n // 3, n % 3 + 1) for n in range(index - count, index + 1)]


_MONTH = r"((?:19|20|21)\d\d)-(0[1-9]|1[0-2])"
_PARSERS = (
    (r"((?:19|20|21)\d\d)", lambda y: calendar_year(int(y))),
    (r"((?:19|20|21)\d\d)T([123])", lambda y, n: tertial(int(y), int(n))),
    (r"((?:19|20|21)\d\d)H([12])", lambda y, n: half_year(int(y), int(n))),
    (_MONTH, lambda y, m: span(int(y), int(m), 1)),
    (
        rf"{_MONTH}\.\.{_MONTH}",
        lambda y, m, y2, m2: Period(
            span(int(y), int(m), 1).first, span(int(y2), int(m2), 1).end
        ),
    ),
)


def parse(text: str) -> Period:
    """Return the period that "2024", "2024T1", "2024H1", "2024-03" or "2023-09..2024-08" names.

    Raises PeriodError for anything else, and for a period that ends before it begins.
    """
    for pattern, build in _PARSERS:
        if match := re.fullmatch(pattern, text, re.ASCII):
            period = build(*match.groups())
            if period.first >= period.end:
                raise PeriodError(f"Perioden {text} slutar innan den börjar.")
            return period
    raise PeriodError(
        f"Perioden ”{text}” går inte att läsa. "
        "Skriv till exempel 2024, 2024T1, 2024-03 eller 2023-09..2024-08."
    )
