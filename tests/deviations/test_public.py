"""What a citizen meets: no login, no cookie, nothing stored before the last button, nothing typed lost."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from casework.handling.services import write_note
from casework.models import Note
from casework.texts.personal_numbers import (
    holds_personal_number,
    without_personal_numbers,
)
from deviations.models import Deviation, State
from deviations.public_form.forms import STEPS, ComplainForm, MessageForm
from deviations.public_form.languages import language
from deviations.reporting.codes import grouped
from organisation import alarms
from organisation.models import Alarm, Sounded, Unit
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.clock import pass_time, stop_clock
from tests.covering import at_once
from tests.factories import make_report_of, make_unit, make_user

START, WRITE, FOLLOW = "/synpunkt/", "/synpunkt/skriv/", "/synpunkt/svar/"
NUMBER = "811228-9874"


@pytest.fixture
def department(db: None) -> Unit:
    return make_unit("IFO", make_unit("ASF"), name="Individ och familj")


def begun(*, seconds_ago: float = 60) -> str:
    """Return the signed time of a form that was opened a while ago."""
    with mock.patch.object(
        signing.time, "time", return_value=time.time() - seconds_ago
    ):
        return str(ComplainForm()["begun"].value())


def answers(**changes: Any) -> dict[str, Any]:
    """Return a filled-in form as the browser sends it from the last page."""
    return {
        "form_token": str(ComplainForm()["form_token"].value()),
        "begun": begun(),
        "step": "check",
        "kind": "complaint",
        "description": "Ingen svarade i telefon.",
        "occurred_on": "2024-03-01",
        "proposal": "Ha öppet längre.",
        "area": "money",
        "unit": "IFO",
        "contact_way": "code",
        "sender": "relative",
        "website": "",
        "do": "send",
        **changes,
    }


def code_on(response: HttpResponse) -> str:
    found = re.search(
        r'<p class="code">(.*?)</p>', response.content.decode(), re.DOTALL
    )
    assert found, response.content.decode()
    return re.sub(r"<[^>]+>|\s", "", found[1])


def carried(response: HttpResponse) -> dict[str, str]:
    """Return what the hidden fields of a page hold."""
    found = re.findall(
        r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?',
        response.content.decode(),
    )
    return {name: unescape(value) for name, value in found}


# --- the way ----------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [START, WRITE, FOLLOW])
@pytest.mark.parametrize("code", ["sv", "latt", "en", "ar", "finns-inte"])
def test_page_opens_without_login_and_sets_no_cookie(
    client: Client, department: Unit, path: str, code: str
) -> None:
    response = client.get(f"{path}?sprak={code}")

    assert response.status_code == 200
    assert not response.cookies


def test_page_in_arabic_says_so_and_is_read_from_the_right(
    client: Client, department: Unit
) -> None:
    assert (
        '<html lang="ar" dir="rtl"' in client.get(f"{WRITE}?sprak=ar").content.decode()
    )


def test_page_can_be_left_fast(client: Client, department: Unit) -> None:
    for path in (START, WRITE, FOLLOW):
        assert (
            'href="https://www.smhi.se/" rel="noreferrer"'
            in client.get(path).content.decode()
        )


def test_form_works_without_a_csrf_token(department: Unit) -> None:
    response = Client(enforce_csrf_checks=True).post(WRITE, answers())

    assert response.status_code == 200
    assert not response.cookies


def test_write_step_by_step_needs_two_answers(client: Client, department: Unit) -> None:
    page = client.get(WRITE)
    for typed in ({"kind": "praise"}, {"description": "Fint bemötande."}, {}, {}):
        page = client.post(WRITE, carried(page) | typed | {"do": "next"})
    filed = client.post(WRITE, carried(page) | {"begun": begun(), "do": "send"})

    assert len(code_on(filed)) == 28
    assert Deviation.objects.get().kind == "praise"


@pytest.mark.parametrize(
    ("step", "following"), [("kind", "event"), ("event", "place"), ("place", "answer")]
)
def test_next_asks_the_next_question_and_carries_the_answers(
    client: Client, department: Unit, step: str, following: str
) -> None:
    sent = answers(step=step, do="next", description="Rad ett\nrad <två>")
    response = client.post(WRITE, sent)
    hidden = carried(response)

    assert hidden["step"] == following
    assert {*hidden} >= sent.keys() - {*STEPS[following], "website", "do"}
    assert all(
        sent[name] == value
        for name, value in hidden.items()
        if name in sent.keys() - {"step"}
    )
    assert not Deviation.objects.exists()


def test_next_without_an_answer_asks_for_that_one_alone(
    client: Client, department: Unit
) -> None:
    text = client.post(
        WRITE, carried(client.get(WRITE)) | {"do": "next"}
    ).content.decode()

    assert "Välj vad du vill göra." in text
    assert "Skriv vad som hände" not in text
    assert "<title>Fel: " in text


@pytest.mark.parametrize(
    ("step", "before"),
    [("event", "kind"), ("place", "event"), ("answer", "place"), ("check", "answer")],
)
def test_back_shows_the_question_before_with_everything_kept(
    client: Client, department: Unit, step: str, before: str
) -> None:
    sent = answers(step=step, do="back", email="inte en adress", contact_way="email")
    response = client.post(WRITE, sent)

    assert response.status_code == 200
    assert carried(response)["step"] == before
    assert "Ha öppet längre." in response.content.decode()


def test_change_shows_the_question_with_what_was_typed(
    client: Client, department: Unit
) -> None:
    response = client.post(
        WRITE, answers(do="change-event", description="Med <b>citat</b> & tecken")
    )

    assert (
        "Med &lt;b&gt;citat&lt;/b&gt; &amp; tecken</textarea>"
        in response.content.decode()
    )
    assert 'value="2024-03-01"' in response.content.decode()


@pytest.mark.parametrize("does", ["next", "back"])
def test_change_leads_back_to_the_check(
    client: Client, department: Unit, does: str
) -> None:
    change = client.post(WRITE, answers(do="change-kind"))
    response = client.post(WRITE, carried(change) | {"kind": "praise", "do": does})

    assert carried(response)["step"] == "check"
    assert carried(response)["kind"] == "praise"


def test_stay_in_another_language_keeps_what_was_typed(
    client: Client, department: Unit
) -> None:
    response = client.post(
        f"{WRITE}?sprak=en", answers(step="event", do="stay", language="sv")
    )

    assert "Ingen svarade i telefon.</textarea>" in response.content.decode()
    assert "What happened, or what" in response.content.decode()
    assert carried(response)["language"] == "en"


def test_check_shows_the_answers_and_stores_nothing(
    client: Client, department: Unit
) -> None:
    sent = answers(
        step="answer",
        do="next",
        kind="praise",
        contact_way="phone",
        phone="070-123 45 67",
    )
    text = client.post(WRITE, sent).content.decode()

    shown = (
        "Berömma något",
        "Ingen svarade",
        "1 mars 2024",
        "Pengar till mat",
        "Individ och familj",
        "Ja, ring",
    )
    assert all(
        words in text for words in ("Kontrollera dina svar", "070-123 45 67", *shown)
    )
    assert not Deviation.objects.exists()


def test_check_of_an_unanswered_question_goes_to_it(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers(step="answer", do="next", description=""))

    assert carried(response)["step"] == "event"
    assert "Skriv vad som hände" in response.content.decode()


# --- sending ----------------------------------------------------------------------------------
def test_send_files_the_complaint(client: Client, department: Unit) -> None:
    client.post(WRITE, answers(language="en"))

    filed = Deviation.objects.get()
    assert (filed.kind, filed.unit, filed.occurred_on) == (
        "complaint",
        department,
        dt.date(2024, 3, 1),
    )
    assert (filed.description, filed.proposal) == (
        "Ingen svarade i telefon.",
        "Ha öppet längre.",
    )
    assert (filed.process, filed.sender) == ("Ekonomiskt bistånd", "relative")
    assert (filed.contact_way, filed.contact, filed.language) == ("code", "", "en")


def test_send_about_nobody_knows_where_goes_to_the_administration(
    client: Client, department: Unit
) -> None:
    client.post(
        WRITE,
        answers(
            unit="", area="", sender="", contact_way="", occurred_on="", proposal=""
        ),
    )

    filed = Deviation.objects.get()
    assert (filed.unit, filed.process, filed.sender) == (department.parent, "", "")
    assert filed.contact_way == "code"


def test_send_stores_only_the_contact_that_was_chosen(
    client: Client, department: Unit
) -> None:
    client.post(
        WRITE,
        answers(
            contact_way="email", email="siv@exempel.se", phone="1", letter="x" * 600
        ),
    )

    assert Deviation.objects.get().contact == "siv@exempel.se"


def test_send_stores_the_day_alone(client: Client, department: Unit) -> None:
    client.post(WRITE, answers())

    filed = Deviation.objects.get()
    times = [filed.created_at, *filed.log.values_list("at", flat=True)]
    assert {timezone.localtime(at).time() for at in times} == {dt.time()}


def test_receipt_shows_code_number_and_when_the_answer_comes(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers())

    filed = Deviation.objects.get()
    assert grouped(code_on(response)) in response.content.decode()
    assert filed.number in response.content.decode()
    assert "Du får svar senast" in response.content.decode()


def test_receipt_without_answer_still_shows_the_code(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers(contact_way="none"))

    assert len(code_on(response)) == 28
    assert "Du får svar senast" not in response.content.decode()


@pytest.mark.parametrize("times", [5, pytest.param(62, marks=pytest.mark.every)])
def test_receipt_is_the_same_when_the_form_is_sent_again(
    client: Client, department: Unit, times: int
) -> None:
    sent = answers()
    codes = {code_on(client.post(WRITE, sent)) for _ in range(times)}

    assert len(codes) == 1
    assert Deviation.objects.count() == 1


def test_send_again_after_a_change_is_not_lost(
    client: Client, department: Unit
) -> None:
    sent = answers()
    client.post(WRITE, sent)
    response = client.post(WRITE, sent | {"description": "Och en sak till."})

    assert carried(response)["description"] == "Och en sak till."
    assert carried(response)["form_token"] != sent["form_token"]
    assert "har redan skickat" in response.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [15, pytest.param(50, marks=pytest.mark.every)])
def test_send_many_times_at_once_shows_one_receipt(times: int) -> None:
    make_unit("IFO", make_unit("ASF"))
    sent, codes = answers(), []

    def send() -> None:
        try:
            codes.append(code_on(Client().post(WRITE, sent)))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(codes) == times
    assert len(set(codes)) == 1
    assert Deviation.objects.count() == 1


# What a citizen may answer wrongly, by the question that is shown again, and what the page says of it.
WRONG: dict[str, list[tuple[dict[str, str], str]]] = {
    "kind": [
        ({"kind": ""}, "Välj vad du vill göra."),
        ({"kind": "quality_deviation"}, "Välj ett av svaren."),
        ({"kind": "a\0b"}, "Välj ett av svaren."),
        ({"website": "http://example.com"}, "Lämna fältet tomt"),
        ({"website": "\0"}, ""),
    ],
    "event": [
        ({"description": ""}, "Skriv vad som hände"),
        ({"description": " \0\u200f\n "}, "Skriv vad som hände"),
        ({"description": "å" * 8_001}, "Korta den till högst 8000"),
        ({"proposal": "å" * 100_000}, "Korta den till högst 8000"),
        ({"occurred_on": "0001-01-01"}, "från och med år 1900"),
        ({"occurred_on": "9999-12-31"}, "som har varit"),
        ({"occurred_on": "igår"}, "år-månad-dag"),
        ({"occurred_on": "2024-02-30\0"}, "år-månad-dag"),
    ],
    "place": [
        ({"area": "månen"}, "Välj ett av svaren."),
        ({"unit": "FINNS-INTE"}, "Välj en verksamhet i listan"),
        ({"unit": "IFO\0"}, ""),
    ],
    "answer": [
        ({"contact_way": "duva"}, "Välj ett av svaren."),
        ({"contact_way": "email"}, "Skriv din e-postadress"),
        ({"contact_way": "email", "email": "siv.exempel.se"}, "namn@exempel.se"),
        (
            {"contact_way": "email", "email": "siv@" + "x" * 300},
            "Korta den till högst 254",
        ),
        ({"contact_way": "phone", "phone": "ring"}, "med siffror"),
        ({"contact_way": "letter", "letter": " "}, "Skriv namn och adress"),
        ({"sender": "kungen"}, "Välj ett av svaren."),
    ],
}


@pytest.mark.parametrize(
    ("step", "changes", "messages"),
    [(step, *form) for step, rows in WRONG.items() for form in at_once(rows)],
)
def test_send_with_a_bad_answer_shows_its_question_and_keeps_the_text(
    client: Client,
    department: Unit,
    step: str,
    changes: dict[str, str],
    messages: list[str],
) -> None:
    response = client.post(
        WRITE, answers(**{"description": "Det här är kvar."} | changes)
    )

    text = response.content.decode()
    assert response.status_code == 400
    assert [message for message in messages if message not in text] == []
    assert carried(response)["step"] == step
    assert "description" in changes or "Det här är kvar." in text
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
@pytest.mark.parametrize("does", ["send", "next"])
def test_form_that_is_not_ours_gets_a_new_token_with_everything_kept(
    client: Client, department: Unit, changes: dict[str, str], does: str
) -> None:
    response = client.post(WRITE, answers(step="kind", do=does, **changes))

    assert response.status_code == 400
    assert carried(response)["description"] == "Ingen svarade i telefon."
    assert "skicka det igen" in response.content.decode()
    assert not {*changes.items()} & {*carried(response).items()}


def test_send_after_more_than_a_day_keeps_everything(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers(begun=begun(seconds_ago=25 * 3600)))

    assert "Formuläret har varit öppet länge" in response.content.decode()
    assert carried(response)["kind"] == "complaint"


def test_send_faster_than_anybody_reads_asks_to_send_again(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers(begun=begun(seconds_ago=0)))

    assert response.status_code == 400
    assert "Det gick så fort" in response.content.decode()
    assert carried(response)["description"] == "Ingen svarade i telefon."


def test_send_of_nothing_at_all_is_answered(client: Client, department: Unit) -> None:
    assert client.post(WRITE).status_code == 400


def test_send_of_ten_megabytes_is_refused_in_swedish(
    client: Client, department: Unit
) -> None:
    response = client.post(WRITE, answers(description="a" * 10_000_000))

    assert response.status_code in {400, 413}
    assert (
        "Gå tillbaka" in response.content.decode()
        or "för stor" in response.content.decode()
    )


def test_send_with_hidden_characters_stores_clean_text(
    client: Client, department: Unit
) -> None:
    client.post(WRITE, answers(description="Hej\0 \u202edå" + "\u0301" * 20_000))

    assert len(Deviation.objects.get().description) < 15


def test_form_before_any_unit_exists_says_that_the_service_is_closed(
    client: Client, db: None
) -> None:
    response = client.post(WRITE, answers(unit=""))

    assert "inte öppen än" in response.content.decode()


# --- too many ---------------------------------------------------------------------------------
@pytest.fixture
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be three an hour of each, time stand still, and no alarm have sounded."""
    monkeypatch.setattr(alarms, "_stored", {})
    settings.FILINGS_AN_HOUR = settings.LOOK_UPS_AN_HOUR = (
        settings.ALL_FILINGS_AN_HOUR
    ) = 3
    stop_clock()


