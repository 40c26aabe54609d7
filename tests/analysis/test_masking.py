"""What is published hides small numbers, and nothing that is shown gives them away."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rules.masking import ALL, Place, mask
from analysis.rules.tree_masking import mask_tree
from tests.analysis.solving import span, spans
from tests.examples import examples

LEAST = 5
SMALL = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 12, 40])


def with_sums(counts: dict[Place, int]) -> dict[Place, int]:
    sums: dict[Place, int] = {}
    for place, count in counts.items():
        for parts in product(*((part, ALL) for part in place)):
            sums[parts] = sums.get(parts, 0) + count
    return sums


@st.composite
def tables(draw: st.DrawFn, dimensions: int, most: int = 4) -> dict[Place, int]:
    """Return the counts of a small table; a place may be missing, as one without cases is."""
    sizes = [draw(st.integers(1, most)) for _ in range(dimensions)]
    places = product(
        *([f"{'abc'[i]}{n}" for n in range(size)] for i, size in enumerate(sizes))
    )
    return {place: draw(SMALL) for place in places}


def relations_of(table: dict[Place, int]) -> list[dict[Place, int]]:
    """Return the sums of a whole table: along each dimension the parts less their sum are nothing."""
    found: dict[tuple[int, Place], dict[Place, int]] = {}
    for place in table:
        for i, part in enumerate(place):
            line = (*place[:i], ALL, *place[i + 1 :])
            found.setdefault((i, line), {})[place] = -1 if part == ALL else 1
    return list(found.values())


def is_safe(
    table: dict[Place, int], relations: list[dict[Place, int]] | None = None
) -> None:
    """Refuse a mask that shows a small number or lets one be worked out."""
    masked = mask(table, least=LEAST)
    hidden = {place: table[place] for place, count in masked.items() if count is None}

    assert all(masked[place] in (None, count) for place, count in table.items())
    assert all(place in hidden for place, count in table.items() if 0 < count < LEAST)
    assert 0 not in hidden.values()
    known = relations_of(table) if relations is None else relations
    for place, width in spans(known, hidden):
        assert width is None or width >= LEAST, (place, width, masked)
    for one, other in combinations(
        [place for place in table if place not in hidden], 2
    ):
        for part, whole in ((one, other), (other, one)):
            if table[part] and all(
                w in (p, ALL) for p, w in zip(part, whole, strict=True)
            ):
                assert not 0 < table[whole] - table[part] < LEAST, (part, whole, masked)


def test_span_of_a_lone_hidden_number_is_nothing() -> None:
    table = with_sums({("a",): 2, ("b",): 12})

    assert span(relations_of(table), {("a",): 2}, ("a",)) == 0


def test_span_of_two_hidden_numbers_is_their_sum_less_one_each() -> None:
    table = with_sums({("a",): 2, ("b",): 12})

    assert span(relations_of(table), {("a",): 2, ("b",): 12}, ("a",)) == 12


def test_span_without_a_shown_sum_has_no_end() -> None:
    table = with_sums({("a",): 2})

    assert span(relations_of(table), table, ("a",)) is None


@examples(25)
@given(tables(dimensions=1, most=7))
def test_mask_of_a_row_cannot_be_solved(counts: dict[Place, int]) -> None:
    is_safe(with_sums(counts))


@examples(10)
@given(tables(dimensions=2))
def test_mask_of_a_cross_table_cannot_be_solved(counts: dict[Place, int]) -> None:
    is_safe(with_sums(counts))


@examples(3)
@given(tables(dimensions=3, most=2))
def test_mask_of_three_dimensions_cannot_be_solved(counts: dict[Place, int]) -> None:
    is_safe(with_sums(counts))


@examples(8)
@given(tables(dimensions=3, most=3))
def test_mask_of_two_tables_over_the_same_cases_cannot_be_solved(
    counts: dict[Place, int],
) -> None:
    """Unit by category, and unit by target group: they share the sum of each unit."""
    whole = with_sums(counts)
    shown = {place: count for place, count in whole.items() if ALL in place[1:]}

    is_safe(shown, relations_of_two(shown))


def relations_of_two(table: dict[Place, int]) -> list[dict[Place, int]]:
    """Return the sums of two tables that share their units; a line that only one table has is its own."""
    return [line for line in relations_of(table) if len(line) > 1]


@examples(8)
@given(tables(dimensions=2, most=4))
def test_mask_of_units_under_each_other_cannot_be_solved(
    counts: dict[Place, int],
) -> None:
    parents = {"a0": "x", "a1": "x", "a2": "y", "a3": "y"}
    table: dict[Place, int] = {}
    for (unit, category), count in counts.items():
        for row, column in product((unit, parents[unit], ALL), (category, ALL)):
            table[row, column] = table.get((row, column), 0) + count
    masked = mask(table, least=LEAST, parents=[parents])
    hidden = {place: table[place] for place, count in masked.items() if count is None}
    relations = [
        {(r, c): -1 if c == ALL else 1 for r, c in table if r == row}
        for row in {row for row, _ in table}
    ]
    for column in {column for _, column in table}:
        for above in {*parents.values(), ALL}:
            line = {
                (r, c): 1
                for r, c in table
                if c == column and r != ALL and parents.get(r, ALL) == above
            }
            if line:
                relations.append({**line, (above, column): -1})

    for place, width in spans(relations, hidden):
        assert width is None or width >= LEAST, (place, width, masked)


def test_mask_shows_zeros_and_large_numbers() -> None:
    table = with_sums({("a",): 0, ("b",): 5, ("c",): 100})

    assert mask(table) == table


def test_mask_hides_a_second_number_when_the_sum_is_shown() -> None:
    masked = mask(with_sums({("a",): 2, ("b",): 12, ("c",): 100}))

    assert masked == {("a",): None, ("b",): None, ("c",): 100, (ALL,): 114}


def test_mask_hides_the_sum_when_nothing_else_protects_a_number() -> None:
    assert mask(with_sums({("a",): 2, ("b",): 0})) == {
        ("a",): None,
        ("b",): 0,
        (ALL,): None,
    }


def test_mask_hides_four_numbers_of_a_cross_table() -> None:
    counts = {
        ("a", "x"): 2,
        ("a", "y"): 30,
        ("b", "x"): 20,
        ("b", "y"): 40,
        ("c", "x"): 50,
        ("c", "y"): 60,
    }
    masked = mask(with_sums(counts))

    assert sum(count is None for count in masked.values()) == 4
    assert all(masked[place] is not None for place in masked if ALL in place)


def test_mask_with_another_limit_hides_below_it() -> None:
    assert mask(with_sums({("a",): 8, ("b",): 30}), least=10)["a",] is None


def test_mask_of_nothing_is_nothing() -> None:
    assert mask({}) == {}
    assert mask({(): 3}) == {(): None}


@pytest.mark.parametrize("count", [1, 4])
def test_mask_of_one_number_hides_it(count: int) -> None:
    assert mask({(): count}) == {(): None}


# --- units under each other, exactly -------------------------------------------------------------
PARENTS = {
    "x": ALL,
    "y": ALL,
    "z": ALL,
    "x1": "x",
    "x2": "x",
    "x3": "x",
    "y1": "y",
    "y2": "y",
    "y11": "y1",
}


def tree_of(leaves: dict[str, int]) -> dict[str, int]:
    counts = dict.fromkeys([ALL, *PARENTS], 0)
    for leaf, count in leaves.items():
        place = leaf
        while place != ALL:
            counts[place] += count
            place = PARENTS[place]
        counts[ALL] += count
    return counts


@examples(50)
@given(
    st.fixed_dictionaries(dict.fromkeys(("x1", "x2", "x3", "y11", "y2", "z"), SMALL))
)
def test_mask_tree_cannot_be_solved(leaves: dict[str, int]) -> None:
    counts = tree_of(leaves)
    masked = mask_tree(counts, PARENTS, least=LEAST)
    hidden = {
        (place,): counts[place] for place, count in masked.items() if count is None
    }
    relations: list[dict[Place, int]] = [
        {(above,): -1} | {(part,): 1 for part, over in PARENTS.items() if over == above}
        for above in (ALL, "x", "y", "y1")
    ]
    for place, count in masked.items():
        assert count == counts[place] or (counts[place] and count is None)
        assert count is None or not 0 < count < LEAST
    for at, width in spans(relations, hidden):
        assert width is None or width >= LEAST, (at, width, masked)


def test_mask_tree_shows_the_sum_of_many_small_numbers() -> None:
    masked = mask_tree(
        tree_of({"x1": 2, "x2": 3, "x3": 4, "y11": 9, "y2": 8, "z": 30}), PARENTS
    )

    assert masked["x"] == 9
    assert masked[ALL] == 56
    assert [masked[place] for place in ("x1", "x2", "x3")] == [None] * 3
    assert masked["y2"] == 8


def test_mask_tree_hides_one_beside_rather_than_the_sum() -> None:
    masked = mask_tree(
        tree_of({"x1": 2, "x2": 12, "x3": 30, "y11": 9, "y2": 8, "z": 30}), PARENTS
    )

    assert {place for place, count in masked.items() if count is None} == {"x1", "x2"}
