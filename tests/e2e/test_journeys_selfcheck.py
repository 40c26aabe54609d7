"""From the plan of the year to the report: a self-check, and a risk analysis before a move."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from celery import current_app
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.background import jobs
from organisation.models import Unit
from riskanalysis.models import RiskAnalysis
from riskanalysis.process.services import plan
from riskanalysis.process.services import take_step as analysis_step
from selfcheck.models import Draw, SelfCheck, TemplateVersion
from selfcheck.process.services import begin, make_draw
from selfcheck.process.services import take_step as check_step
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import (
    Keyboard,
    act,
    appendix,
    choose,
    ends_with,
    fill,
    follow,
    is_told,
    person,
    press,
)

pytestmark = pytest.mark.e2e

ROUTINE = "Rutin för skyddade personuppgifter"


# --- what people do ---------------------------------------------------------------------------
def see_that_it_helped(page: Page, text: str) -> None:
    """Do an action, and tell what came of it."""
    press(page, text)
    press(page, "Markera som genomförd")
    press(page, "Markera som genomförd")
    press(page, "Följ upp effekten")
    choose(page, "Hade åtgärden effekt?", "Ja")
    page.get_by_label("Vad visade uppföljningen?").fill("Tre av tre följde rutinen.")
    press(page, "Spara")


def opens(page: Page, site: Municipality, subject: str, number: str) -> None:
    """Open the page of a case."""
    page.goto(site.address(f"/{subject}/{number}/"))


# --- a self-check -----------------------------------------------------------------------------
def test_check_goes_from_the_plan_of_the_year_to_the_report(
    visit: Visit, municipality: Municipality
) -> None:
    title, chief = f"Skyddade uppgifter {uuid4().hex[:6]}", visit("sektionschef")
    plan_for_the_year(chief, municipality, title)
    current_app.tasks["selfcheck.tasks.ask_to_open"]()
    jobs.run_pending()
    check = SelfCheck.objects.get(title=title)
    chief.reload()
    follow(chief.get_by_role("link").filter(has_text=check.number))
    inspect(chief, "egenkontroll-oppnad")
    press(chief, "Börja")
    press(chief, "Börja egenkontrollen")
    is_told(chief, "Egenkontrollen började.")
    draw_three(chief)
    answer_each(chief)
    note_result(chief)
    text = f"Gör kartläggningen vid inskrivning {uuid4().hex[:6]}"
    act(chief, text, ROUTINE)
    press(chief, "Beslut om åtgärder")
    press(chief, "Besluta om åtgärder")
    is_told(chief, "Åtgärderna beslutades.")
    inspect(chief, "egenkontroll-beslutad")
    see_that_it_helped(chief, text)
    opens(chief, municipality, "egenkontroll", check.number)
    press(chief, "Avsluta")
    press(chief, "Avsluta")
    is_told(chief, "Avslutades.")
    inspect(chief, "egenkontroll-avslutad")

    check.refresh_from_db()
    assert (check.state, check.met_of_reviewed) == ("closed", "9 av 12")
    controller = visit("controller")
    is_covered(controller, municipality, check)
    appendix(controller, municipality, check.unit.code, timezone.localdate().year)
    row = controller.get_by_role("row").filter(has_text=title)
    for words in ("Kartläggningen saknas i 3 av 3.", ": 0 av 3", text, ROUTINE):
        expect(row).to_contain_text(words)


def plan_for_the_year(page: Page, site: Municipality, title: str) -> None:
    """Plan, as chief, a check that is due in ten days, and find it in the wheel."""
    page.goto(site.address("/egenkontroll/plan/"))
    press(page, "Lägg till egenkontroll")
    fill(page, title=title, why="Ett fel kan bli farligt.")
    page.locator("[name=process]").select_option("Utskick av beslut")
    page.get_by_label("Mall").select_option("skyddade-personuppgifter")
    choose(page, "Hur ofta?", "En gång om året")
    fill(page, first_on=(timezone.localdate() + dt.timedelta(days=10)).isoformat())
    page.get_by_label("Vem ansvarar?").select_option("sektionschef")
    inspect(page, "arsplan-ny-ifylld")
    press(page, "Lägg till i årsplanen")
    is_told(page, "Egenkontrollen är med i årsplanen.")
    expect(page.get_by_role("listitem").filter(has_text=title)).to_contain_text(
        "Ej öppnad"
    )


def draw_three(page: Page) -> None:
    """Draw three files of twelve."""
    press(page, "Urval")
    choose(page, "Vad ska du dra ur?", "Akter")
    fill(page, population="Pågående ärenden, i nummerordning", size="12", count="3")
    press(page, "Dra urvalet")
    is_told(page, "Urvalet är draget.")
    inspect(page, "egenkontroll-draget")


def answer_each(page: Page) -> None:
    """Answer four questions about each of the three files: no to the last one."""
    press(page, "Granskning")
    for file in range(1, 4):
        expect(page.get_by_text(f"{file} av 3: nummer")).to_be_visible()
        for question in range(1, 5):
            answer = "no" if question == 4 else "yes"
            page.locator(f"[name=q{question}][value={answer}]").check()
        press(page, "Spara och gå vidare")
    is_told(page, "Allt är granskat.")
    inspect(page, "egenkontroll-granskad")


def note_result(page: Page) -> None:
    """Tell what the check showed, and what that means."""
    press(page, "Resultat")
    choose(page, "Vad visade kontrollen?", "Brister")
    fill(page, result="Kartläggningen saknas i 3 av 3.")
    inspect(page, "egenkontroll-resultat-ifyllt")
    press(page, "Resultat")
    is_told(page, "Resultatet antecknades.")
    expect(page.get_by_text("0 av 3").first).to_be_visible()
    press(page, "Slutsats")
    fill(page, conclusion="Rutinen är inte känd.")
    press(page, "Spara")
    is_told(page, "Slutsatsen skrevs.")


def is_covered(page: Page, site: Municipality, check: SelfCheck) -> None:
    """Find, as controller, the check behind the cell of its unit."""
    above, year = check.unit.parent, timezone.localdate().year
    assert above
    page.goto(site.address(f"/analys/tackning/?unit={above.code}&year={year}"))
    inspect(page, "tackning-med-egenkontroll")
    follow(
        page.get_by_role("row")
        .filter(has_text=check.unit.name)
        .get_by_role("link", name="gjorda")
    )
    press(page, check.number)
    page.wait_for_url(ends_with(f"/egenkontroll/{check.number}/"))


def a_review(site: Municipality) -> SelfCheck:
    """Let the chief have begun a review of one file."""
    chief, version = (
        person("sektionschef"),
        TemplateVersion.objects.get(template__code="freda-kortfragor"),
    )
    about = {
        "unit": Unit.objects.get(code=site.places["unit"]),
        "workplace": "Mottagningen",
    }
    facts = {
        "title": "Frågor om våld",
        "planned_on": timezone.localdate(),
        "method": version.method,
        **about,
    }
    check = begin(actor=chief, form_token=uuid4(), facts=facts | {"template": version})
    check = check_step(
        check, "borja", actor=chief, seen_version=check.version, facts={}
    )
    make_draw(check, actor=chief, of=Draw.Of.FILES, population="Alla", size=9, count=1)
    return check


def test_check_is_answered_by_keyboard_on_a_phone(
    visit: Visit, municipality: Municipality
) -> None:
    check, page = a_review(municipality), visit("sektionschef", width=360)
    assert check.template
    opens(page, municipality, "egenkontroll", check.number)
    keyboard = Keyboard(page)
    keyboard.open("Granskning")
    for question in check.template.questions:
        keyboard.choose(
            question,
            "Ja" if question != check.template.questions[-1] else "Ej aktuellt",
        )
    keyboard.open("Spara och gå vidare")
    is_told(page, "Allt är granskat.")
    keyboard.open("Resultat")
    keyboard.choose("Vad visade kontrollen?", "Inga anmärkningar")
    keyboard.write("Resultat", "Frågorna var ställda.")
    keyboard.open("Resultat")

    is_told(page, "Resultatet antecknades.")
    inspect(page, "egenkontroll-tangentbord")
    check.refresh_from_db()
    assert (check.state, check.met_of_reviewed) == ("result", "3 av 3")


# --- a risk analysis --------------------------------------------------------------------------
RISKS = (
    ("att besökare inte hittar", "den nya adressen", "att stödet uteblir", 3, 3, "act"),
    (
        "att samtal hörs i korridoren",
        "tunna väggar",
        "att någon inte vågar berätta",
        2,
        4,
        "act",
    ),
    (
        "att väntrummet är stängt",
        "flyttkartonger",
        "en kort väntan ute",
        2,
        1,
        "accept",
    ),
)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(True, marks=pytest.mark.every, id="script"),
        pytest.param(False, id="no-script"),
    ],
)
def test_analysis_goes_from_a_move_to_its_follow_up(
    script: bool, visit: Visit, municipality: Municipality
) -> None:
    title, page = (
        f"Flytten {uuid4().hex[:6]}",
        visit("sektionschef", java_script_enabled=script),
    )
    name = "riskanalys-resa" if script else "riskanalys-resa-utan-skript"
    case = plan_before_the_move(page, municipality, title)
    for place, risk in enumerate(RISKS, start=1):
        write_risk(page, risk, is_last=place == len(RISKS))
    # The matrix says in words what it says in colours: each square its value, level and risks.
    matrix = page.get_by_role("table", name="Riskmatris")
    for words in ("9 hög Risk 1", "8 hög Risk 2", "2 låg Risk 3"):
        expect(matrix.get_by_role("cell", name=words)).to_be_visible()
    inspect(page, f"{name}-matris")
    text = f"Skylta från hållplatsen {uuid4().hex[:6]}"
    act(page, text, "Rutin för besök")
    press(page, "Beslut")
    fill(page, review_on=(timezone.localdate() + dt.timedelta(days=60)).isoformat())
    inspect(page, f"{name}-besluta")
    press(page, "Besluta")
    is_told(page, "Analysen beslutades.")
    see_that_it_helped(page, text)
    opens(page, municipality, "riskanalys", case.number)
    follow_up(page, name)

    case.refresh_from_db()
    assert (
        case.state,
        [risk.residual_level and risk.residual_level.name for risk in case.risks.all()],
    ) == (
        "closed",
        ["låg", "medel", None],
    )
    controller = visit("controller")
    appendix(controller, municipality, case.unit.code, timezone.localdate().year)
    row = controller.get_by_role("row").filter(has_text=title)
    expect(row).to_contain_text(text)
    expect(row).to_contain_text("Rutin för besök")


def plan_before_the_move(page: Page, site: Municipality, title: str) -> RiskAnalysis:
    """Say whose risk it is, plan the analysis, begin it and say what is part of it."""
    page.goto(site.address("/riskanalys/"))
    press(page, "Ny riskanalys")
    inspect(page, "riskanalys-vem")
    press(page, "Brukare")
    fill(page, title=title)
    choose(page, "Varför görs analysen?", "En flytt eller ombyggnad")
    fill(page, participants="Chefen och två handläggare.")
    press(page, "Planera analysen")
    is_told(page, "Riskanalysen är planerad.")
    press(page, "Börja analysen")
    press(page, "Börja analysen")
    press(page, "Vad och vilka")
    fill(page, scope="Flyttdagen och de första veckorna.")
    press(page, "Spara")
    press(page, "Risker")
    return RiskAnalysis.objects.get(title=title)


def write_risk(
    page: Page, risk: tuple[str, str, str, int, int, str], *, is_last: bool
) -> None:
    """Write a risk in its three parts, value it, and say what is done about it."""
    fill(page, **dict(zip(("event", "cause", "consequence"), risk[:3], strict=True)))
    for scale, chosen in zip(
        ("probability", "severity", "decision"), risk[3:], strict=True
    ):
        page.locator(f"[name={scale}][value='{chosen}']").check()
    if risk[-1] == "accept":
        fill(page, reason="Någon möter i dörren.")
    press(page, "Spara risken" if is_last else "Spara och skriv en till")
    is_told(page, "Risken är sparad.")


def follow_up(page: Page, name: str) -> None:
    """Tell how high the two risks that were acted on are now, what that shows, and close."""
    for place, probability, severity in ((1, 1, 3), (2, 1, 4)):
        press(page, f"Risk {place}")
        page.locator(f"[name=residual_probability][value='{probability}']").check()
        page.locator(f"[name=residual_severity][value='{severity}']").check()
        press(page, "Spara risken")
        is_told(page, f"Risk {place} är sparad.")
    press(page, "Uppföljning")
    fill(page, conclusion="Ingen gick fel under de första veckorna.")
    press(page, "Följ upp")
    is_told(page, "Analysen följdes upp.")
    inspect(page, f"{name}-uppfoljd")
    press(page, "Avsluta")
    press(page, "Avsluta")
    is_told(page, "Avslutades.")


def test_risk_is_written_by_keyboard_on_a_phone(
    visit: Visit, municipality: Municipality
) -> None:
    chief, today = person("sektionschef"), timezone.localdate()
    about = {
        "unit": Unit.objects.get(code=municipality.places["unit"]),
        "workplace": "Mottagningen",
    }
    facts = {"title": "Flytten", "trigger": "move", "planned_on": today, **about}
    case = plan(actor=chief, form_token=uuid4(), facts=facts)
    analysis_step(case, "borja", actor=chief, seen_version=case.version, facts={})
    page = visit("sektionschef", width=360)
    opens(page, municipality, "riskanalys", case.number)
    keyboard = Keyboard(page)
    keyboard.open("Lägg till risk")
    keyboard.write("Risk för vad?", "att ingen hittar")
    keyboard.write("På grund av vad?", "ny adress")
    keyboard.write("Vad kan det leda till?", "uteblivet stöd")
    keyboard.choose("Hur sannolikt är det?", "3")
    keyboard.choose("Hur allvarlig är konsekvensen?", "4")
    keyboard.choose("Vad gör ni åt risken?", "Åtgärda")
    keyboard.open("Spara risken")

    is_told(page, "Risken är sparad.")
    inspect(page, "riskanalys-tangentbord")
    risk = case.risks.get()
    assert (risk.value, risk.level.name, risk.decision) == (12, "hög", "act")
