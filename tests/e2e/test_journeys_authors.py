"""What authors come to do: write together, put in what the register knows, and lose nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from organisation.models import Unit, User
from reports.life.services import begin
from reports.models import AnnualReport, Block, TextDraft
from reports.writing.authoring import assign
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import PASSWORD, Municipality
from tests.e2e.steps import Keyboard, is_told, press, sign_in

pytestmark = pytest.mark.e2e
SECTION = "uppfoljning"


def report_of(year: int) -> AnnualReport:
    """Begin a report that no other journey writes in."""
    return begin(
        unit=Unit.objects.get(code="IFO"), year=year, template="malmo", actor=None
    )


def opens(page: Page, site: Municipality, report: AnnualReport) -> None:
    """Open the page where the section is written."""
    page.goto(site.address(f"{report.get_absolute_url()}skriv/{SECTION}/"))


def box(page: Page) -> Locator:
    """Return the box that the text is written in."""
    return page.get_by_role("textbox", name="Text")


def newest(report: AnnualReport) -> Block:
    """Return the text of the section as it stands."""
    return report.blocks.filter(section=SECTION).order_by("-version")[0]


def test_two_authors_at_once_lose_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2017)
    first, second = visit("controller"), visit("planerare")
    for page in (first, second):
        opens(page, municipality, report)
        expect(page.get_by_role("button", name="Spara texten")).to_be_visible()
    first.reload()
    expect(first.get_by_text("Någon annan skriver här")).to_be_visible()
    box(first).fill("Det här skrev controllern.")
    box(second).fill("Det här skrev planeraren.")
    press(first, "Spara texten")
    is_told(first, "är sparad")

    press(second, "Spara texten")
    expect(
        second.get_by_text("Någon annan har ändrat texten medan du skrev")
    ).to_be_visible()
    expect(box(second)).to_have_value("Det här skrev planeraren.")
    second.locator("summary", has_text="Visa texten som").click()
    expect(second.get_by_text("Det här skrev controllern.")).to_be_visible()
    inspect(second, "skriva-samtidigt")
    box(second).fill("Det här skrev controllern. Det här skrev planeraren.")
    press(second, "Spara texten")
    is_told(second, "är sparad")

    texts = [
        block.text
        for block in report.blocks.filter(section=SECTION).order_by("version")
    ]
    assert texts == [
        "Det här skrev controllern.",
        "Det här skrev controllern. Det här skrev planeraren.",
    ]


def test_session_that_ends_while_typing_loses_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2016)
    page = visit("planerare")
    opens(page, municipality, report)
    page.context.clear_cookies()
    box(page).fill("Skrivet efter att sessionen gick ut.")
    press(page, "Spara texten")
    expect(page.get_by_text("Du har loggats ut.")).to_be_visible()
    expect(box(page)).to_have_value("Skrivet efter att sessionen gick ut.")
    inspect(page, "skriva-utloggad")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Logga in i en ny flik").click()
    sign_in(opened.value, "planerare", PASSWORD)
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(
        "Kvalitetsberättelse 2016"
    )
    # Nobody does anything on the first page: it finds out by itself.
    expect(page.get_by_text("Du har loggats ut.")).to_be_hidden()
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    press(page, "Spara texten")
    is_told(page, "är sparad")

    assert newest(report).text == "Skrivet efter att sessionen gick ut."


def test_text_is_there_again_after_a_session_that_ended(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2015)
    page = visit("planerare")
    opens(page, municipality, report)
    box(page).fill("Sparat som utkast av sig självt.")
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    page.context.clear_cookies()

    opens(page, municipality, report)
    sign_in(page, "planerare", PASSWORD)
    expect(page.get_by_text("Ditt utkast är framme")).to_be_visible()
    expect(box(page)).to_have_value("Sparat som utkast av sig självt.")
    assert not report.blocks.exists()


def test_network_that_drops_loses_nothing(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2014)
    page = visit("controller")
    opens(page, municipality, report)
    page.context.set_offline(True)
    box(page).fill("Skrivet på tåget.")
    expect(page.get_by_text("Ingen kontakt med servern.")).to_be_visible()
    press(page, "Spara texten")
    expect(box(page)).to_have_value("Skrivet på tåget.")
    inspect(page, "skriva-utan-nat")

    page.context.set_offline(False)
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    assert (
        TextDraft.objects.get(report=report, section=SECTION).text
        == "Skrivet på tåget."
    )
    press(page, "Spara texten")
    is_told(page, "är sparad")
    assert newest(report).text == "Skrivet på tåget."


def give(report: AnnualReport, username: str) -> None:
    """Give the section to somebody, as the controller."""
    author, actor = (
        User.objects.get(username=name) for name in (username, "controller")
    )
    assign(
        report, section=SECTION, author=author, due_on=None, status="draft", actor=actor
    )


@pytest.mark.parametrize("with_script", [True, False])
def test_author_who_loses_the_section_while_typing_loses_no_words(
    visit: Visit, municipality: Municipality, with_script: bool
) -> None:
    report = report_of(2013 - with_script)
    give(report, "enhetschef")
    page = visit("enhetschef", java_script_enabled=with_script)
    opens(page, municipality, report)
    page.wait_for_load_state("networkidle")
    if not with_script:
        box(page).fill("Början.")
        press(page, "Spara utkast")
        is_told(page, "Utkastet är sparat")
    give(report, "planerare")
    box(page).fill("En timmes arbete.")
    press(page, "Spara texten")

    expect(page.get_by_text("Du skriver inte längre i").first).to_be_visible()
    expect(page.locator("textarea")).to_have_value("En timmes arbete.")
    inspect(page, f"skriva-forlorat{'' if with_script else '-utan-skript'}")
    assert not report.blocks.exists()


def test_author_without_script_keeps_a_draft_looks_and_saves(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2024)
    page = visit("controller", java_script_enabled=False)
    opens(page, municipality, report)
    page.locator("summary", has_text="Sätt in bilder och tabeller").click()
    token = page.locator("code", has_text="per=kategori").first.inner_text()
    expect(page.get_by_role("button", name="Sätt in bilden").first).to_be_hidden()
    box(page).fill(
        f"Så ser det ut.[^Enligt registret.]\n\n{token}\n\nSe {{se bild {SECTION}}}."
    )
    inspect(page, "skriva-utan-skript")
    press(page, "Spara utkast")
    is_told(page, "Utkastet är sparat")
    press(page, "Förhandsgranska")
    expect(page.locator("figure#bild-1")).to_be_visible()
    expect(page.get_by_role("link", name="bild 1")).to_be_visible()
    inspect(page, "forhandsgranska-bild")
    press(page, "Spara texten")
    is_told(page, "är sparad")

    assert token in newest(report).text


def test_author_puts_in_a_chart_a_reference_and_a_number_by_keyboard(
    visit: Visit, municipality: Municipality
) -> None:
    report = report_of(2023)
    page = visit("controller")
    opens(page, municipality, report)
    keyboard = Keyboard(page)
    box(page).focus()
    page.keyboard.type("Så här gick det.")
    for what, button in (
        ("Sätt in tal ur registret", "Sätt in talet"),
        ("Sätt in bilder och tabeller", "Sätt in bilden"),
        ("Hänvisa och skriv noter", "Sätt in"),
    ):
        page.locator("summary", has_text=what).focus()
        page.keyboard.press("Enter")
        target = (
            page.locator("details[open]").last.get_by_role("button", name=button).first
        )
        target.focus()
        page.keyboard.press("Enter")
        # One goes on writing where something was put in.
        expect(box(page)).to_be_focused()
        page.keyboard.type(" Och så.")
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    inspect(page, "skriva-bredvid")
    keyboard.open("Förhandsgranska")

    expect(page.locator("figure#bild-1")).to_be_visible()
    text = box(page).input_value()
    assert all(part in text for part in ("{tal ", "\n\n{bild ", "{se "))
    assert "går inte att hämta" not in page.locator("main").inner_text()
