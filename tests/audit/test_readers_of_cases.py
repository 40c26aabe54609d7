"""Who sees the readers of which case: the situations and people of tests/test_access_cases, asked of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from audit.looking.access import readers_of
from casework.models import Case, Recusal
from tests.municipality import Municipality
from tests.situations import cases_for_a_module
from tests.test_access_cases import PEOPLE, READS

pytestmark = pytest.mark.django_db
Made = tuple[Municipality, dict[str, Case]]

# Chiefs and controllers: of what they read in whole, but of what a naming or a hand-over opens elsewhere.
SEES = {"sect", "unit", "dept", "ctrl", "strg", "over", "sub"}
READ_OVER_THE_UNIT = set("cdib")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    with cases_for_a_module(django_db_blocker) as town_and_cases:
        yield town_and_cases


@pytest.mark.parametrize(
    "short", [short for short, who in PEOPLE.items() if who != "anonymous"]
)
def test_readers_are_seen_by_chiefs_and_controllers_who_read_the_case(
    short: str, made: Made
) -> None:
    town, cases = made
    person = town.people[PEOPLE[short]]

    seen = {
        name
        for name, case in cases.items()
        if name in READS and readers_of(person, case.number)
    }

    letters = {name: row[short] for name, row in READS.items()}
    assert seen == {
        name
        for name, letter in letters.items()
        if short in SEES and letter in READ_OVER_THE_UNIT
    }


def test_officer_sees_the_readers_of_all_below_but_the_protected(made: Made) -> None:
    town, cases = made
    officer = town.people["data_protection_officer"]
    place = officer.memberships.get().unit.path

    seen = {name for name, case in cases.items() if readers_of(officer, case.number)}

    kept_from = set(Recusal.objects.filter(user=officer).values_list("case", flat=True))
    below = {name for name, case in cases.items() if case.unit.path.startswith(place)}
    open_to_none = {name for name in below if cases[name].protected}
    assert seen == {
        name for name in below - open_to_none if cases[name].pk not in kept_from
    }
    assert "lex-own" in seen
    assert "all-recused" in below - seen
