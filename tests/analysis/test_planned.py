"""Unit by planned self-check: what is made of what is planned, and what is late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from analysis.coverage.planned import OTHERS, planned_in
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.models import Plan
from tests.factories import make_unit, make_user
from tests.municipality import make_selfcheck

pytestmark = pytest.mark.django_db

YEAR = 2024
FIRST = dt.date(2024, 2, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("EK", root, name="Ekonomi")


@pytest.fixture
def reader(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


def plan(unit: Unit, title: str = "Aktgranskning", **facts: Any) -> Plan:
    defaults = {
        "year": YEAR,
        "method": "walkthrough",
        "first_on": FIRST,
        "holds_from": dt.date(2024, 1, 1),
    }
    return Plan.objects.create(unit=unit, title=title, **{**defaults, **facts})


def test_share_says_how_many_occasions_are_made_and_late(
    unit: Unit, reader: User
) -> None:
    half = plan(unit, rhythm="half")
    make_selfcheck(unit, number="EK-1", plan=half, occasion_on=FIRST, planned_on=FIRST)
    columns, (row,) = planned_in([unit], YEAR, reader=reader)

    assert columns == ["Aktgranskning"]
    assert row.total is not None
    assert (row.total.words, row.total.level) == (
        "1 av 2 gjorda, 1 försenad",
        ("försenat", "bad"),
    )


def test_unit_that_plans_nothing_says_so(unit: Unit, reader: User) -> None:
    _, (row,) = planned_in([unit], YEAR, reader=reader)

    assert row.total is None


def test_plan_that_is_withdrawn_is_not_counted(unit: Unit, reader: User) -> None:
    plan(unit, withdrawn_reason="Behövs inte")

    assert planned_in([unit], YEAR, reader=reader)[0] == []


def test_columns_are_what_most_units_plan_and_the_rest_together(
    root: Unit, unit: Unit, reader: User
) -> None:
    other = make_unit("BO", root)
    for place in range(8):
        plan(unit, f"K{place}")
    plan(other, "k7")
    columns, rows = planned_in([unit, other], YEAR, reader=reader)

    assert (columns[0].casefold(), columns[-1], len(columns)) == ("k7", OTHERS, 6)
    assert dict(rows[0].shares)[OTHERS].whole == 3


def test_plans_of_others_are_not_seen(root: Unit, unit: Unit) -> None:
    plan(unit)
    stranger = make_user("stranger", (Role.SECTION_CHIEF, make_unit("BO", root)))

    assert planned_in([unit], YEAR, reader=stranger)[0] == []


def test_planned_asks_as_many_questions_however_many(
    root: Unit, reader: User, django_assert_num_queries: Any
) -> None:
    units = [make_unit(f"U{place}", root) for place in range(6)]
    for one in units:
        plan(one)

    with django_assert_num_queries(5):
        planned_in(units, YEAR, reader=reader)


def test_page_shows_the_plans_and_leads_to_the_year(unit: Unit, reader: User) -> None:
    plan(unit)
    browser = Client()
    browser.force_login(reader)
    asked = {"unit": "SOC", "year": YEAR, "visa": "planer"}
    text = browser.get("/analys/tackning/", asked).content.decode()

    assert "0 av 1 gjorda, 1 försenad" in text
    assert "/egenkontroll/plan/?enhet=EK&amp;ar=2024" in text