def test_send_of_many_behind_one_address_is_taken(
    client: Client, department: Unit
) -> None:
    statuses = [client.post(WRITE, answers()).status_code for _ in range(12)]

    assert statuses == [200] * 12


def test_send_too_often_from_one_place_keeps_the_form_and_says_how_long(
    client: Client, department: Unit, few: None
) -> None:
    for _ in range(3):
        client.post(WRITE, answers(begun=begun(seconds_ago=300)))
    late = answers(begun=begun(seconds_ago=300), description="Den fjärde.")
    response = client.post(WRITE, late)

    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert "Den fjärde." in response.content.decode()
    assert "Vänta en minut" in response.content.decode()
    assert "ringa" in response.content.decode()
    assert Deviation.objects.count() == 3
    assert client.post(WRITE, answers(), REMOTE_ADDR="192.0.2.7").status_code == 200
    pass_time(seconds=60)
    assert code_on(client.post(WRITE, late))


def test_send_again_of_what_was_filed_is_always_answered(
    client: Client, department: Unit, few: None
) -> None:
    sent = answers()
    code = code_on(client.post(WRITE, sent))
    for _ in range(4):
        client.post(WRITE, answers())

    assert code_on(client.post(WRITE, sent)) == code


def test_send_while_many_come_from_everywhere_waits_until_the_form_is_a_minute_old(
    client: Client,
    department: Unit,
    few: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alarms, "_stored", {})
    for number in range(4):
        client.post(
            WRITE, answers(begun=begun(seconds_ago=90)), REMOTE_ADDR=f"192.0.2.{number}"
        )
    at_once = client.post(
        WRITE, answers(begun=begun(seconds_ago=20)), REMOTE_ADDR="192.0.2.8"
    )
    later = client.post(
        WRITE, answers(begun=begun(seconds_ago=61)), REMOTE_ADDR="192.0.2.9"
    )

    assert Deviation.objects.count() == 5
    assert (at_once.status_code, at_once["Retry-After"]) == (429, "60")
    assert "Ingen svarade i telefon." in at_once.content.decode()
    assert code_on(later)
    assert "ALL_FILINGS_AN_HOUR" in caplog.text
    assert Sounded.objects.get().name == Alarm.MANY_FILINGS


