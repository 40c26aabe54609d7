"""Nothing that is typed is lost: the session ends, the network goes, the tab is closed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from casework.models import FormDraft, Note
from deviations.models import Deviation
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import PASSWORD, Municipality
from tests.e2e.steps import STORY, Citizen, choose, is_told, new_case, press, sign_in

pytestmark = pytest.mark.e2e

TEXT = "Jag ringde enheten. De hade inte fått brevet."
ANSWER = "Vi har ändrat rutinen för utskick."


def opens_note(page: Page, site: Municipality, case: Deviation) -> None:
    page.goto(site.address(f"/avvikelser/{case.number}/"))


def box(page: Page) -> Locator:
    return page.locator("textarea[name=text]")


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="kvalitet")


def test_session_that_ends_in_a_step_loses_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef", width=360)
    opens_note(page, municipality, case)
    end_session(page)
    box(page).fill(TEXT)
    press(page, "Spara intern anteckning")
    expect(page.get_by_text("Du har loggats ut.")).to_be_visible()
    expect(box(page)).to_have_value(TEXT)
    inspect(page, "anteckning-utloggad")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Logga in i en ny flik").click()
    sign_in(opened.value, "sektionschef", PASSWORD)
    expect(page.get_by_text("Du har loggats ut.")).to_be_hidden()
    press(page, "Spara intern anteckning")
    is_told(page, "Anteckningen är sparad.")

    assert Note.objects.get(case=case).text == TEXT
    assert not FormDraft.objects.filter(case=case).exists()


def test_network_that_is_gone_when_sending_loses_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    page.context.set_offline(True)
    press(page, "Spara intern anteckning")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()
    expect(box(page)).to_have_value(TEXT)
    inspect(page, "anteckning-utan-nat")

    page.context.set_offline(False)
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    press(page, "Spara intern anteckning")
    is_told(page, "Anteckningen är sparad.")

    assert Note.objects.get(case=case).text == TEXT


def test_staff_report_waits_for_the_network(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("medarbetare", width=360)
    page.goto(municipality.address("/rapportera/"))
    page.get_by_label("Vad hände?").fill("I källaren finns inget nät.")
    page.get_by_label("Nej", exact=True).check()
    page.get_by_label("Vilken process eller rutin berörs?").select_option("Vet inte")
    page.context.set_offline(True)
    press(page, "Skicka rapporten")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()

    page.context.set_offline(False)
    press(page, "Skicka rapporten")

    expect(
        page.get_by_role("heading", name="Tack. Rapporten är mottagen.")
    ).to_be_visible()
    assert (
        Deviation.objects.filter(description="I källaren finns inget nät.").count() == 1
    )


def test_citizen_who_loses_the_network_keeps_the_text(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(width=360)
    page.goto(municipality.address("/synpunkt/skriv/"))
    choose(page, "Vad vill du göra?", "Lämna en synpunkt")
    press(page, "Fortsätt")
    story = page.locator("textarea").first
    story.fill(STORY)
    page.context.set_offline(True)
    press(page, "Fortsätt")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()
    expect(story).to_have_value(STORY)
    inspect(page, "synpunkt-utan-nat")

    page.context.set_offline(False)
    press(page, "Fortsätt")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_hidden()


def test_citizen_who_loses_the_network_before_the_last_press_keeps_the_answers(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(width=360)
    citizen = Citizen.of(page, municipality)
    citizen.writes()
    page.context.set_offline(True)
    citizen.press("check.send")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()
    inspect(page, "synpunkt-kontroll-utan-nat")

    page.context.set_offline(False)
    citizen.sends()


def test_form_that_the_server_filled_in_offers_no_draft_of_what_stands_in_it(
    visit: Visit, municipality: Municipality
) -> None:
    judged = {
        "state": "under_investigation",
        "is_deviation": "no",
        "assessment": "Rutinen följdes.",
    }
    case = new_case(municipality, **judged)
    new_case(
        municipality, state="duplicate", closed_on=case.received_on, duplicate_of=case
    )
    page = visit("sektionschef")
    page.goto(municipality.address(f"/avvikelser/{case.number}/aterkoppla/"))
    page.locator("[name=answer]").fill(ANSWER)
    press(page, "Läs igenom")

    expect(page.locator("[name=answer_to_duplicates]")).to_have_value(ANSWER)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Du har ett utkast")).to_be_hidden()


def test_closed_tab_offers_what_was_typed(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef", width=360)
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    page.close()

    later = visit("sektionschef", width=360)
    opens_note(later, municipality, case)
    expect(later.get_by_text("Du har ett utkast")).to_be_visible()
    inspect(later, "anteckning-med-utkast")
    press(later, "Ta fram utkastet")
    expect(box(later)).to_have_value(TEXT)
    opens_note(later, municipality, case)
    press(later, "Ta bort utkastet")
    expect(later.get_by_text("Du har ett utkast")).to_be_hidden()
    assert not FormDraft.objects.filter(case=case).exists()


def test_page_of_one_who_has_left_sends_nothing_as_another(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    other = page.context.new_page()
    page.context.clear_cookies()
    other.goto(municipality.address("/konto/logga-in/"))
    sign_in(other, "enhetschef", PASSWORD)
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    press(page, "Spara intern anteckning")

    expect(
        page.get_by_text("Någon annan har loggat in i den här webbläsaren.")
    ).to_be_visible()
    expect(box(page)).to_have_value(TEXT)
    assert not Note.objects.filter(case=case).exists()


def test_text_is_carried_over_the_sign_in_without_script(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit(width=360, java_script_enabled=False)
    page.goto(municipality.address("/konto/logga-in/"))
    sign_in(page, "sektionschef", PASSWORD)
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    end_session(page)
    press(page, "Spara intern anteckning")
    expect(page.get_by_text("Du har loggats ut")).to_be_visible()
    inspect(page, "logga-in-med-text")
    sign_in(page, "sektionschef", PASSWORD)
    expect(page.get_by_role("paragraph").filter(has_text=TEXT)).to_be_visible()
    inspect(page, "inte-skickat")
    press(page, "Skicka")
    is_told(page, "Anteckningen är sparad.")

    assert Note.objects.get(case=case).text == TEXT


def test_draft_of_a_step_is_gone_when_the_step_is_taken(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    press(page, "Spara intern anteckning")
    is_told(page, "Anteckningen är sparad.")
    opens_note(page, municipality, case)

    expect(box(page)).to_have_value("")
    expect(page.get_by_text("Du har ett utkast")).to_be_hidden()


def sent_to(page: Page, place: str) -> list[str]:
    """Return what is sent to a place from now on, as it is sent."""
    found: list[str] = []
    page.on(
        "request", lambda asked: found.append(asked.url) if place in asked.url else None
    )
    return found


def test_button_that_is_pressed_twice_sends_once(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    kept, sent = sent_to(page, "/utkast/"), sent_to(page, "/anteckning/")
    page.get_by_role("button", name="Spara intern anteckning").dblclick()
    is_told(page, "Anteckningen är sparad.")

    assert (len([address for address in kept if "?" not in address]), len(sent)) == (
        1,
        1,
    )
    assert not FormDraft.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    "lacks", ["AbortSignal.timeout", "HTMLFormElement.prototype.requestSubmit"]
)
def test_older_browser_sends_its_forms(
    visit: Visit, municipality: Municipality, lacks: str
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    page.add_init_script(f"delete {lacks}")
    opens_note(page, municipality, case)
    box(page).fill(TEXT)
    press(page, "Spara intern anteckning")
    is_told(page, "Anteckningen är sparad.")

    assert Note.objects.get(case=case).text == TEXT


def test_page_of_somebody_between_counts_as_no_answer(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    opens_note(page, municipality, case)
    page.route(
        "**/utkast/formular/",
        lambda asked: asked.fulfill(
            body="Logga in på nätet", content_type="text/html", status=200
        ),
    )
    box(page).fill(TEXT)
    press(page, "Spara intern anteckning")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()
    expect(box(page)).to_have_value(TEXT)
    page.unroute("**/utkast/formular/")
    press(page, "Spara intern anteckning")
    is_told(page, "Anteckningen är sparad.")

    assert Note.objects.get(case=case).text == TEXT
