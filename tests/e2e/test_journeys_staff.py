"""What those who report come to do: quickly, on a phone, and without losing what they wrote."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from deviations.models import Better, Deviation, State
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import PASSWORD, Municipality
from tests.e2e.steps import (
    PERSONAL_NUMBER,
    Keyboard,
    Thumb,
    new_case,
    person,
    press,
    sign_in,
)

pytestmark = pytest.mark.e2e

MOST_TAPS = 6
EVENT = "Ett beslut skickades till fel mottagare"


def end_session(page: Page) -> None:
    """Let a session end as it does after ten hours: the browser keeps its cookie, we forget it."""
    kept = [
        cookie
        for cookie in page.context.cookies()
        if cookie["name"] == settings.SESSION_COOKIE_NAME
    ]
    import_module(settings.SESSION_ENGINE).SessionStore(kept[0]["value"]).delete()


def test_staff_report_in_six_taps_and_take_back_a_personal_number(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("medarbetare", width=360, has_touch=True)
    page.goto(municipality.address("/rapportera/"))
    thumb = Thumb(page)
    thumb.write("Vad hände?", f"{EVENT}, {PERSONAL_NUMBER}.")
    thumb.tap(page.get_by_label("Nej", exact=True))
    thumb.choose("Vilken process eller rutin berörs?", "Vet inte")
    thumb.button("Skicka rapporten")
    expect(page.get_by_text("Det ser ut som ett personnummer").first).to_be_visible()
    inspect(page, "rapportera-personnummer")
    page.get_by_label("Vad hände?").fill(f"{EVENT}.")
    thumb.button("Skicka rapporten")
    expect(
        page.get_by_role("heading", name="Tack. Rapporten är mottagen.")
    ).to_be_visible()

    assert thumb.taps <= MOST_TAPS
    number = page.locator(".code").inner_text().strip()
    assert Deviation.objects.get(number=number).description == f"{EVENT}."
    assert not person("medarbetare").drafts.exists()
    press(page, "Följ rapporten")
    expect(page.get_by_text("Väntar på Amir Haddad")).to_be_visible()
    inspect(page, "egen-rapport")
    page.goto(municipality.address("/rapportera/mina/"))
    expect(page.get_by_role("link", name=number)).to_be_visible()
    inspect(page, "mina-rapporter")


def test_staff_report_with_the_keyboard_alone(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("medarbetare")
    keys = Keyboard(page)
    page.goto(municipality.address("/rapportera/"))
    keys.write("Vad hände?", f"{EVENT}.")
    keys.choose("Fick det följder för någons liv, säkerhet eller hälsa?", "Nej")
    keys.select("Vilken process eller rutin berörs?", "Vet inte")
    keys.open("Skicka rapporten")

    expect(
        page.get_by_role("heading", name="Tack. Rapporten är mottagen.")
    ).to_be_visible()


def test_draft_survives_a_session_that_ended(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit(width=360)
    page.goto(municipality.address("/rapportera/"))
    sign_in(page, "medarbetare", PASSWORD)
    page.get_by_label("Vad hände?").fill("Först det här.")
    expect(page.get_by_text("Utkastet sparades")).to_be_visible()
    end_session(page)
    page.get_by_label("Vad hände?").fill("Först det här. Sedan det här.")
    expect(page.get_by_text("Du har loggats ut.")).to_be_visible()
    inspect(page, "rapportera-utloggad")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Logga in i en ny flik").click()
    sign_in(opened.value, "medarbetare", PASSWORD)
    expect(opened.value.get_by_text("Först det här.")).to_be_visible()
    inspect(opened.value, "utkast")
    page.get_by_label("Nej", exact=True).check()
    page.get_by_label("Vilken process eller rutin berörs?").select_option("Vet inte")
    press(page, "Skicka rapporten")

    expect(
        page.get_by_role("heading", name="Tack. Rapporten är mottagen.")
    ).to_be_visible()
    assert Deviation.objects.latest("pk").description == "Först det här. Sedan det här."
    assert not person("medarbetare").drafts.exists()


def test_draft_is_taken_up_on_another_day(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("planerare", width=360, java_script_enabled=False)
    page.goto(municipality.address("/rapportera/"))
    page.get_by_label("Vad hände?").fill("Halva händelsen.")
    press(page, "Spara som utkast")
    expect(page.get_by_text("Utkastet är sparat.")).to_be_visible()
    later = visit("planerare", width=360)
    later.goto(municipality.address("/rapportera/"))
    inspect(later, "rapportera-med-utkast")
    press(later, "Fortsätt på ditt utkast")

    expect(later.get_by_label("Vad hände?")).to_have_value("Halva händelsen.")


def test_reporter_reads_the_answer_and_says_that_it_got_better(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(
        municipality,
        reporter=person("medarbetare"),
        state=State.CLOSED,
        is_deviation="yes",
        closed_on=timezone.localdate(),
        answer="Vi har köpt nya kuvert.",
        answered_on=timezone.localdate(),
    )
    page = visit("medarbetare", width=360)
    page.goto(municipality.address("/rapportera/mina/"))
    press(page, case.number)
    expect(page.get_by_text("Vi har köpt nya kuvert.")).to_be_visible()
    inspect(page, "egen-rapport-avslutad")
    page.get_by_label("Ja", exact=True).check()
    press(page, "Svara")

    expect(page.get_by_text("Tack för ditt svar.")).to_be_visible()
    case.refresh_from_db()
    assert case.better == Better.YES


def test_login_with_wrong_password_says_so(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit()
    page.goto(municipality.address("/inkorg/"))
    sign_in(page, "sektionschef", "inte-det-har")

    expect(page.get_by_role("alert")).to_contain_text("lösenordet är felaktigt")
    expect(page.get_by_label("Användarnamn")).to_have_value("sektionschef")
