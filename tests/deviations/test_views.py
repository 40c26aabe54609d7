"""What chiefs meet: the case and its steps; strangers meet nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from organisation.models import Role, Unit, User
from tests.factories import make_deviation, make_unit, make_user


@dataclass
class Cast:
    """Who meets the pages, and the unit where they work."""

    unit: Unit
    staff: User
    chief: User
    controller: User
    stranger: User

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(getattr(self, who))
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    root = make_unit("SOC")
    department = make_unit("IFO", root, name="Individ och familj")
    unit, other = make_unit("MOT", department, name="Mottagning"), make_unit("BO", department, name="Boende")
    return Cast(
        unit=unit,
        staff=make_user("staff", (Role.STAFF, unit)),
        chief=make_user("chief", (Role.SECTION_CHIEF, unit)),
        controller=make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        stranger=make_user("stranger", (Role.SECTION_CHIEF, other)),
    )


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("chief", 200), ("controller", 200), ("stranger", 404)]
)
def test_detail_is_for_the_reporter_and_those_a_role_opens(cast: Cast, who: str, status: int) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert cast.client(who).get(f"/avvikelser/{case.number}/").status_code == status


def test_detail_of_no_case_is_not_found(cast: Cast) -> None:
    assert cast.client("chief").get("/avvikelser/KA-1-1/").status_code == 404
    assert cast.client("chief").get("/avvikelser/%00/").status_code == 400


def test_detail_shows_text_as_text(cast: Cast) -> None:
    case = make_deviation(cast.unit, description="<script>alert(1)</script>", title="<i>")
    text = cast.client("chief").get(f"/avvikelser/{case.number}/").content.decode()

    assert "&lt;script&gt;alert(1)" in text
    assert "<i>" not in text


@pytest.mark.parametrize(("who", "offered"), [("chief", True), ("controller", False), ("staff", False)])
def test_detail_offers_the_steps_that_are_open(cast: Cast, who: str, offered: bool) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    text = cast.client(who).get(f"/avvikelser/{case.number}/").content.decode()

    assert (f'href="/avvikelser/{case.number}/utred/"' in text) is offered


def test_step_is_taken_and_said(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("chief").post(
        f"/avvikelser/{case.number}/utred/", {"seen_state": "reported"}, follow=True
    )

    case.refresh_from_db()
    assert (case.state, case.owner) == ("under_investigation", cast.chief)
    assert "Börja utreda: klart." in response.content.decode()


def test_step_closes_with_what_was_found(cast: Cast) -> None:
    case = make_deviation(cast.unit, state="under_investigation")
    cast.client("chief").post(
        f"/avvikelser/{case.number}/avsluta/",
        {
            "seen_state": "under_investigation",
            "is_deviation": "partly",
            "assessment": "Rutinen var okänd.",
            "cause_area": "Teknik och system",
            "cause_level": "system",
            "answer": "",
        },
    )

    case.refresh_from_db()
    assert (case.state, case.is_deviation, case.cause_level) == ("closed", "partly", "system")
    assert case.closed_on == timezone.localdate()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"is_deviation": ""}, "Bedöm om det var en avvikelse."),
        ({"is_deviation": "maybe"}, "Välj"),
        ({"assessment": " \0 "}, "Skriv hur du bedömer"),
        ({"answer": "a" * 8_001}, "Korta den"),
        ({"cause_area": "x"}, "Välj ett av alternativen"),
        ({"cause_level": "x"}, "Välj"),
    ],
)
def test_step_with_a_bad_answer_keeps_what_was_typed(
    cast: Cast, changes: dict[str, str], message: str
) -> None:
    case = make_deviation(cast.unit, state="under_investigation")
    sent = {"seen_state": "under_investigation", "is_deviation": "yes", "assessment": "Kvar."} | changes
    response = cast.client("chief").post(f"/avvikelser/{case.number}/avsluta/", sent)

    text = response.content.decode()
    assert response.status_code == 400
    assert message in text
    assert "assessment" in changes or "Kvar.</textarea>" in text


def test_step_taken_second_is_told_and_keeps_what_was_typed(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    sent = {"seen_state": "under_investigation", "is_deviation": "yes", "assessment": "Min bedömning."}
    response = cast.client("chief").post(f"/avvikelser/{case.number}/avsluta/", sent)

    text = response.content.decode()
    assert response.status_code == 409
    assert "Någon annan hann före" in text
    assert "Min bedömning.</textarea>" in text
    assert 'value="reported"' in text


def test_step_that_a_role_does_not_allow_is_refused(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("controller").post(f"/avvikelser/{case.number}/utred/", {"seen_state": "reported"})

    assert response.status_code == 403
    assert "Din roll ger inte rätt" in response.content.decode()


def test_step_without_any_answer_is_not_taken(cast: Cast) -> None:
    case = make_deviation(cast.unit)

    assert cast.client("chief").post(f"/avvikelser/{case.number}/utred/").status_code == 400
    assert not case.log.exists()


def test_hand_over_offers_the_units_of_ones_own_part(cast: Cast) -> None:
    department = cast.unit.parent
    boss = make_user("boss", (Role.DEPARTMENT_CHIEF, department))
    case = make_deviation(department)
    client = Client()
    client.force_login(boss)
    text = client.get(f"/avvikelser/{case.number}/lamna-over/").content.decode()

    assert re.findall(r'<option value="(\w*)"', text) == ["", "BO", "MOT"]


@pytest.mark.parametrize(("code", "message"), [("SOC", "i listan"), ("", "Välj en enhet."), ("x\0", "Null")])
def test_hand_over_to_a_unit_that_is_not_offered_is_refused(cast: Cast, code: str, message: str) -> None:
    make_user("boss", (Role.DEPARTMENT_CHIEF, cast.unit.parent))
    case = make_deviation(cast.unit)
    client = Client()
    client.force_login(User.objects.get(username="boss"))
    response = client.post(f"/avvikelser/{case.number}/lamna-over/", {"seen_state": "reported", "unit": code})

    assert response.status_code == 400
    assert message in response.content.decode()


def test_step_page_that_is_not_open_leads_back(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("chief").get(f"/avvikelser/{case.number}/avsluta/", follow=True)

    assert response.redirect_chain == [(f"/avvikelser/{case.number}/", 302)]
    assert "Du kan inte göra det här nu" in response.content.decode()


@pytest.mark.parametrize(("who", "name"), [("stranger", "utred"), ("chief", "finns-inte")])
def test_step_that_is_not_there_is_not_found(cast: Cast, who: str, name: str) -> None:
    case = make_deviation(cast.unit)

    assert cast.client(who).post(f"/avvikelser/{case.number}/{name}/").status_code == 404
