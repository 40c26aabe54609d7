"""What a citizen meets: no login, no cookie, nothing stored before the last button, nothing typed lost."""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from deviations.forms import ComplainForm, holds_personal_number
from deviations.models import Deviation
from organisation.models import Unit
from tests.factories import make_unit

WRITE, FOLLOW = "/synpunkt/skriv/", "/synpunkt/svar/"


@pytest.fixture
def department(db: None) -> Unit:
    return make_unit("IFO", make_unit("ASF"), name="Individ och familj")


def answers(**changes: Any) -> dict[str, Any]:
    """Return a filled-in form as the browser sends it."""
    form = ComplainForm()
    return {
        "form_token": str(form["form_token"].value()),
        "begun": form["begun"].value(),
        "kind": "complaint",
        "description": "Ingen svarade i telefon.",
        "occurred_on": "2024-03-01",
        "unit": "IFO",
        "proposal": "Ha öppet längre.",
        "website": "",
        "do": "send",
        **changes,
    }


def code_on(response: HttpResponse) -> str:
    found = re.search(r'<p class="code">(.*?)</p>', response.content.decode(), re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s", "", found[1])


@pytest.mark.parametrize("path", ["/synpunkt/", WRITE, FOLLOW])
def test_page_opens_without_login_and_sets_no_cookie(client: Client, department: Unit, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert not response.cookies


def test_form_works_without_a_csrf_token(department: Unit) -> None:
    response = Client(enforce_csrf_checks=True).post(WRITE, answers())

    assert response.status_code == 200
    assert not response.cookies


def test_check_shows_the_answers_and_stores_nothing(client: Client, department: Unit) -> None:
    response = client.post(WRITE, answers(do="check", kind="praise"))

    text = response.content.decode()
    assert "Kontrollera dina svar" in text
    assert all(
        words in text for words in ("Berömma något", "Ingen svarade", "1 mars 2024", "Individ och familj")
    )
    assert not Deviation.objects.exists()


def test_check_carries_every_answer_to_the_last_button(client: Client, department: Unit) -> None:
    sent = answers(do="check")
    text = client.post(WRITE, sent).content.decode()
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))

    assert {name: value for name, value in sent.items() if value and name != "do"} == carried


def test_change_shows_the_form_with_what_was_typed(client: Client, department: Unit) -> None:
    text = client.post(WRITE, answers(do="change", description="Med <b>citat</b> & tecken")).content.decode()

    assert "Med &lt;b&gt;citat&lt;/b&gt; &amp; tecken</textarea>" in text
    assert 'value="2024-03-01"' in text
    assert not Deviation.objects.exists()


def test_send_files_the_complaint(client: Client, department: Unit) -> None:
    client.post(WRITE, answers())

    filed = Deviation.objects.get()
    assert (filed.kind, filed.unit, filed.occurred_on) == ("complaint", department, dt.date(2024, 3, 1))
    assert (filed.description, filed.proposal) == ("Ingen svarade i telefon.", "Ha öppet längre.")


def test_send_about_nobody_knows_where_goes_to_the_administration(client: Client, department: Unit) -> None:
    client.post(WRITE, answers(unit="", occurred_on="", proposal=""))

    assert Deviation.objects.get().unit == department.parent


def test_receipt_shows_the_code_and_when_the_answer_comes(client: Client, department: Unit) -> None:
    response = client.post(WRITE, answers())

    assert len(code_on(response)) == 28
    assert str(Deviation.objects.get().number) in response.content.decode()


def test_receipt_is_the_same_when_the_form_is_sent_again(client: Client, department: Unit) -> None:
    sent = answers()
    first, second = client.post(WRITE, sent), client.post(WRITE, sent)

    assert code_on(first) == code_on(second)
    assert Deviation.objects.count() == 1


def test_send_again_after_a_change_is_not_lost(client: Client, department: Unit) -> None:
    sent = answers()
    client.post(WRITE, sent)
    response = client.post(WRITE, sent | {"description": "Och en sak till."})

    assert "Och en sak till." in response.content.decode()
    assert "har redan skickat" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_send_fifty_times_at_once_shows_one_receipt() -> None:
    make_unit("IFO", make_unit("ASF"))
    sent, codes = answers(), []

    def send() -> None:
        try:
            codes.append(code_on(Client().post(WRITE, sent)))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(codes) == 50
    assert len(set(codes)) == 1
    assert Deviation.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": ""}, "Välj vad du vill göra."),
        ({"kind": "quality_deviation"}, "Välj ett av svaren."),
        ({"kind": "a\0b"}, "Välj ett av svaren."),
        ({"description": ""}, "Skriv vad som hände"),
        ({"description": " \0\u200f\n "}, "Skriv vad som hände"),
        ({"description": "å" * 8_001}, "Korta den till högst 8000"),
        ({"proposal": "å" * 100_000}, "Korta den till högst 8000"),
        ({"occurred_on": "0001-01-01"}, "från och med år 1900"),
        ({"occurred_on": "9999-12-31"}, "som har varit"),
        ({"occurred_on": "igår"}, "år-månad-dag"),
        ({"occurred_on": "2024-02-30\0"}, "år-månad-dag"),
        ({"unit": "FINNS-INTE"}, "Välj en verksamhet i listan"),
        ({"unit": "IFO\0"}, ""),
        ({"website": "http://example.com"}, "Lämna fältet tomt"),
        ({"website": "\0"}, ""),
    ],
)
def test_send_with_a_bad_answer_says_what_to_do_and_keeps_the_text(
    client: Client, department: Unit, changes: dict[str, str], message: str
) -> None:
    response = client.post(WRITE, answers(**{"description": "Det här är kvar."} | changes))

    text = response.content.decode()
    assert response.status_code == 400
    assert message in text
    assert "description" in changes or "Det här är kvar.</textarea>" in text
    assert not Deviation.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"form_token": "not-a-token"},
        {"form_token": ""},
        {"begun": ""},
        {"begun": "forged\0"},
        {"begun": "x" * 20_000},
    ],
)
def test_send_of_a_form_that_is_not_ours_gives_a_new_one_with_everything_kept(
    client: Client, department: Unit, changes: dict[str, str]
) -> None:
    response = client.post(WRITE, answers(**changes))

    text = response.content.decode()
    assert response.status_code == 400
    assert "Ingen svarade i telefon.</textarea>" in text
    assert "skicka det igen" in text
    assert 'name="begun" value="x' not in text