def test_wrong_codes_from_one_place_are_slowed_and_the_right_one_opens(
    client: Client, code: str, few: None
) -> None:
    for _ in range(3):
        assert client.post(FOLLOW, {"code": "0" * 28}).status_code == 400
    wrong = client.post(
        FOLLOW, {"code": "0" * 28, "text": "Det här är kvar.", "do": "write"}
    )

    assert (wrong.status_code, wrong["Retry-After"]) == (429, "60")
    assert "Det här är kvar.</textarea>" in wrong.content.decode()
    assert "Vänta en minut" in wrong.content.decode()
    assert client.post(FOLLOW, {"code": code}).status_code == 200


@pytest.mark.parametrize("spoken", ["sv", "latt", "en", "ar"])
def test_messages_from_one_place_are_slowed_and_kept(
    client: Client,
    code: str,
    few: None,
    spoken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write(text: str) -> Any:
        token = str(MessageForm()["form_token"].value())
        said = {
            "code": code,
            "text": text,
            "form_token": token,
            "do": "write",
            "language": spoken,
        }
        return client.post(FOLLOW, said, REMOTE_ADDR="192.0.2.44")

    with monkeypatch.context() as patch:
        draw_nothing(patch)
        statuses = [write(f"Meddelande {number}.").status_code for number in range(3)]
    last = write("Meddelande fyra.")

    assert statuses == [200] * 3
    assert (last.status_code, last["Retry-After"]) == (429, "60")
    assert "Meddelande fyra.</textarea>" in last.content.decode()
    assert language(spoken).texts["follow"]["too_many_messages"] in unescape(
        last.content.decode()
    )
    assert Note.objects.count() == 3


# --- personal numbers -------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["description", "proposal"])
def test_next_with_a_personal_number_asks_what_to_do(
    client: Client, department: Unit, field: str
) -> None:
    text = client.post(
        WRITE, answers(step="event", do="next", **{field: f"Min son {NUMBER}."})
    ).content.decode()

    assert "Det ser ut som ett personnummer" in text
    assert f"Min son {NUMBER}.</textarea>" in text


def test_remove_takes_the_personal_number_away_and_nothing_else(
    client: Client, department: Unit
) -> None:
    sent = answers(
        step="event",
        do="remove",
        description=f"Min son {NUMBER} fick inget svar 2024-03-01.",
    )
    text = client.post(WRITE, sent).content.decode()

    assert "Min son [nummer borttaget] fick inget svar 2024-03-01.</textarea>" in text
    assert NUMBER not in text


def test_keep_leaves_the_personal_number_and_asks_no_more(
    client: Client, department: Unit
) -> None:
    kept = client.post(
        WRITE, answers(step="event", do="keep", description=f"Min son {NUMBER}.")
    )
    back = client.post(WRITE, carried(kept) | {"do": "back"})
    again = client.post(
        WRITE, carried(back) | {"description": f"Min son {NUMBER}.", "do": "next"}
    )

    assert carried(kept)["step"] == carried(again)["step"] == "place"


def test_personal_number_among_contact_details_is_not_asked_about(
    client: Client, department: Unit
) -> None:
    sent = answers(
        step="answer",
        do="next",
        contact_way="letter",
        letter=f"Siv, {NUMBER}, Storgatan 1",
    )

    assert carried(client.post(WRITE, sent))["step"] == "check"


def test_without_personal_numbers_leaves_other_numbers_alone() -> None:
    text = f"Ärende KA-2026-0412, pnr {NUMBER}, telefon 070-123 45 67"

    assert (
        without_personal_numbers(text, mark="X")
        == "Ärende KA-2026-0412, pnr X, telefon 070-123 45 67"
    )


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


# --- following --------------------------------------------------------------------------------
@pytest.fixture
def code(client: Client, department: Unit) -> str:
    """Return the code of a complaint that was filed today."""
    return code_on(client.post(WRITE, answers()))


def message(code: str, **changes: Any) -> dict[str, str]:
    """Return a message as the browser sends it."""
    token = str(ComplainForm()["form_token"].value())
    return {
        "code": code,
        "form_token": token,
        "text": "En sak till.",
        "do": "write",
        **changes,
    }


def close(**facts: Any) -> Deviation:
    """Close the only case that there is."""
    deviation = Deviation.objects.get()
    facts = {
        "state": "closed",
        "is_deviation": "yes",
        "closed_on": timezone.localdate(),
        **facts,
    }
    for name, value in facts.items():
        setattr(deviation, name, value)
    deviation.save()
    return deviation


def test_follow_shows_where_the_case_stands(client: Client, code: str) -> None:
    text = client.post(FOLLOW, {"code": code.lower()}).content.decode()

    assert "Mottaget" in text
    assert "Ingen svarade i telefon." in text
    assert "Du får svar senast" in text


@pytest.mark.parametrize("spoken", ["sv", "latt", "en", "ar"])
def test_follow_says_every_state_in_every_language(
    client: Client, code: str, spoken: str
) -> None:
    make_report_of(Deviation.objects.get())
    for at, state in enumerate(State.values):
        marked = "misconduct" if state == State.ESCALATED else ""
        Deviation.objects.update(
            state=state,
            is_deviation="no",
            misconduct=marked,
            closed_on=timezone.localdate(),
        )
        response = client.post(
            FOLLOW, {"code": code, "language": spoken}, REMOTE_ADDR=f"192.0.2.{at}"
        )

        assert response.status_code == 200, state
        assert "{" not in response.content.decode(), state


def test_follow_of_a_late_case_admits_it(client: Client, code: str) -> None:
    Deviation.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))

    assert "Det är försenat." in client.post(FOLLOW, {"code": code}).content.decode()


