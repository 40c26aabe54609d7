"""Limits are drawn only where they are honest, and what stands out says how likely chance is."""

from __future__ import annotations

from itertools import groupby, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rules import funnels, rare_events, spc
from analysis.rules.exact import poisson_limits
from analysis.rules.funnels import Place
from analysis.rules.spc import OVER, UNDER, USUAL

STEADY = [12, 9, 14, 11, 13, 10, 12, 15, 8, 13, 11, 12]
counts = st.lists(st.integers(min_value=0, max_value=200), max_size=40)


def months(number: int) -> list[str]:
    return [f"månad {place}" for place in range(1, number + 1)]


def level(values: list[int]) -> spc.Level:
    return spc.level(values, months(len(values)))


# --- a level over time ------------------------------------------------------------------------
def test_level_of_eight_a_month_has_the_limits_of_a_c_chart() -> None:
    found = level(STEADY)
    assert found.centre == pytest.approx(11.667, abs=0.001)
    assert found.lower[0] == pytest.approx(1.420, abs=0.001)
    assert found.upper[0] == pytest.approx(21.914, abs=0.001)
    assert set(found.marks) == {USUAL}
    assert found.findings == ()


def test_level_of_less_than_eight_a_month_has_a_median_and_no_limits() -> None:
    found = level([7, 8, 8, 8, 8, 8, 8, 8])
    assert not found.has_limits
    assert (found.centre, found.centre_name) == (8, "Median")
    assert "för få för gränser" in found.basis


def test_level_of_fewer_than_six_months_is_only_shown() -> None:
    found = level([30, 40, 90, 30, 40])
    assert found.centre is None
    assert found.findings == ()
    assert set(found.marks) == {USUAL}


@pytest.mark.parametrize(("number", "trial"), [(11, True), (12, False)])
def test_level_of_fewer_than_twelve_months_has_preliminary_limits(
    number: int, trial: bool
) -> None:
    assert ("Preliminära gränser" in level(STEADY[:number]).basis) == trial


def test_level_tells_of_a_month_outside_the_limits_and_its_chance() -> None:
    found = level([*STEADY, 31])
    assert found.marks[-1] == OVER
    assert found.findings[0].startswith(
        "månad 13: 31 mot väntat 11,7. Så många ger slumpen i "
    )


def test_level_tells_of_eight_in_a_row_on_one_side() -> None:
    found = level([20, 21, 19, 20, 21, 20, 19, 20, 10, 10, 11, 9, 10, 11, 10, 10])
    assert found.marks == (OVER,) * 8 + (UNDER,) * 8
    assert found.findings[0].startswith(
        "Åtta månader i rad över medelvärdet, från månad 1 till månad 8."
    )


def test_level_says_when_a_run_may_well_be_chance() -> None:
    found = level([*[20, 30] * 15, *[20] * 7])
    (said,) = found.findings
    assert said.startswith(
        "Sju månader i rad under medelvärdet, från månad 31 till månad 37. "
    )
    assert said.endswith("1 fall av 4: raden kan vara en slump.")
    assert set(found.marks) == {USUAL}, (
        "the drawing does not call unusual what the words call uncertain"
    )


def test_level_says_nothing_of_six_in_a_row() -> None:
    found = level([20, 20, 20, 20, 20, 20, 10, 20, 10, 10, 10, 20, 10, 10])
    assert set(found.marks) == {USUAL}


def test_level_of_few_cases_tells_of_a_run_that_anhoj_finds_too_long() -> None:
    found = level([5, 4, 6, 5, 4, 5, 6, 5, 1, 0, 2, 1, 0, 1, 2, 1])
    assert found.marks == (OVER,) * 8 + (UNDER,) * 8
    assert len(found.findings) == 2


def test_level_without_a_run_tells_of_few_crossings() -> None:
    found = level(([3] * 6 + [1] * 6) * 2)
    assert "korsar medianen 3 gånger, minst 8" in found.findings[0]


def test_level_whose_median_has_one_side_says_that_nothing_can_be_seen() -> None:
    found = level(
        [0, 0, 1, 0, 2, 0, 1, 0, 0, 3, 1, 0, 0, 1, 0, 2, 1, 1, 1, 1, 0, 0, 0, 0]
    )
    assert found.findings == ()
    assert "inte går att se" in found.basis


def test_level_says_when_months_of_a_run_lie_on_the_line() -> None:
    found = level([5, 4, 6, 3, 5, 4, 3, 5, 6, 5, 1, 0, 2, 1, 3, 0, 1, 2, 1, 3, 1])
    assert found.centre == 3
    assert (
        "från månad 1 till månad 10, utom dem som ligger på den." in found.findings[0]
    )


def test_level_never_says_that_more_is_worse() -> None:
    said = " ".join((*level([*STEADY, 60]).findings, level(STEADY).basis)).lower()
    assert not {"sämre", "försämring", "larm", "varning"} & set(said.split())


def test_level_says_when_the_months_differ_more_than_chance() -> None:
    assert "skiljer sig mer än slumpen" in level([2, 60, 3, 70, 1, 80, 2, 60]).basis


