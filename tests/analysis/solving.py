"""What a stranger can work out of a masked table, exactly: over how many values a hidden number may range."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from analysis.rules.masking import Place

# A row of whole numbers: what each variable is times, and last what they are together.
Row = list[int]


def span(
    relations: list[dict[Place, int]], bounds: dict[Place, int], wanted: Place
) -> int | None:
    """Return between how many values a hidden number lies, all sums known: None is without end."""
    return Known(relations, bounds).span(wanted)


def spans(
    relations: list[dict[Place, int]], bounds: dict[Place, int]
) -> Iterator[tuple[Place, int | None]]:
    """Yield each hidden number with between how many values it lies."""
    known = Known(relations, bounds)
    for place in bounds:
        yield place, known.span(place)


class Known:
    """What is known of some hidden numbers: their sums, and that each is at least 1.

    ``truth`` holds the hidden numbers; it is one solution, so what is asked is how far it can be moved.
    Variables are the hidden numbers less 1.  Solved exactly by the simplex method with Bland's rule, in
    whole numbers: each row may be any multiple above nothing of itself.
    """

    def __init__(
        self, relations: list[dict[Place, int]], truth: dict[Place, int]
    ) -> None:
        self.truth, self.names = truth, sorted(truth)
        rows = []
        for relation in relations:
            row = [relation.get(name, 0) for name in self.names]
            if any(row):
                pairs = zip(row, self.names, strict=True)
                rows.append([*row, sum(a * (truth[name] - 1) for a, name in pairs)])
        self.rows, self.basis = _first_corner(rows, len(self.names))

    def span(self, wanted: Place) -> int | None:
        """Return between how many values a hidden number lies: upward and downward together."""
        goal = self.names.index(wanted)
        low, high = self._most(goal, -1), self._most(goal, 1)
        return None if high is None or low is None else int(high + low)

    def _most(self, goal: int, sign: int) -> Fraction | None:
        """Return the most that a variable, or what it is below nothing, can be; None is without end."""
        rows, basis = [*self.rows], [*self.basis]
        gain = [0] * (len(self.names) + 1)
        gain[goal] = sign
        for row, name in zip(rows, basis, strict=True):
            gain = _without(gain, row, name)
        if not _run(rows, basis, gain):
            return None
        if goal not in basis:
            return Fraction()
        row = rows[basis.index(goal)]
        return Fraction(sign * row[-1], row[goal])


def _first_corner(rows: list[Row], width: int) -> tuple[list[Row], list[int]]:
    """Return rows that are solved for one variable each, and for which, where no other is above nothing."""
    # One artificial variable for each row, all of which can be driven to nothing.
    rows = [row if row[-1] >= 0 else [-a for a in row] for row in rows]
    count = len(rows)
    rows = [
        [*row[:-1], *(int(i == j) for j in range(count)), row[-1]]
        for i, row in enumerate(rows)
    ]
    basis = list(range(width, width + count))
    gain = [sum(column) for column in zip(*rows, strict=True)]
    gain[width : width + count] = [0] * count
    assert _run(rows, basis, gain)
    assert not any(
        row[-1] for row, name in zip(rows, basis, strict=True) if name >= width
    )
    # What is left of the artificial ones leaves, or its row says nothing.
    for i in range(count):
        if basis[i] >= width:
            column = next((j for j in range(width) if rows[i][j]), None)
            if column is not None:
                _pivot(rows, basis, i, column)
    kept = [i for i in range(count) if basis[i] < width]
    return [[*rows[i][:width], rows[i][-1]] for i in kept], [basis[i] for i in kept]


def _run(rows: list[Row], basis: list[int], gain: Row) -> bool:
    """Go from corner to corner as long as any is better; tell whether there is a best one."""
    while True:
        enters = next((j for j, more in enumerate(gain[:-1]) if more > 0), None)
        if enters is None:
            return True
        bounded = [
            (Fraction(row[-1], row[enters]), basis[i], i)
            for i, row in enumerate(rows)
            if row[enters] > 0
        ]
        if not bounded:
            return False
        leaves = min(bounded)[2]
        _pivot(rows, basis, leaves, enters)
        gain = _without(gain, rows[leaves], enters)


def _pivot(rows: list[Row], basis: list[int], at: int, column: int) -> None:
    """Solve a row for another variable, and take that out of the other rows."""
    if rows[at][column] < 0:
        rows[at] = [-a for a in rows[at]]
    lead = rows[at]
    for i, row in enumerate(rows):
        if i != at:
            rows[i] = _without(row, lead, column)
    basis[at] = column


def _without(row: Row, lead: Row, column: int) -> Row:
    """Return a row, times something above nothing, from which a variable is taken out by another row."""
    if not row[column]:
        return row
    times, factor = lead[column], row[column]
    found = [times * a - factor * b for a, b in zip(row, lead, strict=True)]
    common = math.gcd(*found)
    return [a // common for a in found] if common > 1 else found
