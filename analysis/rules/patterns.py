"""The rules that find patterns among what was reported (pure functions, SOSFS 2011:9 5 kap. 6 §).

Two numbers that are compared mislead: of 480 stable cells "half as many again" points at some forty in every
tertial.  Each rule therefore says how likely so much is by chance, and counts how often it has looked.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import add, mul
from typing import Any, NamedTuple, TypeVar

from analysis.rules.exact import false_discovery, fisher_tail, predictive_tail

PATTERN, WATCH = "pattern", "watch"
Found = TypeVar("Found")


class Cell(NamedTuple):
    """The cases counted together: of a unit, and within it of one value; "" is all of them."""

    unit: int
    target_group: str = ""
    category: str = ""
    cause_area: str = ""
    process: str = ""

    @property
    def named(self) -> dict[str, str]:
        """Return the value of each name within the unit."""
        return dict(zip(NAMES, self[1:], strict=True))

    @property
    def depth(self) -> int:
        """Return how many things are named within the unit."""
        return sum(map(bool, self[1:]))

    def holds(self, other: Cell) -> bool:
        """Tell whether every case of the other cell is one of this."""
        return all(
            mine in ("", theirs) for mine, theirs in zip(self, other, strict=True)
        )


# What a cell may be named by within its unit.
NAMES = Cell._fields[1:]
# The cells that are tested for a rise: the unit whole, by one thing at a time, and by three at once.
SHAPES = (
    (),
    ("category",),
    ("target_group",),
    ("cause_area",),
    ("target_group", "category", "cause_area"),
)


@dataclass(frozen=True)
class Rules:
    """The limits of the rules; they are stored with all that they find, so that it can be found again."""

    earlier: int = 6  # tertials to compare with
    earlier_least: int = 3  # fewer say nothing
    least: int = 3  # cases: fewer are never a pattern
    false_share: float = 0.10  # of the patterns of a tertial that may be chance (q)
    watch: float = 0.01  # p-value from which a cell is watched
    explained: float = (
        0.05  # p-value above which a cell says nothing beyond a pattern it overlaps
    )
    concentrated_least: int = 5
    concentrated_share: float = 0.40
    concentrated_times: float = 2.0
    concentrated_chance: float = 0.01
    recurring_least: int = 3
    recurring_months: int = 12
    repeated_months: int = 24
    told_most: int = 5  # in each unit, of what recurs and no test finds certain

    def as_parameters(self) -> dict[str, Any]:
        """Return the limits as they are stored with what was found, under names that never change."""
        return {
            "earlier": self.earlier,
            "earlier_least": self.earlier_least,
            "least": self.least,
            "false_share": self.false_share,
            "watch": self.watch,
            "explained": self.explained,
            "concentrated_least": self.concentrated_least,
            "concentrated_share": self.concentrated_share,
            "concentrated_times": self.concentrated_times,
            "concentrated_chance": self.concentrated_chance,
            "recurring_least": self.recurring_least,
            "recurring_months": self.recurring_months,
            "repeated_months": self.repeated_months,
            "told_most": self.told_most,
        }


@dataclass(frozen=True)
class Rise:
    """More in a cell than its own history makes likely (rule S2)."""

    cell: Cell
    count: int
    before: int  # cases in the earlier tertials together
    periods: int  # how many earlier tertials
    chance: float  # p-value
    false_share: float  # q-value
    level: str  # PATTERN or WATCH


History = Mapping[Cell, Sequence[int]]


def rises(
    history: History, begun: Mapping[int, int], rules: Rules | None = None
) -> list[Rise]:
    """Return the cells with more cases than before, the least likely first (rule S2).

    ``history`` holds for each combination that has occurred its counts tertial by tertial, the one that
    is tested last; ``begun`` says for each unit how many tertials it has been there before this one.
    """
    looked = Rises(begun, rules or Rules())
    looked.test(history)
    return surest_first(looked.told(looked.flagged(), history))


def surest_first(found: Iterable[Rise]) -> list[Rise]:
    """Return rises in the order they are told: patterns before what is watched, the least likely first."""
    return sorted(
        found, key=lambda rise: (rise.level != PATTERN, rise.chance, rise.cell)
    )


class Rises:
    """The tests for a rise in some units together (rule S2); each unit's history is needed twice, alone.

    A million cases have as many combinations as memory should not hold: only what may be flagged is kept.
    """

    def __init__(self, begun: Mapping[int, int], rules: Rules) -> None:
        self._begun, self._rules = begun, rules
        self._tests, self._chances, self._kept = 0, array("d"), list[tuple[int, Rise]]()

    def test(self, history: History) -> None:
        """Test every cell of one unit or more, each of them whole.

        Cells with fewer than ``least`` cases in all, now and before together, can never be a pattern and
        are not counted among the tests: their sum tells nothing of when they came.  What is no more than
        usual is no rise: its exact value changes no other's.
        """
        rules = self._rules
        for cell, counts in _cells(history).items():
            periods = min(self._begun.get(cell[0], 0), rules.earlier, len(counts) - 1)
            if periods < rules.earlier_least:
                continue
            count, before = counts[-1], sum(counts[-1 - periods : -1])
            if count + before < rules.least:
                continue
            self._tests += 1
            if count * periods <= before:
                continue
            chance = predictive_tail(count, before, periods)
            # The share of false ones is never less than the chance.
            if count >= rules.least and chance <= max(rules.false_share, rules.watch):
                rise = Rise(Cell(*cell), count, before, periods, chance, 1.0, "")
                self._kept.append((len(self._chances), rise))
            self._chances.append(chance)

    def flagged(self) -> list[Rise]:
        """Return the tests that stand out among all, the narrowest first.

        What is only told of a whole unit is too general to act on.
        """
        shares = false_discovery(self._chances, of=self._tests)
        found = []
        for place, rise in self._kept:
            level = _level(rise, shares[place], self._rules)
            if level:
                found.append(replace(rise, false_share=shares[place], level=level))
        return sorted(found, key=_narrowest_first)

    def told(self, flagged: Iterable[Rise], history: History) -> Iterator[Rise]:
        """Leave out each rise that is none without the cases of an earlier one of the unit."""
        by_unit: dict[int, list[Cell]] = defaultdict(list)
        for finest in history:
            by_unit[finest.unit].append(finest)
        told: dict[int, list[Cell]] = defaultdict(list)
        for rise in flagged:
            unit = rise.cell.unit
            count, before = rise.count, rise.before
            if told[unit]:
                for finest in by_unit[unit]:
                    if rise.cell.holds(finest) and any(
                        other.holds(finest) for other in told[unit]
                    ):
                        counts = history[finest]
                        count -= counts[-1]
                        before -= sum(counts[-1 - rise.periods : -1])
            chance = predictive_tail(count, max(0, before), rise.periods)
            if count >= self._rules.least and chance <= self._rules.explained:
                told[unit].append(rise.cell)
                yield rise


def _narrowest_first(rise: Rise) -> tuple[Any, ...]:
    """Order by level and depth; of the same cases the category says more than the cause or the group."""
    cell = rise.cell
    return (rise.level != PATTERN, -cell.depth, rise.chance, not cell.category, cell)


def _level(test: Rise, share: float, rules: Rules) -> str:
    """Return how sure a test is; "" when it says nothing."""
    if share <= rules.false_share:
        return PATTERN
    if test.chance < rules.watch:
        return WATCH
    return ""


def _keeps(shape: Sequence[str]) -> tuple[int, ...]:
    """Return for each part of a cell whether a shape keeps it: the unit always is."""
    return (1, *(name in shape for name in NAMES))


def _cells(history: History) -> dict[tuple[Any, ...], list[int]]:
    """Return the counts of every cell to test, summed from the combinations that it holds."""
    # Asked millions of times where there are many units, hence plain tuples: a name times False is "".
    kept = [_keeps(shape) for shape in SHAPES]
    sums: dict[tuple[Any, ...], list[int]] = {}
    for cell, counts in history.items():
        for keeps in kept:
            key = tuple(map(mul, cell, keeps))
            if key.count("") != keeps.count(False):
                continue  # what nobody has said is no cell of its own
            so_far = sums.get(key)
            sums[key] = (
                list(counts) if so_far is None else list(map(add, so_far, counts))
            )
    return sums


@dataclass(frozen=True)
class Excess:
    """So many of a unit's cases, against so many of those of all other units."""

    cell: Cell
    count: int
    of: int  # all cases of the unit
    elsewhere: int
    elsewhere_of: int
    chance: float
    level: str = PATTERN


