"""How long a minute's seal takes beside a long history, and the check of all of it, row by row.

``python bench/sealing.py [CASES [ROWS]]`` makes so many cases (200 000) with six lines of history, one change, one
note and two readings each, and seals them so many rows at a time (100), as years of minutes leave them.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
GOAL = 300  # seconds in which verify_log is to end
LINES = 5
AT_ONCE = 5_000
NOTES = """
    INSERT INTO casework_note (case_id, kind, text, author_id, at, nature, source, author_title)
    SELECT c.id, 'internal', repeat('Samtal med den enskilde om det som hände. ', 10), %(person)s, now(),
        '', '', ''
    FROM casework_case c
"""
READINGS = """
    INSERT INTO audit_reading
        (at, person_id, role, way, kind, page, question, words, purpose, count, cases, people)
    SELECT now(), %(person)s, 'section_chief', 'role', 'page', 'deviations:detail',
        '', '', '', 1, ARRAY[c.id], '{}'
    FROM casework_case c, generate_series(1, 2)
"""


def fill() -> None:
    """Give every case its history, a note and two readings; what the import wrote is its first line."""
    from django.db import connection, transaction

    from casework.cases.history import log_next
    from casework.models import Case, Change
    from organisation.models import User

    person = User.objects.create(username="chief", name="Chief")
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    said = {"model": "Deviation", "field": "severity", "before": "1", "after": "2"}
    for start in range(0, len(keys), AT_ONCE):
        some = list(Case.objects.filter(pk__in=keys[start : start + AT_ONCE]))
        for line in range(LINES):
            changes = {one.pk: [Change(**said)] for one in some} if line == 0 else {}
            with transaction.atomic():
                log_next(
                    some, action="step", label="Steg", actor=person, changes=changes
                )
    with connection.cursor() as cursor:
        for rows in (NOTES, READINGS):
            cursor.execute(rows, {"person": person.pk})
        cursor.execute("VACUUM ANALYZE")


def chain(count: int) -> None:
    """Add heads under which nothing new was sealed."""
    from audit.models import Seal
    from audit.sealing.heads import head_of, signature_of

    last = Seal.objects.latest("number")
    made = []
    for _ in range(count):
        seal = Seal(
            number=last.number + 1,
            at=last.at + dt.timedelta(milliseconds=10),
            snapshot_end=last.snapshot_end,
            guards_hash=last.guards_hash,
            previous=last.head,
        )
        seal.head = head_of(seal, [])
        seal.signature = signature_of(seal.head)
        made.append(seal)
        last = seal
    Seal.objects.bulk_create(made, batch_size=5_000)


def timed(what: str, work: Callable[[], object]) -> float:
    """Print how long some work takes, and return it."""
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{what:<44}{took:9.2f} s", flush=True)
    return took


def main(count: int, block: int = 100) -> int:
    """Fill, seal and check; return 1 when that takes longer than its goal, or finds what nobody did."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from audit.models import SealedRows
    from audit.sealing.checking import check
    from audit.sealing.findings import Checked
    from audit.sealing.sealing import seal_rows
    from bench.measure import filled_database, peak_memory
    from casework.cases.history import broken_logs, log_next
    from casework.models import Case

    settings.SEALER_KEY = "bench"
    with filled_database(count):
        fill()
        # An hour ago: what is younger than ten minutes is asked about again (audit.sealing.sealing.SETTLED).
        before = timezone.now() - dt.timedelta(hours=1)
        first = partial(seal_rows, block=block, now=before)
        timed("the first seal, of everything", first)
        chain(count // 2)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT pg_total_relation_size('audit_sealedrows') / 1e6")
            (megabytes,) = cursor.fetchone()
        some = list(Case.objects.all()[:100])
        log_next(some, action="step", label="Steg", actor=None, changes={})
        timed("a minute's seal, of 100 new lines", seal_rows)
        timed("a minute's seal, of nothing", seal_rows)
        broken: list[str] = []
        took = timed("the chain of every case", lambda: broken.extend(broken_logs()))
        checks: list[Checked] = []
        took += timed("all seals, rows and guards", lambda: checks.append(check()))
        found = [*broken, *(one.what for one in checks[0].findings)]
        print(
            f"{checks[0].rows:,} rows of {Case.objects.count():,} cases in {checks[0].seals:,} heads and "
            f"{SealedRows.objects.count():,} pieces ({megabytes:.0f} MB): verify_log {took:.0f} s (goal {GOAL}), "
            f"{peak_memory()} MB; found {found[:3]}"
        )
    return int(bool(found) or took > GOAL)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    given = [int(word) for word in sys.argv[1:]] or [200_000]
    sys.exit(main(*given))
