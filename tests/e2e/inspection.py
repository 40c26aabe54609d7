"""What is looked for on every page: accessibility, and room for everything in the width there is."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zlib import crc32

from playwright.sync_api import Browser, Page

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The colour schemes differ in colours and nothing else, so the dark one is asked about those alone.
OF_COLOUR = ["color-contrast", "link-in-text-block"]


class Look(NamedTuple):
    """A width and a colour scheme, and which rules are asked: "all", "colours" or "others"."""

    width: int
    scheme: Literal["light", "dark"]
    rules: str


WIDE, NARROW = 1280, 360
# Looks that follow each other differ in one thing, so that the page is laid out anew only once.
LOOKS = (
    Look(WIDE, "light", "all"),
    Look(WIDE, "dark", "colours"),
    Look(NARROW, "dark", "colours"),
    Look(NARROW, "light", "all"),
)
# Half of the pages show their colours wide in light and narrow in dark, the others the other way round: each
# page is asked in each width and in each scheme.  What is asked first comes before what is left.
HALVES = (
    (
        (
            Look(WIDE, "light", "all"),
            Look(NARROW, "dark", "colours"),
            Look(NARROW, "light", "others"),
        ),
        (Look(WIDE, "dark", "colours"), Look(NARROW, "light", "colours")),
    ),
    (
        (
            Look(WIDE, "light", "others"),
            Look(WIDE, "dark", "colours"),
            Look(NARROW, "light", "all"),
        ),
        (Look(WIDE, "light", "colours"), Look(NARROW, "dark", "colours")),
    ),
)
NARROWEST = 320  # also what is left of 1280 at 400 %
PICTURES = os.environ.get("E2E_PICTURES", "")


def inspect(page: Page, name: str) -> None:
    """Fail if something is wrong with a page as it stands, and leave it as it was."""
    if page.evaluate("matchMedia('(scripting: none)').matches"):
        found = faults(twin_of(page), name)
    else:
        size = page.viewport_size
        found = faults(page, name)
        page.emulate_media(color_scheme="light")
        if size:
            page.set_viewport_size(size)
    assert not found, f"{name}:\n" + "\n".join(found)


def twin_of(page: Page) -> Page:
    """Open the same page where scripts run, as the checks need; its own scripts are left out."""
    html = re.sub(r"<script.*?</script>", "", page.content(), flags=re.DOTALL)
    assert page.context.browser is not None
    twin = twin_window(page.context.browser)
    twin.unroute_all()
    twin.route(
        page.url,
        lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"),
    )
    twin.goto(page.url)
    return twin


@cache
def twin_window(browser: Browser) -> Page:
    """Return the one window of all twins: a new one for each would begin with an empty engine."""
    return browser.new_context(reduced_motion="reduce", locale="sv-SE").new_page()


def half_of(name: str) -> tuple[tuple[Look, ...], tuple[Look, ...]]:
    """Return the looks in which a page is asked first, and those that are left."""
    return HALVES[crc32(name.encode()) % 2]


def faults(page: Page, name: str, looks: Sequence[Look] = LOOKS) -> list[str]:
    """Return everything that is wrong with a page in some widths and colour schemes."""
    page.evaluate(AXE)
    found = []
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme)
        wrong = [*violations(page, look.rules), *overflow(page, look.width)]
        found += [f"{look.width} {look.scheme}: {fault}" for fault in wrong]
        if PICTURES:
            picture = f"{name}-{look.width}-{look.scheme}.png"
            page.screenshot(path=Path(PICTURES) / picture, full_page=True)
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    return found + overflow(page, NARROWEST)


def violations(page: Page, rules: str) -> list[str]:
    """Return the violations that axe finds, each with the first elements that have it."""
    everything, colour = (
        {"type": "tag", "values": TAGS},
        {"type": "rule", "values": OF_COLOUR},
    )
    left_out = OF_COLOUR if rules == "others" else ()
    options = {
        "runOnly": colour if rules == "colours" else everything,
        "rules": {"target-size": {"enabled": True}}
        | {rule: {"enabled": False} for rule in left_out},
        "resultTypes": ["violations"],
    }
    result: Any = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {[(node['target'], node['failureSummary']) for node in violation['nodes'][:3]]}"
        for violation in result["violations"]
    ]


def overflow(page: Page, width: int) -> list[str]:
    """Return what makes the whole page scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    wide = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width && !e.closest(".scroll"))
            .map(e => e.outerHTML.slice(0, 80)).slice(0, 3)""",
        width,
    )
    return [f"wider than {width}: {wide}"]
