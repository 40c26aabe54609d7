"""Every page, in the states that one comes to from it alone; what takes longer is looked at in journeys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from deviations.languages import language
from organisation.models import User
from reports import services
from reports.models import AnnualReport

CHIEF, CONTROLLER, DEPARTMENT_CHIEF = "sektionschef", "controller", "avdelningschef"
BOARD_SECRETARY, REGISTRAR = "namndsekreterare", "registrator"


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


def follow_wrongly(page: Page) -> None:
    """Type, in Arabic, a code that belongs to nothing."""
    arabic = language("ar")
    page.get_by_label(arabic.say("fields.code.label")).fill("0000 1111 2222 3333 4444 5555 6666")
    page.get_by_role("button", name=arabic.say("follow.show")).click()
    expect(page.get_by_role("alert")).to_contain_text(arabic.say("follow.wrong"))


def sign_in_wrongly(page: Page) -> None:
    """Type a password that is not the right one."""
    page.get_by_label("Användarnamn").fill(CHIEF)
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Logga in").click()


def report_nothing(page: Page) -> None:
    """Send a report with nothing in it; the page keeps it as a draft before it is sent."""
    page.get_by_role("button", name="Skicka rapporten").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv vad som hände.")


def report_event(page: Page) -> None:
    """Send a report of what may be misconduct."""
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


def fill_in_register(page: Page) -> None:
    """Write down a telephone call from somebody who wants to read the answer with a code."""
    page.get_by_label("Vad säger personen?").fill("Ingen ringer tillbaka.")
    page.get_by_label("Med kod").check()
    page.get_by_role("button", name="Registrera", exact=True).click()
    expect(page.get_by_text("Läs upp koden")).to_be_visible()


def choose_cases(page: Page) -> None:
    """Choose the first case of the inbox and who is to have it."""
    page.get_by_role("checkbox", name="Välj").first.check()
    page.get_by_label("Fördela valda till").select_option(index=1)
    page.get_by_role("button", name="Granska och fördela").click()
    expect(page.get_by_role("heading", name="Fördela ärenden")).to_be_visible()


def save_filter(page: Page) -> None:
    """Save a filter under a name, and go back to where it is changed."""
    page.get_by_label("Namn på filtret").fill("Äldre ärenden")
    page.get_by_role("button", name="Spara filtret").click()
    page.get_by_role("link", name="Spara filtret").click()
    expect(page.get_by_role("button", name="Ta bort Äldre ärenden")).to_be_visible()


def add_file(page: Page) -> None:
    """Add a file to a case."""
    page.get_by_label("Välj filer").set_input_files(
        {"name": "rutin för utskick.txt", "mimeType": "text/plain", "buffer": b"Kontrollera adressen."}
    )
    page.get_by_role("button", name="Lägg till filerna").click()
    expect(page.get_by_text("Filen är tillagd.")).to_be_visible()


def open_calendar(page: Page) -> None:
    """Ask for the address of one's calendar."""
    page.get_by_role("button", name="Gör en adress till kalendern").click()
    expect(page.get_by_label("Adress att prenumerera på")).to_be_visible()


def open_other_choices(page: Page) -> None:
    """Open what is folded on the page of a case."""
    for summary in page.locator("main summary").all():
        summary.click()


def keep_out(page: Page) -> None:
    """Keep a person from a case."""
    page.get_by_label("Vem är jävig?").select_option("medarbetare")
    page.get_by_role("button", name="Håll utanför ärendet").click()
    expect(page.get_by_role("button", name="Släpp in Sara Lindqvist")).to_be_visible()


