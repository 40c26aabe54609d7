"""What staff and chiefs meet: the report, its receipt, the case and its steps; strangers meet nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deviations.forms import ReportForm
from deviations.models import Deviation
from organisation.models import Role, Unit, User
from tests.factories import make_deviation, make_unit, make_user

REPORT = "/rapportera/"


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


def answers(**changes: Any) -> dict[str, Any]:
    form = ReportForm()
    return {
        "form_token": str(form["form_token"].value()),
        "begun": form["begun"].value(),
        "kind": "quality_deviation",
        "description": "Ett brev gick till fel adress.",
        "occurred_on": timezone.localdate().isoformat(),
        "unit": "MOT",
        "consequence": "none",
        "process": "Vet inte",
        "category": "",
        "target_group": "",
        "proposal": "",
        **changes,
    }


def test_report_asks_for_login(client: Client, cast: Cast) -> None:
    assert client.get(REPORT)["Location"] == "/konto/logga-in/?next=/rapportera/"


def test_report_begins_with_today_and_the_own_unit(cast: Cast) -> None:
    text = cast.client("staff").get(REPORT).content.decode()

    assert f'value="{timezone.localdate().isoformat()}"' in text
    assert re.search(r'value="MOT"\s+selected', text)


def test_report_offers_the_units_of_today_by_department(cast: Cast) -> None:
    make_unit("OLD", cast.unit.parent, name="Nedlagd", valid_to=dt.date(2020, 1, 1))
    text = cast.client("staff").get(REPORT).content.decode()

    assert '<optgroup label="Individ och familj">' in text
    assert "Nedlagd" not in text


def test_report_files_and_leads_to_the_receipt(cast: Cast) -> None:
    response = cast.client("staff").post(REPORT, answers())

    filed = Deviation.objects.get()
    assert (filed.reporter, filed.reported_by, filed.unit) == (cast.staff, "staff", cast.unit)
    assert response["Location"] == f"/rapportera/kvitto/{filed.number}/"


def test_report_sent_twice_leads_to_the_same_receipt(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    first, second = client.post(REPORT, sent), client.post(REPORT, sent)

    assert first["Location"] == second["Location"]
    assert Deviation.objects.count() == 1


def test_report_changed_after_it_was_sent_is_shown_again(cast: Cast) -> None:
    sent, client = answers(), cast.client("staff")
    client.post(REPORT, sent)
    response = client.post(REPORT, sent | {"description": "Två brev gick fel."})

    assert response.status_code == 400
    assert "Två brev gick fel.</textarea>" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": ""}, "Välj vad det gäller."),
        ({"kind": "praise\0"}, "Välj ett av svaren."),
        ({"description": ""}, "Skriv vad som hände."),
        ({"description": "a" * 8_001}, "Korta den till högst 8000"),
        ({"occurred_on": ""}, "Ange vilken dag"),
        ({"occurred_on": "0001-01-01"}, "från och med år 1900"),
        ({"occurred_on": "2999-01-01"}, "som har varit"),
        ({"occurred_on": "\0"}, "år-månad-dag"),
        ({"unit": ""}, "Välj en enhet."),
        ({"unit": "IFO"}, "Välj en enhet i listan."),
        ({"consequence": "x"}, "Välj ett av svaren."),
        ({"process": ""}, "Välj process eller rutin, eller Vet inte."),
        ({"process": "Egen process"}, "Välj ett av alternativen"),
        ({"category": "x" * 300}, "Välj ett av alternativen"),
        ({"target_group": "\ufffd"}, "Välj ett av alternativen"),
        ({"form_token": "1"}, "skicka det igen"),
        ({"begun": ""}, "skicka det igen"),
    ],
)
def test_report_with_a_bad_answer_says_what_to_do_and_keeps_the_text(
    cast: Cast, changes: dict[str, str], message: str
) -> None:
    response = cast.client("staff").post(REPORT, answers(**changes))

    text = response.content.decode()
    assert response.status_code == 400
    assert message in text
    assert "description" in changes or "Ett brev gick till fel adress.</textarea>" in text
    assert not Deviation.objects.exists()


def test_report_of_ten_megabytes_is_refused(cast: Cast) -> None:
    assert cast.client("staff").post(REPORT, answers(proposal="a" * 10_000_000)).status_code in {400, 413}


def test_report_with_a_personal_number_warns_once(cast: Cast) -> None:
    sent, client = answers(description="Brevet till 811228-9874 gick fel."), cast.client("staff")
    warned = client.post(REPORT, sent)

    assert "Det ser ut som ett personnummer" in warned.content.decode()
    assert not Deviation.objects.exists()
    assert client.post(REPORT, sent | {"do": "anyway"}).status_code == 302


def test_receipt_names_who_handles_the_case(cast: Cast) -> None:
    client = cast.client("staff")
    text = client.post(REPORT, answers(), follow=True).content.decode()

    assert "Chief, sektionschef i Mottagning" in text
    assert "lex Sarah" not in text


def test_receipt_of_harm_reminds_of_lex_sarah(cast: Cast) -> None:
    text = cast.client("staff").post(REPORT, answers(consequence="occurred"), follow=True).content.decode()

    assert "enligt lex Sarah" in text


@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("chief", 404), ("stranger", 404)])
def test_receipt_is_for_the_reporter(cast: Cast, who: str, status: int) -> None:
    case = make_deviation(cast.unit, reporter=cast.staff)

    assert cast.client(who).get(f"/rapportera/kvitto/{case.number}/").status_code == status


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