def test_level_tells_of_few_crossings_beside_runs_that_may_be_chance() -> None:
    found = level([20, 21, 19, 20, 21, 20, 19, 10, 10, 11, 9, 10, 11, 10])
    assert set(found.marks) == {USUAL}
    assert "korsar medelvärdet 1 gång, minst" in found.findings[-1]


@given(counts)
def test_level_marks_no_run_that_its_words_call_uncertain(values: list[int]) -> None:
    found = level(values)
    sure = [
        said
        for said in found.findings
        if "korsar" not in said and "ingen säker" not in said
    ]
    assert bool(sure) == any(found.marks)


@given(counts)
def test_level_has_limits_exactly_where_a_month_has_eight(values: list[int]) -> None:
    found = level(values)
    honest = len(values) >= 6 and sum(values) >= 8 * len(values)
    assert found.has_limits == honest
    assert len(found.marks) == len(found.values) == len(values)
    assert bool(found.findings) >= any(found.marks)


def test_level_refuses_a_count_without_a_label() -> None:
    with pytest.raises(ValueError, match="label"):
        spc.level([1, 2], ["jan"])


@pytest.mark.parametrize(
    ("useful", "longest", "least"),
    [(10, 6, 2), (12, 7, 3), (20, 7, 6), (24, 8, 8), (30, 8, 10), (1, 1, 0)],
)
def test_anhoj_limits_are_those_of_the_rule(
    useful: int, longest: int, least: int
) -> None:
    assert spc.anhoj_limits(useful) == (longest, least)


@pytest.mark.parametrize(("points", "length"), [(7, 7), (12, 5), (12, 7), (6, 7)])
def test_run_chance_is_the_share_of_all_outcomes(points: int, length: int) -> None:
    longest = [
        max(len(list(run)) for _, run in groupby(sides))
        for sides in product((0, 1), repeat=points)
    ]
    share = sum(run >= length for run in longest) / 2**points
    assert spc.run_chance(points, length) == pytest.approx(share)


# --- rare events ------------------------------------------------------------------------------
def test_between_seven_events_has_no_limits() -> None:
    found = rare_events.between([30, 40, 20, 60, 30, 40], months(6))
    assert not found.has_limits
    assert "för få för att visa mönster" in found.basis


def test_between_eight_events_has_the_limit_of_a_steady_rate() -> None:
    found = rare_events.between([30] * 7, months(7))
    assert found.centre == 30
    assert found.upper[0] == pytest.approx(198.2, abs=0.1)
    assert found.lower == ()


def test_between_tells_of_a_space_that_is_longer_than_expected() -> None:
    found = rare_events.between([10] * 11 + [400], months(12))
    assert found.marks[-1] == OVER
    assert found.findings[0] == "månad 12: 400 dagar sedan den förra, längre än väntat."


# --- shares -----------------------------------------------------------------------------------
def test_shares_tell_a_change_only_when_the_intervals_separate() -> None:
    said = spc.shares([(18, 20), (15, 20)], ["vår", "höst"]).findings
    assert said == ("15 av 20 i höst, 18 av 20 i vår: skillnaden är inte säker.",)
    said = spc.shares([(18, 20), (6, 20)], ["vår", "höst"]).findings
    assert said == ("6 av 20 i höst, 18 av 20 i vår: säker minskning.",)


@pytest.mark.parametrize(("rounds", "has_limits"), [(11, False), (12, True)])
def test_shares_have_limits_from_twelve_rounds(rounds: int, has_limits: bool) -> None:
    found = spc.shares([(16, 20)] * rounds, months(rounds))
    assert found.has_limits == has_limits
    assert found.spans[0] is not None
    if has_limits:
        assert found.lower[0] == pytest.approx(80 - 300 * (0.8 * 0.2 / 20) ** 0.5)
        assert found.upper[0] == 100


def test_shares_refuse_a_part_of_nothing() -> None:
    with pytest.raises(ValueError, match="whole"):
        spc.shares([(0, 0)], ["vår"])


# --- units beside each other ------------------------------------------------------------------
def test_funnel_marks_exactly_what_lies_outside_the_95_per_cent_limits() -> None:
    low, high = poisson_limits(20, 0.025)
    places = [Place(f"E{n}", n, 100) for n in (low - 1, low, high, high + 1)]
    filler = [
        Place("resten", 20_000 - sum(place.count for place in places), 100_000 - 400)
    ]
    found = funnels.funnel([*places, *filler])
    assert found.rate == 20
    assert found.marks[:4] == (UNDER, USUAL, USUAL, OVER)


def test_funnel_keeps_the_order_it_was_given() -> None:
    found = funnels.funnel([Place("B", 9, 10), Place("A", 1, 10), Place("C", 5, 10)])
    assert [place.name for place in found.places] == ["B", "A", "C"]


def test_funnel_leaves_out_units_without_staff() -> None:
    assert [
        place.name
        for place in funnels.funnel([Place("A", 3, 0), Place("B", 3, 10)]).places
    ] == ["B"]


def test_funnel_of_a_small_silent_unit_marks_nothing() -> None:
    found = funnels.funnel([Place("liten", 0, 5), Place("stor", 30, 200)])
    assert found.marks[0] == USUAL


def test_funnel_of_nobody_has_no_rate() -> None:
    assert funnels.funnel([]).rate == 0
