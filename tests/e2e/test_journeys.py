"""What people come to do, from the first page to the last, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework import jobs
from casework.models import Job
from deviations.models import Deviation, State
from organisation.models import Unit
from reports.models import Edition
from tests.e2e.conftest import Visit
from tests.e2e.municipality import PASSWORD, Municipality
from tests.factories import make_deviation

pytestmark = pytest.mark.e2e

STORY = "Ingen ringde tillbaka på tre veckor."


def press(page: Page, name: str) -> None:
    """Press a button, or a link that looks like one."""
    target = page.get_by_role("button", name=name, exact=True)
    target.or_(page.get_by_role("link", name=name, exact=True)).first.click()


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in as people do."""
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(password)
    page.locator("main").get_by_role("button", name="Logga in").click()


def complain(page: Page, site: Municipality, *, unit: str = "") -> str:
    """File a complaint from the start page and return its code."""
    page.goto(site.address("/"))
    press(page, "Börja skriva")
    press(page, "Börja skriva")
    page.get_by_label("Klaga på något").check()
    page.get_by_label("Vad hände, eller").fill(STORY)
    page.get_by_label("Vilken verksamhet gäller det?").select_option(unit)
    press(page, "Kontrollera svaren")
    press(page, "Skicka")
    expect(page.get_by_role("heading", name="Tack. Vi har tagit emot det du skrev.")).to_be_visible()
    return page.locator(".code").inner_text()


def read_answer(page: Page, site: Municipality, code: str) -> None:
    """Follow a complaint with its code."""
    page.goto(site.address("/synpunkt/svar/"))
    page.get_by_label("Din kod").fill(code.lower())
    press(page, "Visa ärendet")


def new_case(site: Municipality, **facts: object) -> Deviation:
    """Make a case that the section chief handles and that no other journey touches."""
    count = Deviation.objects.filter(number__startswith="KA-2025-").count()
    unit = Unit.objects.get(code=site.places["unit"])
    number = f"KA-2025-{count + 1:04d}"
    return make_deviation(unit, number=number, received_on=timezone.localdate(), **facts)


def begin_report(page: Page, site: Municipality, unit: str, year: int) -> None:
    """Choose unit, year and outline, and open the report."""
    page.goto(site.address("/rapporter/"))
    page.get_by_label("Enhet").select_option(unit)
    page.get_by_label("År").fill(str(year))
    page.get_by_label("Mall").select_option("malmo")
    press(page, "Öppna berättelsen")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Kvalitetsberättelse {year}")


