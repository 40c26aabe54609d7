"""What chiefs come to do: investigate to the end, be reminded, be replaced, hand over, protect."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework import tasks
from casework.background import jobs, mails
from casework.models import Mail, Notice
from deviations.models import CauseLevel, Deviation, State
from organisation.models import Membership, Unit
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import (
    Keyboard,
    answers,
    choose,
    ends_with,
    is_told,
    new_case,
    person,
    press,
)

pytestmark = pytest.mark.e2e

DAY = dt.timedelta(days=1)
WHYS = (
    "Brevet lades i fel kuvert.",
    "Två brev låg i samma hög.",
    "Skrivaren delas av fyra.",
)


# --- from inbox to closed case ----------------------------------------------------------------
def test_chief_closes_a_case_with_the_keyboard_alone(
    visit: Visit, municipality: Municipality
) -> None:
    today = timezone.localdate()
    case = new_case(
        municipality, reporter=person("medarbetare"), due_on=today + 30 * DAY
    )
    page = visit("sektionschef")
    keys = Keyboard(page)
    open_from_inbox(page, municipality, case.number)
    take_over(keys)
    find_the_cause(keys)
    decide_an_action(keys)
    give_feedback(keys)
    keys.open("Avsluta")
    inspect(page, "steg-avsluta")
    keys.open("Avsluta")
    is_told(page, "Avslutades.")
    inspect(page, "avslutad")

    case.refresh_from_db()
    assert (case.state, case.cause_level, case.whys) == (
        State.CLOSED,
        CauseLevel.INDIVIDUAL,
        list(WHYS),
    )
    assert case.actions.get().owner == person("sektionschef")
    reporter = visit("medarbetare")
    reporter.goto(municipality.address("/notiser/"))
    press(reporter, case.number)
    expect(reporter.get_by_text("Skrivaren flyttas.")).to_be_visible()


def open_from_inbox(page: Page, site: Municipality, number: str) -> None:
    """Step through the inbox to a case and open it."""
    page.goto(site.address("/inkorg/"))
    for _ in range(25):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.innerText") == number:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url(ends_with(f"/avvikelser/{number}/"))


def take_over(keys: Keyboard) -> None:
    """Begin the investigation, set kind and routine right, say what was done at once."""
    keys.open("Ta emot")
    keys.open("Börja utreda")
    inspect(keys.page, "utreds")
    keys.open("Slag, kategori och rutin")
    inspect(keys.page, "steg-ratta")
    keys.select("Kategori", "Sekretess")
    keys.select("Vilken process eller rutin berörs?", "Finns ingen")
    keys.open("Spara")
    keys.open("Omedelbar åtgärd")
    keys.write("Vad gjorde ni genast?", "Ringde mottagaren.")
    keys.open("Spara")
    is_told(keys.page, "Omedelbar åtgärd beskrevs.")


def find_the_cause(keys: Keyboard) -> None:
    """Ask why, stop at somebody who erred, be asked for the organisation's part, and assess."""
    page = keys.page
    keys.open("Orsak")
    keys.choose("Var i organisationen ligger orsaken?", "Enskild")
    keys.select("Orsaksområde", "Processer")
    for place, why in enumerate(WHYS):
        keys.write("Varför blev det så?" if place else "Varför?", why)
    keys.open("Spara")
    expect(page.get_by_role("alert")).to_contain_text(
        "En enskild är aldrig hela orsaken."
    )
    inspect(page, "steg-orsak-fel")
    keys.write(
        "Vad i organisationen gjorde det möjligt?", "Det finns ingen rutin för utskick."
    )
    keys.open("Spara")
    keys.open("Bedömning")
    inspect(page, "steg-bedom")
    keys.choose("Var det en avvikelse?", "Ja")
    keys.choose("Är det ett missförhållande?", "Nej")
    keys.write("Bedömning", "Rutinen saknades.")
    keys.open("Spara")
    is_told(page, "Bedömningen skrevs.")


def decide_an_action(keys: Keyboard) -> None:
    """Decide what is done, by whom, by when, and how one will see that it helped."""
    page = keys.page
    keys.open("Lägg till åtgärd")
    page.wait_for_url(ends_with("/atgarder/ny/"))
    inspect(page, "ny-atgard")
    keys.write("Vad ska göras?", "Skriv en rutin för utskick.")
    keys.choose("Vem eller vad riktar sig åtgärden till?", "Enhet")
    keys.write("Hur ser ni att den hjälper?", "Tio granskade utskick, alla rätt.")
    keys.open("Spara åtgärden")
    is_told(page, "Åtgärden är beslutad.")
    keys.open("Beslut om åtgärder")
    keys.open("Besluta om åtgärder")
    is_told(page, "Åtgärderna beslutades.")


