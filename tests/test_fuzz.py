"""Random requests over every page, form and filter: no answer is an error of ours, and no page dies of it.

Every form is found by opening the page it stands on, so a new one is covered the day it is there.  The
suite sends a hundred requests, make test-all some hundreds; ``FUZZ=20000 pytest tests/test_fuzz.py`` sends
more, and ``FUZZ_SEED`` chooses others.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import get_resolver

from casework.models import Case
from tests.hostile import HOSTILE
from tests.municipality import ASK, SITE, Municipality, municipality_for_a_module

pytestmark = pytest.mark.django_db

REQUESTS = int(os.environ.get("FUZZ", "100"))
SEED = int(os.environ.get("FUZZ_SEED", "20261122"))
PEOPLE = (
    "anonymous",
    "staff",
    "reporter",
    "section_chief",
    "quality_controller",
    "registrar",
    "lex_investigator",
    "board_secretary",
    "system_admin",
    "overseer",
)
AFTERWARDS = ("section_chief", "quality_controller", "staff")
# Pages whose GET shows the forms and filters; the same for everybody who may open them.
BROWSABLE = {200, 400, 403, 409, 429}
LISTS = (
    "/inkorg/",
    "/inkorg/?visa=alla",
    "/inkorg/?visa=avslutade",
    "/atgarder/",
    "/rapportera/",
    "/rapportera/mina/",
    "/rapportera/utkast/",
    "/notiser/",
    "/lex-sarah/",
    "/lex-sarah/avstamning/",
    "/lex-sarah/information/",
    "/lex-sarah/ordning/",
    "/lex-sarah/sammantraden/",
    "/egenkontroll/",
    "/egenkontroll/mallar/",
    "/riskanalys/",
    "/analys/",
    "/analys/aret/",
    "/analys/fraga/",
    "/analys/underlag/",
    "/analys/enhet/",
    "/rapporter/",
    "/kvalitetsberattelse/",
    "/organisation/",
)


@dataclass
class Form:
    """One form of a page: where it is sent, how, and what it offers for each field."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class FormFinder(HTMLParser):
    """Collect the forms of a page with their fields and the answers that they offer."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.select = path, list[Form](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                Form(
                    given.get("action") or self.path, given.get("method", "get").lower()
                )
            )
        elif tag == "select":
            self.select = given.get("name", "")
        elif self.forms and tag == "option" and self.select:
            self.forms[-1].fields.setdefault(self.select, []).append(
                given.get("value", "")
            )
        elif (
            self.forms and given.get("name") and tag in {"input", "textarea", "button"}
        ):
            self.forms[-1].fields.setdefault(given["name"], []).append(
                given.get("value", "")
            )

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def _patterns(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Return every address of the site as it is written in the URL configuration."""
    for pattern in patterns:
        whole = f"{before}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns, whole)
        else:
            yield whole


class Visitor:
    """Opens pages, finds forms, and sends them with a mixture of usual and hostile answers."""

    def __init__(self, town: Municipality, seed: int) -> None:
        self.town, self.random = town, random.Random(seed)
        self.patterns = list(_patterns(get_resolver().url_patterns))
        self.answers: Counter[int] = Counter()
        self.broken: list[tuple[str, str, str]] = []

    def value(self, offered: list[str]) -> bytes:
        """Return one answer: mostly what a form offers, now and then what nobody should send."""
        if offered and self.random.random() < 0.6:
            return self.random.choice(offered).encode()
        if self.random.random() < 0.3:
            return self.random.choice(
                ["2026-11-22", "Text", "EK", "1", "KA-2024-0001", "yes", "system"]
            ).encode()
        return self.random.choice(list(HOSTILE.values()))[:20_000]

    def path(self) -> str:
        """Return an address: each part of its pattern filled with something that is there, or hostile."""
        parts = {
            "number": [*Case.objects.values_list("number", flat=True)],
            "code": [self.town.own.code],
            "unit": [self.town.own.code],
            "year": ["2024", "2023"],
            "template": ["malmo"],
            "section": ["uppfoljning"],
            "name": ["utred", "bedom", "orsak", "svara", "avsluta", "klar", "effekt"],
        }
        filled = []
        for part in self.random.choice(self.patterns).split("/"):
            name = part.strip("<>").rpartition(":")[2] if part.startswith("<") else ""
            if not name:
                filled.append(part)
            elif self.random.random() < 0.85:
                filled.append(
                    quote(
                        self.random.choice(parts.get(name, ["1", "2", "abc"])), safe=""
                    )
                )
            else:
                filled.append(
                    quote(self.random.choice(list(HOSTILE.values()))[:2_000], safe="")
                )
        return "/" + "/".join(filled)

    def ask(self, who: str, method: str, path: str, body: bytes | None = None) -> Any:
        """Send one request in a savepoint of its own, and note what came back."""
        cache.clear()  # the login counts failures there
        if method == "post":
            form = "application/x-www-form-urlencoded"
            request = ASK.post(path, body, content_type=form)
        else:
            request = ASK.get(path)
        request._dont_enforce_csrf_checks = True
        if who in self.town.sessions:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = self.town.sessions[who]
        with transaction.atomic():
            response = SITE.get_response(request)
            if response.streaming:
                b"".join(response.streaming_content)
        self.answers[response.status_code] += 1
        if response.status_code >= 500 and response.status_code != 503:
            self.broken.append((who, f"{method} {path[:200]}", repr(body)[:600]))
        return response

    def visit(self) -> None:
        """Open a page as somebody, and send one of its forms."""
        who = self.random.choice(PEOPLE)
        path = self.path()
        response = self.ask(who, "get", path)
        if response.status_code not in BROWSABLE or "text/html" not in response.get(
            "Content-Type", ""
        ):
            return
        finder = FormFinder(path.partition("?")[0])
        finder.feed(response.content.decode())
        forms = [form for form in finder.forms if "logga-ut" not in form.action]
        for form in self.random.sample(forms, min(2, len(forms))):
            sent = {name: self.value(offered) for name, offered in form.fields.items()}
            query = urlencode(sent)
            if form.method == "post":
                self.ask(who, "post", form.action, query.encode())
            else:
                self.ask(who, "get", f"{form.action}?{query}")


@pytest.mark.parametrize(
    ("seed", "requests"),
    [(SEED, REQUESTS), pytest.param(SEED + 1, 5 * REQUESTS, marks=pytest.mark.every)],
)
def test_random_requests_break_nothing(
    seed: int, requests: int, town: Municipality
) -> None:
    visitor = Visitor(town, seed)
    while sum(visitor.answers.values()) < requests:
        visitor.visit()
    print(
        f"\n{sum(visitor.answers.values())} requests: {dict(visitor.answers.most_common())}"
    )

    assert visitor.broken == []
    dead = {
        (who, path): status
        for place, path in enumerate(LISTS)
        for who in AFTERWARDS[place % 3 :: 3]
        if (status := visitor.ask(who, "get", path).status_code) >= 500
    }
    assert dead == {}
    numbers = Case.objects.values_list("number", flat=True)
    assert {
        n
        for n in numbers
        if visitor.ask("overseer", "get", f"/arenden/{n}/").status_code >= 500
    } == set()
