"""What citizens come to do, without script and without saying who they are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from deviations.models import Deviation
from tests.e2e.conftest import EXIT, Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import (
    PERSONAL_NUMBER,
    STORY,
    Citizen,
    Keyboard,
    choose,
    follow,
    is_told,
    press,
    read,
)

pytestmark = pytest.mark.e2e

ANSWER = "Vi beklagar. Nu ringer två personer tillbaka samma dag."
MORE = "Nu har ni ringt. Tack."


def answer(page: Page, site: Municipality, number: str) -> None:
    """Answer a complaint as a chief does."""
    page.goto(site.address(f"/inkorg/?visa=att-gora&q={number}"))
    press(page, "Ta emot")
    press(page, "Börja utreda")
    press(page, "Bedömning")
    page.get_by_label("Delvis").check()
    choose(page, "Är det ett missförhållande?", "Nej")
    page.get_by_label("Bedömning").fill(
        "Samtalet glömdes bort vid byte av handläggare."
    )
    press(page, "Spara")
    press(page, "Svar")
    page.get_by_label("Svar (frivilligt)").fill(ANSWER)
    press(page, "Läs igenom")
    expect(page.get_by_text("Den som skrev läser svaret med sin kod.")).to_be_visible()
    inspect(page, "chefens-svar")
    press(page, "Skicka svaret")
    is_told(page, "Besvarades.")


@pytest.mark.parametrize("code", ["sv", "ar"])
def test_citizen_complains_reads_the_answer_and_writes_more_without_script(
    code: str, visit: Visit, municipality: Municipality
) -> None:
    page, chief = visit(java_script_enabled=False, width=360), visit("avdelningschef")
    citizen = Citizen.of(page, municipality, code, look_as=f"medborgare-{code}")
    citizen.writes(unit="IFO")
    receipt = citizen.sends()
    case = Deviation.objects.latest("pk")
    expect(page.locator("html")).to_have_attribute("dir", citizen.spoken.direction)
    answer(chief, municipality, case.number)

    citizen.reads(receipt)
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        citizen.says("states.answered.tag")
    )
    expect(page.get_by_text(ANSWER)).to_be_visible()
    citizen.looks("besvarat")
    page.get_by_label(citizen.says("fields.text.label")).fill(MORE)
    citizen.press("follow.send")
    expect(page.get_by_role("status")).to_contain_text(
        citizen.says("follow.thanks_heading")
    )
    expect(page.get_by_text(MORE)).to_be_visible()
    citizen.looks("skrev-mer")

    chief.goto(municipality.address("/notiser/"))
    follow(chief.get_by_role("button", name=case.number).first)
    expect(chief.get_by_text(MORE)).to_be_visible()
    assert page.context.cookies() == []


def test_citizen_makes_every_error_once_and_loses_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(java_script_enabled=False, width=360)
    citizen = Citizen.of(page, municipality)
    page.goto(municipality.address("/synpunkt/skriv/"))
    meets_error(citizen, "fields.kind.errors.required")
    page.get_by_label("Klaga på något").check()
    press(page, "Fortsätt")
    errs_about_the_event(citizen)
    page.get_by_label("Pengar till mat").check()
    press(page, "Fortsätt")
    errs_about_the_answer(citizen)
    for typed in (
        STORY,
        "[nummer borttaget]",
        "Ring tillbaka.",
        "Klaga på något",
        "namn@exempel.se",
    ):
        expect(page.get_by_role("main")).to_contain_text(typed)
    receipt = citizen.sends()
    errs_about_the_code(citizen, receipt)
    assert PERSONAL_NUMBER not in Deviation.objects.latest("pk").description


def meets_error(
    citizen: Citizen, key: str, *, pressed: str = "ask.continue", **facts: object
) -> None:
    """Press a button and read, above and at the field, what is wrong."""
    citizen.press(pressed)
    said = citizen.says(key, **facts)
    expect(citizen.page.get_by_role("alert")).to_contain_text(said)
    expect(citizen.page.locator(".error").filter(has_text=said).first).to_be_visible()
    inspect(citizen.page, key.replace(".", "-"))


def errs_about_the_event(citizen: Citizen) -> None:
    """Leave out the event, tell of a day to come, write too much, and a personal number."""
    page = citizen.page
    event, proposal, day = (
        page.get_by_label(citizen.says(f"fields.{name}.label"))
        for name in ("description", "proposal", "occurred_on")
    )
    proposal.fill("Ring tillbaka.")
    meets_error(citizen, "fields.description.errors.required")
    to_come = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    day.fill(to_come)
    event.fill(STORY)
    meets_error(citizen, "fields.occurred_on.errors.late")
    expect(day).to_have_value(to_come)
    day.fill("1850-01-01")
    meets_error(citizen, "fields.occurred_on.errors.early")
    day.fill("2026-03-01")
    event.fill("a" * 8_001)
    press(page, "Fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("Texten är 8001 tecken.")
    event.fill(f"{STORY} Jag heter {PERSONAL_NUMBER}.")
    press(page, "Fortsätt")
    expect(page.get_by_text("Det ser ut som ett personnummer")).to_be_visible()
    inspect(page, "personnummer")
    press(page, "Ta bort numret")
    expect(event).to_have_value(f"{STORY} Jag heter [nummer borttaget].")
    expect(proposal).to_have_value("Ring tillbaka.")
    expect(day).to_have_value("2026-03-01")
    press(page, "Fortsätt")


def errs_about_the_answer(citizen: Citizen) -> None:
    """Ask for answers without saying where to."""
    page = citizen.page
    for way, wrong in (("letter", ""), ("phone", "ring mig"), ("email", "namn")):
        page.get_by_label(citizen.says(f"fields.contact_way.choices.{way}")).check()
        meets_error(citizen, f"fields.{way}.errors.missing")
        if wrong:
            page.get_by_label(citizen.says(f"fields.{way}.label")).fill(wrong)
            meets_error(citizen, f"fields.{way}.errors.wrong")
            expect(
                page.get_by_label(citizen.says(f"fields.{way}.label"))
            ).to_have_value(wrong)
    page.get_by_label("Din e-postadress").fill("namn@exempel.se")
    press(page, "Fortsätt")


def errs_about_the_code(citizen: Citizen, receipt: str) -> None:
    """Give no code and a wrong one; write nothing, the code itself and a personal number."""
    page = citizen.page
    page.goto(citizen.site.address("/synpunkt/svar/"))
    meets_error(citizen, "fields.code.errors.required", pressed="follow.show")
    page.get_by_label("Din kod").fill("0000 1111")
    meets_error(citizen, "follow.wrong", pressed="follow.show")
    expect(page.get_by_label("Din kod")).to_have_value("0000 1111")
    page.get_by_label("Din kod").fill(receipt)
    press(page, "Visa ärendet")
    more = page.get_by_label("Vad vill du säga?")
    meets_error(citizen, "fields.text.errors.required", pressed="follow.send")
    more.fill(f"Min kod är {receipt}")
    meets_error(citizen, "fields.text.errors.code", pressed="follow.send")
    more.fill(f"Jag heter {PERSONAL_NUMBER}.")
    press(page, "Skicka")
    press(page, "Ta bort numret")
    expect(more).to_have_value("Jag heter [nummer borttaget].")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_citizen_leaves_the_page_fast(
    script: bool, visit: Visit, municipality: Municipality
) -> None:
    page = visit(java_script_enabled=script, width=360)
    page.goto(municipality.address("/synpunkt/skriv/"))
    press(page, "Lämna sidan snabbt")
    expect(page).to_have_url(EXIT)
    if script:
        # Whoever goes back does not come to the complaint.
        page.go_back()
        expect(page).not_to_have_url(municipality.address("/synpunkt/skriv/"))


def test_citizen_leaves_with_three_presses_of_escape(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit()
    page.goto(municipality.address("/synpunkt/skriv/"))
    for _ in range(3):
        page.keyboard.press("Escape")

    expect(page).to_have_url(EXIT)


def test_citizen_changes_an_answer_before_sending(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit()
    citizen = Citizen.of(page, municipality)
    citizen.writes()
    follow(page.get_by_role("button", name="Ändra det du skrev"))
    expect(page.get_by_label("Vad hände, eller")).to_have_value(STORY)
    page.get_by_label("Vad hände, eller").fill("Nu ringde någon.")
    press(page, "Fortsätt")

    expect(page.get_by_role("heading", name="Kontrollera dina svar")).to_be_visible()
    expect(page.get_by_text("Nu ringde någon.")).to_be_visible()


def test_citizen_complains_and_follows_with_the_keyboard_alone(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(java_script_enabled=False)
    keys = Keyboard(page)
    page.goto(municipality.address("/"))
    keys.open("Börja skriva")
    keys.open("Börja skriva")
    keys.choose("Vad vill du göra?", "Lämna en synpunkt")
    keys.open("Fortsätt")
    keys.write("Vad hände, eller vad vill du säga?", STORY)
    for _ in range(3):
        keys.open("Fortsätt")
    read(page)
    keys.open("Skicka")
    code = page.locator(".code").inner_text()
    keys.open("Läs svar med din kod")
    keys.write("Din kod", code)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Ditt ärende")
    expect(page.get_by_text(STORY)).to_be_visible()
