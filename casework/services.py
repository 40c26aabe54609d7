"""The verbs that all cases share: take a number, write history, decide an action."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from casework.models import Action, Case, LogEntry

if TYPE_CHECKING:
    from organisation.models import User

_TAKE_NUMBER = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = casework_numberseries.last + 1 RETURNING last
"""
_KEEP_AHEAD = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, year) DO UPDATE SET last = greatest(casework_numberseries.last, excluded.last)
"""


def next_number(prefix: str, year: int) -> str:
    """Take the next public number of a series, such as KA-2026-0001.

    The series is locked until the caller's transaction ends, and a rollback gives the number back:
    there are no gaps and no doubles, however many file at once.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken in the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBER, [prefix, year])
        (last,) = cursor.fetchone()
    return f"{prefix}-{year}-{last:04d}"


def keep_series_ahead(numbers: Iterable[str]) -> None:
    """Move every series past the imported numbers, so that none of them is given again."""
    highest: dict[tuple[str, int], int] = {}
    for number in numbers:
        prefix, _, rest = number.partition("-")
        year, _, last = rest.partition("-")
        if prefix and len(prefix) <= 10 and len(year) == 4 and year.isdecimal() and last.isdecimal():
            key = (prefix, int(year))
            highest[key] = max(highest.get(key, 0), min(int(last), 2_000_000_000))
    with connection.cursor() as cursor:
        cursor.executemany(
            _KEEP_AHEAD, [(prefix, year, last) for (prefix, year), last in sorted(highest.items())]
        )


def digest(entry: LogEntry, previous: str) -> str:
    """Return the seal of a log entry: SHA-256 over its content and the seal before it."""
    parts = (
        previous,
        str(entry.case_id),
        str(entry.sequence),
        entry.at.astimezone(dt.UTC).isoformat(),
        str(entry.actor_id or ""),
        entry.action,
        entry.label,
        entry.from_state,
        entry.to_state,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def log(
    case: Case,
    *,
    action: str,
    label: str,
    actor: User | None,
    from_state: str = "",
    to_state: str = "",
) -> LogEntry:
    """Append a line to a case's history; the caller holds the case's lock or has just created it."""
    last = case.log.order_by("-sequence").first()
    entry = LogEntry(
        case_id=case.pk,
        sequence=last.sequence + 1 if last else 1,
        at=timezone.now(),
        actor=actor,
        action=action,
        label=label,
        from_state=from_state,
        to_state=to_state,
    )
    entry.digest = digest(entry, last.digest if last else "")
    entry.save(force_insert=True)
    return entry


def log_import(cases: Iterable[Case]) -> None:
    """Begin the history of imported cases, in bulk."""
    entries = []
    now = timezone.now()
    for case in cases:
        entry = LogEntry(case_id=case.pk, sequence=1, at=now, action="import", label="Fördes in från register")
        entry.digest = digest(entry, "")
        entries.append(entry)
    LogEntry.objects.bulk_create(entries, batch_size=5_000)


def broken_logs() -> list[str]:
    """Return the numbers of the cases whose history has been changed behind the product's back."""
    broken: list[str] = []
    previous, expected, case_id = "", 1, None
    rows = LogEntry.objects.select_related("case").order_by("case_id", "sequence")
    for entry in rows.iterator(chunk_size=5_000):
        if entry.case_id != case_id:
            previous, expected, case_id = "", 1, entry.case_id
        if entry.sequence != expected or entry.digest != digest(entry, previous):
            broken.append(entry.case.number)
        previous, expected = entry.digest, entry.sequence + 1
    silent = Case.objects.annotate(last=Max("log__sequence")).filter(last=None)
    return sorted(set(broken) | set(silent.values_list("number", flat=True)))


def decide_action(
    case: Case, *, text: str, decided_on: dt.date, actor: User | None, category: str = "", level: str = ""
) -> Action:
    """Decide an improvement measure in a case and note it in the history."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        action = Action.objects.create(
            case_id=case.pk, text=text, category=category, level=level, decided_on=decided_on, owner=actor
        )
        log(case, action="action", label="Beslutade en åtgärd", actor=actor)
    return action