def test_send_after_more_than_a_day_keeps_everything(client: Client, department: Unit) -> None:
    with mock.patch.object(signing.time, "time", return_value=0):
        old = answers()
    text = client.post(WRITE, old).content.decode()

    assert "Formuläret har varit öppet länge" in text
    assert re.search(r'value="complaint"[^>]*checked', text)
    assert f'value="{old["form_token"]}"' not in text


def test_send_of_nothing_at_all_is_answered(client: Client, department: Unit) -> None:
    assert client.post(WRITE).status_code == 400


def test_send_of_ten_megabytes_is_refused_in_swedish(client: Client, department: Unit) -> None:
    response = client.post(WRITE, answers(description="a" * 10_000_000))

    assert response.status_code in {400, 413}
    assert "Gå tillbaka" in response.content.decode() or "för stor" in response.content.decode()


def test_send_with_hidden_characters_stores_clean_text(client: Client, department: Unit) -> None:
    client.post(WRITE, answers(description="Hej\0 \u202edå" + "\u0301" * 20_000))

    assert len(Deviation.objects.get().description) < 15


def test_form_before_any_unit_exists_says_that_the_service_is_closed(client: Client, db: None) -> None:
    response = client.post(WRITE, answers(unit=""))

    assert "inte öppen än" in response.content.decode()


def test_check_warns_of_a_personal_number_and_lets_it_be_sent(client: Client, department: Unit) -> None:
    sent = answers(description="Min son 811228-9874 fick inget svar.")
    check = client.post(WRITE, sent | {"do": "check"}).content.decode()
    client.post(WRITE, sent)

    assert "Det ser ut som ett personnummer" in check
    assert Deviation.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "811228-9874",
        "8112289874",
        "19811228-9874",
        "198112289874",
        "811228 9874",
        "(811228-9874)",
        "pnr:811228-9874.",
        "811228+9874",
        "811228–9874",
        "19811228 9874",
        "811288-9871",  # coordination number: the day plus sixty
    ],
)
def test_holds_personal_number_finds_it(text: str) -> None:
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-19",
        "2024-11-19 14.30",
        "20241119",
        "ASN-2021-11450",
        "KA-2026-0412",
        "SN 2024/1234",
        "070-123 45 67",
        "0701234567",
        "0702103458",
        "+46701234567",
        "0046701234567",
        "08-123 456 78",
        "811228-9875",
        "819928-9874",
        "1234 5678 9012 3456",
        "5560360793",
        "id 98112289874",
        "",
    ],
)
def test_holds_personal_number_leaves_other_numbers_alone(text: str) -> None:
    assert not holds_personal_number(text)


def test_follow_shows_where_the_case_stands(client: Client, department: Unit) -> None:
    code = code_on(client.post(WRITE, answers()))
    text = client.post(FOLLOW, {"code": code.lower()}).content.decode()

    assert "Mottaget" in text
    assert "Ingen svarade i telefon." in text


def test_follow_shows_the_answer_once_the_case_is_closed(client: Client, department: Unit) -> None:
    code = code_on(client.post(WRITE, answers()))
    Deviation.objects.update(state="under_investigation", answer="Utkast.")
    before = client.post(FOLLOW, {"code": code}).content.decode()
    deviation = Deviation.objects.get()
    deviation.state, deviation.is_deviation, deviation.answer = "closed", "yes", "Nu har vi öppet."
    deviation.closed_on = timezone.localdate()
    deviation.save()
    after = client.post(FOLLOW, {"code": code}).content.decode()

    assert "Utkast." not in before
    assert "Nu har vi öppet." in after


@pytest.mark.parametrize("typed", ["0" * 28, "fel", "A\0", "x" * 5_000, "ÅÄÖ"])
def test_follow_of_a_wrong_and_an_unknown_code_look_the_same(
    client: Client, department: Unit, typed: str
) -> None:
    client.post(WRITE, answers())

    def without_code(code: str) -> str:
        return re.sub(r' value="[^"]*"', "", client.post(FOLLOW, {"code": code}).content.decode())

    assert without_code(typed) == without_code("1" * 28)


def test_follow_without_a_code_asks_for_it(client: Client, department: Unit) -> None:
    assert "Skriv koden" in client.post(FOLLOW, {}).content.decode()


def test_follow_never_shows_who_handles_the_case(client: Client, department: Unit) -> None:
    code = code_on(client.post(WRITE, answers()))
    Deviation.objects.update(assessment="Bara för verksamheten.")

    assert "Bara för verksamheten." not in client.post(FOLLOW, {"code": code}).content.decode()
