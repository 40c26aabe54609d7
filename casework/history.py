"""The history of a case: lines that are only ever added, each sealed with the one before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from casework.models import Case, Change, LogEntry

if TYPE_CHECKING:
    from organisation.models import User


LONGEST_LABEL = 120


def digest(entry: LogEntry, previous: str, changes: Iterable[Change] = ()) -> str:
    """Return the seal of a log entry: SHA-256 over its content, its changes and the seal before it."""
    parts = [
        previous,
        str(entry.case_id),
        str(entry.sequence),
        entry.at.astimezone(dt.UTC).isoformat(),
        str(entry.actor_id or ""),
        entry.action,
        entry.label,
        entry.from_state,
        entry.to_state,
        *(_content(change) for change in changes),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _content(change: Change) -> str:
    """Return a change in one way that no other change can be written in, whatever its texts hold."""
    said = (change.model, change.row, change.field, change.before, change.after, change.reason)
    return json.dumps([change.case_id, change.position, *said, change.sealed])


def log(
    case: Case,
    *,
    action: str,
    label: str,
    actor: User | None,
    from_state: str = "",
    to_state: str = "",
    at: dt.datetime | None = None,
    changes: Sequence[Change] = (),
) -> LogEntry:
    """Append a line to a case's history; the caller holds the case's lock or has just created it.

    ``at`` is now unless told: what an anonymous person does is dated by the day alone.  ``changes`` is what
    the line replaced, from casework.changes.
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
    for position, change in enumerate(changes, start=1):
        change.case_id, change.position = case.pk, position
    entry.digest = digest(entry, last.digest if last else "", changes)
    entry.save(force_insert=True)
    for change in changes:
        change.entry = entry
    Change.objects.bulk_create(changes)
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


def _seal_of(entry: LogEntry, previous: str) -> str:
    """Return what the seal of a stored line should be, with its changes in their order."""
    return digest(entry, previous, sorted(entry.changes.all(), key=attrgetter("position")))


def broken_logs() -> list[str]:
    """Return the numbers of the cases whose history has been changed behind the product's back.

    A change that was removed, altered or added is found as a line is: its line's seal does not fit.
    """
    broken: list[str] = []
    previous, expected, case_id = "", 1, None
    rows = LogEntry.objects.select_related("case").order_by("case_id", "sequence")
    rows = rows.prefetch_related("changes")
    for entry in rows.iterator(chunk_size=5_000):
        if entry.case_id != case_id:
            previous, expected, case_id = "", 1, entry.case_id
        if entry.sequence != expected or entry.digest != _seal_of(entry, previous):
            broken.append(entry.case.number)
        previous, expected = entry.digest, entry.sequence + 1
    silent = Case.objects.annotate(last=Max("log__sequence")).filter(last=None)
    return sorted(set(broken) | set(silent.values_list("number", flat=True)))
