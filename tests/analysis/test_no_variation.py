"""No rule finds anything where nothing varies, and none fails on what is empty, short, zero or huge."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.control_charts import control, funnel
from analysis.rules import funnels, rare_events, spc
from analysis.rules.effects import Change, Effect, change, effect_of
from analysis.rules.patterns import Cell, Rules, concentrations, recurrences
from analysis.rules.spc import OVER, UNDER, USUAL

counts = st.one_of(st.integers(0, 3), st.integers(0, 200), st.integers(10**6, 10**9))
series = st.lists(counts, max_size=60)
USUALLY = 50  # days between rare events


def labels(values: list[int]) -> list[str]:
    return [f"månad {place}" for place, _ in enumerate(values, 1)]


# --- the level of counts ----------------------------------------------------------------------
@given(counts, st.integers(0, 60))
def test_level_of_a_constant_series_finds_nothing(count: int, length: int) -> None:
    found = spc.level([count] * length, labels([count] * length))
    assert found.findings == ()
    assert set(found.marks) <= {USUAL}
    assert found.basis.startswith("Ingen variation") == (length >= spc.PLAIN_BELOW)


@given(series)
def test_level_never_tells_of_fewer_crossings_than_none(values: list[int]) -> None:
    said = " ".join(spc.level(values, labels(values)).findings)
    assert "korsar" not in said or " -" not in said
    assert "nan" not in said


@given(series)
def test_level_is_drawn_whatever_it_holds(values: list[int]) -> None:
    found = spc.level(values, labels(values))
    assert len(control("Nivå", labels(values), found).rows) == len(values)


def test_anhoj_limits_ask_for_no_crossing_without_points_off_the_centre() -> None:
    assert [spc.anhoj_limits(useful)[1] for useful in (0, 1)] == [0, 0]


# --- rare events ------------------------------------------------------------------------------
@given(counts, st.integers(0, 40))
def test_between_constant_spaces_finds_nothing(days: int, length: int) -> None:
    found = rare_events.between([days] * length, labels([days] * length))
    assert found.findings == ()
    assert set(found.marks) <= {USUAL}


@given(series, st.integers(0, 10**5))
def test_between_is_drawn_whatever_it_holds(values: list[int], since: int) -> None:
    found = rare_events.between(values, labels(values), since=since)
    assert len(control("Mellanrum", labels(values), found).rows) == len(values)
    assert "nan" not in " ".join(found.findings)


def test_between_marks_the_dense_and_not_the_calm_before() -> None:
    calm, dense = [60, 45, 80, 30, 70, 55, 66, 40, 52, 9], [4, 6, 3, 7]
    found = rare_events.between([*calm, *dense], labels([*calm, *dense]))
    assert found.marks == (*[USUAL] * 10, *[UNDER] * 4)
    assert found.findings[0].startswith(
        "De fyra senaste mellanrummen är i medeltal 5 dagar"
    )


def test_between_marks_the_calm_when_it_has_become_calm() -> None:
    days = [9, 4, 6, 3, 7, 5, 8, 6, 7, 5, 60, 70, 55, 80]
    assert rare_events.between(days, labels(days)).marks[-4:] == (OVER,) * 4


def test_between_says_how_long_it_is_since_the_last_when_that_is_unusual() -> None:
    days = [10, 12, 9, 14, 8, 11, 10, 13, 9, 12]
    (said,) = rare_events.between(days, labels(days), since=200).findings
    assert said.startswith("Det är 200 dagar sedan den senaste.")
    assert rare_events.between(days, labels(days), since=12).findings == ()


def share_marked(
    side: str, *, times: float, earlier: int, rounds: int = 3_000
) -> float:
    """Return how often the last four spaces are marked on a side when they come so many times as dense."""
    chance, found = random.Random(20_240_304), 0
    for _ in range(rounds):
        usual = [round(chance.expovariate(1 / USUALLY)) for _ in range(earlier)]
        latest = [
            round(chance.expovariate(times / USUALLY))
            for _ in range(rare_events.LATEST)
        ]
        marks = rare_events.between([*usual, *latest], labels([*usual, *latest])).marks
        found += marks[-rare_events.LATEST :] == (side,) * rare_events.LATEST
    return found / rounds


@pytest.mark.parametrize("earlier", [10, 20])
def test_between_finds_events_six_times_as_dense_every_other_time(earlier: int) -> None:
    assert share_marked(UNDER, times=6, earlier=earlier) >= 0.44


@pytest.mark.parametrize("side", [UNDER, OVER])
@pytest.mark.parametrize("earlier", [3, 10, 20])
def test_between_is_seldom_wrong_about_a_steady_rate(earlier: int, side: str) -> None:
    assert share_marked(side, times=1, earlier=earlier) <= 0.0095


# --- shares and units beside each other -------------------------------------------------------
@given(st.integers(1, 10**6), st.data(), st.integers(0, 30))
def test_shares_of_constant_rounds_find_nothing_sure(
    of: int, data: st.DataObject, length: int
) -> None:
    rounds = [(data.draw(st.integers(0, of)), of)] * length
    found = spc.shares(rounds, labels([0] * length))
    assert set(found.marks) <= {USUAL}
    assert all("inte säker" in said for said in found.findings)


@given(st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 5_000)), max_size=30))
def test_funnel_is_drawn_whatever_it_holds(units: list[tuple[int, int]]) -> None:
    found = funnels.funnel(
        funnels.Place(str(at), *unit, own=at == 0) for at, unit in enumerate(units)
    )
    assert funnel("Tratt", found).header


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 30))
def test_funnel_of_units_alike_marks_none(count: int, staff: int, units: int) -> None:
    found = funnels.funnel(funnels.Place(str(at), count, staff) for at in range(units))
    assert set(found.marks) == {USUAL}


# --- two levels -------------------------------------------------------------------------------
@given(counts, st.integers(1, 24))
def test_change_of_nothing_is_none(count: int, months: int) -> None:
    assert change(count, count, now_for=months, before_for=months) in {
        Change.SAME,
        Change.TOO_FEW,
    }


@given(st.integers(0, 500), st.integers(1, 12))
def test_action_that_halved_a_level_is_never_in_vain(count: int, months: int) -> None:
    """Before, so many times two a month in twelve months; after, so many a month."""
    assert not Effect(24 * count, 12, count * months, months).is_in_vain


def test_action_that_changed_nothing_is_in_vain_where_there_are_enough() -> None:
    assert Effect(96, 12, 32, 4).is_in_vain


def test_action_without_a_month_on_each_side_is_not_in_vain() -> None:
    assert not Effect(10, 12, 0, 0).is_in_vain
    assert not Effect(0, 0, 10, 4).is_in_vain


def test_effect_of_empty_counts_is_too_few() -> None:
    day = dt.date(2024, 5, 2)
    effect = effect_of({}, day, begins=dt.date(2023, 1, 1), end=dt.date(2025, 1, 1))
    assert effect.change is Change.TOO_FEW
    assert not effect.is_in_vain


# --- units and routines that are alike --------------------------------------------------------
@given(st.integers(0, 10**4), st.integers(0, 12), st.integers(0, 6))
def test_units_alike_have_no_concentration_and_no_recurrence(
    count: int, units: int, names: int
) -> None:
    cells = {
        Cell(unit, category=f"K{n}"): count
        for unit in range(units)
        for n in range(names)
        if count
    }
    assert list(concentrations(cells, Rules())) == []
    again = {
        Cell(unit, process=f"R{n}", cause_area="O"): count
        for unit in range(units)
        for n in range(names)
        if count
    }
    assert not [
        found
        for found in recurrences(again, again, Rules())
        if found.level == "pattern"
    ]
