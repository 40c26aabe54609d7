"""Every page, in the states that one comes to from it alone; what takes longer is looked at in journeys."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from deviations.public_form.languages import language
from lexsarah.models import LexSarahCase
from organisation.models import User
from reports.life import services
from reports.models import AnnualReport
from tests.e2e.steps import follow

CHIEF, CONTROLLER, DEPARTMENT_CHIEF = "sektionschef", "controller", "avdelningschef"
OFFICER = "dataskyddsombud"
BOARD_SECRETARY, REGISTRAR, PLANNER = "namndsekreterare", "registrator", "planerare"
MEETING = "/lex-sarah/sammantraden/arbetsutskottet/2025-03-04/"


@dataclass(frozen=True)
class Place:
    """A page in one state: who sees it, where it begins, and what is done there first."""

    name: str
    path: str
    who: str = ""
    first: Callable[[Page], object] | None = None


def press(button: str) -> Callable[[Page], None]:
    """Return the press of a button and nothing before it."""

    def press_it(page: Page) -> None:
        follow(
            page.locator("main").get_by_role("button", name=button, exact=True).first
        )

    return press_it


def follow_wrongly(page: Page) -> None:
    """Type, in Arabic, a code that belongs to nothing."""
    arabic = language("ar")
    page.get_by_label(arabic.say("fields.code.label")).fill(
        "0000 1111 2222 3333 4444 5555 6666"
    )
    follow(page.get_by_role("button", name=arabic.say("follow.show")))
    expect(page.get_by_role("alert")).to_contain_text(arabic.say("follow.wrong"))


def sign_in_wrongly(page: Page) -> None:
    """Type a password that is not the right one."""
    page.get_by_label("Användarnamn").fill(CHIEF)
    page.get_by_label("Lösenord").fill("fel")
    follow(page.get_by_role("button", name="Logga in"))


def report_nothing(page: Page) -> None:
    """Send a report with nothing in it; the page keeps it as a draft before it is sent."""
    follow(page.get_by_role("button", name="Skicka rapporten"))
    expect(page.get_by_role("alert")).to_contain_text("Skriv vad som hände.")


def measure_wrongly(page: Page) -> None:
    """Say that there were more of something than there was in all."""
    page.get_by_label("Antal, mars 2024").fill("531")
    page.get_by_label("Av, mars 2024").fill("530")
    follow(page.get_by_role("button", name="Spara värdena"))
    expect(page.get_by_role("alert")).to_contain_text("531 av 530 går inte.")


def answer_wrongly(page: Page) -> None:
    """Say that more were content than answered."""
    page.get_by_label("Varav positiva, rad 1").fill("41")
    follow(page.get_by_role("button", name="Spara svaren", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("Rad 1: 41 av 40 går inte.")


def report_event(page: Page) -> None:
    """Send a report of what may be misconduct."""
    page.get_by_label("Vad hände?").fill("Ett beslut skickades till fel mottagare.")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_label("Vilken process eller rutin berörs?").select_option(
        "Finns ingen rutin"
    )
    follow(page.get_by_role("button", name="Skicka rapporten"))
    expect(
        page.get_by_role("heading", name="Tack. Rapporten är mottagen.")
    ).to_be_visible()


def open_tables(page: Page) -> None:
    """Open what is folded below the charts."""
    for summary in page.locator("figure summary").all():
        summary.click()


def open_comparison(page: Page) -> None:
    """Open the comparison of a unit with the others, and then the tables of all charts."""
    page.get_by_text("Jämför med hela förvaltningen").click()
    open_tables(page)


def begin_impossible_report(page: Page) -> None:
    """Ask for the report of a year that has no four figures."""
    page.get_by_label("År").fill("24")
    follow(page.get_by_role("button", name="Öppna berättelsen"))


def open_first_text(page: Page) -> None:
    """Open the page where the text of the first section is written."""
    follow(page.locator("#avsnitten").locator("xpath=..").locator("tbody a").first)
    expect(page.get_by_role("button", name="Spara texten")).to_be_visible()


def preview_a_number(page: Page) -> None:
    """Look at a text with a number of the register and one that means nothing."""
    open_first_text(page)
    page.locator("summary", has_text="Sätt in tal ur registret").click()
    page.get_by_label("Text").fill("Vi fick {tal avvikelser inkomna} och {tal hej}.")
    follow(page.get_by_role("button", name="Förhandsgranska"))
    expect(page.get_by_text("Det här går inte att hämta")).to_be_visible()


def open_all_beside(page: Page) -> None:
    """Open all that stands beside the box."""
    open_first_text(page)
    for summary in page.locator("aside summary").all():
        summary.click()


def give_oneself_a_section(page: Page) -> None:
    """Take a section that should have been done, and look at the list of one's own."""
    follow(page.locator("#ansvar").locator("xpath=..").locator("td a").first)
    page.get_by_label("Vem skriver?").select_option(CONTROLLER)
    page.get_by_label("Klart senast").fill("2026-01-15")
    follow(page.get_by_role("button", name="Spara"))
    page.goto(urljoin(page.url, "/rapporter/mina-avsnitt/"))
    expect(page.get_by_text("Försenat")).to_be_visible()


