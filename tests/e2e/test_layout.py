"""What stands on a page has its place: no column for nothing, no text larger than what it explains."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from organisation.models import Unit
from tests.e2e.conftest import Visit
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.e2e.steps import follow, is_told, new_case, press
from tests.factories import make_deviation

pytestmark = pytest.mark.e2e

LINK = f"https://exempel.se/{'a' * 380}"
# The sizes of the texts of all drawings in sight, as they come out on the screen.
DRAWN = """() => [...document.querySelectorAll("svg.kv")]
    .filter(svg => svg.checkVisibility() && svg.querySelector("text"))
    .map(svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["/analys/", "/analys/enhet/", "/analys/aret/", "/analys/fraga/"]
)
def test_text_of_charts_is_as_large_as_small_text(
    look: Visit, municipality: Municipality, path: str, width: int
) -> None:
    page = look("planerare", width=width)
    page.goto(municipality.address(path))

    for size in page.evaluate(DRAWN):
        assert 10 <= size <= 17, size


def test_column_of_checkboxes_is_no_wider_than_they_are(
    look: Visit, municipality: Municipality
) -> None:
    page = look("sektionschef")
    page.goto(municipality.address("/inkorg/?visa=oppna"))

    box = page.locator("td.pick").first.bounding_box()

    assert box is not None
    assert box["width"] <= 70


def test_long_link_fits_into_the_page_of_a_case(
    visit: Visit, municipality: Municipality
) -> None:
    case = new_case(municipality, title=LINK, description=f"Se {LINK} för mer.")
    page = visit("sektionschef", width=360)
    page.goto(municipality.address(f"/avvikelser/{case.number}/"))

    inspect(page, "avvikelse-lang-lank")
    assert width_of(page) <= 360


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_registrar_sees_first_what_a_registrar_does(
    visit: Visit, municipality: Municipality
) -> None:
    root = Unit.objects.get(parent=None, code="ASF")
    case = make_deviation(
        root,
        number="KS-2025-0900",
        kind="complaint",
        reported_by="outside",
        channel="web",
        from_outside=True,
    )
    page = visit("registrator")
    page.goto(municipality.address(f"/avvikelser/{case.number}/"))
    inspect(page, "avvikelse-registrator")
    expect(page.get_by_text("Kan inte börja än")).to_be_hidden()
    follow(page.locator("main").get_by_role("link", name="Fördela till en enhet"))
    page.get_by_label("Vilken enhet").select_option(municipality.places["unit"])
    press(page, "Fördela till en enhet")

    is_told(page, "Fördelades till en enhet.")


LABELS = """() => [...document.querySelectorAll("table.cards td")].map(cell => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    const label = getComputedStyle(cell, "::before");
    return [cell.dataset.label, label.whiteSpace, parseFloat(label.width), words.getBoundingClientRect().left
        - cell.getBoundingClientRect().left];
})"""


def test_label_of_a_number_in_a_card_ends_before_the_number(
    look: Visit, municipality: Municipality
) -> None:
    page = look("controller", width=360)
    page.goto(municipality.address("/organisation/jav-och-skydd/"))

    for label, wrapping, width, begins in page.evaluate(LABELS):
        assert (wrapping, width <= begins) == ("normal", True), label