def test_follow_shows_the_answer_once_it_is_given(client: Client, code: str) -> None:
    Deviation.objects.update(state="under_investigation", answer="Utkast.")
    before = client.post(FOLLOW, {"code": code}).content.decode()
    close(answer="Nu har vi öppet.")
    after = client.post(FOLLOW, {"code": code}).content.decode()

    assert "Utkast." not in before
    assert "Nu har vi öppet." in after


def test_follow_shows_the_dialogue_oldest_first_and_nothing_internal(
    client: Client, code: str
) -> None:
    case, chief = Deviation.objects.get(), make_user("chef")
    for kind, text in (
        ("to_reporter", "Vem sökte du?"),
        ("internal", "Bara vi."),
        ("to_reporter", "Tack."),
    ):
        write_note(
            case,
            author=chief,
            kind=Note.Kind(kind),
            text=text,
            form_token=ComplainForm()["form_token"].value(),
        )
    text = client.post(FOLLOW, {"code": code}).content.decode()

    assert text.index("Vem sökte du?") < text.index("Tack.")
    assert "Bara vi." not in text
    assert "chef" not in text.replace("chefen", "").lower()


@pytest.mark.parametrize("typed", ["0" * 28, "fel", "A\0", "x" * 5_000, "ÅÄÖ"])
def test_follow_of_a_wrong_and_an_unknown_code_look_the_same(
    client: Client, code: str, typed: str
) -> None:
    def without_code(code: str) -> bytes:
        return re.sub(
            rb' value="[^"]*"', b"", client.post(FOLLOW, {"code": code}).content
        )

    assert without_code(typed) == without_code("1" * 28)