def make_outline(page: Page) -> None:
    """Make an own outline from a shipped one."""
    page.get_by_label("Vad ska mallen heta?").fill(f"Vår mall {secrets.token_hex(3)}")
    follow(page.get_by_role("button", name="Gör mallen"))
    expect(page.get_by_role("button", name="Spara mallen")).to_be_visible()


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
    follow(page.get_by_role("button", name="Spara texten"))
    expect(
        page.get_by_text("Någon annan har ändrat texten medan du skrev")
    ).to_be_visible()


def fill_in_register(page: Page) -> None:
    """Write down a telephone call from somebody who wants to read the answer with a code."""
    page.get_by_label("Vad säger personen?").fill("Ingen ringer tillbaka.")
    page.get_by_label("Med kod").check()
    follow(page.get_by_role("button", name="Registrera", exact=True))
    expect(page.get_by_text("Läs upp koden")).to_be_visible()


def receive_report(page: Page) -> None:
    """Write down what a colleague has told."""
    page.get_by_label("Vad hände?").fill("En brukare fick fel medicin.")
    page.get_by_label("Ja", exact=True).check()
    follow(page.get_by_role("button", name="Skicka till utredaren"))
    expect(page.get_by_role("heading", name="Rapporten är mottagen")).to_be_visible()


def put_forward(page: Page) -> None:
    """Let a case wait for the committee, and look at the list again."""
    unit, place = (
        User.objects.get(username=CHIEF).memberships.get().unit,
        LexSarahCase.objects.count(),
    )
    day = {"received_on": dt.date(2025, 2, 3), "investigated_on": dt.date(2025, 3, 3)}
    said = {
        "proposed_degree": "serious_misconduct",
        "summary": "En insats om mat uteblev i två dygn.",
    }
    about = {
        "title": "Mat",
        "subject": "lexsarah",
        "circle": "few",
        "state": "proposed",
        "unit": unit,
    }
    LexSarahCase.objects.create(number=f"LS-2025-{place:04d}-P", **about, **day, **said)
    page.reload()


def answer(page: Page, *, notifies: str) -> None:
    """Answer the questions about the first case that waits: nothing is chosen beforehand."""
    page.get_by_role("group", name="Bedömning").first.get_by_label(
        "Allvarligt missförhållande", exact=True
    ).check()
    page.get_by_role("group", name="Är åtgärderna tillräckliga?").first.get_by_label(
        "Ja"
    ).check()
    page.get_by_role("group", name="Anmäls händelsen till IVO?").first.get_by_label(
        notifies
    ).check()
    page.get_by_label("Paragraf").first.fill("§ 12")


def decide_wrongly(page: Page) -> None:
    """Say that what is serious is not to be notified."""
    put_forward(page)
    answer(page, notifies="Nej")
    follow(page.get_by_role("button", name="Läs igenom beslutet").first)
    expect(page.get_by_role("alert")).to_contain_text("ska anmälas till IVO")


def decide(page: Page) -> None:
    """Decide what waits as it is proposed, and send one case back."""
    for _ in range(2):
        put_forward(page)
    answer(page, notifies="Ja")
    follow(page.get_by_role("button", name="Läs igenom beslutet").first)
    follow(page.get_by_role("button", name="Anteckna beslutet"))
    page.get_by_label("Paragraf").first.fill("§ 13")
    page.get_by_label("Skäl").first.fill("Vad säger personalen?")
    follow(page.get_by_role("button", name="Återremittera").first)
    follow(page.get_by_role("button", name="Anteckna återremissen"))
    expect(page.get_by_text("Återremissen är antecknad")).to_be_visible()


def read_minutes(page: Page) -> None:
    """Decide what waits, and read the text for the minutes."""
    decide(page)
    follow(page.get_by_role("link", name="Text till protokollet"))
    expect(page.get_by_role("link", name="Hämta som Word")).to_be_visible()


