"""What those who handle a deviation meet: the case, its steps, and the other who was faster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deviations.models import Misconduct
from deviations.process.to_lexsarah import escalate
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import (
    make_deviation,
    make_report_of,
    make_unit,
    make_user,
    signed_in,
)
from tests.worlds import world_for_a_module


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


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


@pytest.fixture
def cast(db: None, shared: Cast) -> Cast:
    return shared


def make_cast() -> Cast:
    root = make_unit("SOC")
    department = make_unit("IFO", root, name="Individ och familj")
    unit, other = (
        make_unit("MOT", department, name="Mottagning"),
        make_unit("BO", department, name="Boende"),
    )
    return Cast(
        unit=unit,
        staff=make_user("staff", (Role.STAFF, unit)),
        chief=make_user("chief", (Role.SECTION_CHIEF, unit)),
        controller=make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        stranger=make_user("stranger", (Role.SECTION_CHIEF, other)),
    )


ASSESSED = {
    "seen_version": "0",
    "is_deviation": "yes",
    "misconduct": "no",
    "assessment": "Kvar.",
}


def investigated(cast: Cast, **facts: Any) -> Any:
    return make_deviation(cast.unit, state="under_investigation", **facts)


@pytest.mark.parametrize(
    ("who", "status"), [("chief", 200), ("controller", 200), ("stranger", 404)]
)
def test_detail_is_for_those_a_role_opens(cast: Cast, who: str, status: int) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert cast.client(who).get(f"/avvikelser/{case.number}/").status_code == status


def test_detail_of_no_case_is_not_found(cast: Cast) -> None:
    assert cast.client("chief").get("/avvikelser/KA-1-1/").status_code == 404
    assert cast.client("chief").get("/avvikelser/%00/").status_code == 400


def test_detail_shows_text_as_text(cast: Cast) -> None:
    case = make_deviation(
        cast.unit, description="<script>alert(1)</script>", title="<i>"
    )
    text = cast.client("chief").get(f"/avvikelser/{case.number}/").content.decode()

    assert "&lt;script&gt;alert(1)" in text
    assert "<i>" not in text


@pytest.mark.parametrize(("who", "offered"), [("chief", True), ("controller", False)])
def test_detail_offers_the_steps_that_are_open(
    cast: Cast, who: str, offered: bool
) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)
    text = cast.client(who).get(f"/avvikelser/{case.number}/").content.decode()

    assert (f'href="/avvikelser/{case.number}/utred/"' in text) is offered


def test_step_is_taken_and_said(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("chief").post(
        f"/avvikelser/{case.number}/utred/", {"seen_version": "0"}, follow=True
    )

    case.refresh_from_db()
    assert (case.state, case.owner) == ("under_investigation", cast.chief)
    assert "Utredningen började." in response.content.decode()


def test_step_stores_the_five_whys_in_order(cast: Cast) -> None:
    case = investigated(cast)
    cast.client("chief").post(
        f"/avvikelser/{case.number}/orsak/",
        {
            "seen_version": "0",
            "cause_level": "system",
            "cause_area": "Teknik och system",
            "whys_0": "Fel adress stod i akten.",
            "whys_2": "Ingen kontrollerar adresser.",
        },
    )

    case.refresh_from_db()
    assert case.whys == ["Fel adress stod i akten.", "Ingen kontrollerar adresser."]


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("bedom", {"is_deviation": ""}, "Bedöm om det var en avvikelse."),
        ("bedom", {"is_deviation": "maybe"}, "Välj"),
        ("bedom", {"assessment": " \0 "}, "Skriv hur du bedömer"),
        ("bedom", {"assessment": "a" * 8_001}, "Korta den"),
        ("bedom", {"seen_version": "x"}, "Kvar.</textarea>"),
        ("orsak", {"cause_level": "system", "cause_area": "x"}, "Välj ett"),
        ("orsak", {"cause_level": "x", "cause_area": "Teknik och system"}, "Välj"),
        (
            "orsak",
            {"cause_level": "individual", "cause_area": "Teknik och system"},
            "En enskild är aldrig",
        ),
        ("aterkoppla", {}, "Skriv ett svar, eller varför"),
        ("aterkoppla", {"answer": "Ja", "no_answer_reason": "Nej"}, "Lämna rutan tom"),
        ("dubblett", {"duplicate_of": "KA-1-1"}, "inget sådant ärende"),
        ("lamna-over", {"unit": "SOC", "reason": "x"}, "i listan"),
        ("lamna-over", {"unit": "x\0", "reason": "x"}, "Null"),
    ],
)
def test_step_with_a_bad_answer_says_what_to_do(
    cast: Cast, name: str, changes: dict[str, str], message: str
) -> None:
    case = investigated(cast)
    sent = (ASSESSED if name == "bedom" else {"seen_version": "0"}) | changes
    response = cast.client("chief").post(f"/avvikelser/{case.number}/{name}/", sent)

    assert response.status_code == 400
    assert message in response.content.decode()
    case.refresh_from_db()
    assert case.version == 0


def test_step_taken_second_shows_both_texts(cast: Cast) -> None:
    case = investigated(
        cast, assessment="Den andras bedömning.", is_deviation="no", version=1
    )
    response = cast.client("chief").post(f"/avvikelser/{case.number}/bedom/", ASSESSED)

    text = response.content.decode()
    assert response.status_code == 409
    assert "Någon annan hann före" in text
    assert "Kvar.</textarea>" in text
    assert "Den andras bedömning." in text
    assert 'name="seen_version" value="1"' in text


def test_step_that_a_role_does_not_allow_is_refused(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("controller").post(
        f"/avvikelser/{case.number}/utred/", {"seen_version": "0"}
    )

    assert response.status_code == 403
    assert "Din roll ger inte rätt" in response.content.decode()


def test_step_without_any_answer_is_not_taken(cast: Cast) -> None:
    case = make_deviation(cast.unit)

    assert (
        cast.client("chief").post(f"/avvikelser/{case.number}/utred/").status_code
        == 400
    )
    assert not case.log.exists()


def test_step_that_lacks_something_says_what(cast: Cast) -> None:
    case = make_deviation(cast.unit, state="actions_decided")
    response = cast.client("chief").post(
        f"/avvikelser/{case.number}/avsluta/", {"seen_version": "0"}
    )

    assert response.status_code == 403
    assert "Bedöm först om det var en avvikelse." in response.content.decode()


def test_answer_is_shown_before_it_is_sent(cast: Cast) -> None:
    case = investigated(cast, reporter=cast.staff)
    sent = {
        "seen_version": "0",
        "answer": "Vi har ändrat rutinen.",
        "no_answer_reason": "",
    }
    client = cast.client("chief")
    preview = client.post(
        f"/avvikelser/{case.number}/aterkoppla/", sent
    ).content.decode()

    case.refresh_from_db()
    assert "Vi har ändrat rutinen." in preview
    assert case.answer == ""
    client.post(f"/avvikelser/{case.number}/aterkoppla/", sent | {"do": "send"})
    case.refresh_from_db()
    assert (case.answer, case.answered_on) == (
        "Vi har ändrat rutinen.",
        timezone.localdate(),
    )


def test_step_page_that_is_not_open_leads_back(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    response = cast.client("chief").get(
        f"/avvikelser/{case.number}/avsluta/", follow=True
    )

    assert response.redirect_chain == [(f"/avvikelser/{case.number}/", 302)]
    assert "Du kan inte göra det här nu" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "name"), [("stranger", "utred"), ("chief", "finns-inte")]
)
def test_step_that_is_not_there_is_not_found(cast: Cast, who: str, name: str) -> None:
    case = make_deviation(cast.unit)

    assert (
        cast.client(who).post(f"/avvikelser/{case.number}/{name}/").status_code == 404
    )


@pytest.mark.parametrize(
    ("role", "leads"), [(Role.QUALITY_CONTROLLER, True), (Role.PLANNING_OFFICER, False)]
)
def test_detail_of_what_was_tried_names_the_lexsarah_case_only_to_who_reads_it(
    cast: Cast, role: Role, leads: bool
) -> None:
    tried = make_deviation(cast.unit)
    number = make_report_of(tried).case.number
    reader = signed_in(make_user("reader", (role, cast.unit)))
    text = reader.get(f"/avvikelser/{tried.number}/").content.decode()

    assert tried.title in text
    assert (f"Läs {number}" in text) is leads


def test_detail_leads_a_mere_reporter_to_the_own_report(cast: Cast) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert (
        cast.client("staff")
        .get(f"/avvikelser/{case.number}/")["Location"]
        .endswith(f"/rapportera/mina/{case.number}/")
    )


def test_hand_over_offers_every_unit_but_the_own(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    text = (
        cast.client("chief")
        .get(f"/avvikelser/{case.number}/lamna-over/")
        .content.decode()
    )

    assert re.findall(r'<option value="(\w*)"', text) == ["", "BO"]


def test_second_report_of_a_misconduct_keeps_what_was_typed(cast: Cast) -> None:
    case = make_deviation(cast.unit)
    escalate(case, actor=cast.controller, misconduct=Misconduct.YES)
    sent = {"misconduct": "misconduct", "grounds": "Det har hänt förut."}
    answer = cast.client("chief").post(f"/avvikelser/{case.number}/lex-sarah/", sent)

    assert answer.status_code == 409
    assert "Det har hänt förut." in answer.content.decode()
    assert "Det du skrev är inte skickat" in answer.content.decode()