# Where citizens write, get their code and follow their case is looked at in their journeys.
PUBLIC = [
    Place("hem", "/"),
    Place("synpunkt-latt", "/synpunkt/?sprak=latt"),
    Place("synpunkt-engelska", "/synpunkt/?sprak=en"),
    Place("skriv-latt", "/synpunkt/skriv/?sprak=latt"),
    Place("svar-engelska", "/synpunkt/svar/?sprak=en"),
    Place("svar-fel-arabiska", "/synpunkt/svar/?sprak=ar", first=follow_wrongly),
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
    Place("installningar", "/konto/installningar/", "medarbetare"),
    Place("installningar-kalender", "/konto/installningar/", CONTROLLER, open_calendar),
    Place("notiser-inga", "/notiser/", BOARD_SECRETARY),
    Place("inkorg", "/inkorg/", CHIEF),
    Place("inkorg-forsenade", "/inkorg/?visa=forsenade", CHIEF),
    Place("inkorg-vantar", "/inkorg/?visa=vantar", DEPARTMENT_CHIEF),
    Place("inkorg-mina", "/inkorg/?visa=mina", CHIEF),
    Place("inkorg-avslutade", "/inkorg/?visa=avslutade&page=2", CHIEF),
    Place("inkorg-filtrerad", "/inkorg/?visa=avslutade&year=hej&q=KA", CHIEF),
    Place("inkorg-tom", "/inkorg/", BOARD_SECRETARY),
    Place("inkorg-registrator", "/inkorg/", REGISTRAR),
    Place("fordela", "/inkorg/?visa=oppna", CHIEF, choose_cases),
    Place("filter", "/inkorg/filter/?visa=avslutade&year=2021", CHIEF, save_filter),
    Place("filter-fel", "/inkorg/filter/?visa=avslutade", CHIEF, press("Spara filtret")),
    Place("avvikelse", "/avvikelser/{open_case}/", CHIEF, open_other_choices),
    Place("avvikelse-ny", "/avvikelser/{reported_case}/", CHIEF),
    Place("avvikelse-avslutad", "/avvikelser/{closed_case}/", CHIEF),
    Place("avvikelse-controller", "/avvikelser/{open_case}/", CONTROLLER),
    Place("steg-utan-fragor", "/avvikelser/{reported_case}/utred/", CHIEF),
    Place("steg-orsak", "/avvikelser/{open_case}/orsak/", CHIEF),
    Place("steg-fel", "/avvikelser/{open_case}/bedom/", CHIEF, press("Spara")),
    Place("steg-dubblett-fel", "/avvikelser/{open_case}/dubblett/", CHIEF, press("Koppla som dubblett")),
    Place("steg-oppna-igen", "/avvikelser/{closed_case}/oppna-igen/", CONTROLLER),
    Place("anteckning-fel", "/avvikelser/{open_case}/", CHIEF, press("Spara intern anteckning")),
    Place("jav", "/arenden/{open_case}/jav/", CHIEF, keep_out),
    Place("jav-fel", "/arenden/{open_case}/jav/", CHIEF, press("Håll utanför ärendet")),
    Place("skydd-controller", "/arenden/{open_case}/skydd/", CONTROLLER),
    Place("filer", "/arenden/{open_case}/filer/", CHIEF, add_file),
    Place("filer-fel", "/arenden/{open_case}/filer/", CHIEF, press("Lägg till filerna")),
    Place("rapportera", "/rapportera/", CHIEF),
    Place("rapportera-fel", "/rapportera/", CHIEF, report_nothing),
    Place("rapportera-kvitto", "/rapportera/", CHIEF, report_event),
    Place("mina-rapporter-inga", "/rapportera/mina/", BOARD_SECRETARY),
    Place("utkast-inga", "/rapportera/utkast/", BOARD_SECRETARY),
    Place("registrera", "/registrera/", REGISTRAR),
    Place("registrera-fel", "/registrera/", REGISTRAR, press("Registrera")),
    Place("registrera-kvitto", "/registrera/", REGISTRAR, fill_in_register),
    Place("lex-sarah", "/lex-sarah/", CHIEF),
    Place("lex-sarah-ett", "/lex-sarah/{lex_case}/", CHIEF),
    Place("egenkontroll-tom", "/egenkontroll/", CHIEF),
    Place("egenkontroll", "/egenkontroll/", CONTROLLER),
    Place("egenkontroll-en", "/egenkontroll/{selfcheck}/", CONTROLLER),
    Place("riskanalys-tom", "/riskanalys/", CHIEF),
    Place("riskanalys", "/riskanalys/", DEPARTMENT_CHIEF),
    Place("riskanalys-en", "/riskanalys/{riskanalysis}/", CONTROLLER),
    Place("atgarder", "/atgarder/", CHIEF),
    Place("atgarder-effekt", "/atgarder/?visa=effekt", CHIEF),
    Place("atgarder-genomforda", "/atgarder/?visa=genomforda", CONTROLLER),
    Place("atgard", "/atgarder/{closed_case}/1/", CHIEF),
    Place("atgard-pagar", "/atgarder/{open_case}/1/", CHIEF),
    Place("atgard-klar", "/atgarder/{open_case}/1/klar/", CHIEF),
    Place("atgard-genomfors-inte", "/atgarder/{open_case}/1/genomfors-inte/", CHIEF, press("Genomför inte")),
    Place("atgard-andra", "/atgarder/{open_case}/1/andra/", CHIEF),
    Place("atgard-effekt-fel", "/atgarder/{closed_case}/1/effekt/", CHIEF, press("Spara")),
    Place("atgard-ny-fel", "/arenden/{open_case}/atgarder/ny/", CHIEF, press("Besluta åtgärden")),
    Place("organisation", "/organisation/", CHIEF),
    Place("enhet", "/organisation/{unit}/", CHIEF),
    Place("enhet-med-enheter", "/organisation/IFO/", CHIEF),
    Place("mejl", "/organisation/mejl/", "systemadmin"),
    Place("ersattare-fel", "/konto/ersattare/", CHIEF, press("Välj ersättare")),
    Place("analys", "/analys/", CONTROLLER),
    Place("analys-tabeller", "/analys/?unit=ASF&year=2024", CONTROLLER, open_tables),
    Place("analys-fel", "/analys/?unit=ASF&year=hej", CONTROLLER),
]
REPORTS = [
    Place("rapporter", "/rapporter/", CONTROLLER),
    Place("rapporter-fel", "/rapporter/", CONTROLLER, begin_impossible_report),
    Place("rapporter-lasare", "/rapporter/", BOARD_SECRETARY),
    Place("rapport-obyggd", "{unbuilt}", CONTROLLER),
    Place("rapport-byggs", "{building}", CONTROLLER),
    Place("rapport-misslyckad", "{failed}", CONTROLLER),
    Place("rapport-byggd", "{built}", CONTROLLER),
    Place("rapport-lasare", "{built}", BOARD_SECRETARY),
    Place("rapport-skriv", "{unbuilt}", CONTROLLER, open_first_text),
    Place("rapport-samtidigt", "{unbuilt}", CONTROLLER, write_at_the_same_time),
    Place("rapport-webb", "{built}webb/", CONTROLLER),
]


PLACES = [*PUBLIC, *SIGNED_IN, *REPORTS]
