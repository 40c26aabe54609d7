"""Self-checks in the browser: what was found, and series whose shares are derived."""

from __future__ import annotations

import pytest
from django.test import Client

from organisation.models import Role, Unit
from selfcheck.models import Measurement
from tests.factories import make_unit, make_user
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


def test_detail_shows_how_many_of_the_reviewed_met_the_demand(browser: Client, unit: Unit) -> None:
    make_selfcheck(unit, number="EK-1", met=39, reviewed=40)

    assert "39 av 40" in browser.get("/egenkontroll/EK-1/").content.decode()


def test_detail_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_selfcheck(unit.parent, number="EK-1")

    assert browser.get("/egenkontroll/EK-1/").status_code == 404


def test_list_derives_the_share_of_a_series(browser: Client, unit: Unit) -> None:
    Measurement.objects.create(unit=unit, title="I tid", period="2024-04", numerator=1, denominator=3)
    Measurement.objects.create(unit=unit, title="Loggar", period="2024", numerator=1117)
    text = browser.get("/egenkontroll/").content.decode()

    assert "33 %" in text
    assert "1\u00a0117" in text


def test_list_of_a_share_of_nothing_is_answered(browser: Client, unit: Unit) -> None:
    Measurement.objects.create(unit=unit, title="I tid", period="2024-04", numerator=0, denominator=0)

    assert browser.get("/egenkontroll/").status_code == 200


def test_list_shows_series_of_the_own_units_only(browser: Client, unit: Unit) -> None:
    Measurement.objects.create(unit=unit.parent, title="Grannens", period="2024", numerator=1)

    assert "Grannens" not in browser.get("/egenkontroll/").content.decode()