def give_feedback(keys: Keyboard) -> None:
    """Write to the one who reported, read it as it will be read, change it, and send it."""
    page = keys.page
    keys.open("Återkoppling")
    keys.write("Svar", "Skrivaren flyttas")
    keys.open("Läs igenom")
    expect(
        page.get_by_text("Sara Lindqvist läser svaret under Mina rapporter.")
    ).to_be_visible()
    inspect(page, "forhandsvisning")
    keys.open("Ändra")
    keys.to("Svar")
    page.keyboard.press("Control+End")
    page.keyboard.type(".")
    keys.open("Läs igenom")
    keys.open("Skicka svaret")
    is_told(page, "Återkopplades.")


def test_second_of_two_chiefs_sees_both_texts(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality, state=State.UNDER_INVESTIGATION)
    pages = {
        "Det var ett misstag.": visit("sektionschef"),
        "Rutinen var oklar.": visit("enhetschef"),
    }
    for text, page in pages.items():
        page.goto(municipality.address(f"/avvikelser/{case.number}/bedom/"))
        page.get_by_label("Delvis").check()
        choose(page, "Är det ett missförhållande?", "Nej")
        page.get_by_label("Bedömning").fill(text)
    for page in pages.values():
        press(page, "Spara")
    first, second = pages.values()

    is_told(first, "Bedömningen skrevs.")
    expect(second.get_by_role("alert")).to_contain_text("Någon annan hann före.")
    expect(second.get_by_label("Bedömning")).to_have_value("Rutinen var oklar.")
    expect(second.get_by_text("Det var ett misstag.")).to_be_visible()
    inspect(second, "steg-samtidigt")
    second.get_by_label("Bedömning").fill("Det var ett misstag. Rutinen var oklar.")
    press(second, "Spara")
    is_told(second, "Bedömningen skrevs.")


# --- reminders --------------------------------------------------------------------------------
def remind() -> None:
    """Let the day's reminders be written, as the worker does each morning."""
    tasks.ask_to_remind()
    jobs.run_pending()


def test_overdue_case_is_told_to_its_chief_and_later_to_the_next(
    visit: Visit, municipality: Municipality
) -> None:
    today = timezone.localdate()
    remind()  # what the imported cases are late with is told before
    case = new_case(municipality, received_on=today - 40 * DAY, due_on=today - DAY)
    remind()
    chief, next_chief = visit("sektionschef"), visit("enhetschef")
    for page in (chief, next_chief):
        page.goto(municipality.address("/notiser/"))
    told = chief.get_by_role("row").filter(has_text=case.number)
    expect(told).to_contain_text("Försenat")
    inspect(chief, "notiser")
    expect(next_chief.get_by_text(case.number)).to_have_count(0)

    Deviation.objects.filter(pk=case.pk).update(due_on=today - 8 * DAY)
    remind()
    next_chief.reload()
    told = next_chief.get_by_role("row").filter(has_text=case.number)
    expect(told).to_be_visible()
    expect(told).to_contain_text("Försenat")
    Keyboard(next_chief).open(case.number)
    expect(next_chief).to_have_url(ends_with(f"/avvikelser/{case.number}/"))


def test_digest_says_that_something_is_overdue_and_not_what(
    visit: Visit, municipality: Municipality
) -> None:
    today, chief = timezone.localdate(), person("sektionschef")
    # What other journeys have told the chief would come in the same mail.
    Mail.objects.filter(user=chief).delete()
    Notice.objects.filter(user=chief).delete()
    case = new_case(municipality, received_on=today - 40 * DAY, due_on=today - DAY)
    remind()
    mails.ask_for_digests(now=timezone.localtime().replace(hour=8))
    jobs.run_pending()

    mail = Mail.objects.get(user=chief)
    # "1 försenat ärende", or "2 försenade ärenden" where another journey has left one.
    assert re.search("1 försenat|försenade", mail.body)
    for secret in (case.number, case.title, case.description, case.unit.name):
        assert secret not in mail.subject + mail.body
    page = visit("systemadmin")
    page.goto(municipality.address("/organisation/mejl/"))
    expect(page.get_by_role("rowheader", name="Amir Haddad").first).to_be_visible()
    inspect(page, "mejl")


