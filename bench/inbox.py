"""Measure the pages of the inbox against bare SQL: ``python bench/inbox.py [N]`` with N deviations.

For a chief of 12 sections and for the controller of all 200 units.  The bare statements are written by
hand with the ids of the units in them, and do what the page must: count the views, fetch 25 rows.  The
page adds signing in, the menu, the choices of the filter, rights that follow from roles, and HTML.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from django.test import Client

    from organisation.models import User

ROOT = Path(__file__).resolve().parent.parent
CHIEF_OF, LONG_AGO = 12, dt.date(2015, 1, 1)
TODO = "closed_on IS NULL AND (owner_id = %(me)s OR owner_id IS NULL)"
COUNTS = f"""
SELECT count(*) FILTER (WHERE {TODO}), count(*) FILTER (WHERE due_on < now()::date), count(*)
FROM casework_case c WHERE closed_on IS NULL AND NOT protected AND unit_id = ANY(%(units)s){{found}}
"""
CLOSED = """
SELECT count(*) FROM (SELECT 1 FROM casework_case c WHERE closed_on IS NOT NULL AND NOT protected
AND unit_id = ANY(%(units)s){found} LIMIT 1001) capped
"""
ROWS = """
SELECT c.number, c.title, c.due_on, c.closed_on, c.received_on, u.name, o.name, f.name
FROM casework_case c JOIN organisation_unit u ON u.id = c.unit_id
LEFT JOIN organisation_user o ON o.id = c.owner_id LEFT JOIN organisation_unit f ON f.id = c.came_from_id
WHERE {which} AND NOT protected AND unit_id = ANY(%(units)s){found} ORDER BY {order} LIMIT {limit}
"""
FOUND = """ AND c.id IN (SELECT id FROM casework_case WHERE words @@ websearch_to_tsquery('swedish', %(q)s)
UNION SELECT case_ptr_id FROM deviations_deviation
WHERE search_words @@ websearch_to_tsquery('swedish', %(q)s))"""
NEWEST, URGENT = (
    "c.received_on DESC, c.number DESC",
    "c.due_on, c.received_on DESC, c.number DESC",
)
CASE = "SELECT * FROM casework_case c JOIN deviations_deviation d ON d.case_ptr_id = c.id WHERE number = %(q)s"


def fill() -> dict[str, User]:
    """Give open cases days and some of them handlers; return the two who look, by name."""
    from django.db import connection

    from organisation.models import Membership, Unit, User
    from organisation.rights import Role

    chief = User.objects.create(username="chief", name="Chef")
    controller = User.objects.create(username="controller", name="Controller")
    for unit in Unit.objects.filter(level=Unit.Level.SECTION)[:CHIEF_OF]:
        Membership.objects.create(
            user=chief, unit=unit, role=Role.SECTION_CHIEF, valid_from=LONG_AGO
        )
    root = Unit.objects.get(parent=None)
    Membership.objects.create(
        user=controller, unit=root, role=Role.QUALITY_CONTROLLER, valid_from=LONG_AGO
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET due_on = received_on + 30, "
            "owner_id = CASE WHEN id %% 3 = 0 THEN %s END WHERE closed_on IS NULL",
            [chief.pk],
        )
        cursor.execute(
            "UPDATE deviations_deviation SET description = description || ' Brandlarmet gick.' "
            "WHERE case_ptr_id % 20000 = 7"
        )
        cursor.execute("VACUUM ANALYZE")
    return {f"chief of {CHIEF_OF}": chief, "controller": controller}


def run_bare(statements: list[str], facts: dict[str, Any]) -> list[Any]:
    """Run statements and fetch all that they give."""
    from django.db import connection

    with connection.cursor() as cursor:
        answers = []
        for statement in statements:
            cursor.execute(statement, facts)
            answers.append(cursor.fetchall())
    return answers


def bare_page(which: str, order: str, found: str = "") -> list[str]:
    """Return the statements that a page of the inbox needs at least."""
    rows = ROWS.format(which=which, order=order, found=found, limit=25)
    return [COUNTS.format(found=found), CLOSED.format(found=found), rows]


def pages(number: str) -> list[tuple[str, str, list[str], str]]:
    """Return what is measured: its name, its address, the bare statements, and what is looked for."""
    closed = "closed_on IS NOT NULL"
    export = ROWS.format(which="true", order=NEWEST, found="", limit=20_000)
    return [
        ("inbox", "/inkorg/", bare_page(TODO, URGENT), ""),
        ("all open", "/inkorg/?visa=oppna", bare_page("closed_on IS NULL", URGENT), ""),
        ("closed", "/inkorg/?visa=avslutade", bare_page(closed, NEWEST), ""),
        (
            "seldom found",
            "/inkorg/?visa=avslutade&q=brandlarm",
            bare_page(closed, NEWEST, FOUND),
            "brandlarm",
        ),
        (
            "often found",
            "/inkorg/?visa=avslutade&q=beslutet",
            bare_page(closed, NEWEST, FOUND),
            "beslutet",
        ),
        ("case", f"/avvikelser/{number}/", [CASE], number),
        (
            "export",
            "/inkorg/arenden.xlsx?visa=avslutade",
            [export.replace("true", closed)],
            "",
        ),
    ]


def open_page(client: Client, path: str) -> None:
    """Open a page; anything but 200 is a fault."""
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code}")


def queries_of(work: Callable[[], object]) -> list[float]:
    """Return the seconds that each query of some work takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return [float(query["time"]) for query in captured]


def main(count: int) -> int:
    """Print all comparisons."""
    from django.conf import settings
    from django.test import Client

    from bench.measure import filled_database, heading, in_turns, show
    from casework.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    with filled_database(count):
        people = fill()
        heading(f"The inbox over {Case.objects.count():,} cases")
        for name, person in people.items():
            client = Client()
            client.force_login(person)
            visible = Case.objects.visible_to(person)
            number = visible.filter(subject="deviations").values_list(
                "number", flat=True
            )[0]
            units = list(visible.order_by().values_list("unit", flat=True).distinct())
            for page, path, statements, sought in pages(number):
                ours = partial(open_page, client, path)
                facts = {"me": person.pk, "units": units, "q": sought}
                measured, bare = in_turns(
                    ours, partial(run_bare, statements, facts), times=7
                )
                queries = [queries_of(ours) for _ in range(7)]
                show(f"{name}: {page}", measured, bare)
                show(
                    f"  its {len(queries[0])} queries alone",
                    median(map(sum, queries)),
                    bare,
                )
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    from bench.measure import count_asked

    sys.exit(main(count_asked(200_000)))
