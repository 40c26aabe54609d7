"""What a series of numbers says of its own level, and what it does not (pure functions).

Control limits are drawn only where they are honest: a month needs eight cases on average, a share twelve
rounds, rare events eight of them.  Elsewhere the series is shown as it is, and the words say why.
More reports is neither better nor worse: what stands out is only told as more or fewer than usual.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import mean, median

from analysis.exact import poisson_limits, predictive_tail
from analysis.telling import decimal, one_in
from selfcheck.drawing import Interval, wilson

USUAL, OVER, UNDER = "", "over", "under"
LEAST_MEAN = 8  # cases a month: with fewer, three standard deviations give too many false alarms
PLAIN_BELOW = 6  # points: fewer have no middle worth drawing
TRIAL_BELOW = 12  # points: with fewer, limits are preliminary
LONG_RUN = 7  # points on one side of the centre
UNSURE = 0.05  # a run that chance gives more often is told as unsure: long series have many runs of seven
LEAST_ROUNDS = 12  # rounds of a share before it has limits
SMALL = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


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
    centre = mean(counts)
    low, high = max(0.0, centre - 3 * math.sqrt(centre)), centre + 3 * math.sqrt(centre)
    outside = [OVER if value > high else UNDER if value < low else USUAL for value in values]
    marks, said = _sides(values, centre, labels, "medelvärdet")
    findings = [*_outside(counts, outside, labels), *said]
    marks = [one or other for one, other in zip(outside, marks, strict=True)]
    trial = len(counts) < TRIAL_BELOW
    basis = (
        _unvaried(values)
        + ("Preliminära gränser: färre än tolv månader. " if trial else "")
        + "Gränserna är medelvärdet och tre standardavvikelser åt vardera hållet."
    )
    if 4 * sum(map(bool, outside)) > len(counts):
        basis += " Månaderna skiljer sig mer än slumpen gör: leta efter vad som gör dem olika."
    lower, upper = (low,) * len(counts), (high,) * len(counts)
    return Level(values, tuple(marks), centre, "Medel", lower, upper, tuple(findings), basis)


def _unvaried(values: Sequence[float]) -> str:
    """Say that a series has no variation, where all of it is one number: then no rule can say anything."""
    return f"Ingen variation: {decimal(values[0])} varje månad. " if len(set(values)) == 1 else ""


def bare(values: Sequence[float], basis: str) -> Level:
    """Return a series as it is, and why it has no limits."""
    return Level(tuple(values), (USUAL,) * len(values), None, "", (), (), (), basis)


def _run_chart(values: Sequence[float], labels: Sequence[str]) -> Level:
    centre = median(values)
    marks, findings = [USUAL] * len(values), list[str]()
    basis = f"{_unvaried(values)}Färre än {SMALL[LEAST_MEAN]} i månaden i medeltal: för få för gränser. "
    basis += "Linjen är medianen"
    if is_halved(values, centre):
        useful = sum(value != centre for value in values)
        marks, findings = _sides(values, centre, labels, "medianen", anhoj_limits(useful)[0] + 1)
        basis += "; bara långa rader på samma sida visar att nivån har ändrats."
    else:
        basis += ", och så många månader ligger på den att det inte går att se om nivån har ändrats."
    return Level(tuple(values), tuple(marks), centre, "Median", (), (), tuple(findings), basis)


def _outside(counts: Sequence[int], outside: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
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
    sided = ((place, value > centre) for place, value in enumerate(values) if value != centre)
    return [[place for place, _ in run] for _, run in groupby(sided, key=lambda one: one[1])]


def _crossings(values: Sequence[float], centre: float) -> int:
    """Return how often the curve goes from one side to the other; a curve on the centre never does."""
    return max(0, len(runs_of(values, centre)) - 1)


def is_halved(values: Sequence[float], centre: float) -> bool:
    """Tell whether the centre has about as many points above as below, which every rule of runs rests on.

    The median of small counts may have nearly all on it or on one side: then a run means nothing.
    """
    above, below = sum(value > centre for value in values), sum(value < centre for value in values)
    return 3 * min(above, below) >= above + below > 0


def _sides(
    values: Sequence[float], centre: float, labels: Sequence[str], line: str, long: int = LONG_RUN
) -> tuple[list[str], list[str]]:
    """Mark long runs that chance seldom gives, tell of all; crossings where none is sure."""
    if len(set(values)) == 1:  # a series without variation tells of no change, wherever its centre is
        return [USUAL] * len(values), []
    runs = [run for run in runs_of(values, centre) if len(run) >= long]
    marks, findings = marked(values, centre, runs, labels, line)
    crossings = _crossings(values, centre)
    _, least = anhoj_limits(sum(value != centre for value in values))
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
    useful = sum(value != centre for value in values)
    for run in runs:
        above = values[run[0]] > centre
        chance = run_chance(useful, len(run))
        for place in run:  # what the words call uncertain is not marked as unusual
            marks[place] = USUAL if chance > UNSURE else OVER if above else UNDER
        findings.append(
            f"{in_letters(len(run)).capitalize()} {unit} i rad {'över' if above else 'under'} {line}, "
            f"från {labels[run[0]]} till {labels[run[-1]]}"
            f"{'' if run[-1] - run[0] < len(run) else ', utom dem som ligger på den'}. "
            f"En så lång rad ger slumpen i {one_in(chance)}"
            f"{': raden kan vara en slump.' if chance > UNSURE else '.'}"
        )
    return marks, findings


def in_letters(count: int) -> str:
    """Return a count in letters up to twelve."""
    return SMALL[count] if count < len(SMALL) else str(count)


def _few_crossings(crossings: int, least: int, line: str) -> str:
    return (
        f"Kurvan korsar {line} {crossings} {'gång' if crossings == 1 else 'gånger'}, minst {least} är "
        "att vänta. Så få ger slumpen i högst 1 fall av 20: nivån kan ha ändrats under tiden."
    )


# --- shares -----------------------------------------------------------------------------------
def shares(rounds: Sequence[tuple[int, int]], labels: Sequence[str]) -> Level:
    """Return the level of a share in per cent, round by round, each with Wilson's interval (S6).

    A change is told only when the intervals of the last two rounds separate; limits need twelve rounds.
    """
    if len(rounds) != len(labels) or any(not 0 <= met <= of or not of for met, of in rounds):
        raise ValueError("every round is a part of a whole, and has a label")
    values = tuple(100 * met / of for met, of in rounds)
    spans = tuple(wilson(met, of) for met, of in rounds)
    marks, findings = [USUAL] * len(rounds), list(_change(rounds, spans, labels))
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    centre = None
    basis = "Strecken visar var andelen ligger med 95 procents säkerhet."
    if len(rounds) >= LEAST_ROUNDS:
        share = sum(met for met, _ in rounds) / sum(of for _, of in rounds)
        centre, spread = 100 * share, [300 * math.sqrt(share * (1 - share) / of) for _, of in rounds]
        lower = tuple(max(0.0, centre - s) for s in spread)
        upper = tuple(min(100.0, centre + s) for s in spread)
        for place, value in enumerate(values):
            marks[place] = OVER if value > upper[place] else UNDER if value < lower[place] else USUAL
        findings += [
            f"{labels[place]}: utanför gränserna, {'över' if mark == OVER else 'under'} det vanliga."
            for place, mark in enumerate(marks)
            if mark
        ]
    else:
        basis += f" Gränser kräver {SMALL[LEAST_ROUNDS]} omgångar."
    return Level(values, tuple(marks), centre, "Medel", lower, upper, tuple(findings), basis, spans)


def _change(
    rounds: Sequence[tuple[int, int]], spans: Sequence[Interval | None], labels: Sequence[str]
) -> Iterator[str]:
    for (before, now), (old, new) in list(zip(pairwise(rounds), pairwise(spans), strict=True))[-1:]:
        said = f"{now[0]} av {now[1]} i {labels[-1]}, {before[0]} av {before[1]} i {labels[-2]}: "
        if old and new and new.separates_from(old):
            yield said + ("säker ökning." if new.low > old.high else "säker minskning.")
        else:
            yield said + "skillnaden är inte säker."


# --- units beside each other ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Place:
    """A unit to compare: its reports, its staff, and whether it is one that is asked about."""

    name: str
    count: int
    staff: int
    own: bool = False

    @property
    def rate(self) -> float:
        """Return the reports for a hundred of the staff."""
        return 100 * self.count / self.staff


@dataclass(frozen=True, slots=True)
class Funnel:
    """Units beside each other: reports per 100 staff, what chance gives around their mean, never a rank."""

    places: tuple[Place, ...]
    marks: tuple[str, ...]  # of each place: USUAL, OVER or UNDER the 95 per cent limits
    rate: float  # reports per 100 staff of all together
    basis: str

    def expected(self, staff: float) -> float:
        """Return how many reports so many of the staff make at the rate of all."""
        return self.rate * staff / 100

    def limits(self, staff: float, outside: float) -> tuple[float, float]:
        """Return the exact Poisson limits for so many of the staff, per 100 of them."""
        low, high = poisson_limits(self.expected(staff), outside)
        return 100 * low / staff, 100 * high / staff


INNER, OUTER = 0.025, 0.001  # outside each of the 95 and the 99.8 per cent limits


def funnel(places: Iterable[Place]) -> Funnel:
    """Return how units' reports per 100 staff stand against exact Poisson limits, without a ranking (S7)."""
    kept = tuple(place for place in places if place.staff)
    staff = sum(place.staff for place in kept)
    rate = 100 * sum(place.count for place in kept) / staff if staff else 0.0
    marks = []
    for place in kept:
        low, high = poisson_limits(rate * place.staff / 100, INNER)
        marks.append(UNDER if place.count < low else OVER if place.count > high else USUAL)
    basis = "Slumpen håller 95 procent av enheterna mellan de inre linjerna och 99,8 procent mellan de yttre."
    if 4 * sum(map(bool, marks)) > len(kept) > 3:
        basis += (
            " Många enheter ligger utanför: de skiljer sig i mer än hur gärna de rapporterar, "
            "så läs figuren försiktigt."
        )
    return Funnel(kept, tuple(marks), rate, basis)
