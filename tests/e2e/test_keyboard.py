"""The keyboard reaches everything, shows where it is, and is never caught."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.municipality import Municipality
from tests.e2e.steps import follow, press

pytestmark = pytest.mark.e2e

MOST_STOPS = 150
# Everything that can be reached; of a group of radio buttons one is enough.
REACHABLE = """() => {
    const fields = "input:not([type=hidden], [type=radio]), select, textarea";
    const one = `a[href], button:not([aria-hidden]), ${fields}, summary`;
    const seen = [...document.querySelectorAll(`${one}, [tabindex='0']`)].filter(e => e.checkVisibility());
    seen.forEach((e, i) => e.dataset.stop = i);
    return seen.length;
}"""
# Where the focus is, and how it shows: a ring on the element, or on the box around its label; and whether
# something lies over all of it (WCAG 2.4.11).
FOCUS = """() => {
    const e = document.activeElement, own = [e, ...(e.labels ?? [])], box = e.getBoundingClientRect();
    const ring = own.map(x => getComputedStyle(x)).some(
        s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
    const top = Math.max(box.top, 0), height = Math.min(box.bottom, innerHeight) - top;
    const parts = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
    const seen = parts.some(([x, y]) => {
        const at = document.elementFromPoint(box.left + x * box.width, top + y * height);
        return own.some(one => one.contains(at));
    });
    return { stop: e.dataset.stop, skip: e.className === "skip", ring, seen, html: e.outerHTML.slice(0, 90) };
}"""
ZOOMED = (320, 256)  # a window of 1280 times 1024 at 400 %


def round_trip(page: Page) -> list[dict[str, Any]]:
    """Press tab from the skip link until it is reached again; return every stop."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stops and stop["skip"]:
            return stops
        # Between the last stop and the first, the focus is on the browser itself.
        if (stops or stop["skip"]) and not stop["html"].startswith("<body"):
            stops.append(stop)
    pytest.fail(
        f"the focus is caught near {stops[-1]['html'] if stops else 'the beginning'}"
    )


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/synpunkt/skriv/"),
        ("sektionschef", "/inkorg/"),
        ("sektionschef", "/rapportera/"),
        ("sektionschef", "/avvikelser/{open_case}/"),
        ("sektionschef", "/avvikelser/{open_case}/orsak/"),
    ],
)
@pytest.mark.parametrize(
    "size", [(1280, 900), (360, 900), ZOOMED], ids=["wide", "phone", "zoomed"]
)
def test_keyboard_reaches_everything_and_shows_where_it_is(
    who: str, path: str, size: tuple[int, int], look: Visit, municipality: Municipality
) -> None:
    page = look(who)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(municipality.address(path))
    reachable = page.evaluate(REACHABLE)

    stops = round_trip(page)

    assert [stop["html"] for stop in stops if not (stop["ring"] and stop["seen"])] == []
    assert {stop["stop"] for stop in stops if stop["stop"]} == {
        str(number) for number in range(reachable)
    }


def test_skip_link_leads_past_the_menu(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef")
    page.goto(municipality.address("/inkorg/"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


def test_menu_on_a_phone_closes_with_escape(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef", width=360)
    page.goto(municipality.address("/inkorg/"))
    page.get_by_role("button", name="Meny", exact=True).press("Enter")
    expect(page.get_by_role("navigation", name="Huvudmeny")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("navigation", name="Huvudmeny")).to_be_hidden()
    expect(page.get_by_role("button", name="Meny", exact=True)).to_be_focused()


def test_errors_get_the_focus_and_lead_to_their_fields(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit()
    page.goto(municipality.address("/synpunkt/skriv/"))
    page.get_by_label("Klaga på något").check()
    press(page, "Fortsätt")
    press(page, "Fortsätt")
    expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_role("alert").get_by_role("link").last.click()

    expect(page.get_by_label("Vad hände, eller")).to_be_focused()


def test_filter_is_folded_on_a_phone_and_open_on_a_wide_screen(
    visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef", width=360, java_script_enabled=False)
    page.goto(municipality.address("/inkorg/?visa=avslutade"))
    expect(page.get_by_label("Sök nummer")).to_be_hidden()
    page.locator(".fold > summary").click()
    page.get_by_label("Sök nummer").fill("KA-2021")
    follow(page.get_by_role("button", name="Filtrera"))
    expect(page.get_by_label("Sök nummer")).to_have_value("KA-2021")
    expect(page.get_by_label("Sök nummer")).to_be_visible()

    page.goto(municipality.address("/inkorg/"))
    page.set_viewport_size({"width": 1280, "height": 900})

    expect(page.get_by_label("Sök nummer")).to_be_visible()
    expect(page.locator(".fold > summary")).to_be_hidden()