# --- others in the chief's place --------------------------------------------------------------
def test_substitute_handles_cases_until_the_last_day(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    path, today = f"/avvikelser/{case.number}/", timezone.localdate()
    chief, substitute = visit("sektionschef"), visit("grannchef")
    assert answers(substitute, municipality, path) == 404
    chief.goto(municipality.address("/konto/installningar/"))
    press(chief, "Välj en ersättare")
    inspect(chief, "valj-ersattare")
    press(chief, "Välj ersättare")
    expect(chief.get_by_role("alert")).to_be_visible()
    chief.get_by_label("Ersättare").select_option("grannchef")
    chief.get_by_label("Sista dagen").fill((today + 5 * DAY).isoformat())
    press(chief, "Välj ersättare")
    is_told(chief, "Ylva Åkerman ersätter dig")
    inspect(chief, "installningar-ersattare")

    assert answers(substitute, municipality, path) == 200
    press(substitute, "Ta emot")
    press(substitute, "Börja utreda")
    expect(substitute.get_by_text("Handläggs av Ylva Åkerman.")).to_be_visible()

    lent = Membership.objects.filter(stands_in_for=person("sektionschef"))
    lent.update(valid_from=today - 5 * DAY, valid_to=today)
    assert answers(substitute, municipality, path) == 404
    assert answers(chief, municipality, path) == 200


def test_sender_reads_along_until_the_receiver_accepts(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality, state=State.UNDER_INVESTIGATION)
    path = f"/avvikelser/{case.number}/"
    sender, receiver = visit("sektionschef"), visit("grannchef")
    sender.goto(municipality.address(path))
    keys = Keyboard(sender)
    keys.to("Fler val")
    sender.keyboard.press("Enter")
    keys.open("Lämna till en annan enhet")
    inspect(sender, "steg-lamna-over")
    keys.select(
        "Vilken enhet ska ta hand om ärendet?", Unit.objects.get(code="IFO-SBF-1").name
    )
    keys.write("Varför?", "Det hände hos er.")
    keys.open("Lämna till en annan enhet")
    expect(sender.get_by_text("Båda kan läsa det.")).to_be_visible()
    inspect(sender, "overlamnad")

    receiver.goto(municipality.address(f"/inkorg/?visa=att-gora&q={case.number}"))
    expect(receiver.get_by_text("Det hände hos er.")).to_be_visible()
    keys = Keyboard(receiver)
    keys.open("Ta emot")
    keys.open("Ta emot ärendet")
    expect(receiver.get_by_text("Handläggs av Ylva Åkerman.")).to_be_visible()
    assert answers(sender, municipality, path) == 404


# --- protected identity -----------------------------------------------------------------------
def test_protected_case_is_there_for_the_named_readers_alone(
    visit: Visit, municipality: Municipality
) -> None:
    word = "Gräsandsvägen"
    case = new_case(
        municipality, title=f"{word} nämndes", description=f"{word} nämndes i brevet."
    )
    path = f"/avvikelser/{case.number}/"
    chief, others = (
        visit("sektionschef"),
        [visit("avdelningschef"), visit("controller")],
    )
    chief.goto(municipality.address(path))
    chief.get_by_text("Fler val").click()
    press(chief, "Skydda: låt bara namngivna läsa")
    inspect(chief, "skydda")
    # The nearest chief and one outside the unit are suggested.
    chief.get_by_label("Varför behöver ärendet skyddas?").fill(
        "Familjen har skyddad adress."
    )
    press(chief, "Skydda ärendet")
    is_told(chief, "Bara de du har valt kan läsa ärendet.")
    inspect(chief, "skyddad")

    for page in (chief, *others):
        page.goto(municipality.address(f"/inkorg/?visa=oppna&q={word}"))
        expect(page.get_by_text("Inget att visa här.")).to_be_visible()
    for page in others:
        assert answers(page, municipality, path) == 404
        assert answers(page, municipality, f"/arenden/{case.number}/filer/") == 404
        page.goto(municipality.address(f"/inkorg/?visa=oppna&q={case.number}"))
        expect(page.get_by_role("main")).not_to_contain_text(word)
        expect(page).to_have_url(ends_with(f"q={case.number}"))
    chief.goto(municipality.address("/inkorg/?visa=oppna"))
    row = chief.get_by_role("row").filter(has_text=case.number)
    expect(row).to_contain_text("Skyddade personuppgifter")
    assert answers(chief, municipality, path) == 200
