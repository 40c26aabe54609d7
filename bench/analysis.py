"""Measure the analysis of a tertial against bare SQL: ``python bench/analysis.py [N]`` with N deviations.

The bare statements read what the rules and the page need at least, grouped as they need it.  The product adds
the tests, their false discovery rate and what is stored; the page adds rights, signing in and HTML.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
YEAR, NUMBER = 2024, 3
CELLS = """
FROM analysis_cell WHERE subject = 'deviations' AND basis = 'received'
AND month >= %(since)s AND month < %(end)s
"""
HISTORY = (
    f"SELECT unit_id, target_group, category, cause_area, month, sum(count) {CELLS} GROUP BY 1, 2, 3, 4, 5"
)
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


def main(count: int) -> int:
    """Print all comparisons; fail if the rules say something else when nothing has changed."""
    from django.conf import settings
    from django.test import Client

    from analysis import aggregate, compiling, services
    from analysis.models import Cell, Signal, TertialAnalysis
    from bench.aggregate import change_one_case_of
    from bench.inbox import fill, open_page
    from bench.measure import filled_database, heading, in_turns, seconds, show
    from casework.models import Case, Recount

    settings.ALLOWED_HOSTS = ["testserver"]
    rules = [(HISTORY, "2022-09-01"), (BY_CATEGORY, "2024-09-01"), (BY_ROUTINE, "2024-01-01")]
    page = [
        (BY_KIND, "2022-09-01"),
        (BY_MONTH, "2022-01-01"),
        (BY_CATEGORY, "2024-09-01"),
        (BY_CAUSE, "2024-09-01"),
        (BY_PROCESS, "2024-09-01"),
    ]
    with filled_database(count):
        people = fill()
        aggregate.count()
        Recount.objects.all().delete()
        heading(f"The analysis of {Case.objects.count():,} cases in {Cell.objects.count():,} cells")
        look = partial(compiling.look, YEAR, NUMBER)
        ours, bare = in_turns(look, partial(run_bare, rules), times=5)
        show("the rules look at a tertial", ours, bare)
        said = set(Signal.objects.values_list("unit", "kind", "level", "count"))
        unit = Case.objects.filter(subject="deviations").order_by("unit").values_list("unit", flat=True)[0]

        def again() -> None:
            aggregate.refresh()
            look()

        ours, bare = in_turns(
            again, partial(run_bare, rules), times=5, before=partial(change_one_case_of, [unit])
        )
        show("count again and look, after one change", ours, bare)
        opened = seconds(partial(services.open_analyses, YEAR, NUMBER))
        print(f"opened {TertialAnalysis.objects.count()} analyses in {opened:.1f} s")
        for name, person in people.items():
            client = Client()
            client.force_login(person)
            for address in ("/analys/", "/analys/enhet/"):
                path = f"{address}?unit={_unit_of(person)}&year={YEAR}&tertial={NUMBER}"
                ours, bare = in_turns(partial(open_page, client, path), partial(run_bare, page), times=7)
                show(f"{name}: {address}", ours, bare)
        look()
        is_same = said == set(Signal.objects.values_list("unit", "kind", "level", "count"))
    return 0 if is_same else 1


def _unit_of(person: object) -> str:
    from organisation.models import Unit

    return str(
        Unit.objects.filter(memberships__user=person).order_by("path").values_list("code", flat=True)[0]
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