def choose_cases(page: Page) -> None:
    """Choose the first case of the inbox and who is to have it."""
    page.get_by_role("checkbox", name="Välj").first.check()
    page.get_by_label("Fördela valda till").select_option(index=1)
    follow(page.get_by_role("button", name="Granska och fördela"))
    expect(page.get_by_role("heading", name="Fördela ärenden")).to_be_visible()


def save_filter(page: Page) -> None:
    """Save a filter under a name, and go back to where it is changed."""
    page.get_by_label("Namn på filtret").fill("Äldre ärenden")
    follow(page.get_by_role("button", name="Spara filtret"))
    follow(page.get_by_role("link", name="Spara filtret"))
    expect(page.get_by_role("button", name="Ta bort Äldre ärenden")).to_be_visible()


def add_file(page: Page) -> None:
    """Add a file to a case."""
    page.get_by_label("Välj filer").set_input_files(
        {
            "name": "rutin för utskick.txt",
            "mimeType": "text/plain",
            "buffer": b"Kontrollera adressen.",
        }
    )
    follow(page.get_by_role("button", name="Lägg till filerna"))
    expect(page.get_by_text("Filen är tillagd.")).to_be_visible()


def open_calendar(page: Page) -> None:
    """Ask for the address of one's calendar."""
    follow(page.get_by_role("button", name="Gör en adress till kalendern"))
    expect(page.get_by_label("Adress att prenumerera på")).to_be_visible()


def open_other_choices(page: Page) -> None:
    """Open what is folded on the page of a case."""
    for summary in page.locator("main summary").all():
        summary.click()


def read_names(page: Page) -> None:
    """Read for a reason whom a case concerns."""
    page.get_by_label("Varför behöver du läsa namnen?").fill(
        "Den berörda ska informeras."
    )
    follow(page.get_by_role("button", name="Visa namnen"))
    expect(page.get_by_role("cell", name="Karin Kanariefågel")).to_be_visible()


def note_breach(page: Page) -> None:
    """Note that an event is a breach of personal data, unless it is there from another time."""
    if page.get_by_label("Personuppgiftsincident").count():
        page.get_by_label("Personuppgiftsincident").check()
        page.get_by_label("Vilken dag blev det känt?").fill("2026-03-02")
        page.get_by_label("Vilken tid?").last.fill("10:00")
        follow(page.get_by_role("button", name="Anteckna", exact=True))
    expect(page.get_by_text("Försenat med")).to_be_visible()
    open_other_choices(page)


def withdraw_wrongly(page: Page) -> None:
    """Open what can be done with a plan, and withdraw it without saying why."""
    open_other_choices(page)
    press("Dra in planen")(page)
    expect(page.get_by_role("alert")).to_contain_text(
        "Skriv varför den inte ska göras."
    )


