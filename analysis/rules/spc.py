"""Statistical process control: control charts and run charts of a series (pure functions).

Control limits are drawn only where they are honest: a month needs eight cases on average, a share twelve
rounds, rare events eight of them.  Elsewhere the series is shown as it is, and the words say why.
More reports is neither better nor worse: what stands out is only told as more or fewer than usual.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from analysis.rules.exact import predictive_tail
from analysis.rules.number_words import decimal, one_in
from selfcheck.review.drawing import Interval, wilson

USUAL, OVER, UNDER = "", "over", "under"
_SIDES = {OVER: "över", UNDER: "under"}
LEAST_MEAN = (
    8  # cases a month: with fewer, three standard deviations give too many false alarms
)
PLAIN_BELOW = 6  # points: fewer have no middle worth drawing
TRIAL_BELOW = 12  # points: with fewer, limits are preliminary
LONG_RUN = 7  # points on one side of the centre
UNSURE = 0.05  # a run that chance gives more often is told as unsure: long series have many runs of seven
LEAST_ROUNDS = 12  # rounds of a share before it has limits
SMALL = (
    "noll",
    "en",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
)


@dataclass(frozen=True, slots=True)
class Level:
    """A series, its centre and limits where it has any, which points stand out, and why in words."""

    values: tuple[float, ...]
    marks: tuple[str, ...]  # of each point: USUAL, OVER or UNDER
    centre: float | None
    centre_name: str  # "Medel" or "Median"
    lower: tuple[float, ...]  # of each point; empty where there is no lower limit
    upper: tuple[float, ...]  # empty where there are no limits
    findings: tuple[str, ...]
    basis: str  # what the limits are, or why there are none
    spans: tuple[Interval | None, ...] = ()  # how sure each share is

    @property
    def has_limits(self) -> bool:
        """Tell whether the chart has control limits."""
        return bool(self.upper)


def level(counts: Sequence[int], labels: Sequence[str]) -> Level:
    """Return the level of counts per month: a c-chart where limits are honest, else a run chart (S1).

    Limits need a mean of eight a month; a point outside them and seven on one side of the mean stand out
    (NHS rules a and b), and so does what Anhøj's rules find.  With fewer there is a median and no limits.
    """
    if len(counts) != len(labels):
        raise ValueError("every count needs a label")
    values = tuple(map(float, counts))
    if len(counts) < PLAIN_BELOW:
        basis = f"Färre än {SMALL[PLAIN_BELOW]} månader: för få för att visa en nivå."
        return bare(values, basis)
    if sum(counts) < LEAST_MEAN * len(counts):
        return _run_chart(values, labels)
    return _control_chart(counts, values, labels)


def _control_chart(
    counts: Sequence[int], values: tuple[float, ...], labels: Sequence[str]
) -> Level:
    """Return a c-chart: the mean, and three standard deviations of a Poisson distribution to each side."""
    centre = mean(counts)
    low, high = max(0.0, centre - 3 * math.sqrt(centre)), centre + 3 * math.sqrt(centre)
    outside = [side_of(value, low, high) for value in values]
    in_runs, told_of_runs = _sides(values, centre, labels, "medelvärdet")
    findings = [*_outside(counts, outside, labels), *told_of_runs]
    marks = tuple(one or other for one, other in zip(outside, in_runs, strict=True))
    basis = _unvaried(values)
    if len(counts) < TRIAL_BELOW:
        basis += "Preliminära gränser: färre än tolv månader. "
    basis += "Gränserna är medelvärdet och tre standardavvikelser åt vardera hållet."
    if is_overdispersed(outside):
        basis += " Månaderna skiljer sig mer än slumpen gör: leta efter vad som gör dem olika."
    lower, upper = (low,) * len(counts), (high,) * len(counts)
    return Level(values, marks, centre, "Medel", lower, upper, tuple(findings), basis)


def side_of(value: float, low: float, high: float) -> str:
    """Return on which side of two limits a value lies."""
    if value > high:
        return OVER
    if value < low:
        return UNDER
    return USUAL


def is_overdispersed(marks: Sequence[str]) -> bool:
    """Tell whether more than a quarter of the points lie outside limits that chance seldom crosses."""
    return 4 * (len(marks) - marks.count(USUAL)) > len(marks)


def _unvaried(values: Sequence[float]) -> str:
    """Say that a series has no variation, where all of it is one number: then no rule can say anything."""
    if len(set(values)) > 1:
        return ""
    return f"Ingen variation: {decimal(values[0])} varje månad. "


def bare(values: Sequence[float], basis: str) -> Level:
    """Return a series as it is, and why it has no limits."""
    return Level(tuple(values), (USUAL,) * len(values), None, "", (), (), (), basis)


def _run_chart(values: Sequence[float], labels: Sequence[str]) -> Level:
    """Return the median of a series that has too few cases for limits, and its long runs."""
    centre = median(values)
    marks, findings = [USUAL] * len(values), list[str]()
    basis = f"{_unvaried(values)}Färre än {SMALL[LEAST_MEAN]} i månaden i medeltal: för få för gränser. "
    basis += "Linjen är medianen"
    if is_halved(values, centre):
        longest, _ = anhoj_limits(useful(values, centre))
        marks, findings = _sides(values, centre, labels, "medianen", longest + 1)
        basis += "; bara långa rader på samma sida visar att nivån har ändrats."
    else:
        basis += ", och så många månader ligger på den att det inte går att se om nivån har ändrats."
    return Level(
        tuple(values), tuple(marks), centre, "Median", (), (), tuple(findings), basis
    )


def _outside(
    counts: Sequence[int], outside: Sequence[str], labels: Sequence[str]
) -> Iterator[str]:
    """Say of each point beyond the limits how likely it is from all the others."""
    total, others = sum(counts), len(counts) - 1
    for place, side in enumerate(outside):
        if not side:
            continue
        count = counts[place]
        words = f"{labels[place]}: {count} mot väntat {decimal(round((total - count) / others, 1))}."
        if side == OVER:
            chance = predictive_tail(count, total - count, others)
            words += f" Så många ger slumpen i {one_in(chance)}."
        yield words


# --- runs -------------------------------------------------------------------------------------
def anhoj_limits(useful: int) -> tuple[int, int]:
    """Return the longest run and the fewest crossings that so many points not on the centre give by chance.

    Anhøj: a run is too long above round(log2 n) + 3; crossings are too few below the five per cent
    quantile of a fair coin thrown n - 1 times.
    """
    if useful < 2:
        return useful, 0
    sure, least = 0.0, 0
    for least in range(useful):
        sure += math.comb(useful - 1, least) / 2 ** (useful - 1)
        if sure >= 0.05:
            break
    return round(math.log2(useful)) + 3, least


def run_chance(points: int, length: int) -> float:
    """Return how likely a run of so many on one side is among so many points, when nothing has changed."""
    # Ends with a run of each length shorter than the one asked for; each point keeps or breaks it by half.
    ends = [1.0] + [0.0] * (length - 2)
    for _ in range(points - 1):
        ends = [sum(ends) / 2, *(share / 2 for share in ends[:-1])]
    return 1.0 - sum(ends)


def runs_of(values: Sequence[float], centre: float) -> list[list[int]]:
    """Return the places of each run on one side; a point on the centre neither breaks nor counts."""
    runs: list[list[int]] = []
    side: bool | None = None
    for place, value in enumerate(values):
        if value == centre:
            continue
        if side is not (value > centre):
            side = value > centre
            runs.append([])
        runs[-1].append(place)
    return runs


def useful(values: Sequence[float], centre: float) -> int:
    """Return how many points are not on the centre: the rules of runs count those alone."""
    return sum(value != centre for value in values)


def _crossings(values: Sequence[float], centre: float) -> int:
    """Return how often the curve goes from one side to the other; a curve on the centre never does."""
    return max(0, len(runs_of(values, centre)) - 1)


def is_halved(values: Sequence[float], centre: float) -> bool:
    """Tell whether the centre has about as many points above as below, which every rule of runs rests on.

    The median of small counts may have nearly all on it or on one side: then a run means nothing.
    """
    above = sum(value > centre for value in values)
    off_centre = useful(values, centre)
    return 3 * min(above, off_centre - above) >= off_centre > 0


def _sides(
    values: Sequence[float],
    centre: float,
    labels: Sequence[str],
    line: str,
    long: int = LONG_RUN,
) -> tuple[list[str], list[str]]:
    """Mark long runs that chance seldom gives, tell of all; crossings where none is sure."""
    if (
        len(set(values)) == 1
    ):  # a series without variation tells of no change, wherever its centre is
        return [USUAL] * len(values), []
    runs = [run for run in runs_of(values, centre) if len(run) >= long]
    marks, findings = marked(values, centre, runs, labels, line)
    crossings = _crossings(values, centre)
    _, least = anhoj_limits(useful(values, centre))
    if not any(marks) and crossings < least:
        findings.append(_few_crossings(crossings, least, line))
    return marks, findings


def marked(
    values: Sequence[float],
    centre: float,
    runs: Iterable[Sequence[int]],
    labels: Sequence[str],
    line: str,
    *,
    unit: str = "månader",
) -> tuple[list[str], list[str]]:
    """Mark the points of long runs that chance seldom gives, and tell of all."""
    marks, findings = [USUAL] * len(values), []
    off_centre = useful(values, centre)
    for run in runs:
        first, last = run[0], run[-1]
        side = side_of(values[first], centre, centre)
        chance = run_chance(off_centre, len(run))
        told = (
            f"{in_letters(len(run)).capitalize()} {unit} i rad {_SIDES[side]} {line}, "
        )
        told += f"från {labels[first]} till {labels[last]}"
        if last - first >= len(run):
            told += ", utom dem som ligger på den"
        told += f". En så lång rad ger slumpen i {one_in(chance)}"
        if chance > UNSURE:  # what the words call uncertain is not marked as unusual
            findings.append(f"{told}: raden kan vara en slump.")
            continue
        findings.append(f"{told}.")
        for place in run:
            marks[place] = side
    return marks, findings


def in_letters(count: int) -> str:
    """Return a count in letters up to twelve."""
    if count < len(SMALL):
        return SMALL[count]
    return str(count)


def _few_crossings(crossings: int, least: int, line: str) -> str:
    times = "gång" if crossings == 1 else "gånger"
    return (
        f"Kurvan korsar {line} {crossings} {times}, minst {least} är "
        "att vänta. Så få ger slumpen i högst 1 fall av 20: nivån kan ha ändrats under tiden."
    )


# --- shares -----------------------------------------------------------------------------------
def shares(rounds: Sequence[tuple[int, int]], labels: Sequence[str]) -> Level:
    """Return the level of a share in per cent, round by round, each with Wilson's interval (S6).

    A change is told only when the intervals of the last two rounds separate; limits need twelve rounds.
    """
    if len(rounds) != len(labels) or any(
        not 0 <= met <= of or not of for met, of in rounds
    ):
        raise ValueError("every round is a part of a whole, and has a label")
    values = tuple(100 * met / of for met, of in rounds)
    spans = tuple(wilson(met, of) for met, of in rounds)
    findings = _change(rounds, spans, labels)
    basis = "Strecken visar var andelen ligger med 95 procents säkerhet."
    if len(rounds) < LEAST_ROUNDS:
        basis += f" Gränser kräver {SMALL[LEAST_ROUNDS]} omgångar."
        marks = (USUAL,) * len(rounds)
        return Level(
            values, marks, None, "Medel", (), (), tuple(findings), basis, spans
        )
    centre, limits = _limits_of_shares(rounds)
    marks = tuple(
        side_of(value, *around) for value, around in zip(values, limits, strict=True)
    )
    for label, side in zip(labels, marks, strict=True):
        if side:
            findings.append(f"{label}: utanför gränserna, {_SIDES[side]} det vanliga.")
    lower, upper = zip(*limits, strict=True)
    return Level(
        values, marks, centre, "Medel", lower, upper, tuple(findings), basis, spans
    )


def _limits_of_shares(
    rounds: Sequence[tuple[int, int]],
) -> tuple[float, list[tuple[float, float]]]:
    """Return the share of all rounds together in per cent, and the limits of each (a p-chart)."""
    mets, wholes = zip(*rounds, strict=True)
    share = sum(mets) / sum(wholes)
    centre = 100 * share
    limits = []
    for whole in wholes:
        spread = 300 * math.sqrt(share * (1 - share) / whole)
        limits.append((max(0.0, centre - spread), min(100.0, centre + spread)))
    return centre, limits


def _change(
    rounds: Sequence[tuple[int, int]],
    spans: Sequence[Interval | None],
    labels: Sequence[str],
) -> list[str]:
    """Say whether the last round certainly differs from the one before it."""
    if len(rounds) < 2:
        return []
    (before, before_of), (now, now_of) = rounds[-2:]
    old, new = spans[-2:]
    told = f"{now} av {now_of} i {labels[-1]}, {before} av {before_of} i {labels[-2]}: "
    if not old or not new or not new.separates_from(old):
        return [f"{told}skillnaden är inte säker."]
    if new.low > old.high:
        return [f"{told}säker ökning."]
    return [f"{told}säker minskning."]