def test_follow_without_a_code_asks_for_it(client: Client, department: Unit) -> None:
    assert "Skriv koden" in client.post(FOLLOW, {}).content.decode()


def test_follow_never_shows_who_handles_the_case(client: Client, code: str) -> None:
    Deviation.objects.update(assessment="Bara för verksamheten.")

    assert (
        "Bara för verksamheten."
        not in client.post(FOLLOW, {"code": code}).content.decode()
    )


def test_write_more_adds_a_message_dated_by_the_day_alone(
    client: Client, code: str
) -> None:
    response = client.post(FOLLOW, message(code))

    note = Note.objects.get()
    assert (note.kind, note.text, note.author) == (
        "from_reporter",
        "En sak till.",
        None,
    )
    assert timezone.localtime(note.at).time() == dt.time()
    assert "En sak till." in response.content.decode()
    assert not response.cookies


def test_write_more_is_told_to_the_chief(
    client: Client, code: str, department: Unit
) -> None:
    chief = make_user("chef", (Role.DEPARTMENT_CHIEF, department))
    client.post(FOLLOW, message(code))

    assert chief.notices.filter(kind="message").exists()


def test_write_more_sent_twice_is_one_message(client: Client, code: str) -> None:
    sent = message(code)
    for _ in range(2):
        assert client.post(FOLLOW, sent).status_code == 200

    assert Note.objects.count() == 1


