"""Risk analyses in the browser."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from casework.models import Action
from organisation.models import Unit
from organisation.rights import Role
from riskanalysis.models import Risk, RiskAnalysis
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


def test_detail_shows_risks_with_their_value_and_the_measures(
    browser: Client, unit: Unit
) -> None:
    analysis = make_riskanalysis(unit, number="RA-1")
    Risk.objects.create(
        analysis=analysis,
        event="Utebliven insats",
        cause="Ny rutin",
        consequence="Oro",
        probability=3,
        severity=4,
    )
    Action.objects.create(
        case=analysis, text="Öva före flytten", decided_on=dt.date(2024, 5, 1)
    )
    text = browser.get("/riskanalys/RA-1/").content.decode()

    assert all(
        words in text
        for words in (
            "Utebliven insats",
            "Ny rutin",
            "Oro",
            "Hög 12",
            "Öva före flytten",
        )
    )


def test_detail_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_riskanalysis(unit.parent, number="RA-1")

    assert browser.get("/riskanalys/RA-1/").status_code == 404


def test_list_says_which_are_not_decided(browser: Client, unit: Unit) -> None:
    make_riskanalysis(unit, number="RA-1")
    make_riskanalysis(
        unit, number="RA-2", state="closed", decided_on=dt.date(2024, 5, 1)
    )
    text = browser.get("/riskanalys/").content.decode()

    assert "Planerad" in text
    assert "2024-05-01" in text


PLAN = {
    "title": "Flytten av mottagningen",
    "trigger": "move",
    "unit": "EK",
    "workplace": "Mottagningen",
    "participants": "",
    "planned_on": "2027-01-15",
}
RISK = {
    "event": "att besökare inte hittar",
    "cause": "ny adress",
    "consequence": "uteblivet stöd",
    "probability": "3",
    "severity": "3",
    "decision": "act",
    "reason": "",
}


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def planned(browser: Client, **said: str) -> Any:
    page = browser.get("/riskanalys/ny/?galler=brukare").content.decode()
    tokens = {name: hidden(page, name) for name in ("form_token", "begun")}
    return browser.post("/riskanalys/ny/", {**PLAN, **tokens, **said})


def test_plan_asks_first_whose_risk_it_is(browser: Client) -> None:
    text = browser.get("/riskanalys/ny/").content.decode()

    assert "Vem gäller risken?" in text
    assert "<textarea" not in text


def test_plan_for_staff_is_sent_elsewhere_and_stores_nothing(browser: Client) -> None:
    text = browser.get("/riskanalys/ny/?galler=medarbetare").content.decode()

    assert "riskbedömning av arbetsmiljön" in text
    assert not RiskAnalysis.objects.exists()


def test_plan_makes_an_analysis_that_is_due(browser: Client) -> None:
    response = planned(browser)

    case = RiskAnalysis.objects.get()
    assert response["Location"] == f"/riskanalys/{case.number}/"
    assert case.due_on == dt.date(2027, 1, 15)


def test_plan_with_a_personal_number_keeps_what_was_typed(browser: Client) -> None:
    response = planned(browser, title="Kring 19811218-9876")

    text = response.content.decode()
    assert response.status_code == 400
    assert "Ta bort personnumret" in text
    assert "Kring 19811218-9876" in text
    assert not RiskAnalysis.objects.exists()


def test_plan_with_an_old_form_asks_to_send_again(browser: Client) -> None:
    response = browser.post(
        "/riskanalys/ny/", {**PLAN, "form_token": "x", "begun": "x"}
    )

    assert response.status_code == 400
    assert "Flytten av mottagningen" in response.content.decode()


def test_risk_accepted_without_a_reason_is_asked_why(browser: Client) -> None:
    planned(browser)
    address = f"/riskanalys/{RiskAnalysis.objects.get().number}/risker/ny/"
    token = hidden(browser.get(address).content.decode(), "form_token")
    response = browser.post(
        address, {**RISK, "decision": "accept", "form_token": token}
    )

    assert response.status_code == 400
    assert "Skriv varför risken accepteras." in response.content.decode()


def test_risk_is_changed_and_shows_what_another_wrote(browser: Client) -> None:
    planned(browser)
    case = RiskAnalysis.objects.get()
    address = f"/riskanalys/{case.number}/risker/ny/"
    token = hidden(browser.get(address).content.decode(), "form_token")
    browser.post(address, {**RISK, "form_token": token, "do": "next"})
    said = {**RISK, "event": "att ingen hittar", "seen_version": "0", "crossed_out": ""}
    first = browser.post(f"/riskanalys/{case.number}/risker/1/", said)
    second = browser.post(
        f"/riskanalys/{case.number}/risker/1/", {**said, "event": "att alla hittar"}
    )

    assert (first.status_code, second.status_code) == (302, 409)
    assert "att ingen hittar" in second.content.decode()
    assert Risk.objects.get().event == "att ingen hittar"


def test_detail_reads_the_matrix_without_colours(browser: Client, unit: Unit) -> None:
    analysis = make_riskanalysis(unit, number="RA-1")
    Risk.objects.create(
        analysis=analysis,
        event="A",
        cause="B",
        consequence="C",
        probability=4,
        severity=4,
    )
    text = browser.get("/riskanalys/RA-1/").content.decode()

    assert "16 hög" in text
    assert "<strong>Risk 1</strong>" in text


LATE = {
    "event": "Utebliven insats",
    "cause": "Ny rutin",
    "consequence": "Oro",
    "probability": "3",
    "severity": "4",
    "decision": "act",
    "reason": "",
    "seen_version": "0",
}


@pytest.mark.parametrize("page", ["risker/ny/", "risker/1/"])
def test_risk_that_is_sent_when_the_analysis_is_decided_keeps_what_was_typed(
    page: str, browser: Client, unit: Unit
) -> None:
    case = make_riskanalysis(
        unit, number="RA-1", state="decided", decided_on=dt.date(2024, 5, 1)
    )
    said = {
        "cause": "Rutin",
        "consequence": "Oro",
        "probability": 1,
        "severity": 1,
        "decision": "act",
    }
    Risk.objects.create(analysis=case, position=1, event="Försening", **said)
    sent = {**LATE, "form_token": "7b0e5a58-8a2c-4b62-8f4b-1f3b6a1c9d11"}
    answer = browser.post(f"/riskanalys/RA-1/{page}", sent)

    assert answer.status_code == 403
    assert "Utebliven insats" in answer.content.decode()
