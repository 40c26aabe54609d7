"""Hide small numbers in what is published, and so many more that no sum gives them away (OSL 26 kap. 1 §).

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

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

ALL = "\N{N-ARY SUMMATION}"
# Fewer than so many may point somebody out (OSL 26 kap. 1 §).
LEAST = 5
Place = tuple[str, ...]
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
    return {place: None if place in masking.hidden else count for place, count in table.items()}


class _Masking:
    """A table while it is being masked: what is hidden, and for what there is a proof."""

    def __init__(self, table: Mapping[Place, int], least: int, parents: Sequence[Parents]) -> None:
        self.table, self.least = table, least
        self.hidden: set[Place] = set()
        self.proved: set[Place] = set()
        dimensions = len(next(iter(table), ()))
        self.trees = [
            _Tree({place[i] for place in table}, parents[i] if i < len(parents) else {})
            for i in range(dimensions)
        ]

    def protect(self, place: Place) -> None:
        """Hide what is needed so that the number at a place cannot be worked out."""
        if place in self.proved:
            return
        best: tuple[float, list[Place]] | None = None
        for change in self._changes(place):
            cost = self._cost(change)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, [at for at in change if at in self.table]
                if not cost:
                    break
        if best is None:  # lifting in every dimension moves only upward, so that nothing bounds it
            raise ValueError(f"the sums above {place} are missing from the table or do not add up")
        self.hidden.update(best[1])
        self.proved.update(best[1])

    def remainders(self) -> Iterator[Place]:
        """Return the shown numbers that, taken from a shown sum over them, leave too few."""
        for place, count in self.table.items():
            if not count or place in self.hidden:
                continue
            above = product(*(tree.line(part) for tree, part in zip(self.trees, place, strict=True)))
            if any(
                0 < self.table[at] - count < self.least and at not in self.hidden
                for at in above
                if at in self.table
            ):
                yield place

    def _changes(self, place: Place) -> Iterator[dict[Place, int]]:
        ways = []
        for i, tree in enumerate(self.trees):

            def size(other: str, i: int = i) -> tuple[bool, int]:
                at = (*place[:i], other, *place[i + 1 :])
                return at not in self.hidden, self._far_from_enough(at)

            ways.append(tree.ways(place[i], size))
        for parts in product(*ways):
            change: dict[Place, int] = {(): 1}
            for part in parts:
                change = {
                    (*at, name): sign * step for at, sign in change.items() for name, step in part.items()
                }
            yield change

    def _far_from_enough(self, at: Place) -> int:
        count = self.table.get(at, 0)
        return abs(count - 2 * self.least) if count > self.least else 10**9 - count

    def _cost(self, change: Mapping[Place, int]) -> float | None:
        """Return what it costs to hide all that changes, or None when that proves nothing.

        Few numbers, small ones, and rather the parts than the sums.
        """
        down = up = None
        cost = 0.0
        for place, sign in change.items():
            count = self.table.get(place)
            if count is None:
                continue
            if not count:
                return None
            if sign > 0:
                down = count - 1 if down is None else min(down, count - 1)
            else:
                up = count - 1 if up is None else min(up, count - 1)
            if place not in self.hidden:
                cost += _MARGIN_COSTS ** place.count(ALL) * (1 + count / (count + 100))
        if up is not None and (down or 0) + up < self.least:
            return None
        return cost


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

    def ways(self, value: str, size: object) -> list[dict[str, int]]:
        """Return the changes along this dimension in which a value rises: swaps, and lifts."""
        own = [leaf for leaf in self.leaves if value in self.lines[leaf]]
        if not own:
            return [dict.fromkeys(self.lines[value], 1)]
        others = sorted((leaf for leaf in self.leaves if leaf not in own), key=size)[:_MOST_WAYS]  # type: ignore[call-overload]
        own.sort(key=size)  # type: ignore[call-overload]
        found = [self._swap(a, b) for a in own[:_MOST_WAYS] for b in others]
        return [*found, *(dict.fromkeys(self.lines[a], 1) for a in own)]

    def _swap(self, up: str, down: str) -> dict[str, int]:
        rising, falling = self.lines[up], self.lines[down]
        swap = {value: 1 for value in rising if value not in falling}
        return swap | {value: -1 for value in falling if value not in rising}