def keep_out(page: Page) -> None:
    """Keep a person from a case."""
    page.get_by_label("Vem är jävig?").select_option("medarbetare")
    follow(page.get_by_role("button", name="Håll utanför ärendet"))
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
    Place(
        "filter-fel", "/inkorg/filter/?visa=avslutade", CHIEF, press("Spara filtret")
    ),
    Place("avvikelse", "/avvikelser/{open_case}/", CHIEF, open_other_choices),
    Place("avvikelse-ny", "/avvikelser/{reported_case}/", CHIEF),
    Place("avvikelse-avslutad", "/avvikelser/{closed_case}/", CHIEF),
    Place("avvikelse-controller", "/avvikelser/{open_case}/", CONTROLLER),
    Place("steg-utan-fragor", "/avvikelser/{reported_case}/utred/", CHIEF),
    Place("steg-orsak", "/avvikelser/{open_case}/orsak/", CHIEF),
    Place("steg-fel", "/avvikelser/{open_case}/bedom/", CHIEF, press("Spara")),
    Place(
        "steg-dubblett-fel",
        "/avvikelser/{open_case}/dubblett/",
        CHIEF,
        press("Koppla som dubblett"),
    ),
    Place("steg-oppna-igen", "/avvikelser/{closed_case}/oppna-igen/", CONTROLLER),
    Place(
        "anteckning-fel",
        "/avvikelser/{open_case}/",
        CHIEF,
        press("Spara intern anteckning"),
    ),
    Place("jav", "/arenden/{open_case}/jav/", CHIEF, keep_out),
    Place("jav-fel", "/arenden/{open_case}/jav/", CHIEF, press("Håll utanför ärendet")),
    Place("skydd-controller", "/arenden/{open_case}/skydd/", CONTROLLER),
    Place("jav-och-skydd", "/organisation/jav-och-skydd/", CONTROLLER),
    Place("filer", "/arenden/{open_case}/filer/", CHIEF, add_file),
    Place(
        "filer-fel", "/arenden/{open_case}/filer/", CHIEF, press("Lägg till filerna")
    ),
    Place("rapportera", "/rapportera/", CHIEF),
    Place("rapportera-fel", "/rapportera/", CHIEF, report_nothing),
    Place("rapportera-kvitto", "/rapportera/", CHIEF, report_event),
    Place("mina-rapporter-inga", "/rapportera/mina/", BOARD_SECRETARY),
    Place("utkast-inga", "/rapportera/utkast/", BOARD_SECRETARY),
    Place("inte-skickat-tomt", "/utkast/", BOARD_SECRETARY),
    Place("registrera", "/registrera/", REGISTRAR),
    Place("registrera-fel", "/registrera/", REGISTRAR, press("Registrera")),
    Place("registrera-kvitto", "/registrera/", REGISTRAR, fill_in_register),
    Place("sankta-foljder", "/avvikelser/sankta/", CONTROLLER),
    Place("lex-sarah", "/lex-sarah/", CHIEF),
    Place("lex-sarah-ett", "/lex-sarah/{lex_case}/", CHIEF),
    Place(
        "lex-sarah-steg",
        "/lex-sarah/{notified_case}/handelsen/",
        "lexsarah",
        press("Spara"),
    ),
    Place(
        "rapportera-lex-sarah-fel",
        "/avvikelser/{open_case}/lex-sarah/",
        CHIEF,
        press("Rapportera"),
    ),
    Place("lex-sarah-ivo", "/lex-sarah/{notified_case}/ivo/", "lexsarah"),
    Place(
        "lex-sarah-berorda",
        "/lex-sarah/{notified_case}/berorda/",
        "lexsarah",
        open_other_choices,
    ),
    Place(
        "lex-sarah-berorda-namn",
        "/lex-sarah/{notified_case}/berorda/",
        "lexsarah",
        read_names,
    ),
    Place(
        "lex-sarah-berorda-fel",
        "/lex-sarah/{notified_case}/berorda/",
        "lexsarah",
        press("Lägg till personen"),
    ),
    Place("lex-sarah-berorda-inga", "/lex-sarah/{lex_case}/berorda/", "lexsarah"),
    Place("vagar", "/lex-sarah/vagar/", "medarbetare"),
    Place("andra-vagar", "/lex-sarah/andra-vagar/{open_case}/", CHIEF, note_breach),
    Place(
        "andra-vagar-fel",
        "/lex-sarah/andra-vagar/{reported_case}/",
        CHIEF,
        press("Anteckna"),
    ),
    Place("lex-sarah-information", "/lex-sarah/information/", "medarbetare"),
    Place("lex-sarah-information-chef", "/lex-sarah/information/", DEPARTMENT_CHIEF),
    Place(
        "lex-sarah-information-enhet-fel",
        "/lex-sarah/information/{unit}/",
        CHIEF,
        press("Notera som informerade"),
    ),
    Place(
        "lex-sarah-information-enhet-inga",
        "/lex-sarah/information/{unit}/?visa=klara",
        CHIEF,
    ),
    Place("lex-sarah-information-planera", "/lex-sarah/information/ny/", CONTROLLER),
    Place("lex-sarah-avstamning", "/lex-sarah/avstamning/", CONTROLLER),
    Place("lex-sarah-avstamning-fel", "/lex-sarah/avstamning/?year=hej", "lexsarah"),
    Place("lex-sarah-ta-emot-var", "/lex-sarah/ta-emot-rapport/", "lexsarah"),
    Place(
        "lex-sarah-ta-emot-fel",
        "/lex-sarah/ta-emot-rapport/",
        CHIEF,
        press("Skicka till utredaren"),
    ),
    Place(
        "lex-sarah-ta-emot-kvitto", "/lex-sarah/ta-emot-rapport/", CHIEF, receive_report
    ),
    Place("sammantraden", "/lex-sarah/sammantraden/", BOARD_SECRETARY),
    Place(
        "sammantraden-fel",
        "/lex-sarah/sammantraden/",
        BOARD_SECRETARY,
        press("Lägg till sammanträde"),
    ),
    Place("sammantrade", MEETING, BOARD_SECRETARY, put_forward),
    Place("sammantrade-fel", MEETING, BOARD_SECRETARY, decide_wrongly),
    Place("sammantrade-avgjort", MEETING, BOARD_SECRETARY, decide),
    Place("protokoll", MEETING, BOARD_SECRETARY, read_minutes),
    Place("protokoll-nytt", f"{MEETING}protokoll/", BOARD_SECRETARY),
    Place("ordforandebeslut", "/lex-sarah/ordforandebeslut/", BOARD_SECRETARY),
    Place(
        "ordforandebeslut-fel",
        "/lex-sarah/ordforandebeslut/",
        BOARD_SECRETARY,
        press("Anteckna beslutet"),
    ),
    Place("ordning", "/lex-sarah/ordning/", CONTROLLER),
    Place("ordning-ifylld", "/lex-sarah/ordning/?fyll=goteborg", CONTROLLER),
    Place("egenkontroll-tom", "/egenkontroll/", CHIEF),
    Place("egenkontroll", "/egenkontroll/", CONTROLLER),
    Place("egenkontroll-valj", "/egenkontroll/ny/", CHIEF),
    Place("egenkontroll-ny", "/egenkontroll/ny/dokumentation/", CHIEF),
    Place(
        "egenkontroll-ny-fel",
        "/egenkontroll/ny/utan-mall/",
        CHIEF,
        press("Planera egenkontrollen"),
    ),
    Place("egenkontroll-mallar", "/egenkontroll/mallar/", CONTROLLER),
    Place(
        "egenkontroll-mall-ny-fel",
        "/egenkontroll/mallar/ny/",
        CONTROLLER,
        press("Publicera"),
    ),
    Place("egenkontroll-mall", "/egenkontroll/mallar/dokumentation/", CONTROLLER),
    Place("egenkontroll-pagar", "/egenkontroll/{check}/", CHIEF),
    Place(
        "egenkontroll-urval-fel",
        "/egenkontroll/{check}/urval/",
        CHIEF,
        press("Dra urvalet"),
    ),
    Place("egenkontroll-granska", "/egenkontroll/{check}/granskning/1/", CHIEF),
    Place(
        "egenkontroll-granska-fel",
        "/egenkontroll/{check}/granskning/2/",
        CHIEF,
        press("Spara och gå vidare"),
    ),
    Place(
        "egenkontroll-resultat-fel",
        "/egenkontroll/{check}/resultat/",
        CHIEF,
        press("Resultat"),
    ),
    Place("egenkontroll-en", "/egenkontroll/{selfcheck}/", CONTROLLER),
    Place("matserier", "/egenkontroll/matserier/", CONTROLLER),
    Place(
        "matserie-ny-fel",
        "/egenkontroll/matserier/ny/",
        CHIEF,
        press("Starta mätserien"),
    ),
    Place("matserie", "{series}", CHIEF),
    Place("matserie-andra", "{series}andra/", CHIEF),
    Place("matserie-varden", "{series}2025/", CHIEF),
    Place("matserie-varden-fel", "{series}2024/", CHIEF, measure_wrongly),
    Place(
        "egenkontroll-mats",
        "/egenkontroll/{by_series}/underlag/",
        CHIEF,
        press("Spara"),
    ),
    Place("egenkontroll-enkat", "/egenkontroll/{survey}/", CHIEF),
    Place(
        "egenkontroll-enkat-fel",
        "/egenkontroll/{survey}/fragor/",
        CHIEF,
        answer_wrongly,
    ),
    Place("egenkontroll-jamforelse", "/egenkontroll/{comparison}/", CHIEF),
    Place("egenkontroll-nyckeltal", "/egenkontroll/{comparison}/nyckeltal/", CHIEF),
    Place(
        "egenkontroll-platser-fel",
        "/egenkontroll/{walk}/platser/",
        CHIEF,
        press("Spara platserna"),
    ),
    Place("arsplan", "/egenkontroll/plan/?ar={plan_year}", CHIEF),
    Place("arsplan-tom", "/egenkontroll/plan/?ar=hej", CONTROLLER),
    Place(
        "arsplan-ny-fel",
        "/egenkontroll/plan/ny/",
        CHIEF,
        press("Lägg till i årsplanen"),
    ),
    Place("arsplan-andra-fel", "{plan}", CHIEF, withdraw_wrongly),
    Place("riskanalys-tom", "/riskanalys/", CHIEF),
    Place("riskanalys", "/riskanalys/", DEPARTMENT_CHIEF),
    Place("riskanalys-vem", "/riskanalys/ny/?galler=medarbetare", CHIEF),
    Place(
        "riskanalys-ny-fel",
        "/riskanalys/ny/?galler=brukare",
        CHIEF,
        press("Planera analysen"),
    ),
    Place("riskanalys-anledningar", "/riskanalys/anledningar/", CHIEF),
    Place(
        "riskanalys-besvarade", "/riskanalys/anledningar/?visa=besvarade", CONTROLLER
    ),
    Place("riskanalys-behovs-inte-fel", "{prompt}", CHIEF, press("Spara svaret")),
    Place("riskanalys-pagar", "/riskanalys/{analysis}/", CHIEF),
    Place(
        "riskanalys-risk-ny-fel",
        "/riskanalys/{analysis}/risker/ny/",
        CHIEF,
        press("Spara risken"),
    ),
    Place("riskanalys-risk", "/riskanalys/{analysis}/risker/1/", CHIEF),
    Place(
        "riskanalys-steg-fel", "/riskanalys/{analysis}/beskriv/", CHIEF, press("Spara")
    ),
    Place("riskanalys-en", "/riskanalys/{riskanalysis}/", CONTROLLER),
    Place("rutiner", "/rutiner/", CONTROLLER),
    Place("rutiner-inga", "/rutiner/?visa=gamla", CHIEF),
    Place("rutin", "/rutiner/{routine}/", CHIEF),
    Place("rutin-ny-fel", "/rutiner/ny/", CHIEF, press("Registrera")),
    Place("rutin-andra", "/rutiner/{routine}/andra/", CHIEF, open_other_choices),
    Place("atgarder", "/atgarder/", CHIEF),
    Place("atgarder-effekt", "/atgarder/?visa=effekt", CHIEF),
    Place("atgarder-genomforda", "/atgarder/?visa=genomforda", CONTROLLER),
    Place("atgard", "/atgarder/{closed_case}/1/", CHIEF),
    Place("atgard-pagar", "/atgarder/{open_case}/1/", CHIEF),
    Place("atgard-klar", "/atgarder/{open_case}/1/klar/", CHIEF),
    Place(
        "atgard-genomfors-inte",
        "/atgarder/{open_case}/1/genomfors-inte/",
        CHIEF,
        press("Genomför inte"),
    ),
    Place("atgard-andra", "/atgarder/{open_case}/1/andra/", CHIEF),
    Place(
        "atgard-effekt-fel", "/atgarder/{closed_case}/1/effekt/", CHIEF, press("Spara")
    ),
    Place(
        "atgard-ny-fel",
        "/arenden/{open_case}/atgarder/ny/",
        CHIEF,
        press("Spara åtgärden"),
    ),
    Place("organisation", "/organisation/", CHIEF),
    Place("enhet", "/organisation/{unit}/", CHIEF),
    Place("enhet-med-enheter", "/organisation/IFO/", CHIEF),
    Place("mejl", "/organisation/mejl/", "systemadmin"),
    Place("gallring", "/organisation/gallring/", "registrator"),
    Place("gallringsbeslut", "/organisation/gallring/beslut/", "registrator"),
    Place(
        "gallringsbeslut-fel",
        "/organisation/gallring/beslut/",
        "registrator",
        press("Registrera beslutet"),
    ),
    Place("ersattare-fel", "/konto/ersattare/", CHIEF, press("Välj ersättare")),
    Place("analys", "/analys/", CONTROLLER),
    Place(
        "analys-tabeller",
        "/analys/?unit=ASF&year=2024&tertial=3",
        CONTROLLER,
        open_tables,
    ),
    Place("analys-aret", "/analys/aret/?unit=ASF&year=2024", CONTROLLER, open_tables),
    Place("tackning", "/analys/tackning/", CONTROLLER),
    Place(
        "tackning-planer",
        "/analys/tackning/?unit=ASF&year=2024&visa=planer",
        CONTROLLER,
    ),
    Place("tackning-fel", "/analys/tackning/?unit=ASF&year=hej", CONTROLLER),
    Place("fraga", "/analys/fraga/", CONTROLLER),
    Place(
        "fraga-delad",
        "/analys/fraga/?amne=avvikelser&enhet=ASF&period=2024&kolumner=slag",
        CONTROLLER,
    ),
    Place(
        "fraga-maskerad",
        "/analys/fraga/?amne=avvikelser&enhet=ASF&period=2024&rader=kategori&kolumner=malgrupp&maskera=on",
        CONTROLLER,
    ),
    Place(
        "fraga-tom",
        "/analys/fraga/?amne=lexsarah&enhet=ASF&period=1999&rader=grad",
        CONTROLLER,
    ),
    Place(
        "fraga-fel", "/analys/fraga/?amne=avvikelser&enhet=ASF&period=hej", CONTROLLER
    ),
    Place(
        "fraga-spara-fel",
        "/analys/fraga/sparade/?period=2024",
        CONTROLLER,
        press("Spara frågan"),
    ),
    Place(
        "underlag",
        "/analys/underlag/?amne=avvikelser&enhet=ASF&period=2024",
        CONTROLLER,
    ),
    Place(
        "underlag-inget",
        "/analys/underlag/?amne=lexsarah&enhet=IFO&period=2024",
        PLANNER,
    ),
    Place(
        "underlag-fel",
        "/analys/underlag/?amne=avvikelser&enhet=ASF&period=hej",
        CONTROLLER,
    ),
    Place("analys-fel", "/analys/?unit=ASF&year=hej", CONTROLLER),
    Place("analys-tertial", "/analys/{tertial}/", CHIEF),
    Place(
        "analys-tertial-controller",
        "/analys/{tertial}/",
        CONTROLLER,
        open_other_choices,
    ),
    Place("analys-tertial-over", "/analys/{tertial_above}/", CONTROLLER),
    Place(
        "analys-monster", "/analys/{tertial}/monster/2/", CONTROLLER, open_other_choices
    ),
    Place(
        "analys-monster-fel",
        "/analys/{tertial}/monster/1/",
        CHIEF,
        press("Spara bedömningen"),
    ),
    Place(
        "analys-kommentar-fel", "/analys/{tertial}/kommentera/", CHIEF, press("Spara")
    ),
    Place(
        "analys-klar-fel",
        "/analys/{tertial}/klar/",
        CONTROLLER,
        press("Markera som klar"),
    ),
    Place(
        "enheten",
        "/analys/enhet/?unit={unit}&year=2024&tertial=3",
        CHIEF,
        open_comparison,
    ),
    Place(
        "enheten-alla",
        "/analys/enhet/?unit=ASF&year=2024&tertial=3",
        CONTROLLER,
        open_comparison,
    ),
    Place("enheten-fel", "/analys/enhet/?unit={unit}&year=hej", CHIEF),
    Place("enheten-tom", "/analys/enhet/?unit={unit}&year=2001&tertial=1", CHIEF),
    Place("enheten-blad", "/analys/enhet/blad/?unit={unit}&year=2024&tertial=3", CHIEF),
    Place("analys-oppna", "/analys/oppna/", CONTROLLER),
]
REPORTS = [
    Place("rapporter", "/rapporter/", CONTROLLER),
    Place("rapporter-fel", "/rapporter/", CONTROLLER, begin_impossible_report),
    Place("rapporter-lasare", "/rapporter/", BOARD_SECRETARY),
    Place("rapport-obyggd", "{unbuilt}", CONTROLLER),
    Place("rapport-byggs", "{building}", CONTROLLER),
    Place("rapport-misslyckad", "{failed}", CONTROLLER),
    Place("rapport-avbruten", "{cancelled}", CONTROLLER),
    Place("rapport-byggd", "{built}", CONTROLLER),
    Place("rapport-lasare", "{built}", BOARD_SECRETARY),
    Place("rapport-skriv", "{unbuilt}", CONTROLLER, open_first_text),
    Place("rapport-forhandsgranska", "{unbuilt}", CONTROLLER, preview_a_number),
    Place("rapport-bredvid", "{unbuilt}", CONTROLLER, open_all_beside),
    Place("mina-avsnitt-tom", "/rapporter/mina-avsnitt/", CHIEF),
    Place("mina-avsnitt", "{unbuilt}lage/", CONTROLLER, give_oneself_a_section),
    Place("rapport-mallar", "/rapporter/mallar/", CONTROLLER),
    Place("rapport-mallar-fel", "/rapporter/mallar/", CONTROLLER, press("Gör mallen")),
    Place("rapport-mall", "/rapporter/mallar/", CONTROLLER, make_outline),
    Place("rapport-samtidigt", "{unbuilt}", CONTROLLER, write_at_the_same_time),
    Place("rapport-webb", "{built}webb/", CONTROLLER),
    Place("rapport-utgavor", "{built}utgavor/", CONTROLLER),
    Place("rapport-utgavor-inga", "{unbuilt}utgavor/", CONTROLLER),
    Place("rapport-utgava", "{built}utgavor/1/", BOARD_SECRETARY),
    Place("rapport-andringar", "{built}utgavor/2/andringar/", CONTROLLER),
    Place("rapport-lage", "{unbuilt}lage/", CONTROLLER),
    Place("rapport-lage-lasare", "{published}lage/", BOARD_SECRETARY),
    Place(
        "rapport-steg-fel",
        "{published}steg/ny-utgava/",
        CONTROLLER,
        press("Börja på en ny utgåva"),
    ),
    Place("rapport-avsnitt", "{published}avsnitt/uppfoljning/", CONTROLLER),
    Place(
        "rapport-avsnitt-fel",
        "{unbuilt}avsnitt/uppfoljning/",
        CONTROLLER,
        press("Skicka kommentaren"),
    ),
    Place("rapport-ansvar", "{unbuilt}avsnitt/uppfoljning/ansvar/", CONTROLLER),
    Place("rapport-version", "{published}avsnitt/uppfoljning/version/1/", CONTROLLER),
    Place("berattelser", "/kvalitetsberattelse/"),
    Place("berattelse", "/kvalitetsberattelse/2018/ASF/"),
    Place("rapport-kontroll", "{built}kontroll/", CONTROLLER),
    Place("rapport-kontroll-lasare", "{built}kontroll/", BOARD_SECRETARY),
    Place("tertialanalyser", "/rapporter/tertial/", CONTROLLER),
    Place("tertialanalyser-fel", "/rapporter/tertial/?tertial=hej", CONTROLLER),
    Place("tertialanalys", "/rapporter/tertial/2024T3/ASF/?version=intern", CONTROLLER),
    Place("tertialanalys-enhet", "/rapporter/tertial/2024T3/IFO-KRI-2/", CONTROLLER),
    Place("tertialanalys-lasare", "/rapporter/tertial/2024T3/ASF/", BOARD_SECRETARY),
    Place(
        "tertialanalys-byggs",
        "/rapporter/tertial/2024T1/IFO/",
        CONTROLLER,
        press("Bygg PDF"),
    ),
]


