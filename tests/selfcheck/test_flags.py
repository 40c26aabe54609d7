"""What is remarkable about a reading: facts in, flags out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from selfcheck.models import Flag
from selfcheck.review.flags import (
    MOST_IN_A_DAY,
    MOST_IN_AN_HOUR,
    About,
    Read,
    Reader,
    flags_of,
    last_name,
)

SWEDEN = ZoneInfo("Europe/Stockholm")
WEDNESDAY = dt.datetime(2026, 3, 4, 10, 30, tzinfo=SWEDEN)
READER = Reader(1, "Eva Ek", frozenset({7}), (("A/B/", dt.date(2020, 1, 1), None),))
CASE = About(7, "A/B/")


def flags(*, case: About = CASE, reader: Reader = READER, **facts: Any) -> set[Flag]:
    """Return the flags of a reading that is usual but for some facts."""
    usual: dict[str, Any] = {"at": WEDNESDAY, "kind": "page", "cases": (case,)}
    return set(flags_of(Read(reader=reader, **{**usual, **facts})))


def test_usual_reading_has_no_flag() -> None:
    assert flags() == set()


@pytest.mark.parametrize(
    ("hour", "minute", "is_night"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False)],
)
def test_night_is_from_ten_to_six(hour: int, minute: int, is_night: bool) -> None:
    at = WEDNESDAY.replace(hour=hour, minute=minute)

    assert (Flag.NIGHT in flags(at=at)) is is_night


@pytest.mark.parametrize(
    ("day", "is_off"),
    [
        (dt.date(2026, 3, 7), True),
        (dt.date(2026, 3, 8), True),
        (dt.date(2026, 5, 14), True),
        (dt.date(2026, 3, 9), False),
    ],
    ids=["saturday", "sunday", "ascension", "monday"],
)
def test_day_off_is_weekend_or_holiday(day: dt.date, is_off: bool) -> None:
    at = dt.datetime.combine(day, dt.time(10), SWEDEN)

    assert (Flag.DAY_OFF in flags(at=at)) is is_off


@pytest.mark.parametrize(
    ("person", "name", "is_told"),
    [(2, "ek", True), (1, "ek", False), (2, "ask", False)],
    ids=["another", "herself", "other name"],
)
def test_last_name_is_shared_with_somebody_else(
    person: int, name: str, is_told: bool
) -> None:
    case = About(7, "A/B/", last_names=frozenset({(person, name)}))

    assert (Flag.NAME in flags(case=case)) is is_told


def test_last_name_is_found_among_searched_words() -> None:
    assert Flag.NAME in flags(words="Kalle EK")
    assert Flag.NAME not in flags(words="Ekbacken")


def test_one_name_alone_is_no_last_name() -> None:
    assert last_name("Eva") == ""
    assert last_name("Eva von Ek") == "ek"


@pytest.mark.parametrize(
    ("facts", "is_former"),
    [
        ({"owner": 1, "closed_on": dt.date(2026, 3, 3)}, True),
        ({"owner": 1, "closed_on": dt.date(2026, 3, 4)}, False),
        ({"owner": 1}, False),
    ],
    ids=["closed before", "closed that day", "open"],
)
def test_own_case_is_former_once_it_is_closed(
    facts: dict[str, Any], is_former: bool
) -> None:
    assert (Flag.FORMER in flags(case=About(7, "A/B/", **facts))) is is_former


@pytest.mark.parametrize(
    ("held", "is_former"),
    [
        ([("A/B/", dt.date(2020, 1, 1), dt.date(2026, 3, 4))], True),
        ([("A/B/", dt.date(2020, 1, 1), dt.date(2026, 3, 5))], False),
        ([("A/C/", dt.date(2020, 1, 1), dt.date(2021, 1, 1))], False),
        (
            [
                ("A/B/", dt.date(2020, 1, 1), dt.date(2021, 1, 1)),
                ("A/", dt.date(2021, 1, 1), None),
            ],
            False,
        ),
    ],
    ids=["left today", "leaves tomorrow", "never there", "moved up"],
)
def test_case_of_a_unit_that_was_left_is_former(held: Any, is_former: bool) -> None:
    reader = Reader(1, "Eva Ek", frozenset({7}), tuple(held))

    assert (Flag.FORMER in flags(reader=reader)) is is_former


@pytest.mark.parametrize(
    ("case", "kind", "is_without"),
    [
        (About(8, "A/B/"), "page", True),
        (About(8, "A/B/"), "file", True),
        (About(8, "A/B/"), "search", False),
        (About(8, "A/B/", owner=1), "page", False),
        (About(8, "A/B/", reporter=1), "page", False),
        (About(7, "A/B/"), "page", False),
    ],
    ids=["page", "file", "search", "owner", "reporter", "worked in it"],
)
def test_no_task_is_told_of_the_one_case_that_was_opened(
    case: About, kind: str, is_without: bool
) -> None:
    assert (Flag.NO_TASK in flags(case=case, kind=kind)) is is_without


@pytest.mark.parametrize("more", [0, 1])
def test_mass_is_more_cases_than_the_most_in_an_hour(more: int) -> None:
    opened = [
        (WEDNESDAY + dt.timedelta(minutes=key % 30), key)
        for key in range(MOST_IN_AN_HOUR + more)
    ]

    assert (Flag.MASS in flags(same_day=opened)) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_mass_is_more_cases_than_the_most_in_a_day(more: int) -> None:
    begins = WEDNESDAY.replace(hour=0, minute=0)
    opened = [
        (begins + dt.timedelta(minutes=33 * key), key)
        for key in range(MOST_IN_A_DAY + more)
    ]

    assert (Flag.MASS in flags(same_day=opened)) is bool(more)


def test_same_case_many_times_is_no_mass() -> None:
    assert Flag.MASS not in flags(same_day=[(WEDNESDAY, 7)] * 100)


@pytest.mark.parametrize(
    ("facts", "flag"),
    [
        ({"way": "glass"}, Flag.GLASS),
        ({"is_substitute": True}, Flag.SUBSTITUTE),
        ({"case": About(7, "A/B/", protected=True)}, Flag.PROTECTED),
        ({"case": About(7, "A/B/", reporter=1)}, Flag.OWN),
    ],
)
def test_what_a_reading_is_like_is_told(facts: Any, flag: Flag) -> None:
    assert flags(**facts) == {flag}
