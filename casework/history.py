"""The history of a case: lines that are only ever added, each sealed with the one before it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from casework.models import Case, LogEntry

if TYPE_CHECKING:
    from organisation.models import User


LONGEST_LABEL = 120


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
    at: dt.datetime | None = None,
) -> LogEntry:
    """Append a line to a case's history; the caller holds the case's lock or has just created it.

    ``at`` is now unless told: what an anonymous person does is dated by the day alone.
    """
    last = case.log.order_by("-sequence").first()
    entry = LogEntry(
        case_id=case.pk,
        sequence=last.sequence + 1 if last else 1,
        at=at or timezone.now(),
        actor=actor,
        action=action,
        label=label[:LONGEST_LABEL],
        from_state=from_state,
        to_state=to_state,
    )
    entry.digest = digest(entry, last.digest if last else "")
    entry.save(force_insert=True)
    return entry


def log_first(
    cases: Iterable[Case], *, action: str, label: str, actor: User | None, to_state: str = ""
) -> None:
    """Write the first line in the history of each of some cases that the caller has just created."""
    now = timezone.now()
    entries = [
        LogEntry(
            case_id=case.pk, sequence=1, at=now, actor=actor, action=action, label=label, to_state=to_state
        )
        for case in cases
    ]
    for entry in entries:
        entry.digest = digest(entry, "")
    LogEntry.objects.bulk_create(entries)


def log_next(cases: Iterable[Case], *, action: str, label: str, actor: User | None) -> None:
    """Append the same line to the history of each of some cases; the caller holds the locks of all."""
    now = timezone.now()
    keys = [case.pk for case in cases]
    latest = LogEntry.objects.filter(case__in=keys).order_by("case_id", "-sequence").distinct("case_id")
    last = {entry.case_id: entry for entry in latest}
    entries = []
    for key in keys:
        before = last.get(key)
        entry = LogEntry(
            case_id=key,
            sequence=before.sequence + 1 if before else 1,
            at=now,
            actor=actor,
            action=action,
            label=label[:LONGEST_LABEL],
        )
        entry.digest = digest(entry, before.digest if before else "")
        entries.append(entry)
    LogEntry.objects.bulk_create(entries)


@transaction.atomic  # rows are fetched as they are read; outside, all of them would be found first
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
