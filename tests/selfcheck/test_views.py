"""Self-checks in the browser: what was found, and whose units."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from organisation.models import Unit
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_selfcheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC"))


@pytest.fixture
def browser(unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))
    return client


def test_detail_shows_how_many_of_the_reviewed_met_the_demand(
    browser: Client, unit: Unit
) -> None:
    make_selfcheck(unit, number="EK-1", met=39, reviewed=40)

    assert "39 av 40" in browser.get("/egenkontroll/EK-1/").content.decode()


def test_detail_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_selfcheck(unit.parent, number="EK-1")

    assert browser.get("/egenkontroll/EK-1/").status_code == 404


@pytest.mark.parametrize(("protected", "named"), [(False, True), (True, False)])
def test_detail_names_the_check_of_last_time_only_to_who_reads_it(
    browser: Client, unit: Unit, protected: bool, named: bool
) -> None:
    make_selfcheck(unit, number="EK-1", protected=protected)
    make_selfcheck(unit, number="EK-2", done_on=dt.date(2025, 12, 1))

    text = browser.get("/egenkontroll/EK-2/").content.decode()

    assert "8 av 10" in text
    assert ("EK-1" in text) is named


def test_draw_is_made_only_among_cases_that_the_reader_opens(
    browser: Client, unit: Unit
) -> None:
    check = make_selfcheck(unit, number="EK-1", state="ongoing", done_on=None)
    opened = make_deviation(unit)
    make_deviation(unit, protected=True)

    browser.post(
        "/egenkontroll/EK-1/urval/",
        {"of": "cases", "population": "Alla", "count": 1, "with_protected": "on"},
    )

    assert check.draws.get().members == [opened.number]
