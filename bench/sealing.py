"""How long a minute's seal takes beside a long history, and the check of all of it, row by row.

``python bench/sealing.py [CASES [ROWS]]`` makes so many cases (200 000) with six lines of history, one change, one
note and two readings each, and seals them so many rows at a time (100), as years of minutes leave them.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
os.environ.setdefault("PLAIN_STATIC", "1")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.models import Seal
from audit.sealing.checking import check
from audit.sealing.heads import head_of, signature_of
from audit.sealing.sealing import seal_rows
from bench.measure import filled_database, peak_memory
from casework.cases.history import broken_logs, log_next
from casework.models import Case, Change
from organisation.models import User

GOAL = 300  # seconds in which verify_log is to end
LINES = 5
AT_ONCE = 5_000
_NOTES = """
    INSERT INTO casework_note (case_id, kind, text, author_id, at, nature, source, author_title)
    SELECT c.id, 'internal', repeat('Samtal med den enskilde om det som hände. ', 10), %(person)s, now(), '', '', ''
    FROM casework_case c
"""
_READINGS = """
    INSERT INTO audit_reading (at, person_id, role, way, kind, page, question, words, purpose, count, cases, people)
    SELECT now(), %(person)s, 'section_chief', 'role', 'page', 'deviations:detail', '', '', '', 1, ARRAY[c.id], '{}'
    FROM casework_case c, generate_series(1, 2)
"""


def fill() -> None:
    """Give every case its history, a note and two readings; what the import wrote is its first line."""
    person = User.objects.create(username="chief", name="Chief")
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = Case.objects.in_bulk(keys[start : start + AT_ONCE])
        for line in range(LINES):
            changes = {key: _change(key) for key in some} if line == 0 else {}
            with transaction.atomic():
                log_next(
                    some.values(),
                    action="step",
                    label="Steg",
                    actor=person,
                    changes=changes,
                )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTES, {"person": person.pk})
        cursor.execute(_READINGS, {"person": person.pk})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _change(case: int) -> list[Change]:
    return [
        Change(case_id=case, model="Deviation", field="severity", before="1", after="2")
    ]


def chain(count: int) -> None:
    """Add heads under which nothing is sealed, as many as a day of minutes has many times over."""
    last = Seal.objects.latest("number")
    made = []
    for _ in range(count):
        seal = Seal(
            number=last.number + 1,
            at=timezone.now(),
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
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{what:<52}{took:9.2f} s", flush=True)
    return took


def main(count: int, block: int) -> int:
    """Fill, seal and check; return 1 when that takes longer than its goal, or finds what nobody did."""
    settings.SEALER_KEY = "bench"
    with filled_database(count):
        fill()
        timed("the first seal, of everything", lambda: seal_rows(block=block))
        chain(count // 2)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        some = Case.objects.all()[:100]
        log_next(some, action="step", label="Steg", actor=None, changes={})
        timed("a minute's seal, of 100 new lines", seal_rows)
        timed("a minute's seal, of nothing", seal_rows)
        found: list[str] = []
        took = timed("the chain of every case", lambda: found.extend(broken_logs()))
        checked = None

        def check_all() -> None:
            nonlocal checked
            checked = check()

        took += timed("all seals, rows and guards", check_all)
        found += [one.what for one in checked.findings]
        print(
            f"{checked.rows:,} rows in {checked.seals:,} seals; verify_log {took:.0f} s (goal {GOAL}), "
            f"{peak_memory()} MB; found: {found[:3]}"
        )
    return int(bool(found) or took > GOAL)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(given or [200_000]), *([] if len(given) > 1 else [100])))
