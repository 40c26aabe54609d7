"""Exact tests on small counts (pure functions): no approximation that fails where there are few.

All counts are whole numbers from zero; all answers are probabilities from 0 to 1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from statistics import NormalDist

# Terms of a tail this much smaller than the first no longer change any digit that is shown.
_NEGLIGIBLE = 1e-16


@lru_cache(maxsize=2**16)
def predictive_tail(count: int, before: int, periods: int) -> float:
    """Return how likely ``count`` or more is in the next period after ``before`` in so many periods.

    The predictive distribution of a Poisson rate with Jeffreys' prior, negative binomial with shape
    ``before`` + ½: it knows how little few periods tell, which a limit from their mean does not.
    """
    if count <= 0:
        return 1.0
    shape, stay = before + 0.5, 1 / (periods + 1)
    if count <= shape / periods:
        # Below the mean the lower sum is the short and exact one.
        lower = _falling(
            _negative_binomial(count - 1, shape, stay),
            lambda n: n / (n - 1 + shape) / stay,
            range(count - 1, -1, -1),
        )
        return 1.0 - lower
    first = _negative_binomial(count, shape, stay)
    return min(
        1.0,
        _falling(first, lambda n: (n + shape) / (n + 1) * stay, itertools.count(count)),
    )


def _falling(
    term: float, ratio: Callable[[int], float], places: Iterable[int]
) -> float:
    """Return the sum of terms that only fall, each from the one before, as far as any digit changes.

    A sum of a million terms is told by its first few thousand.
    """
    least, terms = term * _NEGLIGIBLE, []
    for n in places:
        if term <= least:
            break
        terms.append(term)
        term *= ratio(n)
    return math.fsum(terms)


def _negative_binomial(n: int, shape: float, stay: float) -> float:
    logarithm = math.lgamma(n + shape) - math.lgamma(shape) - math.lgamma(n + 1)
    return math.exp(logarithm + shape * math.log1p(-stay) + n * math.log(stay))


def binomial_tail(met: int, of: int, share: float) -> float:
    """Return how likely ``met`` or more of ``of`` is when each is met with probability ``share``."""
    if met <= 0 or share >= 1:
        return 1.0 if met <= of else 0.0
    if met > of or share <= 0:
        return 0.0
    odds = share / (1 - share)
    if met > of * share:
        upper = range(met, of + 1)
        return min(
            1.0,
            _falling(
                _binomial(met, of, share), lambda n: (of - n) / (n + 1) * odds, upper
            ),
        )
    lower = range(met - 1, -1, -1)
    return 1.0 - _falling(
        _binomial(met - 1, of, share), lambda n: n / (of - n + 1) / odds, lower
    )


def _binomial(n: int, of: int, share: float) -> float:
    return math.exp(
        log_choose(of, n) + n * math.log(share) + (of - n) * math.log1p(-share)
    )


def log_choose(of: int, n: int) -> float:
    """Return the natural logarithm of how many ways there are to choose ``n`` of ``of``."""
    return math.lgamma(of + 1) - math.lgamma(n + 1) - math.lgamma(of - n + 1)


def differs(
    now: int, before: int, *, now_for: float = 1.0, before_for: float = 1.0
) -> float:
    """Return the two-sided p-value that two counts have one rate, each for so much time or so many people.

    Given their sum, each event falls in the later with the same probability: the exact conditional test.
    """
    total, share = now + before, now_for / (now_for + before_for)
    high = binomial_tail(now, total, share)
    low = binomial_tail(before, total, 1 - share)
    return min(1.0, 2 * min(high, low))


def fisher_tail(both: int, row: int, column: int, total: int) -> float:
    """Return how likely an overlap of ``both`` or more is between ``row`` and ``column`` of ``total``."""
    most, least = min(row, column), max(0, row + column - total)
    if both <= least:
        return 1.0
    if both > most:
        return 0.0
    others = total - row - column

    def up(n: int) -> float:
        return (row - n) * (column - n) / ((n + 1) * (others + n + 1))

    def down(n: int) -> float:
        return n * (others + n) / ((row - n + 1) * (column - n + 1))

    if both * total > row * column:
        first = _hypergeometric(both, row, column, total)
        return min(1.0, _falling(first, up, range(both, most + 1)))
    first = _hypergeometric(both - 1, row, column, total)
    return 1.0 - _falling(first, down, range(both - 1, least - 1, -1))


def _hypergeometric(n: int, row: int, column: int, total: int) -> float:
    whole = log_choose(total, column)
    return math.exp(log_choose(row, n) + log_choose(total - row, column - n) - whole)


def false_discovery(tails: Sequence[float], *, of: int | None = None) -> list[float]:
    """Return for each p-value the share of false ones among those as small (Benjamini-Hochberg's q).

    ``of`` is how many tests there were where those with a p-value of 1 are left out.
    """
    order = sorted(range(len(tails)), key=tails.__getitem__, reverse=True)
    found, least = [1.0] * len(tails), 1.0
    for left, index in enumerate(order):
        rank = len(tails) - left
        least = min(least, tails[index] * (of or len(tails)) / rank)
        found[index] = least
    return found


def poisson_limits(mean: float, outside: float) -> tuple[int, int]:
    """Return the least and greatest count that a mean gives, with at most ``outside`` beyond each."""
    term, below, n, low = math.exp(-mean) if mean < 700 else 0.0, 0.0, 0, -1
    if term == 0.0:
        spread = -NormalDist().inv_cdf(outside) * math.sqrt(mean)
        return max(0, math.floor(mean - spread)), math.ceil(mean + spread)
    while True:
        if low < 0 and below + term > outside:
            low = n
        below += term
        if 1 - below <= outside:
            return low, n
        n += 1
        term *= mean / n
