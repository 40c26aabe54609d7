"""Say numbers and chances in plain Swedish, never more exactly than they are known (pure functions)."""

from __future__ import annotations

import math


def decimal(value: float) -> str:
    """Return a number with one decimal in Swedish, without one when it is whole."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def one_in(chance: float) -> str:
    """Return how seldom chance alone does as much: "1 fall av 200", never more exact than it is."""
    if chance >= 0.5:
        return "minst vartannat fall"
    seldom = 1 / max(chance, 1e-6)
    if seldom >= 1_000_000:
        return "färre än 1 fall av en miljon"
    # One figure that is sure, or two from a hundred on.
    figures = 2 if seldom >= 100 else 1
    power = 10 ** max(0, math.floor(math.log10(seldom)) - figures + 1)
    rounded = int(seldom // power * power)
    return f"1 fall av {rounded:,}".replace(",", "\u00a0")
