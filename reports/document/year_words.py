"""What a report calls its years: "2024", or "kvalitetsåret 2024" of a year that begins in September."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import dateformat

from casework.database.periods import Period

# A calendar year, or a period and the one before it in words: `("läsåret 2023/2024", "läsåret 2022/2023")`.
Year = int | tuple[str, str]


def span_of(years: Sequence[int]) -> str:
    """Return "2021-2024" with a dash, or the year alone."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def year_in_words(year: int, *, is_calendar: bool) -> str:
    """Return a year with its kind, where it is not the calendar's."""
    return str(year) if is_calendar else f"kvalitetsåret {year}"


def years_in_words(years: Sequence[int], *, is_calendar: bool) -> str:
    """Return the first and the last of some years with their kind, where it is not the calendar's."""
    if len(years) == 1:
        return year_in_words(years[0], is_calendar=is_calendar)
    return span_of(years) if is_calendar else f"kvalitetsåren {span_of(years)}"


def with_year_before(year: int, *, is_calendar: bool) -> Year:
    """Return a year as generated sentences take it: quality years with the words of the year before."""
    if is_calendar:
        return year
    return f"kvalitetsåret {year}", f"kvalitetsåret {year - 1}"


def in_days(period: Period) -> str:
    """Return "1 september 2023–31 augusti 2024"."""
    first = dateformat.format(period.first, "j F Y")
    last = dateformat.format(period.last_day, "j F Y")
    return f"{first}–{last}"
