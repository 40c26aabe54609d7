"""Self-checks in the browser: what was found, and whose units."""

from __future__ import annotations

import pytest
from django.test import Client

from organisation.models import Unit
from organisation.rights import Role
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


def test_detail_shows_how_many_of_the_reviewed_met_the_demand(
    browser: Client, unit: Unit
) -> None:
    make_selfcheck(unit, number="EK-1", met=39, reviewed=40)

    assert "39 av 40" in browser.get("/egenkontroll/EK-1/").content.decode()


def test_detail_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_selfcheck(unit.parent, number="EK-1")

    assert browser.get("/egenkontroll/EK-1/").status_code == 404
