"""A covering array: of a large table the few cells in which any two things still meet.

What is wrong with a page is almost always wrong where two things meet: this page and that role, this role
and that kind of case.  So the suite asks as many cells as it takes for every such pair to be asked once, and
``make test-all`` asks the others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations, product
from typing import Any, TypeVar

import pytest

Cell = TypeVar("Cell")


def covering(
    cells: Iterable[Cell], pairs: Callable[[Cell], Iterable[Hashable]]
) -> list[Cell]:
    """Return cells that have together every pair of any cell, in the order in which they are given.

    Cells in which most is new are chosen first; the same cells give the same choice.
    """
    left = [(cell, frozenset(pairs(cell))) for cell in cells]
    chosen: set[int] = set()
    met: set[Hashable] = set()
    for wanted in range(max((len(has) for _, has in left), default=0), 0, -1):
        for place, (_, has) in enumerate(left):
            if len(has - met) >= wanted:
                chosen.add(place)
                met |= has
    return [left[place][0] for place in sorted(chosen)]


def each(nth: int, values: Iterable[Any]) -> list[Any]:
    """Return values as parameters of which the suite asks each nth, and make test-all the others."""
    return [
        pytest.param(value, marks=() if place % nth == 0 else pytest.mark.every)
        for place, value in enumerate(values)
    ]


def every_pair(*columns: Sequence[Any]) -> list[Any]:
    """Return every row of a table as parameters, of which the suite asks so many that all pairs meet."""
    return _rows(columns, together=2)


def every_value(*columns: Sequence[Any]) -> list[Any]:
    """Return every row of a table as parameters, of which the suite asks so many that each value is met.

    For columns that have nothing to do with each other, as an address that is read before its page.
    """
    return _rows(columns, together=1)


def at_once(
    rows: Iterable[tuple[dict[str, Any], str]],
) -> list[tuple[dict[str, Any], list[str]]]:
    """Return wrong answers, each with what a page says of it, as few forms: all that it takes to ask them all.

    In a form no field comes twice and nothing is said twice; an answer of which nothing is said is alone.
    """
    forms: list[tuple[dict[str, Any], list[str]]] = []
    for wrong, says in rows:
        for together, said in forms:
            if (
                says
                and says not in said
                and "" not in said
                and not together.keys() & wrong
            ):
                together.update(wrong)
                said.append(says)
                break
        else:
            forms.append((dict(wrong), [says]))
    return forms


def _rows(columns: Sequence[Sequence[Any]], *, together: int) -> list[Any]:
    rows = list(product(*columns))
    first = set(covering(rows, lambda row: combinations(enumerate(row), together)))
    return [
        pytest.param(*row, marks=() if row in first else pytest.mark.every)
        for row in rows
    ]