def test_write_more_sent_again_after_a_change_is_not_lost(
    client: Client, code: str
) -> None:
    sent = message(code)
    client.post(FOLLOW, sent)
    response = client.post(FOLLOW, sent | {"text": "Något annat."})

    assert "Något annat.</textarea>" in response.content.decode()
    assert carried(response)["form_token"] != sent["form_token"]


def test_write_more_with_the_token_of_another_case_is_a_message_of_its_own(
    client: Client, code: str
) -> None:
    other = code_on(client.post(WRITE, answers()))
    sent = message(code)
    client.post(FOLLOW, sent)
    client.post(FOLLOW, sent | {"code": other})

    assert Note.objects.count() == 2


@pytest.mark.parametrize(
    "write", [str.lower, grouped, "-".join, lambda code: f"Koden {code}!"]
)
def test_write_more_with_the_code_in_the_text_is_refused(
    client: Client, code: str, write: Any
) -> None:
    response = client.post(FOLLOW, message(code, text=write(code)))

    assert "Ta bort koden ur texten" in response.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("text", ["", " \0 ", "å" * 8_001])
def test_write_more_with_a_bad_text_says_what_to_do(
    client: Client, code: str, text: str
) -> None:
    response = client.post(FOLLOW, message(code, text=text))

    assert response.status_code == 400
    assert 'class="errors"' in response.content.decode()


