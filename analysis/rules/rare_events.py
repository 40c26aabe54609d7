"""Days between rare events: whether they come closer, or farther apart (pure functions, S5)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median

from analysis.rules.exact import binomial_tail
from analysis.rules.number_words import decimal, one_in
from analysis.rules.spc import (
    OVER,
    SMALL,
    UNDER,
    USUAL,
    Level,
    anhoj_limits,
    bare,
    in_letters,
    is_halved,
    marked,
    runs_of,
    useful,
)

SIGMA = 0.00135  # what a normal distribution has beyond three standard deviations, each side
CLOSER = (
    0.005  # p-value, each side, under which the latest spaces differ from those before
)
LATEST = 4  # spaces that are compared with all before them
LEAST_EVENTS = 8  # rare events: with fewer there are no limits


def spaces(days: Sequence[dt.date]) -> tuple[list[int], list[str]]:
    """Return the days between events, and the day of the later of each two."""
    between, labels = [], []
    for earlier, later in pairwise(days):
        between.append((later - earlier).days)
        labels.append(later.isoformat())
    return between, labels


def between(days: Sequence[int], labels: Sequence[str], *, since: int = 0) -> Level:
    """Return the level of the days between rare events, each with the label of the later one (S5).

    With a steady rate the days between are exponential.  The latest spaces are compared with all before
    them by an exact test, to both sides; where they differ, what was usual is what was before.  Else a single
    space is marked when it is longer than three standard deviations allow, and so is a long run.  ``since``
    are the days that have passed since the last event.  Below eight events there are no limits.
    """
    if len(days) != len(labels):
        raise ValueError("every space needs a label")
    if len(days) + 1 < LEAST_EVENTS:
        return bare(
            days,
            f"Färre än {SMALL[LEAST_EVENTS]} händelser: för få för att visa mönster.",
        )
    change = _latest_spaces(days)
    usual = days[:-LATEST] if change else days
    # The middle of the spaces themselves: about that of an even rate all regular spaces would lie above.
    centre, high = float(median(usual)), -mean(usual) * math.log(SIGMA)
    marks, findings = [USUAL] * len(days), _silence(days, since)
    if change:
        side, told_of_change = change
        marks[-LATEST:] = [side] * LATEST
        findings.append(told_of_change)
    elif is_halved(days, centre):
        longest, _ = anhoj_limits(useful(days, centre))
        runs = [run for run in runs_of(days, centre) if len(run) > longest]
        marks, told = marked(days, centre, runs, labels, "medianen", unit="mellanrum")
        findings += told
    for place, value in enumerate(days):
        if value > high:
            marks[place] = OVER
            findings.insert(
                0, f"{labels[place]}: {value} dagar sedan den förra, längre än väntat."
            )
    basis = "Linjen är medianen och gränsen den som slumpen sällan når när händelserna kommer lika ofta."
    if change:
        basis += (
            f" De är räknade på tiden före de {SMALL[LATEST]} senaste mellanrummen."
        )
    upper = (high,) * len(days)
    return Level(
        tuple(map(float, days)),
        tuple(marks),
        centre,
        "Median",
        (),
        upper,
        tuple(findings),
        basis,
    )


def _latest_spaces(days: Sequence[int]) -> tuple[str, str] | None:
    """Return on which side the latest spaces differ from those before them, and so in words.

    Of exponential spaces with one rate the latest have a share of all days that is beta distributed: the
    tail is a binomial one (the F test of two means of exponential times).
    """
    before, latest = sum(days[:-LATEST]), sum(days[-LATEST:])
    if not before + latest:
        return None
    events, share = len(days) - 1, latest / (before + latest)
    dense = binomial_tail(LATEST, events, share)
    calm = binomial_tail(len(days) - LATEST, events, 1 - share)
    if min(dense, calm) >= CLOSER:
        return None
    side, word = OVER, "glest"
    if dense < calm:
        side, word = UNDER, "tätt"
    earlier = len(days) - LATEST
    said = (
        f"De {SMALL[LATEST]} senaste mellanrummen är i medeltal {decimal(round(latest / LATEST, 1))} dagar, "
        f"de {in_letters(earlier)} före dem {decimal(round(before / earlier, 1))}. "
        f"Så {word} ger slumpen i {one_in(min(dense, calm))}."
    )
    return side, said


def _silence(days: Sequence[int], since: int) -> list[str]:
    """Say that it is long since the last event, when chance seldom gives so long a wait."""
    total = sum(days)
    if not total:
        return []
    chance = (1 + since / total) ** -len(days)
    if chance >= CLOSER:
        return []
    return [
        f"Det är {since} dagar sedan den senaste. En så lång väntan ger slumpen i {one_in(chance)}."
    ]
