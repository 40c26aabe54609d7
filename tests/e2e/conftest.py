"""A real browser before a real server: one municipality and one browser for all journeys.

What a journey writes is kept, so journeys make their own cases and never count all of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from organisation.models import Bucket
from tests.e2e.municipality import Municipality, fill
from tests.imported import imported_database
from tests.migrated import in_database

# The same engine without what a screen needs takes less of the processor; either will do.
CHROMIUMS = ("chromium-headless-shell", "chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--lang=sv-SE",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_WAIT = 30  # a slow machine is no fault
# Where "Lämna sidan snabbt" leads: the only other site that anybody goes to, and nobody gets there.
EXIT = "https://www.smhi.se/"

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def db(django_db_setup: None) -> None:
    """Have the database of the tests made: its plugin makes none for tests that ask for no "db".

    It takes the place of the plugin's own fixture, which would undo what a journey writes.
    """


@pytest.fixture(scope="package")
def municipality(
    db: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Municipality]:
    """Serve the imported municipality from a database of its own, which is dropped afterwards."""
    # Playwright runs an event loop in this thread, where Django would refuse to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with django_db_blocker.unblock(), in_database(imported_database("malmo", "e2e")):
        server = LiveServer("127.0.0.1:0")
        try:
            yield Municipality(server.url, fill())
        finally:
            server.stop()
            end_other_sessions()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def end_other_sessions() -> None:
    """Free the database to be dropped: Playwright's loop keeps connections that we cannot reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' "
            "AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium, once; without it the journeys fail, for a skipped journey proves nothing."""
    program = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUMS)), None
    )
    if not program:
        pytest.fail(
            "Chromium saknas. Installera det (apt-get install chromium-headless-shell) "
            "eller ange CHROMIUM=sökväg."
        )
    expect.set_options(timeout=SECONDS_TO_WAIT * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(municipality: Municipality, browser: Browser) -> Iterator[Visit]:
    """Open a window for somebody; afterwards, no window may have complained or asked anyone else."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []
    # All journeys come from one address, and each has its own share of what one address may send.
    Bucket.objects.all().delete()

    def open_window(username: str = "", *, width: int = 1280, **options: Any) -> Page:
        context = make_context(
            browser, municipality, complaints, width=width, **options
        )
        contexts.append(context)
        if username:
            context.add_cookies([municipality.session_of(username)])  # type: ignore[list-item]
        else:
            # Only those who have not signed in leave so; a browser whose requests are caught has no cache.
            context.route(
                f"{EXIT}**",
                lambda route: route.fulfill(body="Vädret", content_type="text/plain"),
            )
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def window(
    municipality: Municipality, browser: Browser
) -> Iterator[tuple[Page, list[str]]]:
    """Open the window that pages are looked at in, and have a list of its complaints."""
    complaints: list[str] = []
    context = make_context(browser, municipality, complaints)
    yield context.new_page(), complaints
    context.close()


@pytest.fixture
def look(municipality: Municipality, window: tuple[Page, list[str]]) -> Iterator[Visit]:
    """Hand the one window to somebody: it need not fetch again the files that all pages have."""
    page, complaints = window
    Bucket.objects.all().delete()

    def hand_over(username: str = "", *, width: int = 1280) -> Page:
        page.context.clear_cookies()
        if username:
            page.context.add_cookies([municipality.session_of(username)])  # type: ignore[list-item]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        return page

    yield hand_over
    # Nothing of the page goes on, and the same process of the browser goes on to the next one.
    page.goto(municipality.address("/halsa/"))
    found = complaints[:]
    complaints.clear()
    assert found == []


def make_context(
    browser: Browser,
    site: Municipality,
    complaints: list[str],
    *,
    width: int = 1280,
    **options: Any,
) -> BrowserContext:
    """Make what a window is opened in: nobody is signed in, and nothing is kept from before."""
    # Reduced motion: a colour on its way to another one has no contrast worth measuring.
    size, quiet = {"width": width, "height": 900}, "reduce"
    context = browser.new_context(
        viewport=size, reduced_motion=quiet, locale="sv-SE", **options
    )
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    listen(context, site.url, complaints)
    return context


def listen(context: BrowserContext, site: str, complaints: list[str]) -> None:
    """Write down script errors, refusals by the content policy, failed files, and other hosts."""
    host = urlsplit(site).netloc

    def on_console(message: Any) -> None:
        # An answer 400 or 404 to a page is expected; to a file it is caught below.
        if message.type == "error" and not message.text.startswith(
            "Failed to load resource"
        ):
            complaints.append(message.text)

    def on_request(request: Any) -> None:
        leaves = request.url == EXIT and request.is_navigation_request()
        if urlsplit(request.url).netloc not in {host, ""} and not leaves:
            complaints.append(f"asked {request.url}")

    def on_response(response: Any) -> None:
        # So is an answer 403 to the draft of whoever has signed in again: the page asks for a new token.
        is_page = response.request.resource_type in {"document", "fetch"}
        if response.status >= (500 if is_page else 400):
            complaints.append(f"{response.status} for {response.url}")

    context.on("console", on_console)
    context.on("weberror", lambda problem: complaints.append(str(problem.error)))
    context.on("request", on_request)
    context.on("response", on_response)