def test_write_more_under_a_token_that_is_none_keeps_the_text(
    client: Client, code: str
) -> None:
    response = client.post(FOLLOW, message(code, form_token="x"))

    assert "En sak till.</textarea>" in response.content.decode()
    assert "skicka det igen" in response.content.decode()


def test_write_more_with_a_personal_number_asks_first(
    client: Client, code: str
) -> None:
    asked = client.post(FOLLOW, message(code, text=f"Son {NUMBER}."))
    removed = client.post(FOLLOW, message(code, text=f"Son {NUMBER}.", do="remove"))

    assert "Det ser ut som ett personnummer" in asked.content.decode()
    assert "Son [nummer borttaget].</textarea>" in removed.content.decode()
    assert not Note.objects.exists()


def test_write_more_with_a_personal_number_can_keep_it(
    client: Client, code: str
) -> None:
    client.post(FOLLOW, message(code, text=f"Son {NUMBER}.", do="keep"))

    assert Note.objects.get().text == f"Son {NUMBER}."


@pytest.mark.parametrize(("days", "written"), [(90, 1), (91, 0)])
def test_write_more_ends_ninety_days_after_closing(
    client: Client, code: str, days: int, written: int
) -> None:
    close(
        received_on=dt.date(2024, 4, 1),
        closed_on=timezone.localdate() - dt.timedelta(days=days),
    )
    response = client.post(FOLLOW, message(code))

    assert Note.objects.count() == written
    assert "En sak till." in response.content.decode()


def test_code_is_never_in_an_address(client: Client, code: str) -> None:
    text = client.post(FOLLOW, {"code": code}).content.decode()

    assert not any(
        code in address for address in re.findall(r'(?:href|action)="([^"]*)"', text)
    )