LOG = [
    Place("logg", "/logg/", OFFICER),
    Place("logg-fel", "/logg/", OFFICER, press("Visa vem som har läst")),
    Place("logg-medarbetare-fel", "/logg/", OFFICER, press("Sök medarbetare")),
    Place("logg-chef", "/logg/", CHIEF),
    Place("logg-arende", "/logg/arende/{open_case}/", CHIEF),
    Place("logg-arende-ombud", "/logg/arende/{open_case}/", OFFICER),
    Place("logg-arende-fel", "/logg/arende/{open_case}/?first=x&kind=y", OFFICER),
    Place("logg-medarbetare", "/logg/person/sektionschef/", OFFICER),
    Place("logg-medarbetare-tom", "/logg/person/registrator/?last=2001-01-01", OFFICER),
    Place("logg-uttag", "/logg/uttag/", OFFICER),
    Place("logg-uttag-nytt", "/logg/uttag/nytt/?arende={open_case}", OFFICER),
    Place("logg-uttag-fel", "/logg/uttag/nytt/", OFFICER, press("Gör uttaget")),
    Place("logg-ett-uttag", "/logg/uttag/{extract}/", OFFICER),
    Place("handelser", "/logg/handelser/", CONTROLLER),
    Place("handelser-fel", "/logg/handelser/?what=x&first=y", CONTROLLER),
    Place("nodoppningar", "/logg/nodoppningar/", OFFICER),
    Place("nodoppning", "/nodoppning/", CHIEF),
    Place("nodoppning-fel", "/nodoppning/", CHIEF, press("Nödöppna ärendet")),
    Place("loggkontroller", "/egenkontroll/loggkontroller/", OFFICER),
    Place("loggkontroll-ny", "/egenkontroll/loggkontroller/ny/", CHIEF),
    Place("loggkontroll", "/egenkontroll/{log_check}/logg/", OFFICER),
    Place("loggkontroll-urval", "/egenkontroll/{log_check}/logg/urval/", OFFICER),
    Place("loggkontroll-fil", "/egenkontroll/{log_check}/logg/fil/", OFFICER),
    Place("loggkontroll-lasning", "/egenkontroll/{log_check}/logg/1/", OFFICER),
    Place(
        "matserie-raknar",
        "{series}rakna/",
        CHIEF,
    ),
]


PLACES = [*PUBLIC, *SIGNED_IN, *REPORTS, *LOG]
