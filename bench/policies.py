"""Measure what the policies of the rows cost: ``python bench/policies.py [N [UNITS]]`` with N deviations.

The same pages are opened by the same people in turns, with policies and with none (no scope is said then, and
the tables are read as they are), in processor seconds of page and database together.  The log of readings is
written in both.  ``--here`` measures the database of DATABASE_URL as it is, which bench.world has filled.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent
GOAL, TURNS = 1.3, 7
WHO = ("section chief", "unit chief", "quality controller", "registrar", "staff")
SCOPED = "kvalitet.web.middleware.ReadInOwnName"


@contextmanager
def without_policies() -> Iterator[None]:
    """Let tables be read as they are, for as long as one page takes."""
    _say("DISABLE")
    try:
        yield
    finally:
        _say("ENABLE")


def _say(word: str) -> None:
    from django.db import connection, transaction

    from casework.cases.policies import guarded_tables

    with transaction.atomic(), connection.cursor() as cursor:
        for table in guarded_tables():
            cursor.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def pages_of(person: Any) -> list[tuple[str, str]]:
    """Return the pages to open, each with what it is called here."""
    from casework.models import Case

    pages = [
        ("inbox", "/inkorg/?visa=oppna"),
        ("closed", "/inkorg/?visa=avslutade"),
        ("search", "/inkorg/?q=beslutet&visa=avslutade"),
        ("measures", "/atgarder/?visa=enheten"),
        ("notices", "/notiser/"),
    ]
    handled = Case.objects.handled_by(person).filter(subject="deviations")
    case = handled.order_by("-received_on").first()
    if case:
        pages.append(("a case", f"/avvikelser/{case.number}/"))
    return pages


def main(only_who: str = "", only_page: str = "") -> int:
    """Print each page of each person, and return 1 when one costs more than it may."""
    import logging

    from django.conf import settings
    from django.test import Client, override_settings

    from bench.measure import heading, show
    from bench.pages import people
    from casework.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.ERROR)
    heading(f"Pages with policies and without, over {Case.objects.count():,} cases")
    bare = [name for name in settings.MIDDLEWARE if name != SCOPED]
    missed = False
    for who, person in people().items():
        if who not in WHO or only_who not in who:
            continue
        ours = Client()
        ours.force_login(person)
        with override_settings(MIDDLEWARE=bare):
            plain = Client()
            plain.force_login(person)
            plain.get(
                "/hjalp/"
            )  # its middleware is loaded while it is the one of the settings
        for name, page in pages_of(person):
            if only_page not in name:
                continue
            with_policies, without = _in_turns(ours, plain, page)
            show(f"{who}: {name}", with_policies, without, goal=GOAL)
            missed |= with_policies > GOAL * without
    return int(missed)


def _in_turns(ours: Any, plain: Any, page: str) -> tuple[float, float]:
    """Return the median processor seconds of a page with policies, and without."""
    from bench.pages import ask

    of_ours, of_plain = [], []
    for turn in range(TURNS + 1):
        answer = ask(ours, "", page)
        with without_policies():
            bare = ask(plain, "", page)
        if answer.status != bare.status:
            raise SystemExit(f"{page}: {answer.status} with, {bare.status} without")
        if turn:  # the first answer of a process also loads what all later ones use
            of_ours.append(answer.processor)
            of_plain.append(bare.processor)
    return median(of_ours), median(of_plain)


def run(arguments: list[str]) -> int:
    """Measure the database as it is, or one that is made for it."""
    from bench.measure import empty_database
    from bench.world import make_world
    from kvalitet.operations.roles import as_owner

    if "--here" in arguments:
        with as_owner():
            return main(*(word for word in arguments if word != "--here"))
    numbers = [int(word) for word in arguments if word.isdecimal()]
    count, places = [*numbers, *(200_000, 200)[len(numbers) :]]
    with empty_database():
        make_world(count, places)
        return main()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    os.environ.setdefault("PLAIN_STATIC", "1")
    django.setup()
    sys.exit(run(sys.argv[1:]))
