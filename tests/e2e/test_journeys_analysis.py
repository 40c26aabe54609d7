"""A tertial from its figures to its conclusion, a unit over time, and a question put to the register."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from analysis.figures import aggregate
from analysis.models import TertialAnalysis
from analysis.tertial import compiling, services
from casework.database.periods import tertial, tertial_of, tertials_before
from organisation.models import Unit
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import (
    Keyboard,
    act,
    appendix,
    choose,
    fill,
    follow,
    is_told,
    press,
)
from tests.factories import make_deviation

pytestmark = pytest.mark.e2e

LAST = tertials_before(*tertial_of(timezone.localdate()), 1)[0]
NEEDS_NOTE = "Chefen behöver först skriva sin kommentar."


def number_in(page: Page) -> int:
    """Return how many rows a page says that a number counts."""
    return int(page.locator("[data-number]").get_attribute("data-number") or "")


def rows_in(page: Page) -> int:
    """Return how many rows a page lists."""
    return page.locator("table:has(#underlag) tbody tr").count()


# --- a tertial --------------------------------------------------------------------------------
PLACES = {
    "script": ("IFO-KRI-2", "sektionschef"),
    "no-script": ("IFO-SBF-1", "grannchef"),
}


def fill_tertial(code: str) -> None:
    """Let a unit have reported, in the tertial that ended last, more of one thing than chance does."""
    unit = Unit.objects.get(code=code)
    facts = {
        "category": "Sekretess",
        "target_group": "Barn och unga",
        "cause_area": "Teknik och system",
    }
    for n in range(9):
        number = f"KA-{code}-{n}"
        make_deviation(unit, number=number, received_on=tertial(*LAST).first, **facts)
    aggregate.refresh()
    compiling.look(*LAST)


@pytest.mark.parametrize(
    "kind", ["script", pytest.param("no-script", marks=pytest.mark.every)]
)
def test_tertial_goes_from_its_pattern_to_the_document_and_the_report(
    kind: str, visit: Visit, municipality: Municipality
) -> None:
    (code, chief), said = PLACES[kind], f"Två skrivare delar kö {uuid4().hex[:6]}."
    fill_tertial(code)
    page = visit("planerare", java_script_enabled=kind == "script")
    case = open_analysis(page, municipality, code)
    inspect(page, f"tertial-{kind}-oppnad")
    judge_each(page, case, f"tertial-{kind}")
    action = f"Byt till personlig kod vid utskrift {uuid4().hex[:6]}"
    conclude(page, municipality, case, said, action)
    cannot_be_done(page, municipality, case)
    comment(visit(chief, java_script_enabled=kind == "script"), municipality, case)
    page.goto(municipality.address(f"/analys/{case.number}/"))
    press(page, "Markera som klar")
    press(page, "Markera som klar")
    is_told(page, "Analysen är klar.")
    inspect(page, f"tertial-{kind}-klar")

    case.refresh_from_db()
    assert (case.state, case.patterns.filter(verdict="").count()) == ("done", 0)
    press(page, "Analys")
    choose_tertial(page, code)
    expect(
        page.get_by_text("1 av 1 är klara. Chefen har kommenterat 1.")
    ).to_be_visible()
    press(page, "Tertialet som dokument")
    for words in (
        said,
        action,
        "Sekretess",
        "Felet finns i kön.",
        "Vi känner igen det.",
    ):
        expect(page.locator("main")).to_contain_text(words)
    inspect(page, f"tertial-{kind}-dokument")
    press(page, "Visa versionen för nämnden, med små tal dolda")
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("main")).not_to_contain_text("Vi känner igen det.")
    inspect(page, f"tertial-{kind}-dokument-namnden")
    if kind == "script":
        stands_in_the_report(visit("controller"), municipality, code, said)


def choose_tertial(page: Page, code: str) -> None:
    """Choose a unit in the workspace; the tertial that ended last is the first choice."""
    page.get_by_label("Enhet", exact=True).select_option(code)
    press(page, "Visa")
    year, number = LAST
    expect(
        page.get_by_role("heading", level=1, name=f"Analys, tertial {number} {year}")
    ).to_be_visible()


def open_analysis(page: Page, site: Municipality, code: str) -> TertialAnalysis:
    """Open, as planning officer, the analysis of a unit from the workspace of the tertial."""
    page.goto(site.address("/analys/"))
    choose_tertial(page, code)
    expect(page.get_by_role("link", name=re.compile("Sekretess"))).to_have_count(
        0
    )  # not yet to judge
    inspect(page, f"tertial-{code}-arbetsyta")
    press(page, "Öppna enheternas analyser")
    is_told(page, "En analys är öppnad.")
    return TertialAnalysis.objects.of(*LAST).get(about__code=code)


def judge_each(page: Page, case: TertialAnalysis, name: str) -> None:
    """Open each pattern, see that its rows are as many as it says, and say what it means."""
    press(page, "Analys")
    choose_tertial(page, case.about.code)
    places = case.patterns.order_by("position")
    pattern = places[0]
    follow(page.locator(f"a[href='/analys/{case.number}/monster/{pattern.position}/']"))
    for place, pattern in enumerate(places, start=1):
        follow(page.get_by_role("link", name="Visa ärendena"))
        assert number_in(page) == rows_in(page) == pattern.count
        if place == 1:
            inspect(page, f"{name}-underlag")
        page.go_back()
        if place == 1:
            inspect(page, f"{name}-monster")
        fill(page, assessment="Felet finns i kön.")
        choose(page, "Vad gör ni åt det?", "Åtgärd")
        press(
            page,
            "Spara och bedöm nästa" if place < len(places) else "Spara bedömningen",
        )
        is_told(page, f"Mönster {pattern.position} är bedömt.")


def conclude(
    page: Page, site: Municipality, case: TertialAnalysis, said: str, action: str
) -> None:
    """Write what is concluded, and decide an action."""
    press(page, "Slutsats")
    fill(page, conclusion=said)
    press(page, "Spara")
    is_told(page, "Slutsatsen skrevs.")
    act(page, action)
    page.goto(site.address(f"/analys/{case.number}/"))


def cannot_be_done(page: Page, site: Municipality, case: TertialAnalysis) -> None:
    """Try to mark the analysis as done before the chief has written: it says what is missing."""
    expect(page.get_by_role("listitem").filter(has_text=NEEDS_NOTE)).to_be_visible()
    press(page, "Markera som klar")
    press(page, "Markera som klar")
    expect(page.get_by_role("alert")).to_contain_text(NEEDS_NOTE)
    case.refresh_from_db()
    assert case.state == "open"


def comment(page: Page, site: Municipality, case: TertialAnalysis) -> None:
    """Write, as chief, what the figures say of the own unit."""
    page.goto(site.address(f"/analys/{case.number}/"))
    press(page, "Chefens kommentar")
    fill(page, chief_note="Vi känner igen det.")
    press(page, "Spara")
    is_told(page, "Chefen kommenterade.")


def stands_in_the_report(page: Page, site: Municipality, code: str, said: str) -> None:
    """Build the report of the unit's year: what was concluded and judged stands in it."""
    year, number = LAST
    appendix(page, site, code, year)
    concluded = page.get_by_role("row").filter(has_text=said)
    expect(concluded).to_contain_text(f"Tertial {number}")
    judged = page.get_by_role("row").filter(has_text="Felet finns i kön.")
    expect(judged.first).to_contain_text("Åtgärd")


