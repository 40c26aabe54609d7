"""Cell suppression: hide small numbers, and so many more that no sum gives them away (OSL 26 kap. 1 §).

A table is a mapping from places to counts.  A place has one part for each dimension; ``ALL`` is the sum
over a dimension.  Tables that are published together over the same cases, such as by category and by
target group, are one mapping: a table that is not split by a dimension has ``ALL`` there.  Units that lie
under each other are one dimension with ``parents``.

Every hidden number gets a proof that it cannot be worked out: a way to move ``t`` cases between hidden
places that leaves each shown number and each sum as it is.  A change is a product over the dimensions.  In
one dimension it either swaps two branches of the tree (one up, one down) or lifts one branch with all that
lies above it.  The hidden number may therefore be anything in an interval, and only intervals that are at
least ``least`` wide are accepted, with every hidden number at least 1, since zeros are shown.  So any sum of
hidden numbers that can be worked out is at least ``least`` too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar

ALL = "\N{N-ARY SUMMATION}"
# Fewer than so many may point somebody out (OSL 26 kap. 1 §).
LEAST = 5
Place = tuple[str, ...]
PlaceT = TypeVar("PlaceT")
Parents = Mapping[str, str]
# How many ways along one dimension are tried before the last resort, which always holds.
_MOST_WAYS = 8
_MARGIN_COSTS = 50.0


def mask(
    table: Mapping[Place, int], *, least: int = LEAST, parents: Sequence[Parents] = ()
) -> dict[Place, int | None]:
    """Return the table with None for what may not be shown: 1 to least - 1, and what would give it away.

    Zero is shown, and must be in the table wherever it can be read: what is not there counts as unknown.
    ``parents`` says for each dimension under what each value lies, if not under ALL.
    """
    masking = _Masking(table, least, parents)
    todo = [place for place, count in table.items() if 0 < count < least]
    # Sums first: what hides them is seldom needed twice.
    todo.sort(key=lambda place: (-place.count(ALL), table[place], place))
    while todo:
        masking.hidden.update(todo)
        for place in todo:
            masking.protect(place)
        todo = list(masking.remainders())
    return suppressed(table, masking.hidden)


def suppressed(
    table: Mapping[PlaceT, int], hidden: Iterable[PlaceT]
) -> dict[PlaceT, int | None]:
    """Return a table with None for each hidden number (cell suppression)."""
    shown: dict[PlaceT, int | None] = dict(table)
    shown.update(dict.fromkeys(hidden))
    return shown


class _Masking:
    """A table while it is being masked: its hidden numbers, and those that are proved safe."""

    def __init__(
        self, table: Mapping[Place, int], least: int, parents: Sequence[Parents]
    ) -> None:
        self.table, self.least = table, least
        self.hidden: set[Place] = set()
        self.proved: set[Place] = set()
        self.trees = []
        for i, values in enumerate(zip(*table, strict=True)):
            above = parents[i] if i < len(parents) else {}
            self.trees.append(_Tree(set(values), above))

    def protect(self, place: Place) -> None:
        """Hide the cheapest numbers that keep the one at a place from being worked out."""
        if place in self.proved:
            return
        least_cost = math.inf
        cheapest: Mapping[Place, int] = {}
        for change in self._changes(place):
            cost = self._cost(change)
            if cost < least_cost:
                least_cost, cheapest = cost, change
            if not cost:
                break
        if (
            not cheapest
        ):  # lifting in every dimension moves only upward, so that nothing bounds it
            raise ValueError(
                f"the sums above {place} are missing from the table or do not add up"
            )
        moved = self.table.keys() & cheapest.keys()
        self.hidden |= moved
        self.proved |= moved

    def remainders(self) -> Iterator[Place]:
        """Return the shown numbers that, taken from a shown sum over them, leave too few."""
        for place, count in self.table.items():
            if (
                count
                and place not in self.hidden
                and self._leaves_too_few(place, count)
            ):
                yield place

    def _leaves_too_few(self, place: Place, count: int) -> bool:
        """Tell whether a shown number, taken from a shown sum over it, leaves fewer than may be told."""
        lines = [tree.line(part) for tree, part in zip(self.trees, place, strict=True)]
        for at in product(*lines):
            rest = self.table.get(at, 0) - count
            if 0 < rest < self.least and at not in self.hidden:
                return True
        return False

    def _changes(self, place: Place) -> Iterator[dict[Place, int]]:
        """Yield the ways to move a case to a place, as the step of each number that changes."""
        ways = []
        for i, tree in enumerate(self.trees):

            def size(other: str, i: int = i) -> tuple[bool, int]:
                at = (*place[:i], other, *place[i + 1 :])
                return at not in self.hidden, self._far_from_enough(at)

            ways.append(tree.ways(place[i], size))
        for parts in product(*ways):
            change: dict[Place, int] = {(): 1}
            for steps in parts:
                change = _crossed(change, steps)
            yield change

    def _far_from_enough(self, at: Place) -> int:
        """Order numbers by how well they hide another: those around twice the limit first."""
        count = self.table.get(at, 0)
        if count > self.least:
            return abs(count - 2 * self.least)
        return 10**9 - count

    def _cost(self, change: Mapping[Place, int]) -> float:
        """Return the cost of hiding all that changes: infinite when the change proves nothing.

        Few numbers, small ones, and rather the parts than the sums.
        """
        rising, falling = [], []
        cost = 0.0
        for place, sign in change.items():
            count = self.table.get(place)
            if count is None:
                continue
            if not count:
                return math.inf
            if sign > 0:
                rising.append(count - 1)
            else:
                falling.append(count - 1)
            if place not in self.hidden:
                cost += _MARGIN_COSTS ** place.count(ALL) * (1 + count / (count + 100))
        # So far can the numbers move back, and forth; nothing bounds it when none falls.
        if falling and min(rising, default=0) + min(falling) < self.least:
            return math.inf
        return cost


def _crossed(change: Mapping[Place, int], steps: Mapping[str, int]) -> dict[Place, int]:
    """Return the product of a change and the steps along one more dimension."""
    crossed = {}
    for place, sign in change.items():
        for value, step in steps.items():
            crossed[*place, value] = sign * step
    return crossed


class _Tree:
    """The values of one dimension, under each other."""

    def __init__(self, values: set[str], parents: Parents) -> None:
        self.parents = dict(parents)
        inner = {self.parents.get(value, ALL) for value in values if value != ALL}
        self.leaves = sorted(values - inner - {ALL})
        self.lines = {value: self._line(value) for value in {*values, ALL}}

    def _line(self, value: str) -> tuple[str, ...]:
        line = [value]
        while line[-1] != ALL:
            line.append(self.parents.get(line[-1], ALL))
        return tuple(line)

    def line(self, value: str) -> tuple[str, ...]:
        """Return a value and everything above it."""
        return self.lines[value]

    def ways(
        self, value: str, size: Callable[[str], tuple[bool, int]]
    ) -> list[dict[str, int]]:
        """Return the changes along this dimension in which a value rises: swaps, and lifts."""
        own = [leaf for leaf in self.leaves if value in self.lines[leaf]]
        if not own:
            return [dict.fromkeys(self.lines[value], 1)]
        others = [leaf for leaf in self.leaves if leaf not in own]
        others.sort(key=size)
        own.sort(key=size)
        swaps = [
            self._swap(up, down)
            for up, down in product(own[:_MOST_WAYS], others[:_MOST_WAYS])
        ]
        lifts = [dict.fromkeys(self.lines[leaf], 1) for leaf in own]
        return swaps + lifts

    def _swap(self, up: str, down: str) -> dict[str, int]:
        """Let one branch rise and another fall: what lies above both stays as it is."""
        rising, falling = self.lines[up], self.lines[down]
        steps = dict.fromkeys(rising, 1)
        for value in falling:
            if value in steps:
                del steps[value]
            else:
                steps[value] = -1
        return steps
