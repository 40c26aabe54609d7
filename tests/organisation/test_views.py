"""The organisation in the browser: open to everyone who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from organisation.models import Unit
from organisation.rights import Role
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC", name="Socialförvaltningen")


@pytest.fixture
def browser(root: Unit) -> Client:
    client = Client()
    client.force_login(make_user("anna", (Role.STAFF, root)))
    return client


def test_units_show_the_tree_of_today_with_its_chiefs(
    browser: Client, root: Unit
) -> None:
    make_user("bo", (Role.UNIT_CHIEF, make_unit("EK", root, name="Ekonomi")))
    make_unit("OLD", root, name="Nedlagd", valid_to=dt.date(2020, 1, 1))
    text = browser.get("/organisation/").content.decode()

    assert "Ekonomi" in text
    assert "Bo" in text
    assert "Nedlagd" not in text


@pytest.mark.parametrize("rows", [1, 3])
def test_units_take_the_same_queries_for_one_and_three(
    browser: Client, root: Unit, rows: int, django_assert_num_queries: Any
) -> None:
    for serial in range(rows):
        unit = make_unit(f"EK-{serial}", root)
        make_user(f"chief{serial}", (Role.UNIT_CHIEF, unit))

    with django_assert_num_queries(6):
        browser.get("/organisation/")


def test_unit_shows_where_it_belongs_and_who_works_there_now(
    browser: Client, root: Unit
) -> None:
    unit = make_unit("EK-Å", root, name="Ekonomi Åby")
    make_user("bo", (Role.UNIT_CHIEF, unit))
    unit.memberships.create(
        user=make_user("cissi"),
        role=Role.STAFF,
        valid_from=dt.date(2015, 1, 1),
        valid_to=dt.date(2016, 1, 1),
    )
    text = browser.get("/organisation/EK-Å/").content.decode()

    assert "Socialförvaltningen" in text
    assert "Enhetschef" in text
    assert "Cissi" not in text


def test_unit_that_is_not_there_is_not_found(browser: Client) -> None:
    assert browser.get("/organisation/X/").status_code == 404
