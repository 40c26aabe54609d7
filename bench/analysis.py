"""Measure the analysis against bare SQL: ``python bench/analysis.py [N [YEARS [UNITS]]]``, N deviations.

``python bench/analysis.py 3000000 3 2000`` is a municipality of a million cases a year: it takes an hour.

The bare statements read what the rules and the page need at least, grouped as they need it.  The product adds
the tests, their false discovery rate and what is stored; the page adds rights, signing in and HTML.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from organisation.models import User

ROOT = Path(__file__).resolve().parent.parent
YEAR, NUMBER = 2024, 3
CELLS = """
FROM analysis_cell WHERE subject = 'deviations' AND basis = 'received'
AND month >= %(since)s AND month < %(end)s
"""
HISTORY = f"SELECT unit_id, target_group, category, cause_area, month, sum(count) {CELLS} GROUP BY 1, 2, 3, 4, 5"
BY_CATEGORY = f"SELECT unit_id, category, sum(count) {CELLS} GROUP BY 1, 2"
BY_ROUTINE = f"SELECT unit_id, process, cause_area, sum(count) {CELLS} GROUP BY 1, 2, 3"
BY_KIND = f"SELECT kind, month, sum(count) {CELLS} GROUP BY 1, 2"
BY_MONTH = f"SELECT month, sum(count) {CELLS} GROUP BY 1"
BY_CAUSE = f"SELECT cause_area, sum(count) {CELLS} GROUP BY 1"
BY_PROCESS = f"SELECT process, sum(count) {CELLS} GROUP BY 1"


def run_bare(statements: list[tuple[str, str]]) -> None:
    """Run statements, each over the months from a day to the end of the tertial, and fetch all they give."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement, since in statements:
            cursor.execute(statement, {"since": since, "end": "2025-01-01"})
            cursor.fetchall()


def main(count: int, years: int, places: int) -> int:
    """Print all comparisons; fail if the rules say something else when nothing has changed."""
    from django.conf import settings

    from analysis.models import Signal, TertialAnalysis
    from analysis.tertial import compiling, services
    from bench.aggregate import MANY
    from bench.inbox import fill
    from bench.measure import (
        filled_database,
        heading,
        in_turns,
        peak_memory,
        seconds,
        show,
    )
    from casework.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    rules = [
        (HISTORY, "2022-09-01"),
        (BY_CATEGORY, "2024-09-01"),
        (BY_ROUTINE, "2024-01-01"),
    ]
    look = partial(compiling.look, YEAR, NUMBER)
    with filled_database(count, years=years, places=places):
        people = fill()
        heading(f"The analysis of {Case.objects.count():,} cases in {places} units")
        times = 5 if count <= MANY else 1
        count_everything(times)
        look()  # the bare statements hold all rows in memory, and peaks do not sink
        print(f"the most memory that the rules have used: {peak_memory()} MB")
        ours, bare = in_turns(look, partial(run_bare, rules), times=times)
        show("the rules look at a tertial", ours, bare)
        said = set(Signal.objects.values_list("unit", "kind", "level", "count"))
        change_and_look(look, rules, times)
        opened = seconds(partial(services.open_analyses, YEAR, NUMBER))
        print(f"opened {TertialAnalysis.objects.count()} analyses in {opened:.1f} s")
        for name, person in people.items():
            open_pages(name, person, 2 + times)
        look()
        is_same = said == set(
            Signal.objects.values_list("unit", "kind", "level", "count")
        )
    return int(not is_same)


def count_everything(times: int) -> None:
    """Print what counting all cells takes beside the same statements alone."""
    from django.db import connection

    from analysis.figures import aggregate
    from analysis.models import Cell
    from bench.aggregate import count_bare, make_bare_table
    from bench.measure import in_turns, show
    from casework.models import Recount

    make_bare_table("bare_cell")
    ours, bare = in_turns(
        aggregate.count, partial(count_bare, "bare_cell"), times=times
    )
    show(f"count everything ({Cell.objects.count():,} cells)", ours, bare)
    Recount.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def change_and_look(
    look: Callable[[], object], rules: list[tuple[str, str]], times: int
) -> None:
    """Print what counting again after one change takes, alone and with the rules looking."""
    from analysis.figures import aggregate
    from bench.aggregate import change_one_case_of, refresh_bare
    from bench.measure import in_turns, show
    from casework.models import Case

    unit = (
        Case.objects.filter(subject="deviations")
        .order_by("unit")
        .values_list("unit", flat=True)[0]
    )
    change = partial(change_one_case_of, [unit])
    recount = partial(refresh_bare, "bare_cell", [unit])
    ours, bare = in_turns(aggregate.refresh, recount, times=9, before=change)
    show("count again after one change", ours, bare)

    def again() -> None:
        aggregate.refresh()
        look()

    ours, bare = in_turns(again, partial(run_bare, rules), times=times, before=change)
    show("  and let the rules look", ours, bare)


def open_pages(name: str, person: User, times: int) -> None:
    """Print what the pages of analysis take a person, beside the sums that they show."""
    from django.test import Client

    from bench.inbox import open_page
    from bench.measure import in_turns, show

    page = [
        (BY_KIND, "2022-09-01"),
        (BY_MONTH, "2022-01-01"),
        (BY_CATEGORY, "2024-09-01"),
        (BY_CAUSE, "2024-09-01"),
        (BY_PROCESS, "2024-09-01"),
    ]
    client = Client()
    client.force_login(person)
    for address in ("/analys/", "/analys/enhet/"):
        path = f"{address}?unit={_unit_of(person)}&year={YEAR}&tertial={NUMBER}"
        ours, bare = in_turns(
            partial(open_page, client, path), partial(run_bare, page), times=times
        )
        show(f"{name}: {address}", ours, bare)


def _unit_of(person: User) -> str:
    from organisation.models import Unit

    return str(
        Unit.objects.filter(memberships__user=person)
        .order_by("path")
        .values_list("code", flat=True)[0]
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*given, *(200_000, 5, 200)[len(given) :]))
