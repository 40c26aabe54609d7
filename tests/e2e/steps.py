"""What people do on many pages: press, sign in, complain, move by keyboard, tap with a thumb."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from casework.background import jobs
from deviations.models import Deviation
from deviations.public_form.forms import FEWEST_SECONDS
from deviations.public_form.languages import Language, language
from organisation.models import Unit, User
from reports.models import Edition
from tests.e2e.inspection import inspect
from tests.e2e.municipality import Municipality
from tests.factories import make_deviation

STORY = "Ingen ringde tillbaka på tre veckor."
PERSONAL_NUMBER = "19811218-9876"  # of Skatteverket's series for tests
# A form that is sent sooner than anybody reads it is taken for a machine's.
SECONDS_TO_READ = FEWEST_SECONDS + 0.2


# Mark a page when it begins to lead to another one, so that the next press does not meet the old one.
# Listeners of a page without script are never asked, and there every press leads to another page.
WATCH = """() => {
    const html = document.documentElement;
    const leave = (event) => { if (!event.defaultPrevented) html.dataset.leaving = "yes"; };
    addEventListener("submit", leave);
    addEventListener("click", (event) => {
        if (event.target.closest("a[href]:not([target], [download], [href^='#'])")) leave(event);
    });
    return matchMedia("(scripting: none)").matches;
}"""


def press(page: Page, name: str) -> None:
    """Press a button, or a link that looks like one."""
    target = page.get_by_role("button", name=name, exact=True)
    follow(target.or_(page.get_by_role("link", name=name, exact=True)).first)


def follow(target: Locator) -> None:
    """Press something, and wait for the page to which it leads."""
    if target.evaluate(WATCH):
        with target.page.expect_navigation():
            target.click()
    else:
        target.click()
        settle(target.page)


def settle(page: Page) -> None:
    """Wait for the page to which a press leads; a form with free text asks its server first."""
    expect(page.locator("html[data-leaving], form[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state()


def read(page: Page) -> None:
    """Wait until the form on a page is as old as one that somebody has read: it carries when it was made."""
    made = signing.b62_decode(
        page.locator("[name=begun]").first.input_value().split(":")[-2]
    )
    time.sleep(max(0.0, made + SECONDS_TO_READ - time.time()))


def choose(page: Page, question: str, answer: str) -> None:
    """Choose one of the answers of a question."""
    group = page.get_by_role("group", name=question)
    group.get_by_label(answer, exact=True).check()


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in as people do."""
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(password)
    follow(page.locator("main").get_by_role("button", name="Logga in"))


def is_told(page: Page, words: str) -> None:
    """Wait for the page to say what has been done."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def new_case(site: Municipality, **facts: Any) -> Deviation:
    """Make a case that the section chief handles and that no other journey touches."""
    count = Deviation.objects.filter(number__startswith="KA-2025-").count()
    unit = Unit.objects.get(code=site.places["unit"])
    defaults = {
        "number": f"KA-2025-{count + 1:04d}",
        "received_on": timezone.localdate(),
    }
    return make_deviation(unit, **{**defaults, **facts})


def person(username: str) -> User:
    """Return somebody who works in the municipality."""
    return User.objects.get(username=username)


def answers(page: Page, site: Municipality, path: str) -> int:
    """Go to a page and return the status of the answer."""
    answer = page.goto(site.address(path))
    assert answer is not None
    return answer.status


def fill(page: Page, **said: str) -> None:
    """Write in the fields that have a name."""
    for name, text in said.items():
        page.locator(f"[name={name}]").fill(text)


def act(page: Page, text: str, routine: str = "") -> None:
    """Decide an action, as chief, from the page of its case."""
    follow(page.locator("main").get_by_role("link", name="Lägg till åtgärd"))
    page.get_by_label("Vad ska göras?").fill(text)
    choose(page, "Vem eller vad riktar sig åtgärden till?", "Enhet")
    page.get_by_label("Hur ser ni att den hjälper?").fill("Granska tre ärenden till.")
    if routine:
        page.locator("[name=improved_routine]").fill(routine)
    press(page, "Spara åtgärden")
    is_told(page, "Åtgärden är beslutad.")


def appendix(page: Page, site: Municipality, unit: str, year: int) -> None:
    """Build, as controller, the report of a unit's year, and read it."""
    page.goto(site.address("/rapporter/"))
    page.get_by_label("Enhet").select_option(unit)
    page.get_by_label("År").fill(str(year))
    page.get_by_label("Mall").select_option("malmo")
    press(page, "Öppna berättelsen")
    built = Edition.objects.count()
    follow(page.locator("main").get_by_role("button", name="Bygg"))
    jobs.run_pending()
    assert Edition.objects.count() == built + 1
    page.reload()
    follow(page.get_by_role("link", name="Läs som webbsida").first)


