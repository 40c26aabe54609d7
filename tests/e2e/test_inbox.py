"""The inbox in a real browser: by single keys, and many cases at once."""

from __future__ import annotations

import re

import pytest
from django.db.models import F
from playwright.sync_api import expect

from casework.models import Case
from casework.register.filters import PAGE
from tests.e2e.conftest import Visit
from tests.e2e.inspection import faults
from tests.e2e.municipality import Municipality
from tests.e2e.steps import follow

pytestmark = pytest.mark.e2e


def test_keys_lead_from_case_to_case_and_to_the_search(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef")
    page.goto(municipality.address("/inkorg/?visa=oppna"))
    links = page.locator("tbody th a")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jk")
    expect(page.get_by_label("Sök nummer")).to_have_value("jk")
    page.goto(municipality.address("/inkorg/?visa=oppna"))
    number = links.first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/{number}/$"))


def test_keys_are_explained_and_can_be_turned_off(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef")
    page.goto(municipality.address("/inkorg/?visa=oppna"))
    page.keyboard.press("?")
    expect(page.get_by_text("nästa ärende")).to_be_visible()
    assert faults(page, "inkorg-tangenter") == []
    page.get_by_label("Använd tangenterna").uncheck()
    page.reload()
    page.keyboard.press("j")

    expect(page.locator("body")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_cases_are_assigned_together_after_a_look(
    script: bool, visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef", width=360, java_script_enabled=script)
    page.goto(municipality.address("/inkorg/?visa=oppna"))
    for box in page.get_by_role("checkbox").all()[-2:]:
        box.check()
    page.get_by_label("Fördela valda till").select_option(
        label="Amir Haddad" if script else "Johan Ekdahl"
    )
    follow(page.get_by_role("button", name="Granska och fördela"))
    if script:
        assert faults(page, "inkorg-fordela") == []
    follow(page.get_by_role("button", name="Fördela 2 ärenden"))

    expect(page.get_by_text("2 ärenden är fördelade till")).to_be_visible()


def test_whole_view_is_assigned_with_a_receipt_for_what_is_not(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef")
    page.goto(municipality.address("/inkorg/?visa=oppna"))
    person = page.get_by_label("Fördela valda till")
    person.select_option(label="Johan Ekdahl")
    assert faults(page, "inkorg-alla") == []
    button = page.get_by_role("button", name="i urvalet")
    # Other journeys leave cases behind, and which of them have gone before is chance.
    count = int("".join(re.findall(r"\d", button.inner_text())))
    assert count > PAGE
    follow(button)
    numbers = page.get_by_role("region", name="Det här ändras").locator("tbody th")
    expect(numbers.first).to_be_visible()
    # What other journeys leave behind may be a case that cannot go to this chief: it stands apart.
    left = page.get_by_role("region", name="Det här fördelas inte").locator("tbody th")
    assert numbers.count() + left.count() == count
    Case.objects.filter(number=numbers.first.inner_text()).update(
        version=F("version") + 1
    )
    follow(page.get_by_role("button", name="Fördela "))

    expect(
        page.get_by_text("Någon annan har ändrat ärendet sedan du läste det.")
    ).to_be_visible()
    assert faults(page, "inkorg-kvitto") == []
