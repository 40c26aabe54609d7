"""Measure every list page as everybody: ``python bench/pages.py [N [UNITS]]`` with N deviations.

Each address without arguments is asked by a person of each role: what a page costs must follow from what
the reader has to do, not from all that others have stored.  No page may need longer than the limit, and
the pages of a chief no longer than the goal, in processor seconds of page and database together.
``--here`` measures the database of DATABASE_URL as it is, which bench.world has filled.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from organisation.models import User

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, GOAL = 20.0, 1.0
CHIEFS = ("section chief", "unit chief", "department chief", "staff")
# Pages that do something else than show: they end the session, or begin a file.
LEFT_OUT = ("account_logout", "i18n")
# The other views of the pages that are opened most.
MORE = (
    "/inkorg/?visa=oppna",
    "/inkorg/?visa=avslutade",
    "/inkorg/?visa=forsenade",
    "/inkorg/?q=beslutet&visa=avslutade",
    "/atgarder/?visa=enheten",
    "/atgarder/?visa=forsenade",
    "/atgarder/?visa=genomforda",
    "/atgarder/?visa=effekt",
)


@dataclass(frozen=True)
class Answer:
    """What one page gave one person."""

    page: str
    who: str
    status: int
    seconds: float
    processor: float
    queries: int

    @property
    def is_fault(self) -> bool:
        """Tell whether the page broke, came too late, or cost a chief more than it may."""
        goal = GOAL if self.who in CHIEFS else MOST_SECONDS
        return (
            self.status >= 500 or self.seconds > MOST_SECONDS or self.processor > goal
        )


def people() -> dict[str, User]:
    """Return one person of each role, by what they are called here."""
    from organisation.models import Membership
    from organisation.rights import Role

    chiefs = (
        Membership.objects.filter(unit__parent__isnull=False)
        .order_by("pk")
        .select_related("user")
    )
    found = {}
    for role in (
        Role.SECTION_CHIEF,
        Role.UNIT_CHIEF,
        Role.STAFF,
        Role.DEPARTMENT_CHIEF,
    ):
        found[role.value.replace("_", " ")] = chiefs.filter(role=role)[0].user
    wide = Membership.objects.filter(unit__parent=None).exclude(
        role=Role.DEPARTMENT_CHIEF
    )
    for one in wide.select_related("user"):
        found[one.role.replace("_", " ")] = one.user
    return found


def addresses() -> list[str]:
    """Return every address that takes no arguments, and the other views of some."""
    from django.urls import get_resolver

    return sorted({*_addresses(get_resolver(), ""), *MORE})


def _addresses(resolver: Any, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = f"{before}{pattern.pattern}"
        if hasattr(pattern, "url_patterns"):
            yield from _addresses(pattern, route)
        elif pattern.name not in LEFT_OUT and not set(route) & set("<(^?*"):
            yield f"/{route}"


def backend_seconds(pid: int) -> float:
    """Return the processor seconds of the database's process (Linux, same machine; else nothing)."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


def ask(client: Any, who: str, page: str) -> Answer:
    """Open a page once and say what it cost; an error of the database is an answer, too."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        began, processor = (
            time.perf_counter(),
            time.process_time() + backend_seconds(pid),
        )
        response = client.get(page)
        if response.streaming:
            b"".join(response.streaming_content)
        seconds = time.perf_counter() - began
        processor = time.process_time() + backend_seconds(pid) - processor
    return Answer(page, who, response.status_code, seconds, processor, len(captured))


def measure(only: str = "") -> list[Answer]:
    """Ask every page as everybody, each after the other."""
    from django.db import connection
    from django.test import Client

    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)",
            [f"{MOST_SECONDS:.0f}s"],
        )
        cursor.execute(
            "SET max_parallel_workers_per_gather = 0"
        )  # what helpers use is not counted
    answers = []
    for who, person in people().items():
        client = Client(raise_request_exception=False)
        client.force_login(person)
        client.get(
            "/"
        )  # the first answer of a process also loads what all later ones use
        for page in addresses():
            if only in page:
                answer = ask(client, who, page)
                answers.append(answer)
                if answer.is_fault:
                    show(answer)
    return answers


def show(answer: Answer) -> None:
    """Print one line."""
    fault = "  FAULT" if answer.is_fault else ""
    print(
        f"{answer.page:<48} {answer.who:<20} {answer.status} {answer.processor * 1000:9,.0f} ms cpu "
        f"{answer.seconds * 1000:9,.0f} ms {answer.queries:4} queries{fault}",
        flush=True,
    )


def main(arguments: list[str]) -> int:
    """Print what costs most, and return 1 when a page broke or cost more than it may."""
    import logging

    from django.conf import settings

    from bench.measure import heading
    from casework.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.ERROR)
    heading(f"Every page over {Case.objects.count():,} cases")
    only = ""
    for word in arguments:
        if word.startswith("--only="):
            only = word.removeprefix("--only=")
    answers = measure(only)
    print(f"\n{len(answers)} answers; those that cost most:")
    for answer in sorted(answers, key=lambda answer: -answer.processor)[:60]:
        show(answer)
    return int(any(answer.is_fault for answer in answers))


def run(arguments: list[str]) -> int:
    """Measure the database as it is, or one that is made for it."""
    from bench.measure import empty_database
    from bench.world import make_world

    if "--here" in arguments:
        return main(arguments)
    numbers = [int(word) for word in arguments if word.isdecimal()]
    count, places = [*numbers, *(20_000, 200)[len(numbers) :]]
    with empty_database():
        make_world(count, places)
        return main(arguments)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    os.environ.setdefault("PLAIN_STATIC", "1")
    django.setup()
    sys.exit(run(sys.argv[1:]))
