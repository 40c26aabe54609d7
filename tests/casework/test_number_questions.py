"""An author is asked about a number in a text, once, and what is answered is kept."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client

from casework.handling import retention
from casework.models import KeptNumber, Note, RetentionRule
from casework.texts.forms import CleanTextField, WithoutIdentity, line
from casework.texts.kept_numbers import answers_kept, forget_answers, keep_answers
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.numbers import answers_on

pytestmark = pytest.mark.django_db
NUMBER, TELEPHONE = "811228-9874", "0503122384"
TEXT = f"Det gällde {NUMBER}."


class AskingForm(forms.Form):
    """A text and a line."""

    text = CleanTextField(label="Vad hände?", required=False)
    title = line("Vad?", longest=20)


class RefusingForm(WithoutIdentity, forms.Form):
    """A text about work."""

    refusal = "Ta bort personnumret."
    text = CleanTextField(label="Risk?")


def sent(**data: str) -> AskingForm:
    return AskingForm(data)


def answered(choice: str, **data: str) -> AskingForm:
    """Return the form as it is sent when a choice is made at all it asks about."""
    return sent(**data, **answers_on(HttpResponse(str(sent(**data))), choice))


# --- asking -----------------------------------------------------------------------------------
def test_number_is_asked_about_by_name_with_everything_typed() -> None:
    form = sent(text=f"Hej.\n{TEXT}")

    assert form.errors["text"] == [
        f"Det ser ut som ett personnummer: {NUMBER}. Välj vad som ska hända med det."
    ]
    assert f"{TEXT}</textarea>" in str(form)
    assert f"Ska {NUMBER} stå kvar?" in str(form)
    assert "checked" not in str(form)
    assert not KeptNumber.objects.exists()


def test_number_that_may_be_a_telephone_is_asked_about_otherwise() -> None:
    form = sent(text=f"Nås på {TELEPHONE}.")

    assert f"Det kan vara ett personnummer: {TELEPHONE}." in form.errors["text"][0]
    assert f"{TELEPHONE} är ett telefonnummer" in str(form)
    assert "Ta bort numret" not in str(form)


def test_form_that_is_opened_asks_nothing() -> None:
    assert "stå kvar?" not in str(AskingForm(initial={"text": TEXT}))


def test_keep_takes_the_text_as_it_is() -> None:
    form = answered("keep", text=TEXT)

    assert form.is_valid()
    assert form.cleaned_data["text"] == TEXT
    assert answers_kept(TEXT) == {"belongs"}


def test_remove_takes_the_number_away_and_nothing_else() -> None:
    form = answered("remove", text=f"{TEXT} Ring 070-123 45 67.")

    assert form.is_valid()
    assert form.cleaned_data["text"] == "Det gällde [borttaget]. Ring 070-123 45 67."
    assert not KeptNumber.objects.exists()


def test_telephone_number_is_never_taken_away() -> None:
    form = answered("remove", text=f"{TEXT} Nås på {TELEPHONE}.")

    assert form.is_valid()
    assert form.cleaned_data["text"] == f"Det gällde [borttaget]. Nås på {TELEPHONE}."
    assert answers_kept(form.cleaned_data["text"]) == {"telephone"}


def test_forged_removal_of_a_telephone_number_asks_again() -> None:
    kept = answers_on(HttpResponse(str(sent(text=TELEPHONE))), "keep")["text-telephone"]

    assert not sent(
        text=TELEPHONE, **{"text-telephone": kept.replace("telephone", "remove")}
    ).is_valid()
    assert not sent(text=TELEPHONE, **{"text-number": kept}).is_valid()


def test_answer_holds_for_the_numbers_that_it_was_given_about() -> None:
    answers = answers_on(HttpResponse(str(sent(text=TEXT))), "keep")

    assert sent(text=f"{TEXT} Igen.", **answers).is_valid()
    assert not sent(text=f"{TEXT} Och 640823-3234.", **answers).is_valid()
    assert not sent(title=NUMBER, **answers).is_valid()


@pytest.mark.parametrize("answer", ["keep", "keep-", "keep-x", "anything-", "-", "\0"])
def test_answer_that_nobody_was_asked_for_is_none(answer: str) -> None:
    assert not sent(text=TEXT, **{"text-number": answer}).is_valid()


def test_line_is_asked_about_like_any_text() -> None:
    assert not sent(title=NUMBER).is_valid()
    assert answered("keep", title=NUMBER).is_valid()


def test_line_that_is_too_long_without_the_number_is_refused() -> None:
    form = answered("remove", title="Nu om 8112289874 igen"[:20])

    assert form.errors.get("title", []) == [
        "Texten är 21 tecken. Korta den till högst 20 tecken."
    ]


def test_refusing_form_takes_no_number_and_still_asks_about_telephones() -> None:
    refused, asked = RefusingForm({"text": TEXT}), RefusingForm({"text": TELEPHONE})

    assert refused.errors["text"] == ["Ta bort personnumret."]
    assert "stå kvar?" not in str(refused)
    assert RefusingForm(
        {"text": TELEPHONE, **answers_on(HttpResponse(str(asked)), "keep")}
    ).is_valid()


def test_number_that_a_kept_answer_is_about_is_refused_where_none_may_stand() -> None:
    keep_answers(TEXT, [KeptNumber.Said.BELONGS])

    assert not RefusingForm({"text": TEXT}).is_valid()


# --- keeping ----------------------------------------------------------------------------------
def test_same_text_is_not_asked_about_twice() -> None:
    answered("keep", text=TEXT).is_valid()

    assert sent(text=TEXT).is_valid()
    assert not sent(text=f"{TEXT}!").is_valid()


def test_text_that_was_kept_is_edited_without_a_question() -> None:
    answered("keep", text=TEXT).is_valid()
    opened = HttpResponse(str(AskingForm(initial={"text": TEXT})))

    assert sent(text=f"{TEXT} Rättat.", **answers_on(opened, "keep")).is_valid()


def test_answer_said_twice_is_kept_once_and_knows_no_number() -> None:
    for _ in range(2):
        keep_answers(TEXT, [KeptNumber.Said.BELONGS])

    kept = KeptNumber.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", kept.text)
    assert str(kept) == "ska stå kvar"


def test_answer_is_forgotten_with_its_text() -> None:
    keep_answers(TEXT, [KeptNumber.Said.BELONGS])
    keep_answers(TELEPHONE, [KeptNumber.Said.TELEPHONE])
    forget_answers([TEXT, "", None, "Annat."])

    assert answers_kept(TEXT) == set()
    assert answers_kept(TELEPHONE) == {"telephone"}


# --- on pages ---------------------------------------------------------------------------------
@pytest.fixture
def unit() -> Unit:
    return make_unit("MOT", make_unit("SOC"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def test_note_with_a_number_is_asked_about_and_then_written(
    browser: Client, unit: Unit
) -> None:
    case = make_deviation(unit)
    page = f"/arenden/{case.number}/anteckning/"
    note = {
        "text": TEXT,
        "do": "internal",
        "form_token": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    }
    asked = browser.post(page, note)

    assert (asked.status_code, Note.objects.count()) == (400, 0)
    assert browser.post(page, note | answers_on(asked, "remove")).status_code == 302
    assert Note.objects.get().text == "Det gällde [borttaget]."


STEPS: dict[str, dict[str, Any]] = {
    "omedelbart": {"immediate_measures": TEXT},
    "bedom": {"is_deviation": "yes", "misconduct": "no", "assessment": TEXT},
    "orsak": {
        "cause_level": "system",
        "cause_area": "Teknik och system",
        "whys_0": "Fel.",
        "whys_1": TEXT,
    },
    "aterkoppla": {"answer": TEXT},
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("choice", ["keep", "remove"])
def test_step_with_a_number_is_asked_about_and_then_taken(
    browser: Client, unit: Unit, step: str, choice: str
) -> None:
    case = make_deviation(unit, state="under_investigation")
    page, given = (
        f"/avvikelser/{case.number}/{step}/",
        {"seen_version": "0", **STEPS[step]},
    )
    asked = browser.post(page, given)
    case.refresh_from_db()
    assert (asked.status_code, case.version) == (400, 0)
    taken = browser.post(page, given | answers_on(asked, choice) | {"do": "send"})

    case.refresh_from_db()
    assert taken.status_code == 302
    written = {case.immediate_measures, case.assessment, case.answer, *case.whys}
    assert (TEXT if choice == "keep" else "Det gällde [borttaget].") in written


def test_two_rows_with_numbers_are_each_answered(browser: Client, unit: Unit) -> None:
    case = make_deviation(unit, state="under_investigation")
    given = {"seen_version": "0", **STEPS["orsak"], "whys_0": "Om 640823-3234."}
    page = f"/avvikelser/{case.number}/orsak/"
    answers = answers_on(browser.post(page, given), "keep")

    assert answers.keys() == {"whys_0-number", "whys_1-number"}
    assert browser.post(page, given | answers).status_code == 302


def test_answer_follows_the_text_past_the_page_where_it_is_read_through(
    browser: Client, unit: Unit
) -> None:
    case = make_deviation(unit, state="under_investigation")
    page, given = (
        f"/avvikelser/{case.number}/aterkoppla/",
        {"seen_version": "0", "answer": TEXT},
    )
    answers = answers_on(browser.post(page, given), "remove")
    preview = browser.post(page, given | answers)

    assert "Det gällde [borttaget]." in preview.content.decode()
    assert answers_on(preview, "remove") == answers


@pytest.mark.usefixtures("purging_is_lent")
def test_purged_text_takes_its_answer_along(
    browser: Client, unit: Unit, chief: User
) -> None:
    day = dt.date(2015, 5, 4)
    closed = {
        "received_on": day,
        "closed_on": day,
        "state": "closed",
        "is_deviation": "yes",
    }
    make_deviation(unit, description=TEXT, **closed)
    keep_answers(TEXT, [KeptNumber.Said.BELONGS])
    RetentionRule.objects.create(
        unit=unit,
        subject="deviations",
        years=1,
        decision="SN 41",
        decided_on=day,
        registered_by=chief,
    )
    assert sum(retention.purge()) == 1

    assert not KeptNumber.objects.exists()