# --- the chief --------------------------------------------------------------------------------
def test_chief_comments_by_keyboard_on_a_phone(
    visit: Visit, municipality: Municipality
) -> None:
    unit = Unit.objects.get(code=municipality.places["unit"])
    services.open_analyses(2023, 2, unit=unit)
    case = TertialAnalysis.objects.of(2023, 2).get(about=unit)
    page = visit("sektionschef", width=360)
    page.goto(municipality.address("/inkorg/?visa=oppna&subject=analysis"))
    keyboard = Keyboard(page)
    keyboard.open(case.number)
    inspect(page, "tertial-tangentbord")
    keyboard.open("Chefens kommentar")
    keyboard.write("Vad säger siffrorna om din enhet?", "Sommaren var lugn.")
    inspect(page, "tertial-tangentbord-kommentar")
    keyboard.open("Spara")

    is_told(page, "Chefen kommenterade.")
    case.refresh_from_db()
    assert case.chief_note == "Sommaren var lugn."


def test_chief_reads_the_own_unit_and_prints_one_page(
    visit: Visit, municipality: Municipality, tmp_path: Path
) -> None:
    page = visit("sektionschef")
    page.goto(municipality.address("/analys/enhet/?unit={unit}&year=2024&tertial=3"))
    link = page.locator(".kpis a").first
    count = int(link.inner_text())
    follow(link)
    assert number_in(page) == count
    page.go_back()
    press(page, "Skriv ut bladet till arbetsplatsträffen")
    expect(page.get_by_text("Tre frågor att prata om")).to_be_visible()
    inspect(page, "enheten-blad-resa")
    with pikepdf.open(BytesIO(page.pdf(format="A4"))) as paper:
        assert len(paper.pages) == 1


