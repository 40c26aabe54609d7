"""A press in a journey waits for the page that it leads to, however slow the server is."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.e2e.conftest import Visit
from tests.e2e.municipality import Municipality
from tests.e2e.steps import follow

PRESS = re.compile(r'\.get_by_role\("(?:button|link)".*\.click\(\)')
# What waits for something else: another window, a file, or a move within the page.
OTHERS = ("expect_popup", "expect_page", "expect_download", "alert")


def slowly(route: Route) -> None:
    """Let a page, and no file, come late."""
    if route.request.is_navigation_request():
        time.sleep(0.7)
    route.continue_()


@pytest.mark.e2e
@pytest.mark.parametrize("script", [True, False])
def test_press_waits_for_a_slow_page(
    script: bool, visit: Visit, municipality: Municipality
) -> None:
    page = visit("sektionschef", java_script_enabled=script)
    page.goto(municipality.address("/konto/losenord/"))
    page.route("**/*", slowly)

    follow(page.locator("main").get_by_role("button", name="Byt lösenord", exact=True))
    assert page.locator(".errors").is_visible()
    follow(page.locator("a.brand"))
    assert "losenord" not in page.url


def test_every_press_in_a_journey_waits() -> None:
    for path in Path(__file__).parent.glob("*.py"):
        for before, line in pairwise(path.read_text(encoding="utf-8").splitlines()):
            if PRESS.search(line):
                assert any(word in before + line for word in OTHERS), (
                    f"{path.name}: {line.strip()}"
                )
