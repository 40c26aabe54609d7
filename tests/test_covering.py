"""What the suite chooses of a large table has every pair in it, is small, and is the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, product
from typing import Any

import pytest
from django.http import HttpResponse

from tests import test_access, test_access_cases, test_access_contents, test_input
from tests.covering import at_once, covering, each, every_pair, every_value
from tests.forgotten import Asked
from tests.lexsarah import test_workflow

TABLE = list(product(range(12), "abcdefgh", (True, False), range(5)))


def pairs(cell: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    return combinations(enumerate(cell), 2)


def in_any(cells: Iterable[Any], pairs_of: Callable[[Any], Iterable[Any]]) -> set[Any]:
    return {pair for cell in cells for pair in pairs_of(cell)}


def test_covering_has_every_pair_of_the_table() -> None:
    chosen = covering(TABLE, pairs)

    assert {pair for cell in chosen for pair in pairs(cell)} == {
        pair for cell in TABLE for pair in pairs(cell)
    }
    assert len(chosen) < len(TABLE) / 5


def test_covering_is_the_same_every_time_and_in_order() -> None:
    chosen = covering(TABLE, pairs)

    assert chosen == covering(TABLE, pairs)
    assert chosen == sorted(chosen, key=TABLE.index)


def test_covering_of_nothing_is_nothing() -> None:
    assert covering([], pairs) == []


def test_at_once_asks_no_field_and_no_message_twice_in_a_form() -> None:
    rows = [
        ({"day": ""}, "when"),
        ({"place": ""}, "where"),
        ({"day": "x"}, "a day"),
        ({"who": ""}, "when"),
        ({"trap": "x"}, ""),
        ({"why": ""}, "why"),
    ]

    assert at_once(rows) == [
        ({"day": "", "place": "", "why": ""}, ["when", "where", "why"]),
        ({"day": "x", "who": ""}, ["a day", "when"]),
        ({"trap": "x"}, [""]),
    ]


def test_each_leaves_the_others_to_test_all() -> None:
    assert [bool(param.marks) for param in each(3, range(7))] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]


def test_cells_of_cases_have_every_pair_and_are_few() -> None:
    asked, cells = test_access_cases.ASKED, test_access_cases.CELLS

    assert {pair for cell in asked for pair in cell.pairs()} == {
        pair for cell in cells for pair in cell.pairs()
    }
    assert len(asked) < len(cells) / 15


def test_refused_steps_are_tried_in_each_state_and_by_each_role() -> None:
    tried, cells = test_workflow.TRIED, test_workflow.REFUSED

    for these in ("order", "state", "step"), ("role", "step"):
        assert {tuple(getattr(cell, name) for name in these) for cell in tried} == {
            tuple(getattr(cell, name) for name in these) for cell in cells
        }
    assert len(tried) < len(cells) / 5


def test_every_field_is_asked_about_with_what_may_reach_it_and_every_kind_with_every_value() -> (
    None
):
    asked, kinds = set[tuple[str, str]](), set[tuple[str, str]]()
    for sent in test_input.SENT_FIRST:
        for field, value in sent.values:
            kind = test_input.kind_of(sent.form, field)
            kinds.add((kind, value))
            if value in test_input.REACHES.get(kind, test_input.WORST):
                asked.add((sent.form, field))

    assert asked == set(test_input.CELLS)
    assert kinds == set(product({kind for kind, _ in kinds}, test_input.WORST))
    assert {value for _, value in test_input.EVERYWHERE_FIRST} == set(
        test_input.HOSTILE
    )
    assert {
        (form, value) for form, value in test_input.EVERYWHERE_FIRST if value == "nul"
    } == set(product(test_input.FORMS, ["nul"]))


def first_of(table: test_access.Table) -> dict[str, list[str]]:
    """Return who asks for each page in make test."""
    questions = test_access.questions_of(table)
    return dict(param.values[0] for param in questions if not param.marks)


@pytest.mark.parametrize("table", [test_access.LOOKED_AT, test_access.WRITTEN_TO])
def test_each_page_is_asked_for_each_answer_and_by_who_is_nearest(
    table: test_access.Table,
) -> None:
    first = first_of(table)

    for page, people in first.items():
        assert {table[page][short] for short in people} == set(table[page].values())
        assert {"anon", "strange"} <= set(people)
    assert {"dept", "lex"} <= set(first_of(test_access.LOOKED_AT)["lexsarah:ivo"])
    assert sum(map(len, first.values())) < len(table) * len(test_access.PEOPLE) * 0.5


def test_each_rule_of_an_app_is_asked_of_everybody() -> None:
    met = defaultdict[tuple[object, ...], set[str]](set)
    for table in (test_access.LOOKED_AT, test_access.WRITTEN_TO):
        for page, people in first_of(table).items():
            met[test_access.rule_of(page, table[page])].update(people)

    assert all(people == set(test_access.PEOPLE) for people in met.values())


@pytest.mark.parametrize("table", [test_access.LOOKED_AT, test_access.WRITTEN_TO])
def test_everybody_is_asked_in_make_test_or_in_make_test_all(
    table: test_access.Table,
) -> None:
    asked = [
        (page, short)
        for page, people in (
            param.values[0] for param in test_access.questions_of(table)
        )
        for short in people
    ]

    assert sorted(asked) == sorted(product(table, test_access.PEOPLE))


def test_form_is_asked_for_until_somebody_is_offered_it() -> None:
    drawn = []

    def ask(who: str, is_drawn: bool) -> tuple[HttpResponse, list[Asked]]:
        drawn.append(is_drawn)
        shown = frozenset({"text"} if who == "reporter" else ())
        asked = [Asked("Form", shown, frozenset({"text"}) - shown)] if is_drawn else []
        return HttpResponse(), asked

    seen = test_access.let_ask("page", ["lex", "unit"], ask, drawn={"unit"})

    assert list(seen.answers) == ["lex", "unit", "anon", "gone", "staff", "rep"]
    assert drawn == [False, True, True, True, True, True]
    assert not seen.forgotten


@pytest.mark.parametrize(
    "lists", [test_access_contents.LISTS, test_access_contents.FILES]
)
def test_each_list_is_read_by_a_chief_its_page_in_every_way_and_one_by_everybody(
    lists: test_access_contents.Lists,
) -> None:
    everybody, ways_on = test_access_contents.SIGNED_IN, test_access_contents.ways_on
    readers = dict(
        param.values[0]
        for param in test_access_contents.readers_of(lists)
        if not param.marks
    )
    ways = defaultdict[str, set[Any]](set)
    for short, places in readers.items():
        for page in {lists[place][0] for place in places}:
            ways[page] |= ways_on(page, short)

    assert sorted(readers["sect"]) == list(range(len(lists)))
    assert ways == {
        page: set().union(*(ways_on(page, short) for short in everybody))
        for page, _ in lists
    }
    assert {short for short, places in readers.items() if places} == set(everybody)
    assert sum(map(len, readers.values())) < len(lists) * len(everybody) * 0.3


@pytest.mark.parametrize(
    "lists", [test_access_contents.LISTS, test_access_contents.FILES]
)
def test_each_list_is_read_by_everybody_in_make_test_or_in_make_test_all(
    lists: test_access_contents.Lists,
) -> None:
    asked = {
        (short, place)
        for short, places in (
            param.values[0] for param in test_access_contents.readers_of(lists)
        )
        for place in places
    }

    assert asked == set(product(test_access_contents.SIGNED_IN, range(len(lists))))


def test_rows_are_asked_until_every_pair_or_value_is_met() -> None:
    columns = ("abc", "xyz", "12")

    for rows, together in ((every_pair(*columns), 2), (every_value(*columns), 1)):
        assert [row.values for row in rows] == list(product(*columns))
        first = [row.values for row in rows if not row.marks]
        assert {
            met for row in first for met in combinations(enumerate(row), together)
        } == {
            met
            for row in product(*columns)
            for met in combinations(enumerate(row), together)
        }
        assert len(first) <= len(rows) * 2 / 3