# --- a question -------------------------------------------------------------------------------
def table_of(page: Page) -> list[list[str]]:
    """Return the numbers of the answer as the page shows them, row by row."""
    rows = page.locator("table:has(#svar) tbody tr")
    return [
        [clean(text) for text in row.locator("td").all_inner_texts()]
        for row in rows.all()
    ]


def clean(number: str) -> str:
    """Return a number without the spaces that part its thousands."""
    return re.sub(r"\s", "", number)


def sheet_of(book: Path) -> list[list[str]]:
    """Return the numbers of the first sheet of an Excel file, row by row, without head and labels."""
    with ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    rows = [
        re.findall(r"<c [^>]*>(.*?)</c>", row)
        for row in re.findall(r"<row .*?>(.*?)</row>", sheet)
    ]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row[1:]] for row in rows[1:]]


def download_of(page: Page) -> Path:
    """Fetch the answer as Excel."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner som Excel").click()
    return Path(download.value.path())


def ask(page: Page, site: Municipality) -> None:
    """Ask what came in to a department in a year, by category and kind."""
    page.goto(site.address("/analys/fraga/"))
    page.get_by_label("Enhet", exact=True).select_option("IFO")
    page.get_by_label("Period").fill("2024")
    page.get_by_label("Rader").select_option("kategori")
    page.get_by_label("Kolumner").select_option("slag")


def test_controller_asks_opens_saves_shares_and_fetches(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("controller")
    ask(page, municipality)
    press(page, "Visa svaret")
    numbers = table_of(page)
    assert len(numbers) > 3
    inspect(page, "fraga-resa")
    assert sheet_of(download_of(page)) == numbers
    shared = page.url
    follow(
        page.locator("table a")
        .filter(has_text=re.compile(rf"^{numbers[0][-1]}$"))
        .first
    )
    assert number_in(page) == int(numbers[0][-1])
    page.go_back()
    name = f"Kategorier {uuid4().hex[:6]}"
    press(page, "Spara frågan")
    fill(page, name=name)
    press(page, "Spara frågan")
    is_told(page, f"Frågan ”{name}” är sparad.")
    page.goto(municipality.address("/analys/fraga/"))
    press(page, name)

    assert table_of(page) == numbers
    other = visit("planerare")
    other.goto(shared)
    assert table_of(other) == numbers


def test_masked_answer_hides_the_same_in_the_file(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("controller")
    ask(page, municipality)
    page.get_by_label("Maskera för publicering").check()
    press(page, "Visa svaret")
    numbers = table_of(page)
    shown = [int(number) for row in numbers for number in row if number != "dolt"]

    assert all(number == 0 or number >= 5 for number in shown)
    assert len(shown) < sum(len(row) for row in numbers)
    assert sheet_of(download_of(page)) == numbers
    inspect(page, "fraga-resa-maskerad")
