"""Measure the counting against its bare SQL: ``python bench/aggregate.py [N]`` with N deviations.

The bare statements are the same DELETE and INSERT ... SELECT, sent alone to a table with the same
indexes and checks: what the product adds is the lock, the marks and keeping units and subjects apart.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1.3
MANY = 300_000  # above this the two long comparisons run once


def count_bare(table: str) -> None:
    """Count everything into a table with nothing but the statements."""
    from django.db import connection, transaction

    from analysis.counted.countings import COUNTINGS
    from analysis.figures.aggregate import statement

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        for counting in COUNTINGS:
            cursor.execute(statement(counting).replace("analysis_cell", table, 1))


def refresh_bare(table: str, units: list[int]) -> None:
    """Count deviations and their actions of some units again with nothing but the statements."""
    from django.db import connection, transaction

    from analysis.counted.countings import COUNTINGS
    from analysis.figures.aggregate import statement

    subjects = ["deviations", "actions"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE subject = ANY(%s) AND unit_id = ANY(%s)",
            [subjects, units],
        )
        for counting in COUNTINGS:
            if counting.subject in subjects:
                insert = statement(counting, scope=f"{counting.unit} = ANY(%s)")
                cursor.execute(insert.replace("analysis_cell", table, 1), [units])


def make_bare_table(table: str) -> None:
    """Make a table like that of the cells: the same columns, indexes, checks and keys."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (LIKE analysis_cell INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE {table} ADD FOREIGN KEY (unit_id) REFERENCES organisation_unit "
            "DEFERRABLE INITIALLY DEFERRED"
        )


def change_one_case_of(units: list[int]) -> None:
    """Change one deviation of each unit, which the database marks for counting again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET process = process || '.' WHERE id IN (SELECT min(id) "
            "FROM casework_case WHERE subject = 'deviations' AND unit_id = ANY(%s) GROUP BY unit_id)",
            [units],
        )


def unlike(table: str) -> int:
    """Return how many cells differ between ours and the bare table; anything but 0 is a fault."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = 'analysis_cell' AND column_name <> 'id'"
        )
        ((names,),) = cursor.fetchall()
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {names} FROM analysis_cell "
            f"EXCEPT ALL SELECT {names} FROM {table}) differing"
        )
        return int(cursor.fetchone()[0])


def main(count: int) -> int:
    """Print all comparisons; fail if the two ever count differently."""
    from analysis.figures import aggregate
    from analysis.models import Cell
    from bench.measure import filled_database, heading, in_turns, show
    from casework.models import Case, Recount

    table = "bare_cell"
    with filled_database(count):
        make_bare_table(table)
        heading(f"Counting {Case.objects.count():,} cases")
        times = 3 if count <= MANY else 1
        ours, bare = in_turns(aggregate.count, partial(count_bare, table), times=times)
        show(
            f"count everything ({Cell.objects.count():,} cells)", ours, bare, goal=GOAL
        )
        Recount.objects.all().delete()
        deviations = Case.objects.filter(subject="deviations").order_by()
        units = sorted(deviations.values_list("unit", flat=True).distinct())
        differing = unlike(table)
        for wanted in (1, 10, 200):
            some = units[:wanted]
            ours, bare = in_turns(
                aggregate.refresh,
                partial(refresh_bare, table, some),
                times=times if wanted == 200 else 9,
                before=partial(change_one_case_of, some),
            )
            show(
                f"count again after a change in {len(some)} units",
                ours,
                bare,
                goal=GOAL,
            )
        differing += unlike(table)
        print(f"cells that differ from the bare count: {differing}")
    return int(bool(differing))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    from bench.measure import count_asked

    sys.exit(main(count_asked(200_000)))
