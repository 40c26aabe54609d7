"""How often the rules are wrong and how much they find: ``python bench/patterns.py [SEED] [TERTIALS]``.

Stable units are made by chance, seven tertials of them, and the rules look at the last; then five cells, of
those with two or more cases a tertial, rise fourfold.  Nothing is read from a database.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UNITS, CELLS, EARLIER, PLANTED, TIMES = 20, 24, 6, 5, 4
LEAST_MEAN = 2.0  # of a cell that rises: a fourfold of less is a handful
# Published for 480 cells: "half as many again", p < 0.01, q <= 0.10, and what the two find of five.
GOALS = {
    "naive": 39.0,
    "watch": 1.8,
    "pattern": 0.13,
    "found by watch": 3.7,
    "found by pattern": 2.8,
}


@dataclass
class Tally:
    """What was flagged in all rounds together."""

    false: dict[str, int] = field(
        default_factory=lambda: {"naive": 0, "watch": 0, "pattern": 0}
    )
    found: dict[str, int] = field(default_factory=lambda: {"watch": 0, "pattern": 0})
    seconds: float = 0.0

    def judge(self, found: Iterable[Any], risen: Mapping[Any, Any]) -> None:
        """Count the rises that were found of the cells that rose, and those of none of them."""
        caught: dict[Any, str] = {}
        for rise in found:
            hit = [place for place, cell in risen.items() if rise.cell.holds(cell)]
            for place in hit:
                if caught.get(place) != "pattern":
                    caught[place] = rise.level
            if not hit:
                self.false[rise.level] += 1
        self.found["watch"] += len(caught)
        self.found["pattern"] += list(caught.values()).count("pattern")


def poisson(mean: float, chance: random.Random) -> int:
    """Return a count with a mean."""
    count, passed = 0, chance.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1)
    return count


def one_tertial(
    chance: random.Random, tally: Tally, *, name: Callable[..., object], planted: int
) -> None:
    """Make a municipality, let the rules look at it, and count what they got right and wrong."""
    from analysis.rules.patterns import rises

    means = {
        place: chance.expovariate(1) for place in product(range(UNITS), range(CELLS))
    }
    large = [place for place, mean in means.items() if mean >= LEAST_MEAN]
    risen = set(chance.sample(large, min(planted, len(large))))
    history = {}
    for place, mean in means.items():
        counts = [poisson(mean, chance) for _ in range(EARLIER)]
        usual = sum(counts) / EARLIER
        now = poisson(mean * TIMES if place in risen else mean, chance)
        history[name(*place)] = [*counts, now]
        tally.false["naive"] += place not in risen and now >= max(3, 1.5 * usual)
    began = time.perf_counter()
    found = rises(history, dict.fromkeys(range(UNITS), EARLIER))  # type: ignore[arg-type]
    tally.seconds += time.perf_counter() - began
    tally.judge(found, {place: name(*place) for place in risen})


def grid(unit: int, n: int) -> object:
    """Return a cell of a grid in which each is told apart by its category alone."""
    from analysis.rules.patterns import Cell

    return Cell(unit, category=f"K{n}")


def crossed(unit: int, n: int) -> object:
    """Return a cell by target group, category and cause, so that its sums are looked at as well."""
    from analysis.rules.patterns import Cell

    return Cell(unit, f"M{n % 2}", f"K{n // 4}", f"O{n // 2 % 2}")


def main(seed: int, rounds: int) -> int:
    """Print the figures beside the published ones; fail when the rules are wrong more often or find less."""
    from analysis.rules import patterns

    figures: dict[str, float] = {}
    whole = patterns.SHAPES
    for title, name, shapes in (
        ("480 cells, one test for each", grid, (("category",),)),
        ("480 cells and all their sums, as in the product", crossed, whole),
    ):
        patterns.SHAPES = shapes  # type: ignore[assignment]
        stable, risen = Tally(), Tally()
        chance = random.Random(seed)
        for _ in range(rounds):
            one_tertial(chance, stable, name=name, planted=0)
            one_tertial(chance, risen, name=name, planted=PLANTED)
        print(
            f"\n{title}; seed {seed}, {rounds} tertials, {stable.seconds / rounds * 1000:.1f} ms each"
        )
        figures = {what: count / rounds for what, count in stable.false.items()}
        figures |= {
            f"found by {what}": count / rounds for what, count in risen.found.items()
        }
        for what, value in figures.items():
            print(f"  {what:<18} {value:6.2f}  (published {GOALS[what]})")
    is_worse = (
        figures["pattern"] > GOALS["pattern"]
        or figures["found by pattern"] < GOALS["found by pattern"]
    )
    return int(is_worse)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*given, *(1, 300)[len(given) :]))
