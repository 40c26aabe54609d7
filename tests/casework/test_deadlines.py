"""Swedish working days, checked against the calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.process.deadlines import (
    add_workdays,
    is_workday,
    next_workday,
    workdays_between,
)

# Nobody works on these days of 2026, though some of them are no Sundays (lag 1989:253, and the eves).
FREE = [
    dt.date(2026, 1, 1),
    dt.date(2026, 1, 6),
    dt.date(2026, 4, 3),
    dt.date(2026, 4, 6),
    dt.date(2026, 5, 1),
    dt.date(2026, 5, 14),
    dt.date(2026, 6, 6),
    dt.date(2026, 6, 19),
    dt.date(2026, 12, 24),
    dt.date(2026, 12, 25),
    dt.date(2026, 12, 31),
]


@pytest.mark.parametrize("day", FREE)
def test_is_workday_on_a_day_off(day: dt.date) -> None:
    assert not is_workday(day)


@pytest.mark.parametrize(
    "day", [dt.date(2026, 1, 2), dt.date(2026, 1, 5), dt.date(2026, 6, 18)]
)
def test_is_workday_beside_a_day_off(day: dt.date) -> None:
    assert is_workday(day)


def test_next_workday_of_a_workday_is_the_day_itself() -> None:
    assert next_workday(dt.date(2026, 3, 4)) == dt.date(2026, 3, 4)


def test_next_workday_passes_easter() -> None:
    assert next_workday(dt.date(2026, 4, 3)) == dt.date(2026, 4, 7)


def test_next_workday_passes_the_turn_of_the_year() -> None:
    assert next_workday(dt.date(2026, 12, 31)) == dt.date(2027, 1, 4)


def test_add_workdays_counts_from_the_day_after() -> None:
    assert add_workdays(dt.date(2026, 3, 6), 1) == dt.date(2026, 3, 9)


def test_add_workdays_passes_midsummer() -> None:
    assert add_workdays(dt.date(2026, 6, 18), 1) == dt.date(2026, 6, 22)


def test_add_workdays_from_a_day_off_ends_on_a_workday() -> None:
    assert add_workdays(dt.date(2026, 5, 14), 15) == dt.date(2026, 6, 4)


@pytest.mark.parametrize("count", [0, 1, 15, 60])
def test_workdays_between_undoes_add_workdays(count: int) -> None:
    first = dt.date(2026, 3, 4)

    assert workdays_between(first, add_workdays(first, count)) == count


def test_workdays_between_is_negative_backwards() -> None:
    assert workdays_between(dt.date(2026, 3, 9), dt.date(2026, 3, 6)) == -1
