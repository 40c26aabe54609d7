"""Imported cases are stored with COPY: a case has rows in two tables, and Django's bulk_create in one.

Parents, children, actions and the first line of each history go in with one statement a table,
whatever their number, so an import keeps the pace of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Model
from django.utils import timezone

from casework.models import Action, Case, LogEntry
from casework.services import digest, keep_series_ahead
from organisation.registers import Import, Row, Table

T = TypeVar("T")

BATCH = 10_000  # rows that are held in memory at a time


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in lists that memory can hold."""
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def claim(table: Table, line: int, column: str, number: str) -> bool:
    """Tell whether a number is used for the first time in this import; the second use is refused."""
    here = f"{table.path.name} rad {line}"
    first = table.run.numbers.setdefault(number, here)
    if first != here:
        table.refuse(line, column, f"”{number}” står redan i {first}")
    return first == here


def copy_rows(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with COPY; what a row leaves out gets the default of its field."""
    if not rows:
        return
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if field.attname in rows[0] or not isinstance(field, AutoField)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    # Only the fields of the first row are asked for in the others: rows of one import are alike.
    sources = [(field.attname, None if field.attname in rows[0] else field.get_default) for field in fields]
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([default() if default else row[name] for name, default in sources])


def store_cases(
    model: type[Case], cases: Sequence[Mapping[str, Any]], actions: Mapping[str, Mapping[str, Any]], run: Import
) -> dict[str, int]:
    """Store new cases with at most one action each (by case number) and return their keys by number.

    Nothing is stored once the import has been refused: it will be undone anyway.
    """
    if run.problems:
        return {}
    keys = dict(zip([case["number"] for case in cases], _take_keys(len(cases)), strict=True))
    now = timezone.now()
    rows = [{**case, "id": keys[case["number"]], "created_at": now} for case in cases]
    copy_rows(Case, rows)
    copy_rows(model, [{**row, "case_ptr_id": row["id"]} for row in rows])
    copy_rows(Action, [{**action, "case_id": keys[number]} for number, action in actions.items()])
    _begin_history(keys.values())
    keep_series_ahead(keys)
    return keys


def _take_keys(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Case._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _begin_history(keys: Iterable[int]) -> None:
    now = timezone.now()
    entries = []
    for key in keys:
        entry = LogEntry(case_id=key, sequence=1, at=now, action="import", label="Fördes in från register")
        entries.append(
            {
                "case_id": key,
                "sequence": 1,
                "at": now,
                "action": entry.action,
                "label": entry.label,
                "digest": digest(entry, ""),
            }
        )
    copy_rows(LogEntry, entries)


# --- cases that the register gives no number --------------------------------------------------
Faults = Callable[[Row], Iterable[tuple[str, str]]]


def import_unnumbered(
    table: Table,
    model: type[Case],
    *,
    prefix: str,
    identity: tuple[str, ...],
    content: tuple[str, ...],
    to_case: Callable[[Row], dict[str, Any]],
    faults: Faults = lambda _row: (),
) -> Outcome:
    """Store the rows that are new, each under the next number of its year.

    A row is known by its unit and ``identity``.  The file may hold the same row several times: as
    many are stored.  A row whose identity is stored with other content is refused.
    """
    outcome = Outcome(table.path.name)
    stored = _stored_unnumbered(model, identity, content)
    rows = []
    for line, row in table.rows():
        for column, reason in faults(row):
            table.refuse(line, column, reason)
        rows.append((line, row))
    new = []
    for line, row in rows:
        left = stored.get(_values(row, identity), Counter())
        said = (*_values(row, content)[1:], row["actions"], row["improved_routine"])
        if left[said]:
            left[said] -= 1
            outcome.unchanged += 1
