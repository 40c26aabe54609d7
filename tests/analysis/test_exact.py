"""Exact tests: what was published, what is known, and what no count may do."""

from __future__ import annotations

import math
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rules.exact import (
    binomial_tail,
    differs,
    false_discovery,
    fisher_tail,
    poisson_limits,
    predictive_tail,
)

FEW = st.integers(0, 60)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [(177, 152, 0.19), (112, 143, 0.06), (44, 63, 0.08), (210, 154, 0.004)],
)
def test_compare_published_pairs(now: int, before: int, expected: float) -> None:
    assert differs(now, before) == pytest.approx(expected, abs=0.005)


def test_compare_published_rise() -> None:
    assert differs(1276, 1113) < 0.001


@given(FEW, FEW)
def test_compare_is_the_exact_sum(now: int, before: int) -> None:
    total = now + before
    if total == 0:
        assert differs(now, before) == 1.0
        return
    upper = sum(comb(total, k) for k in range(max(now, before), total + 1))
    assert differs(now, before) == pytest.approx(
        min(1.0, 2 * float(Fraction(upper, 2**total))), rel=1e-9
    )


def test_compare_weighs_unequal_time() -> None:
    assert differs(12, 3, now_for=12, before_for=3) == pytest.approx(1.0)
    assert differs(12, 3, now_for=3, before_for=12) < 0.001


@given(FEW, st.integers(0, 200), st.integers(1, 6))
def test_predict_sums_to_one(count: int, before: int, periods: int) -> None:
    tails = [predictive_tail(n, before, periods) for n in range(count + 2)]
    assert tails == sorted(tails, reverse=True)
    assert 0.0 <= tails[-1] <= tails[0] == 1.0


def test_predict_by_hand() -> None:
    # Before nothing in six: the negative binomial of shape one half, term by term.
    none, one, two = (
        (6 / 7) ** 0.5,
        (6 / 7) ** 0.5 * 0.5 / 7,
        (6 / 7) ** 0.5 * 0.375 / 49,
    )
    assert predictive_tail(3, 0, 6) == pytest.approx(1 - none - one - two, rel=1e-9)


def test_predict_large_counts_stays_a_probability() -> None:
    assert predictive_tail(10_000, 60_000, 6) == pytest.approx(0.5, abs=0.01)
    assert predictive_tail(20_000, 60_000, 6) < 1e-12


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_fisher_is_the_exact_sum(row: int, column: int, more: int) -> None:
    total = max(row, column) + more
    for both in range(min(row, column) + 1):
        ways = sum(
            comb(row, n) * comb(total - row, column - n)
            for n in range(max(both, row + column - total), min(row, column) + 1)
        )
        assert fisher_tail(both, row, column, total) == pytest.approx(
            float(Fraction(ways, comb(total, column))), rel=1e-9
        )


def test_binomial_ends() -> None:
    assert binomial_tail(0, 5, 0.3) == 1.0
    assert binomial_tail(5, 5, 0.5) == pytest.approx(1 / 32)
    assert binomial_tail(6, 5, 0.5) == 0.0
    assert binomial_tail(1, 5, 0.0) == 0.0


def test_discover_keeps_order_and_known_values() -> None:
    assert false_discovery([0.001, 0.02, 0.5, 0.04]) == pytest.approx(
        [0.004, 0.04, 0.5, 4 * 0.04 / 3]
    )
    assert false_discovery([]) == []


@given(st.floats(0.001, 2000), st.sampled_from([0.025, 0.001]))
def test_limit_holds_the_mean_and_leaves_little_outside(
    mean: float, outside: float
) -> None:
    low, high = poisson_limits(mean, outside)
    assert low <= mean <= high + 1
    if mean < 700:
        above = 1 - math.fsum(
            math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
            for n in range(high + 1)
        )
        assert above <= outside + 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_share_false_is_the_same_with_certain_chances_left_out(
    tails: list[float],
) -> None:
    certain = [1.0] * 7
    whole = false_discovery([*tails, *certain])[: len(tails)]
    assert false_discovery(tails, of=len(tails) + len(certain)) == pytest.approx(whole)
