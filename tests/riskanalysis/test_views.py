"""Risk analyses in the browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from casework.models import Action
from organisation.models import Role, Unit
from riskanalysis.models import Risk
from tests.factories import make_unit, make_user
from tests.municipality import make_riskanalysis

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC"))


@pytest.fixture
def browser(unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))
    return client


def test_detail_shows_risks_with_their_value_and_the_measures(browser: Client, unit: Unit) -> None:
    analysis = make_riskanalysis(unit, number="RA-1")
    Risk.objects.create(
        analysis=analysis,
        event="Utebliven insats",
        cause="Ny rutin",
        consequence="Oro",
        probability=3,
        severity=4,
    )
    Action.objects.create(case=analysis, text="Öva före flytten", decided_on=dt.date(2024, 5, 1))
    text = browser.get("/riskanalys/RA-1/").content.decode()

    assert all(words in text for words in ("Utebliven insats", "Ny rutin", "Oro", ">12<", "Öva före flytten"))


def test_detail_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_riskanalysis(unit.parent, number="RA-1")

    assert browser.get("/riskanalys/RA-1/").status_code == 404


def test_list_says_which_are_not_decided(browser: Client, unit: Unit) -> None:
    make_riskanalysis(unit, number="RA-1")
    make_riskanalysis(unit, number="RA-2", decided_on=dt.date(2024, 5, 1))
    text = browser.get("/riskanalys/").content.decode()

    assert "Pågår" in text
    assert "2024-05-01" in text