# --- citizens ---------------------------------------------------------------------------------
@dataclass
class Citizen:
    """Somebody who complains, in a language; every page that is met is looked at if it has a name."""

    page: Page
    site: Municipality
    spoken: Language
    look_as: str = ""

    @classmethod
    def of(
        cls, page: Page, site: Municipality, code: str = "sv", *, look_as: str = ""
    ) -> Citizen:
        """Return a citizen who speaks a language."""
        return cls(page, site, language(code), look_as)

    def says(self, key: str, **facts: object) -> str:
        """Return a text in the citizen's language."""
        return self.spoken.say(key, **facts)

    def press(self, key: str) -> None:
        """Press what a text stands on."""
        press(self.page, self.says(key))

    def looks(self, name: str) -> None:
        """Look at the page that is open, in every width and colour scheme."""
        if self.look_as:
            inspect(self.page, f"{self.look_as}-{name}")

    def goes_on(self, step: str) -> None:
        """Look at the question that is open, and go on to the next."""
        expect(
            self.page.get_by_role("heading", level=1, name=self.says(f"steps.{step}"))
        ).to_be_visible()
        self.looks(step)
        self.press("ask.continue")

    def writes(self, story: str = STORY, *, unit: str = "") -> None:
        """Answer the four questions and read through the answers."""
        page = self.page
        page.goto(self.site.address(f"/synpunkt/?sprak={self.spoken.code}"))
        self.looks("start")
        self.press("start.begin")
        page.get_by_label(self.says("fields.kind.choices.complaint")).check()
        self.goes_on("kind")
        page.get_by_label(self.says("fields.description.label")).fill(story)
        self.goes_on("event")
        page.get_by_label(self.says("fields.area.choices.money")).check()
        page.get_by_label(self.says("fields.unit.label")).select_option(unit)
        self.goes_on("place")
        page.get_by_label(self.says("fields.contact_way.choices.code")).check()
        self.goes_on("answer")
        expect(
            page.get_by_role("heading", name=self.says("check.title"))
        ).to_be_visible()
        self.looks("check")

    def sends(self) -> str:
        """Send what is written and return the code on the receipt."""
        read(self.page)
        self.press("check.send")
        expect(
            self.page.get_by_role("heading", name=self.says("receipt.title"))
        ).to_be_visible()
        self.looks("receipt")
        return self.page.locator(".code").inner_text()

    def reads(self, code: str) -> None:
        """Read where the case stands, with the code."""
        self.page.goto(self.site.address(f"/synpunkt/svar/?sprak={self.spoken.code}"))
        self.page.get_by_label(self.says("fields.code.label")).fill(code.lower())
        self.press("follow.show")


# --- keyboard ---------------------------------------------------------------------------------
# What has the focus, as it is called: its label, its legend for a group of radio buttons, or its words.
_FOCUS = """() => {
    const e = document.activeElement;
    const own = e.type === "radio" ? e.closest("fieldset").querySelector("legend") : e.labels?.[0];
    return (own ?? e).innerText.split("\\n")[0].replace("(frivilligt)", "").trim();
}"""
MOST_STOPS = 90


@dataclass
class Keyboard:
    """Somebody who never touches a mouse."""

    page: Page

    def to(self, name: str) -> None:
        """Move with the tab key until the focus is on what has a name."""
        met = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            met.append(self.page.evaluate(_FOCUS))
            if met[-1] == name:
                return
        pytest.fail(f"the tab key never reaches {name}, only {met}")

    def open(self, name: str) -> None:
        """Follow a link or press a button, and wait for the next page."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Write in a field that has nothing in it."""
        self.to(name)
        self.page.keyboard.type(text)

    def choose(self, name: str, answer: str) -> None:
        """Choose one of some radio buttons: the tab key leads to the group, arrows to the answer."""
        self.to(name)
        self.page.keyboard.press("Space")
        chosen = "() => document.activeElement.labels[0].innerText.trim()"
        for _ in range(10):
            if self.page.evaluate(chosen).startswith(answer):
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"the arrow keys never reach {answer}")

    def select(self, name: str, answer: str) -> None:
        """Choose in a list by typing how the answer begins."""
        self.to(name)
        self.page.keyboard.type(answer)
        words = "() => document.activeElement.selectedOptions[0].innerText.trim()"
        assert self.page.evaluate(words).startswith(answer)


# --- thumb ------------------------------------------------------------------------------------
@dataclass
class Thumb:
    """Somebody with a phone in one hand: every touch of the screen is counted."""

    page: Page
    taps: int = 0

    def tap(self, target: Locator) -> None:
        """Touch something once."""
        target.tap()
        self.taps += 1

    def button(self, name: str) -> None:
        """Touch a button or a link."""
        target = self.page.get_by_role("button", name=name, exact=True)
        self.tap(target.or_(self.page.get_by_role("link", name=name, exact=True)).first)

    def choose(self, name: str, answer: str) -> None:
        """Open a list and touch an answer in it, which is the phone's own."""
        self.page.get_by_label(name).select_option(answer)
        self.taps += 2

    def write(self, name: str, text: str) -> None:
        """Touch a field and write in it; what the keyboard of the phone does is not counted."""
        self.tap(self.page.get_by_label(name))
        self.page.get_by_label(name).fill(text)


def ends_with(path: str) -> re.Pattern[str]:
    """Return the pattern of an address that ends with a path."""
    return re.compile(f"{re.escape(path)}$")
