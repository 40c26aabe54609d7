"""What becomes of a misconduct: from the report to IVO and back to the one who reported it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.improvement.actions import decide_action
from deviations.models import Deviation, Misconduct, State
from deviations.process.to_lexsarah import escalate
from lexsarah.models import Decision, LexSarahCase
from lexsarah.process.services import take_step
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import (
    answers,
    choose,
    ends_with,
    follow,
    is_told,
    new_case,
    person,
    press,
)

pytestmark = pytest.mark.e2e

HUNGER = "Ingen kom med mat på två dygn."
ANSWER = "Listan är rättad och någon läser den varje morgon."


# --- what people do ---------------------------------------------------------------------------
def report(page: Page, site: Municipality, story: str) -> LexSarahCase:
    """Report that somebody was harmed, on a phone, and say more afterwards."""
    page.goto(site.address("/rapportera/"))
    page.get_by_label("Vad hände?").fill(story)
    page.get_by_label("Var hände det?").select_option(site.places["unit"])
    choose(page, "Fick det följder för någons liv, säkerhet eller hälsa?", "Ja")
    page.get_by_label("Vilken process eller rutin berörs?").select_option("Boende")
    press(page, "Skicka rapporten")
    expect(page.get_by_text("Det är en lex Sarah-rapport")).to_be_visible()
    inspect(page, "lex-kvitto")
    press(page, "Komplettera rapporten")
    choose(
        page,
        "Var det något som gjordes, eller något som inte blev gjort?",
        "Något gjordes inte som skulle ha gjorts",
    )
    page.get_by_label("När och hur upptäcktes det?").fill("En anhörig ringde.")
    inspect(page, "lex-komplettera")
    press(page, "Spara")
    is_told(page, "Rapporten är kompletterad.")
    inspect(page, "lex-egen-rapport")
    return LexSarahCase.objects.get(reports__description=story)


def open_from_notices(page: Page, site: Municipality, case: LexSarahCase) -> None:
    """Open a case from what one has been told."""
    page.goto(site.address("/notiser/"))
    press(page, case.number)
    page.wait_for_url(ends_with(f"/lex-sarah/{case.number}/"))


def help_at_once(page: Page) -> None:
    """Write, as chief, what was done for the person."""
    press(page, "Omedelbar åtgärd")
    page.get_by_label("Vad gjordes genast?").fill("Maten kördes ut samma kväll.")
    inspect(page, "lex-omedelbart")
    press(page, "Spara")
    is_told(page, "Omedelbar åtgärd beskrevs.")


def investigate(page: Page) -> None:
    """Answer the six questions, write a note with its source, and propose a measure."""
    press(page, "Ta emot")
    press(page, "Ta emot och börja utreda")
    is_told(page, "Togs emot av utredaren.")
    inspect(page, "lex-utreds")
    press(page, "Händelsen")
    expect(page.get_by_label("Vad hände, och vilka blev följderna?")).not_to_have_value(
        ""
    )
    page.get_by_label("Typ av händelse").select_option("Utförande av insats")
    page.get_by_role("group", name="Vilken lag gäller insatsen?").get_by_role(
        "radio"
    ).first.check()
    page.get_by_label("När och hur uppmärksammades det?").fill(
        "En anhörig ringde på kvällen."
    )
    inspect(page, "lex-handelsen")
    press(page, "Spara")
    press(page, "Orsaker")
    choose(page, "Var i organisationen ligger orsaken?", "Organisation")
    page.get_by_label("Orsaksområde").select_option("Teknik och system")
    page.get_by_label("Varför hände det?").fill("Listan föll bort när systemet byttes.")
    inspect(page, "lex-orsaker")
    press(page, "Spara")
    press(page, "Kan det hända igen?")
    page.get_by_label("Har något liknande hänt förut, och varför hände det igen?").fill(
        "Nej."
    )
    page.get_by_label("Kan det hända igen?").fill("Ja, tills listan läses varje dag.")
    press(page, "Spara")
    choose(page, "Vad är det för uppgift?", "Faktisk uppgift")
    page.get_by_label("Varifrån kommer uppgiften?").fill("Samtal med sektionschefen")
    page.get_by_label("Skriv en anteckning eller ett meddelande").fill(
        "Systemet byttes den 1 mars."
    )
    press(page, "Spara intern anteckning")
    expect(page.get_by_text("Skrevs som lex Sarah-utredare.")).to_be_visible()
    press(page, "Lägg till åtgärd")
    page.get_by_label("Vad ska göras?").fill("Läs listan varje morgon.")
    choose(page, "Vem eller vad riktar sig åtgärden till?", "Enhet")
    page.get_by_label("Hur ser ni att den hjälper?").fill("Tio dagar utan avbrott.")
    press(page, "Spara åtgärden")
    is_told(page, "Åtgärden är beslutad.")


def propose(page: Page, degree: str) -> None:
    """Put a proposal before those who decide."""
    press(page, "Förslag till beslut")
    inspect(page, "lex-forslag")
    choose(page, "Vad föreslår du?", degree)
    page.get_by_label("Bedömning").fill(
        "Två dygn utan mat var ett hot mot personens hälsa."
    )
    page.get_by_label("Sammanfattning till dem som beslutar").fill(
        "En insats om mat uteblev i två dygn."
    )
    press(page, "Lägg fram förslag till beslut")
    is_told(page, "Förslag till beslut lades fram.")


def notify_and_close(page: Page, site: Municipality, case: LexSarahCase) -> None:
    """Tell IVO, take in the answer, tell those who are to know, follow up, and close."""
    today = timezone.localdate().isoformat()
    page.goto(site.address(f"/lex-sarah/{case.number}/"))
    press(page, "Anmälan till IVO")
    page.get_by_label("Vilken dag skickades anmälan?").fill(today)
    page.get_by_label("Diarienummer").fill("ASN-2026-17")
    inspect(page, "lex-anmald")
    press(page, "Spara")
    is_told(page, "Anmäldes till IVO.")
    press(page, "IVO:s svar")
    choose(page, "Vad svarade IVO?", "Avslutat utan åtgärd")
    page.get_by_label("Vilken dag kom svaret?").fill(today)
    press(page, "Spara")
    press(page, "Återkoppling till den som rapporterade")
    page.get_by_label("Återkoppling (frivilligt)").fill(ANSWER)
    press(page, "Läs igenom")
    inspect(page, "lex-aterkoppling")
    press(page, "Skicka svaret")
    press(page, "Information till den berörda")
    page.get_by_label("Vilken dag informerades den berörda?").fill(today)
    press(page, "Spara")
    press(page, "Avsluta")
    press(page, "Avsluta")
    expect(page.get_by_role("alert")).to_contain_text("Följ först upp effekten")
    inspect(page, "lex-avsluta-fel")
    case.actions.update(done_on=today, effect="yes", effect_on=today)
    page.goto(site.address(f"/lex-sarah/{case.number}/"))
    press(page, "Avsluta")
    press(page, "Avsluta")
    is_told(page, "Avslutades.")
    inspect(page, "lex-avslutad")


# --- journeys ---------------------------------------------------------------------------------
def test_misconduct_is_decided_by_the_committee_and_notified(
    visit: Visit, municipality: Municipality
) -> None:
    staff = visit("medarbetare", width=360)
    case = report(staff, municipality, HUNGER)
    chief, lex = visit("sektionschef"), visit("lexsarah")
    open_from_notices(chief, municipality, case)
    help_at_once(chief)
    open_from_notices(lex, municipality, case)
    investigate(lex)
    propose(lex, "Allvarligt missförhållande")
    meet(visit("namndsekreterare"), municipality)
    notify_and_close(lex, municipality, case)

    case.refresh_from_db()
    assert (case.state, case.degree, case.decided_by) == (
        "closed",
        "serious_misconduct",
        "committee",
    )
    staff.goto(municipality.address("/rapportera/mina/"))
    press(staff, Deviation.objects.get(lexsarah_reports__case=case).number)
    expect(staff.get_by_text(ANSWER)).to_be_visible()


def meet(page: Page, site: Municipality) -> None:
    """Decide, as secretary, everything that waits for the committee today, as it is proposed."""
    page.goto(site.address("/lex-sarah/sammantraden/"))
    inspect(page, "sammantraden")
    page.get_by_label("Dag", exact=True).fill(timezone.localdate().isoformat())
    press(page, "Lägg till sammanträde")
    inspect(page, "sammantrade")
    number = 0
    while (forms := page.get_by_role("button", name="Läs igenom beslutet")).count():
        number += 1
        answer_as_proposed(page, f"§ {number}")
        follow(forms.first)
        expect(page.get_by_role("button", name="Anteckna beslutet")).to_be_visible()
        if number == 1:
            inspect(page, "sammantrade-las-igenom")
        press(page, "Anteckna beslutet")


def answer_as_proposed(page: Page, paragraph: str) -> None:
    """Answer every question about the first case that waits, as the investigator proposes."""
    case = page.locator(
        "section.card", has=page.get_by_role("button", name="Läs igenom beslutet")
    ).first
    degree = (
        case.locator("dt", has_text="Föreslagen bedömning").locator("+ dd").inner_text()
    )
    case.get_by_role("group", name="Bedömning").get_by_label(degree, exact=True).check()
    case.get_by_role("group", name="Är åtgärderna tillräckliga?").get_by_label(
        "Ja"
    ).check()
    told = case.locator("dt", has_text="Anmälan till IVO").locator("+ dd").inner_text()
    notifies = "Nej" if told == "Föreslås inte" else "Ja"
    case.get_by_role("group", name="Anmäls händelsen till IVO?").get_by_label(
        notifies
    ).check()
    case.get_by_label("Paragraf").fill(paragraph)


def test_committee_decides_ten_cases_in_one_meeting(
    visit: Visit, municipality: Municipality
) -> None:
    numbers = {put_forward(municipality, place).number for place in range(10)}
    page = visit("namndsekreterare")
    meet(page, municipality)

    decided = Decision.objects.filter(case__number__in=numbers)
    assert decided.count() == 10
    assert len(set(decided.values_list("paragraph", flat=True))) == 10
    inspect(page, "sammantrade-beslutat")


def put_forward(site: Municipality, place: int) -> LexSarahCase:
    """Make a case that has been investigated and waits for the committee."""
    deviation = new_case(
        site, description=f"Händelse {place}", reporter=person("medarbetare")
    )
    escalate(deviation, actor=person("sektionschef"), misconduct=Misconduct.YES)
    case = LexSarahCase.objects.get(reports__deviation=deviation)
    lex = person("lexsarah")
    step(case, "ta-emot", lex)
    step(case, "omedelbart", lex, immediate_measures="Rättat.")
    step(
        case,
        "handelsen",
        lex,
        type="Bemötande",
        area="sol",
        event="Händelsen.",
        noticed="En kollega.",
    )
    step(
        case,
        "orsaker",
        lex,
        cause_level="system",
        cause_area="Teknik och system",
        causes="Listan.",
    )
    step(case, "upprepning", lex, happened_before="Nej.", may_recur="Ja.")
    decide_action(
        LexSarahCase.objects.get(pk=case.pk),
        actor=lex,
        text=f"Rätta {uuid4().hex}",
        level="unit",
    )
    return step(
        case,
        "foresla",
        lex,
        proposed_degree="misconduct",
        assessment="Ja.",
        summary="En händelse.",
    )


def step(case: LexSarahCase, name: str, actor: Any, **facts: Any) -> LexSarahCase:
    """Take a step as a page does."""
    fresh = LexSarahCase.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def test_investigator_decides_alone_by_the_order_of_goteborg(
    visit: Visit, municipality: Municipality
) -> None:
    controller = visit("controller")
    order(controller, municipality, "Göteborg")
    deviation = new_case(
        municipality, state=State.UNDER_INVESTIGATION, reporter=person("medarbetare")
    )
    chief, lex = visit("sektionschef"), visit("lexsarah")
    chief.goto(municipality.address(f"/avvikelser/{deviation.number}/bedom/"))
    choose(chief, "Var det en avvikelse?", "Ja")
    choose(chief, "Är det ett missförhållande?", "Ja")
    chief.get_by_label("Bedömning").fill("Personen var utan mat i två dygn.")
    press(chief, "Spara")
    case = LexSarahCase.objects.get(reports__deviation=deviation)
    open_from_notices(lex, municipality, case)
    help_at_once(lex)
    investigate(lex)
    press(lex, "Eget beslut")
    choose(lex, "Vad visar utredningen?", "Allvarligt missförhållande")
    lex.get_by_label("Bedömning").fill("Ett hot mot hälsan.")
    press(lex, "Besluta")
    inspect(lex, "lex-bekrafta")
    press(lex, "Besluta")
    is_told(lex, "Beslutades av utredaren.")
    notify_and_close(lex, municipality, case)
    order(controller, municipality, "Malmö")

    case.refresh_from_db()
    assert (case.state, case.decided_by, case.ivo_decided_by) == (
        "closed",
        "investigator",
        "investigator",
    )


def order(page: Page, site: Municipality, whose: str) -> None:
    """Let another order hold from now on."""
    page.goto(site.address("/lex-sarah/ordning/"))
    inspect(page, f"ordning-{whose.lower()}")
    press(page, f"Fyll i {whose}s ordning")
    press(page, "Spara ordningen")


def test_investigator_who_reported_cannot_investigate(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("lexsarah", width=360)
    case = report(page, municipality, "Utredaren såg det själv.")
    address = f"/lex-sarah/{case.number}/"
    page.goto(municipality.address(address))

    expect(page.get_by_role("link", name="Ta emot")).to_have_count(0)
    page.goto(municipality.address(f"{address}ta-emot/"))
    expect(page.get_by_text("Du kan inte göra det här nu")).to_be_visible()
    assert answers(visit("grannchef"), municipality, address) == 404
    assert answers(visit("planerare"), municipality, address) == 404


def test_closed_deviation_is_reported_as_misconduct(
    visit: Visit, municipality: Municipality
) -> None:
    today = timezone.localdate()
    deviation = new_case(
        municipality,
        state=State.CLOSED,
        is_deviation="yes",
        received_on=today - dt.timedelta(days=90),
        closed_on=today,
    )
    page = visit("planerare")
    page.goto(municipality.address(f"/avvikelser/{deviation.number}/"))
    press(page, "Rapportera enligt lex Sarah")
    inspect(page, "rapportera-lex-sarah")
    page.get_by_label("En påtaglig risk: det är uppenbart att det kan hända").check()
    page.get_by_label("Varför är det ett missförhållande?").fill(
        "Det har hänt tre gånger till."
    )
    follow(page.locator("main").get_by_role("button", name="Rapportera", exact=True))
    expect(page.get_by_text("Utredaren har fått den.")).to_be_visible()

    assert answers(page, municipality, f"/avvikelser/{deviation.number}/") == 404
    lex = visit("lexsarah")
    case = LexSarahCase.objects.get(reports__deviation=deviation)
    open_from_notices(lex, municipality, case)
    lex.get_by_text("Fler val").click()
    press(lex, "Skicka tillbaka till chefen")
    lex.get_by_label("Varför?").fill("Risken är liten.")
    press(lex, "Skicka tillbaka till chefen")
    deviation.refresh_from_db()
    assert (deviation.state, deviation.closed_on) == (State.UNDER_INVESTIGATION, None)
