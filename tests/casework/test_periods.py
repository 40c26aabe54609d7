"""Periods of the year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.database.periods import (
    PeriodError,
    calendar_year,
    half_year,
    parse,
    quality_year,
    span,
    tertial,
    tertial_of,
)


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024T1", "2024-01-01", "2024-05-01"),
        ("2024T3", "2024-09-01", "2025-01-01"),
        ("2024H2", "2024-07-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2023-09..2024-08", "2023-09-01", "2024-09-01"),
    ],
)
def test_parse_reads_every_form(text: str, first: str, end: str) -> None:
    period = parse(text)

    assert (period.first.isoformat(), period.end.isoformat()) == (first, end)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024T4", "2024-13", "0001", "2024-09..2024-01", "٢٠٢٤", "2024\n"],
)
def test_parse_refuses_what_names_no_period(text: str) -> None:
    with pytest.raises(PeriodError):
        parse(text)


@given(st.integers(1990, 2100))
def test_year_is_the_sum_of_its_tertials(year: int) -> None:
    months = [month for number in (1, 2, 3) for month in tertial(year, number).months]

    assert months == calendar_year(year).months


@given(st.integers(1990, 2100))
def test_quality_year_is_last_tertial_and_two_more(year: int) -> None:
    months = (
        tertial(year - 1, 3).months + tertial(year, 1).months + tertial(year, 2).months
    )

    assert months == quality_year(year).months


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)))
def test_day_lies_in_its_tertial(day: dt.date) -> None:
    assert day in tertial(*tertial_of(day))


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(1, 24))
def test_parse_reads_what_str_writes(year: int, month: int, months: int) -> None:
    period = span(year, month, months)

    assert parse(str(period)) == period


def test_half_years_make_a_year() -> None:
    assert (
        half_year(2024, 1).months + half_year(2024, 2).months
        == calendar_year(2024).months
    )


def test_instants_are_local_midnights_over_summer_time() -> None:
    begins, ends = span(2024, 3, 1).instants()

    assert (begins.utcoffset(), ends.utcoffset()) == (
        dt.timedelta(hours=1),
        dt.timedelta(hours=2),
    )