def concentrations(
    counts: Mapping[Cell, int], rules: Rules | None = None
) -> list[Excess]:
    """Return the categories in which units differ from the others, the least likely first (rule S3).

    At least two fifths of the unit's cases and five of them, twice the share elsewhere, and so much by
    chance in less than one of a hundred (Fisher's exact test).  ``counts`` are of unit and category.
    """
    rules = rules or Rules()
    found = []
    for excess in _excesses(counts, least=rules.concentrated_least):
        is_large = excess.count >= rules.concentrated_share * excess.of
        elsewhere = (
            excess.elsewhere * excess.of
        )  # as many, if the unit were as the others
        is_more = (
            excess.count * excess.elsewhere_of >= rules.concentrated_times * elsewhere
        )
        if (
            excess.cell.category
            and is_large
            and is_more
            and excess.chance < rules.concentrated_chance
        ):
            found.append(excess)
    return sorted(found, key=_least_likely_first)


def recurrences(
    year: Mapping[Cell, int], latest: Mapping[Cell, int], rules: Rules | None = None
) -> list[Excess]:
    """Return the routines that break for the same cause, at least three times in twelve months (rule S4).

    ``year`` counts unit, process and cause in the twelve months, ``latest`` in the tertial that is looked
    at: what did not happen in it was told before.  Where most cases have the same routine and cause, three
    of a kind are found everywhere: it is a pattern only in a unit that has more of them than the others,
    and is watched elsewhere.
    """
    rules = rules or Rules()
    large = _excesses(year, least=rules.recurring_least)
    excesses = [
        excess for excess in large if excess.cell.process and excess.cell.cause_area
    ]
    shares = false_discovery([excess.chance for excess in excesses])
    found = []
    for excess, share in zip(excesses, shares, strict=True):
        if latest.get(excess.cell):
            is_certain = share <= rules.false_share
            found.append(excess if is_certain else replace(excess, level=WATCH))
    return sorted(found, key=_least_likely_first)