# --- citizens ---------------------------------------------------------------------------------
def test_citizen_files_and_follows_without_script_and_cookies(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(java_script_enabled=False, width=360)
    code = complain(page, municipality)

    read_answer(page, municipality, code)

    expect(page.get_by_role("heading", name="Ditt ärende Mottaget")).to_be_visible()
    expect(page.get_by_text(STORY)).to_be_visible()
    assert page.context.cookies() == []


def test_citizen_changes_the_answers_before_sending(visit: Visit, municipality: Municipality) -> None:
    page = visit()
    page.goto(municipality.address("/synpunkt/skriv/"))
    page.get_by_label("Berömma något").check()
    page.get_by_label("Vad hände, eller").fill("Fint bemötande.")
    press(page, "Kontrollera svaren")
    press(page, "Ändra det du skrev")

    expect(page.get_by_label("Berömma något")).to_be_checked()
    expect(page.get_by_label("Vad hände, eller")).to_have_value("Fint bemötande.")


def test_citizen_reads_the_answer_that_the_chief_wrote(visit: Visit, municipality: Municipality) -> None:
    citizen, chief = visit(), visit("avdelningschef")
    code = complain(citizen, municipality, unit="IFO")
    chief.goto(municipality.address("/inkorg/?visa=att-gora"))
    chief.get_by_label("Sök nummer").fill(Deviation.objects.latest("pk").number)
    press(chief, "Filtrera")
    chief.locator("tbody th a").click()
    press(chief, "Börja utreda")
    press(chief, "Börja utreda")
    press(chief, "Avsluta")
    chief.get_by_label("Ja", exact=True).check()
    chief.get_by_label("Bedömning").fill("Samtalet glömdes bort vid byte av handläggare.")
    chief.get_by_label("Svar till den som rapporterade").fill("Vi beklagar. Nu ringer två personer.")
    press(chief, "Avsluta")
    expect(chief.get_by_text("Avsluta: klart.")).to_be_visible()

    read_answer(citizen, municipality, code)

    expect(citizen.get_by_role("heading", name="Ditt ärende Avslutat")).to_be_visible()
    expect(citizen.get_by_text("Vi beklagar. Nu ringer två personer.")).to_be_visible()


# --- staff ------------------------------------------------------------------------------------
def test_staff_report_on_a_phone(visit: Visit, municipality: Municipality) -> None:
    page = visit(width=360, has_touch=True)
    page.goto(municipality.address("/rapportera/"))
    sign_in(page, "medarbetare", PASSWORD)
    page.get_by_label("Vad hände?").fill("Ett beslut skickades till fel mottagare.")
    page.get_by_label("Nej", exact=True).check()
    page.get_by_label("Vilken process eller rutin berörs?").select_option("Vet inte")
    press(page, "Skicka rapporten")
    expect(page.get_by_role("heading", name="Tack. Rapporten är mottagen.")).to_be_visible()
    number = page.locator(".code").inner_text().strip()

    press(page, "Meny")
    page.get_by_role("link", name="Inkorg", exact=True).click()
    page.get_by_role("link", name="Mina").click()

    expect(page.get_by_role("link", name=number)).to_be_visible()


def test_login_with_wrong_password_says_so(visit: Visit, municipality: Municipality) -> None:
    page = visit()
    page.goto(municipality.address("/inkorg/"))
    sign_in(page, "sektionschef", "inte-det-har")

    expect(page.get_by_role("alert")).to_contain_text("lösenordet är felaktigt")
    expect(page.get_by_label("Användarnamn")).to_have_value("sektionschef")


# --- chiefs -----------------------------------------------------------------------------------
def test_chief_investigates_and_closes_with_the_keyboard_alone(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality)
    page = visit("sektionschef")
    page.goto(municipality.address(f"/arenden/{case.number}/"))
    for name in ("Börja utreda", "Börja utreda", "Avsluta"):
        tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    tab_to(page, "Ja")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Brevet lades i fel kuvert.")
    tab_to(page, "Avsluta")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Avsluta: klart.")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.assessment) == (State.CLOSED, "Brevet lades i fel kuvert.")


def tab_to(page: Page, name: str) -> None:
    """Move with the tab key until the focus is on what has a name."""
    words = """() => { const e = document.activeElement;
        return (e.labels?.[0] ?? e).innerText.trim() }"""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(words) == name:
            return
    pytest.fail(f"the tab key never reaches {name}")


def test_second_of_two_chiefs_keeps_what_was_typed(visit: Visit, municipality: Municipality) -> None:
    case = new_case(municipality, state=State.UNDER_INVESTIGATION)
    pages = [visit("sektionschef"), visit("enhetschef")]
    for page in pages:
        page.goto(municipality.address(f"/avvikelser/{case.number}/avsluta/"))
        page.get_by_label("Delvis").check()
        page.get_by_label("Bedömning").fill("Det var ett misstag.")
    for page in pages:
        press(page, "Avsluta")

    expect(pages[0].get_by_text("Avsluta: klart.")).to_be_visible()
    expect(pages[1].get_by_role("alert")).to_contain_text("Någon annan hann före.")
    expect(pages[1].get_by_label("Bedömning")).to_have_value("Det var ett misstag.")


# --- reports ----------------------------------------------------------------------------------
def test_controller_builds_a_report_and_downloads_it(visit: Visit, municipality: Municipality) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO", 2023)
    press(page, "Bygg berättelsen")
    expect(page.get_by_role("progressbar", name="Berättelsen byggs")).to_be_visible()
    expect(page.get_by_text("Väntar på att få börja")).to_be_visible()

    jobs.run_pending()

    # Nobody reloads: the page tells by itself that the report is there.
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta som PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert download.value.suggested_filename == "kvalitetsberattelse-2023-utgava-1.pdf"
    page.get_by_role("link", name="Läs som webbsida").click()
    expect(page.get_by_text("Bild 1.", exact=True)).to_be_visible()
    expect(page.get_by_text("Tabell 1.", exact=True)).to_be_visible()


def test_progress_moves_by_itself_while_the_report_is_built(visit: Visit, municipality: Municipality) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO-KRI", 2022)
    press(page, "Bygg berättelsen")
    job = Job.objects.pending().latest("created_at")
    Job.objects.filter(pk=job.pk).update(percent=35, doing="Hämtar siffror")

    expect(page.get_by_text("35 %")).to_be_visible()
    expect(page.get_by_text("Hämtar siffror")).to_be_visible()
    jobs.run_pending()
    expect(page.get_by_role("link", name="Läs som webbsida")).to_be_visible()


def test_double_click_builds_one_edition(visit: Visit, municipality: Municipality) -> None:
    page = visit("controller")
    begin_report(page, municipality, "IFO-KRI", 2021)
    page.get_by_role("button", name="Bygg berättelsen").dblclick()
    expect(page.get_by_role("progressbar")).to_be_visible()
    jobs.run_pending()

    expect(page.get_by_role("heading", name="Bygg en ny utgåva")).to_be_visible()
    built = Edition.objects.filter(report__unit__code="IFO-KRI", report__year=2021)
    assert [edition.number for edition in built] == [1]
