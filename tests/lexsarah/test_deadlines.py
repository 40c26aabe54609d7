"""The clocks of lex Sarah against the calendar: leap days, turns of the year, holidays, summer time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.process.deadlines import is_workday, months_after
from lexsarah.law.deadlines import Clock, Facts, clocks, completion_due, hours_left
from lexsarah.law.policy import Limits

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAYS = st.dates(min_value=dt.date(2011, 7, 1), max_value=dt.date(2060, 12, 31))
FRIDAY, SATURDAY, MONDAY = dt.date(2026, 3, 6), dt.date(2026, 3, 7), dt.date(2026, 3, 9)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- two months -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("notified", "due"),
    [
        ("2026-01-15", "2026-03-16"),  # the 15th is a Sunday
        ("2025-12-31", "2026-03-02"),  # no 31st: 28 February, a Saturday
        ("2023-12-31", "2024-02-29"),  # no 31st: the leap day, a Thursday
        ("2025-12-30", "2026-03-02"),
        ("2026-01-31", "2026-03-31"),
        ("2024-01-31", "2024-04-02"),  # 31 March is Easter Day
        ("2025-11-30", "2026-01-30"),
        ("2023-11-30", "2024-01-30"),
        ("2027-12-29", "2028-02-29"),  # the leap day itself
        ("2024-02-29", "2024-04-29"),
        ("2026-06-30", "2026-08-31"),  # the 30th is a Sunday
        ("2026-07-31", "2026-09-30"),
        (
            "2026-10-24",
            "2026-12-28",
        ),  # Christmas Eve is a Thursday: until the Monday after
        ("2025-10-24", "2025-12-29"),
        ("2025-10-31", "2026-01-02"),  # New Year's Eve
        ("2026-02-03", "2026-04-07"),  # Good Friday to Easter Monday
        ("2026-04-19", "2026-06-22"),  # midsummer eve
        ("2026-04-06", "2026-06-08"),  # the national day is a Saturday
    ],
)
def test_completion_is_due_two_months_after_the_notification(
    notified: str, due: str
) -> None:
    assert completion_due(day(notified)) == day(due)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2025-12-31", 2, "2026-02-28"),
        ("2023-12-31", 2, "2024-02-29"),
        ("2025-11-30", 1, "2025-12-30"),
        ("2025-12-15", 0, "2025-12-15"),
        ("2025-11-30", 13, "2026-12-30"),
        ("2025-12-01", 12, "2026-12-01"),
    ],
)
def test_months_after_ends_on_the_same_day_or_the_last(
    first: str, months: int, last: str
) -> None:
    assert months_after(day(first), months) == day(last)


@given(DAYS)
def test_completion_is_due_on_a_workday_at_most_six_days_after_two_months(
    notified: dt.date,
) -> None:
    due = completion_due(notified)

    assert is_workday(due)
    assert dt.timedelta(0) <= due - months_after(notified, 2) <= dt.timedelta(days=6)


@given(DAYS, DAYS)
def test_completion_is_due_no_sooner_when_the_notification_is_later(
    one: dt.date, other: dt.date
) -> None:
    first, last = sorted((one, other))

    assert completion_due(first) <= completion_due(last)


@given(DAYS, st.integers(0, 60))
def test_months_after_never_leaves_its_month(first: dt.date, months: int) -> None:
    last = months_after(first, months)

    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == months
    assert last.day == first.day or (last + dt.timedelta(days=1)).day == 1


# --- which clocks run -------------------------------------------------------------------------
def running(facts: Facts, limits: Limits | None = None) -> dict[str, dt.date]:
    return {clock.law: clock.due_on for clock in clocks(facts, limits or Limits())}


def labels(facts: Facts) -> list[str]:
    return [clock.label.split()[0] for clock in clocks(facts, Limits())]


NEW = Facts(reported_on=MONDAY)
BEGUN = replace(NEW, received_on=MONDAY, measures_on=MONDAY)
DECIDED = replace(BEGUN, decided_on=day("2026-04-13"))
TO_NOTIFY = replace(DECIDED, notify_decided_on=day("2026-04-13"))
NOTIFIED = replace(TO_NOTIFY, notified_on=day("2026-04-14"))


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        (NEW, ["Ta", "Avhjälp", "Utred"]),
        (replace(NEW, received_on=MONDAY), ["Avhjälp", "Utred"]),
        (replace(NEW, measures_on=MONDAY), ["Ta", "Utred"]),
        (BEGUN, ["Utred"]),
        (DECIDED, ["Återkoppla"]),
        (replace(DECIDED, feedback_on=MONDAY), []),
        (TO_NOTIFY, ["Anmäl", "Återkoppla"]),
        (NOTIFIED, ["Återkoppla", "Skicka"]),
        (replace(NOTIFIED, completed_on=MONDAY), ["Återkoppla"]),
        (replace(NOTIFIED, completed_on=MONDAY, feedback_on=MONDAY), []),
        (replace(BEGUN, notify_decided_on=MONDAY), ["Anmäl", "Utred"]),
        (
            replace(BEGUN, notify_decided_on=MONDAY, notified_on=MONDAY),
            ["Skicka", "Utred"],
        ),
    ],
)
def test_clocks_run_for_what_is_left(facts: Facts, left: list[str]) -> None:
    assert labels(facts) == left


def test_no_clock_of_two_months_runs_before_the_notification() -> None:
    for facts in (NEW, BEGUN, DECIDED, TO_NOTIFY):
        assert "complete" not in running(facts)


def test_two_months_run_from_the_notification_not_from_the_report() -> None:
    assert running(NOTIFIED)["complete"] == day("2026-06-15")


def test_limit_of_no_days_is_due_the_same_day() -> None:
    assert clocks(Facts(reported_on=FRIDAY), Limits(receive=0))[0].due_on == FRIDAY


def test_limit_of_no_days_from_a_saturday_is_due_on_monday() -> None:
    assert clocks(Facts(reported_on=SATURDAY), Limits(receive=0))[0].due_on == MONDAY


def test_limit_of_one_day_from_a_saturday_is_due_on_monday() -> None:
    report = Facts(reported_on=SATURDAY, received_on=SATURDAY)

    assert clocks(report, Limits(measures=1))[0].due_on == MONDAY


@pytest.mark.parametrize(
    ("reported", "limit", "due"),
    [
        ("2026-12-23", 0, "2026-12-23"),
        ("2026-12-23", 1, "2026-12-28"),
        ("2026-12-24", 0, "2026-12-28"),
        ("2026-12-30", 1, "2027-01-04"),
        ("2026-12-31", 0, "2027-01-04"),
        ("2027-01-05", 1, "2027-01-07"),
        ("2026-06-18", 1, "2026-06-22"),
        ("2026-04-02", 1, "2026-04-07"),
    ],
)
def test_own_limits_pass_holidays_and_the_turn_of_the_year(
    reported: str, limit: int, due: str
) -> None:
    report = Facts(reported_on=day(reported), received_on=day(reported))

    assert clocks(report, Limits(measures=limit))[0].due_on == day(due)


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_longer_limit_is_never_due_sooner(
    reported: dt.date, one: int, other: int
) -> None:
    first, last = sorted((one, other))
    report = Facts(reported_on=reported, received_on=reported, measures_on=reported)
    (sooner,), (later,) = (
        clocks(report, Limits(investigate=days)) for days in (first, last)
    )

    assert reported <= sooner.due_on <= later.due_on
    assert is_workday(sooner.due_on)


@given(DAYS, st.data())
def test_clocks_stand_with_the_soonest_first(
    reported: dt.date, data: st.DataObject
) -> None:
    limits = Limits(
        **{
            name: data.draw(st.integers(0, 90))
            for name in ("receive", "measures", "investigate")
        }
    )
    dues = [clock.due_on for clock in clocks(Facts(reported_on=reported), limits)]

    assert dues == sorted(dues)


# --- late, and hours --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("on", "late"), [(FRIDAY, False), (SATURDAY, False), (MONDAY, False)]
)
def test_clock_is_not_late_on_its_last_day(on: dt.date, late: bool) -> None:
    assert Clock("Anmäl", MONDAY, "notify").is_late(on=on) is late


def test_clock_is_late_from_the_day_after() -> None:
    assert Clock("Anmäl", MONDAY, "notify").is_late(on=MONDAY + dt.timedelta(days=1))


def at(text: str, zone: dt.tzinfo = STOCKHOLM) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "due", "hours"),
    [
        ("2026-03-04 12:00", "2026-03-07 12:00", 72),
        ("2026-03-04 12:00", "2026-03-04 12:59", 0),
        ("2026-03-04 23:30", "2026-03-05 00:30", 1),  # across midnight
        ("2026-03-04 12:01", "2026-03-04 12:00", -1),
        ("2026-12-31 23:00", "2027-01-01 01:00", 2),
        (
            "2026-03-29 01:30",
            "2026-03-29 03:30",
            1,
        ),  # summer time begins: no hour between two and three
        ("2026-03-28 12:00", "2026-03-29 12:00", 23),
        (
            "2026-10-25 01:30",
            "2026-10-25 03:30",
            3,
        ),  # summer time ends: the hour comes twice
        ("2026-10-24 12:00", "2026-10-25 12:00", 25),
    ],
)
def test_hours_left_are_those_of_the_world(now: str, due: str, hours: int) -> None:
    assert hours_left(at(due), at=at(now)) == hours
    assert hours_left(at(due).astimezone(dt.UTC), at=at(now)) == hours
    assert (
        hours_left(at(due).astimezone(dt.UTC), at=at(now).astimezone(dt.UTC)) == hours
    )
