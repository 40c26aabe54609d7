"""What a stranger can work out of a masked table, exactly: over how many values a hidden number may range."""

from __future__ import annotations

from fractions import Fraction

from analysis.rules.masking import Place


def span(
    relations: list[dict[Place, int]], bounds: dict[Place, int], wanted: Place
) -> int | None:
    """Return between how many values a hidden number lies, all sums known: None is without end.

    ``bounds`` holds the hidden numbers, each known to be at least 1; the truth is one solution, so what
    is asked is how far it can be moved.  Solved exactly by the simplex method, upward and downward.
    """
    low = simplex(relations, bounds, wanted, -1)
    high = simplex(relations, bounds, wanted, 1)
    return None if high is None or low is None else int(high + low)


def simplex(
    relations: list[dict[Place, int]], truth: dict[Place, int], wanted: Place, sign: int
) -> Fraction | None:
    """Return how far above (or below) its true value a hidden number can be; None is without end.

    Variables are the hidden numbers less 1.  The truth is made the first corner by adding, for each
    relation, nothing: Bland's rule from a basis found by elimination.
    """
    names = sorted(truth)
    rows: list[list[Fraction]] = []
    for relation in relations:
        row = [Fraction(relation.get(name, 0)) for name in names]
        if any(row):
            rows.append(
                [
                    *row,
                    sum(
                        (a * (truth[n] - 1) for a, n in zip(row, names, strict=True)),
                        Fraction(),
                    ),
                ]
            )
    return _maximise(rows, len(names), names.index(wanted), sign, truth[wanted] - 1)


def _maximise(
    rows: list[list[Fraction]], width: int, goal: int, sign: int, start: int
) -> Fraction | None:
    # Phase one with one artificial variable for each row, all of which can be driven to nothing.
    rows = [row if row[-1] >= 0 else [-a for a in row] for row in rows]
    count = len(rows)
    tableau = [
        [*row[:-1], *(Fraction(int(i == j)) for j in range(count)), row[-1]]
        for i, row in enumerate(rows)
    ]
    basis = list(range(width, width + count))
    first = [Fraction(0)] * width + [Fraction(-1)] * count
    assert _run(tableau, basis, first, width + count) == 0
    for i in range(
        count
    ):  # what is left of the artificial ones leaves, or its row says nothing
        if basis[i] >= width:
            column = next((j for j in range(width) if tableau[i][j]), None)
            if column is not None:
                _pivot(tableau, basis, i, column)
    kept = [i for i in range(count) if basis[i] < width]
    tableau = [[*tableau[i][:width], tableau[i][-1]] for i in kept]
    basis = [basis[i] for i in kept]
    second = [Fraction(sign if j == goal else 0) for j in range(width)]
    best = _run(tableau, basis, second, width)
    return None if best is None else best - sign * start


def _run(
    tableau: list[list[Fraction]], basis: list[int], gain: list[Fraction], width: int
) -> Fraction | None:
    while True:
        held = [gain[name] for name in basis]
        enters = next(
            (
                j
                for j in range(width)
                if gain[j]
                - sum(
                    (h * row[j] for h, row in zip(held, tableau, strict=True)),
                    Fraction(),
                )
                > 0
            ),
            None,
        )
        if enters is None:
            return sum(
                (h * row[-1] for h, row in zip(held, tableau, strict=True)), Fraction()
            )
        bounded = [
            (row[-1] / row[enters], basis[i], i)
            for i, row in enumerate(tableau)
            if row[enters] > 0
        ]
        if not bounded:
            return None
        _pivot(tableau, basis, min(bounded)[2], enters)


def _pivot(
    tableau: list[list[Fraction]], basis: list[int], at: int, column: int
) -> None:
    lead = tableau[at][column]
    tableau[at] = [a / lead for a in tableau[at]]
    for i, row in enumerate(tableau):
        if i != at and row[column]:
            factor = row[column]
            tableau[i] = [a - factor * b for a, b in zip(row, tableau[at], strict=True)]
    basis[at] = column
