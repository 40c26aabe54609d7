"""The history of a case: lines that are only ever added, each sealed with the one before it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from casework.models import Blanking, Case, Change, LogEntry

if TYPE_CHECKING:
    from organisation.models import User


LONGEST_LABEL = 120
AT_ONCE = (
    5_000  # lines of the history that are checked with one question for their changes
)


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
    said = (
        change.model,
        change.row,
        change.field,
        change.before,
        change.after,
        change.reason,
    )
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
    the line replaced, from casework.cases.changes.
    """
    last = case.log.order_by("-sequence").first()
    said: dict[str, Any] = {
        "actor": actor,
        "action": action,
        "from_state": from_state,
        "to_state": to_state,
    }
    entry = _line(case.pk, last, changes, label=label, at=at or timezone.now(), **said)
    entry.save(force_insert=True)
    for change in changes:
        change.entry = entry
    Change.objects.bulk_create(changes)
    return entry


def log_first(
    cases: Iterable[Case],
    *,
    action: str,
    label: str,
    actor: User | None,
    to_state: str = "",
) -> None:
    """Write the first line in the history of each of some cases that the caller has just created."""
    now = timezone.now()
    entries = [
        LogEntry(
            case_id=case.pk,
            sequence=1,
            at=now,
            actor=actor,
            action=action,
            label=label,
            to_state=to_state,
        )
        for case in cases
    ]
    for entry in entries:
        entry.digest = digest(entry, "")
    LogEntry.objects.bulk_create(entries)


def log_next(
    cases: Iterable[Case],
    *,
    action: str,
    label: str,
    actor: User | None,
    changes: Mapping[int, Sequence[Change]],
) -> None:
    """Append the same line to the history of each of some cases; the caller holds the locks of all.

    ``changes`` is what the line replaced in each, by the key of the case.
    """
    now = timezone.now()
    keys = [case.pk for case in cases]
    latest = (
        LogEntry.objects.filter(case__in=keys)
        .order_by("case_id", "-sequence")
        .distinct("case_id")
    )
    last = {entry.case_id: entry for entry in latest}
    said: dict[str, Any] = {"at": now, "actor": actor, "action": action, "label": label}
    entries = [_line(key, last.get(key), changes.get(key, ()), **said) for key in keys]
    LogEntry.objects.bulk_create(entries)
    written: list[Change] = []
    for entry in entries:
        for change in changes.get(entry.case_id, ()):
            change.entry = entry
            written.append(change)
    Change.objects.bulk_create(written)


def _line(
    case: int,
    last: LogEntry | None,
    changes: Sequence[Change],
    *,
    label: str,
    **said: Any,
) -> LogEntry:
    """Return the line that comes after the last one of a case, sealed with it and with what it changed."""
    sequence = last.sequence + 1 if last else 1
    entry = LogEntry(
        case_id=case, sequence=sequence, label=label[:LONGEST_LABEL], **said
    )
    for position, change in enumerate(changes, start=1):
        change.case_id, change.position = case, position
    entry.digest = digest(entry, last.digest if last else "", changes)
    return entry


def seal_of(
    entry: LogEntry, previous: str, changes: Iterable[Change] | None = None
) -> str:
    """Return what the seal of a stored line should be, with its changes in order, asked for unless given."""
    found = entry.changes.all() if changes is None else changes
    return digest(entry, previous, sorted(found, key=attrgetter("position")))


def fits(
    entry: LogEntry,
    previous: str,
    blanked: Mapping[int, Blanking],
    changes: Iterable[Change] | None = None,
) -> bool:
    """Tell whether a stored line is as it was sealed, or differs by nothing but a text that was blanked.

    A line of which something was blanked keeps its seal, so that the next one follows on it; the last blanking
    says which seal that is, and what the seal is of what stands there now.
    """
    seal = seal_of(entry, previous, changes)
    last = blanked.get(entry.pk)
    if last is None:
        return entry.digest == seal
    return (entry.digest, seal) == (last.seal, last.resealed)


def blanked_lines() -> dict[int, Blanking]:
    """Return the last blanking in each line of the history of which something was blanked, by the line's key."""
    of_lines, of_changes = LogEntry._meta.db_table, Change._meta.db_table
    made = list(
        Blanking.objects.filter(place__in=(of_lines, of_changes)).order_by("pk")
    )
    changes = Change.objects.filter(
        pk__in=[one.row for one in made if one.place == of_changes]
    )
    line_of = dict(changes.values_list("pk", "entry_id"))
    last: dict[int, Blanking] = {}
    for one in made:
        line = one.row if one.place == of_lines else line_of.get(one.row)
        if line is not None:
            last[line] = one
    return last


def _with_changes(
    rows: QuerySet[LogEntry],
) -> Iterator[tuple[LogEntry, list[Change]]]:
    """Yield lines with their changes, by hand: a prefetch makes a query object for each line of a million."""
    lines = rows.iterator(chunk_size=AT_ONCE)
    while entries := list(islice(lines, AT_ONCE)):
        changes: dict[int, list[Change]] = {}
        # In no order: theirs joins the lines and cases of thousands, and the seal sorts them by itself.
        of_these = Change.objects.filter(entry__in=[entry.pk for entry in entries])
        for change in of_these.order_by():
            changes.setdefault(change.entry_id, []).append(change)
        for entry in entries:
            yield entry, changes.get(entry.pk, [])


@transaction.atomic  # rows are fetched as they are read; outside, all of them would be found first
def broken_logs(cases: QuerySet[Case] | None = None) -> list[str]:
    """Return the numbers of the cases, of some or all, whose history was changed behind the product's back.

    A change that was removed, altered or added is found as a line is: its line's seal does not fit.
    """
    broken: set[int] = set()
    previous, expected, case_id = "", 1, None
    rows = LogEntry.objects.order_by("case_id", "sequence")
    if cases is not None:
        rows = rows.filter(case__in=cases)
    blanked = blanked_lines()
    for entry, changes in _with_changes(rows):
        if entry.case_id != case_id:
            previous, expected, case_id = "", 1, entry.case_id
        if entry.sequence != expected or not fits(entry, previous, blanked, changes):
            broken.add(entry.case_id)
        previous, expected = entry.digest, entry.sequence + 1
    asked = Case.objects.all() if cases is None else cases
    silent = asked.annotate(last=Max("log__sequence")).filter(last=None)
    changed = Case.objects.filter(pk__in=broken)
    numbers = {*changed.values_list("number", flat=True)}
    return sorted(numbers | {*silent.values_list("number", flat=True)})
