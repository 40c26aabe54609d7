"""Every page, narrow and wide, light and dark: accessible, whole, quiet and asking nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from organisation.models import User
from reports import services
from reports.models import AnnualReport
from tests.e2e import inspection
from tests.e2e.conftest import Visit
from tests.e2e.municipality import Municipality

pytestmark = pytest.mark.e2e

CHIEF, CONTROLLER, DEPARTMENT_CHIEF = "sektionschef", "controller", "avdelningschef"


@dataclass(frozen=True)
class Place:
    """A page in one state: who sees it, where it begins, and what is done there first."""

    name: str
    path: str
    who: str = ""
    first: Callable[[Page], object] | None = None


def press(button: str) -> Callable[[Page], None]:
    """Return the press of a button and nothing before it."""
    return lambda page: page.locator("main").get_by_role("button", name=button, exact=True).first.click()


def write_complaint(page: Page) -> None:
    """Fill in what a complaint needs, and something that looks like a personal number."""
    page.get_by_label("Klaga på något").check()
    page.get_by_label("Vad hände, eller").fill("Ingen ringde tillbaka till 19811218-9876 på tre veckor.")
    page.get_by_role("button", name="Kontrollera svaren").click()
    expect(page.get_by_role("heading", name="Kontrollera dina svar")).to_be_visible()


def send_complaint(page: Page) -> str:
    """Send a complaint and return the code on its receipt."""
    write_complaint(page)
    page.get_by_role("button", name="Skicka").click()
    return page.locator(".code").inner_text()


def follow_complaint(page: Page) -> None:
    """Send a complaint and follow it with its code."""
    code = send_complaint(page)
    page.get_by_role("link", name="sidan för svar").click()
    page.get_by_label("Din kod").fill(code)
    page.get_by_role("button", name="Visa ärendet").click()
    expect(page.get_by_role("heading", name="Ditt ärende")).to_be_visible()


def follow_wrongly(page: Page) -> None:
    """Type a code that belongs to nothing."""
    page.get_by_label("Din kod").fill("0000 1111 2222 3333 4444 5555 6666")
    page.get_by_role("button", name="Visa ärendet").click()


def sign_in_wrongly(page: Page) -> None:
    """Type a password that is not the right one."""
    page.get_by_label("Användarnamn").fill(CHIEF)
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Logga in").click()


def report_event(page: Page) -> None:
    """Send a report that may be about misconduct."""
    page.get_by_label("Vad hände?").fill("Ett beslut skickades till fel mottagare.")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vilken process eller rutin berörs?").select_option("Finns ingen rutin")
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("heading", name="Tack. Rapporten är mottagen.")).to_be_visible()


def open_tables(page: Page) -> None:
    """Open what is folded below the charts."""
    for summary in page.locator("figure summary").all():
        summary.click()


def begin_impossible_report(page: Page) -> None:
    """Ask for the report of a year that has no four figures."""
    page.get_by_label("År").fill("24")
    page.get_by_role("button", name="Öppna berättelsen").click()


def open_first_text(page: Page) -> None:
    """Open the page where the text of the first section is written."""
    page.locator("#avsnitten").locator("xpath=..").locator("tbody a").first.click()
    expect(page.get_by_role("button", name="Spara texten")).to_be_visible()


def write_at_the_same_time(page: Page) -> None:
    """Write in a section that somebody else saves first."""
    open_first_text(page)
    section = page.url.rstrip("/").rsplit("/", 1)[1]
    report = AnnualReport.objects.get(year=2021, unit__parent=None)
    newest = report.blocks.filter(section=section).order_by("-version").first()
    services.write(
        report,
        section=section,
        text="Det här skrev planeraren.",
        seen_version=newest.version if newest else 0,
        actor=User.objects.get(username="planerare"),
    )
    page.get_by_label("Text").fill("Det här skrev controllern.")
    page.get_by_role("button", name="Spara texten").click()
    expect(page.get_by_text("Någon annan har ändrat texten medan du skrev")).to_be_visible()


PUBLIC = [
    Place("hem", "/"),
    Place("synpunkt", "/synpunkt/"),
    Place("skriv", "/synpunkt/skriv/"),
    Place("skriv-fel", "/synpunkt/skriv/", first=press("Kontrollera svaren")),
    Place("kontrollera", "/synpunkt/skriv/", first=write_complaint),
    Place("kvitto", "/synpunkt/skriv/", first=send_complaint),
    Place("svar", "/synpunkt/svar/"),
    Place("svar-fel", "/synpunkt/svar/", first=follow_wrongly),
    Place("svar-funnet", "/synpunkt/skriv/", first=follow_complaint),
    Place("tillganglighet", "/tillganglighet/"),
    Place("personuppgifter", "/personuppgifter/"),
    Place("logga-in", "/konto/logga-in/"),
    Place("logga-in-fel", "/konto/logga-in/", first=sign_in_wrongly),
    Place("finns-inte", "/finns-inte/"),
]
SIGNED_IN = [
    Place("losenord", "/konto/losenord/", CHIEF),
    Place("losenord-fel", "/konto/losenord/", CHIEF, press("Byt lösenord")),
    Place("logga-ut", "/konto/logga-ut/", CHIEF),
    Place("finns-inte-inloggad", "/finns-inte/", CHIEF),
    Place("inkorg", "/inkorg/", CHIEF),
    Place("inkorg-forsenade", "/inkorg/?visa=forsenade", CHIEF),
    Place("inkorg-mina", "/inkorg/?visa=mina", CHIEF),
    Place("inkorg-avslutade", "/inkorg/?visa=avslutade&page=2", CHIEF),
    Place("inkorg-filtrerad", "/inkorg/?visa=avslutade&year=hej&q=KA", CHIEF),
    Place("inkorg-tom", "/inkorg/", "namndsekreterare"),
    Place("avvikelse", "/avvikelser/{open_case}/", CHIEF),
    Place("avvikelse-avslutad", "/avvikelser/{closed_case}/", CHIEF),
    Place("steg", "/avvikelser/{open_case}/avsluta/", CHIEF),
    Place("steg-fel", "/avvikelser/{open_case}/avsluta/", CHIEF, press("Avsluta")),
    Place("steg-utan-fragor", "/avvikelser/{reported_case}/utred/", CHIEF),
    Place("rapportera", "/rapportera/", CHIEF),
    Place("rapportera-fel", "/rapportera/", CHIEF, press("Skicka rapporten")),
    Place("rapportera-kvitto", "/rapportera/", CHIEF, report_event),
    Place("lex-sarah", "/lex-sarah/", CHIEF),
    Place("lex-sarah-ett", "/lex-sarah/{lex_case}/", CHIEF),
    Place("egenkontroll-tom", "/egenkontroll/", CHIEF),
    Place("egenkontroll", "/egenkontroll/", CONTROLLER),
    Place("egenkontroll-en", "/egenkontroll/{selfcheck}/", CONTROLLER),
    Place("riskanalys-tom", "/riskanalys/", CHIEF),
    Place("riskanalys", "/riskanalys/", DEPARTMENT_CHIEF),
    Place("riskanalys-en", "/riskanalys/{riskanalysis}/", CONTROLLER),
    Place("atgarder", "/atgarder/", CHIEF),
    Place("atgarder-genomforda", "/atgarder/?visa=genomforda", CONTROLLER),
    Place("organisation", "/organisation/", CHIEF),
    Place("enhet", "/organisation/{unit}/", CHIEF),
    Place("enhet-med-enheter", "/organisation/IFO/", CHIEF),
    Place("analys", "/analys/", CONTROLLER),
    Place("analys-tabeller", "/analys/?unit=ASF&year=2024", CONTROLLER, open_tables),
    Place("analys-fel", "/analys/?unit=ASF&year=hej", CONTROLLER),
]
REPORTS = [
    Place("rapporter", "/rapporter/", CONTROLLER),
    Place("rapporter-fel", "/rapporter/", CONTROLLER, begin_impossible_report),
    Place("rapporter-lasare", "/rapporter/", "namndsekreterare"),
    Place("rapport-obyggd", "{unbuilt}", CONTROLLER),
    Place("rapport-byggs", "{building}", CONTROLLER),
    Place("rapport-misslyckad", "{failed}", CONTROLLER),
    Place("rapport-byggd", "{built}", CONTROLLER),
    Place("rapport-lasare", "{built}", "namndsekreterare"),
    Place("rapport-skriv", "{unbuilt}", CONTROLLER, open_first_text),
    Place("rapport-samtidigt", "{unbuilt}", CONTROLLER, write_at_the_same_time),
    Place("rapport-webb", "{built}webb/", CONTROLLER),
]


@pytest.mark.parametrize("place", [*PUBLIC, *SIGNED_IN, *REPORTS], ids=lambda place: place.name)
def test_page_is_accessible_whole_and_quiet(place: Place, visit: Visit, municipality: Municipality) -> None:
    page = visit(place.who)
    page.goto(municipality.address(place.path))
    if place.first:
        place.first(page)
        page.wait_for_load_state()

    assert page.locator("h1").count() >= 1
    found = inspection.faults(page, place.name)
    assert not found, "\n".join(found)