def _least_likely_first(excess: Excess) -> tuple[float, Cell]:
    return excess.chance, excess.cell


def most_telling(
    found: Iterable[tuple[int, Found]], most: int
) -> Iterator[tuple[Found, int]]:
    """Yield the first few uncertain findings of each unit; the last with how many are left out.

    ``found`` gives each with its unit, the most telling first.  Where much is reported everything recurs,
    and a list of it all tells nobody anything.
    """
    by_unit: dict[int, list[Found]] = defaultdict(list)
    for unit, one in found:
        by_unit[unit].append(one)
    for of_unit in by_unit.values():
        *before, last = of_unit[:most]
        for one in before:
            yield one, 0
        yield last, max(0, len(of_unit) - most)


def _excesses(counts: Mapping[Cell, int], *, least: int) -> Iterator[Excess]:
    """Yield how each cell of some size stands against the same in the other units."""
    by_unit: dict[int, int] = defaultdict(int)
    by_kind: dict[Cell, int] = defaultdict(int)
    for cell, count in counts.items():
        by_unit[cell.unit] += count
        by_kind[cell._replace(unit=0)] += count
    total = sum(by_unit.values())
    for cell, count in counts.items():
        own, alike = by_unit[cell.unit], by_kind[cell._replace(unit=0)]
        if count >= least and total > own:
            chance = fisher_tail(count, own, alike, total)
            yield Excess(cell, count, own, alike - count, total - own, chance)
