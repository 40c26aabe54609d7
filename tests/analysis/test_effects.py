"""Two counts differ only when chance does not do as much; an action is measured by whole months."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.rules.effects import Change, Effect, change, effect_of


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        (177, 152, Change.SAME),
        (112, 143, Change.SAME),
        (44, 63, Change.SAME),
        (1276, 1113, Change.MORE),
        (210, 154, Change.MORE),
        (154, 210, Change.FEWER),
        (3, 2, Change.TOO_FEW),
        (0, 0, Change.TOO_FEW),
        (0, 6, Change.FEWER),
    ],
)
def test_change_says_a_direction_only_when_it_is_certain(
    now: int, before: int, says: Change
) -> None:
    assert change(now, before) is says


def test_change_counts_the_time_of_each() -> None:
    assert change(10, 10, now_for=4, before_for=12) is Change.MORE
    assert change(0, 12, now_for=1, before_for=12) is Change.TOO_FEW


COUNTS = {dt.date(2024, month, 1): 3 for month in range(1, 13)} | {
    dt.date(2025, 1, 1): 50
}
BEGINS = dt.date(2023, 1, 1)


def test_effect_leaves_the_month_of_the_action_out() -> None:
    found = effect_of(
        COUNTS, dt.date(2025, 1, 20), begins=BEGINS, end=dt.date(2025, 11, 1)
    )
    assert found == Effect(before=36, before_months=12, after=0, after_months=9)
    assert str(found) == "Från 36 på 12 månader till 0 på 9 månader: säker minskning."


def test_effect_before_a_month_has_passed_says_so() -> None:
    found = effect_of(
        COUNTS, dt.date(2025, 1, 20), begins=BEGINS, end=dt.date(2025, 2, 1)
    )
    assert found.change is Change.TOO_FEW
    assert str(found) == "Det finns ingen hel månad efter åtgärden att räkna än."


def test_effect_in_the_month_that_goes_on_says_so() -> None:
    found = effect_of(
        COUNTS, dt.date(2025, 2, 3), begins=BEGINS, end=dt.date(2025, 2, 1)
    )
    assert found.after_months == 0


def test_effect_of_what_was_done_before_the_register_says_so() -> None:
    found = effect_of(
        COUNTS, dt.date(2023, 1, 20), begins=BEGINS, end=dt.date(2025, 2, 1)
    )
    assert str(found) == "Det finns inga uppgifter från tiden före."


def test_effect_of_a_young_register_counts_the_months_there_are() -> None:
    found = effect_of(
        COUNTS, dt.date(2024, 5, 2), begins=dt.date(2024, 1, 1), end=dt.date(2024, 7, 1)
    )
    assert (found.before, found.before_months, found.after, found.after_months) == (
        12,
        4,
        3,
        1,
    )
