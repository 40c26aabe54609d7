"""Imported cases are stored many at once: a case has rows in two tables, and Django's bulk_create in one.

Parents, children, actions and the first line of each history go in with one statement a table,
whatever their number, so an import keeps the pace of the database.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import AutoField, Field, Model
from django.utils import timezone
from psycopg.types.json import Jsonb

from casework.cases.history import digest
from casework.handling.purging import imprint
from casework.handling.services import keep_series_ahead, next_number
from casework.models import Action, Case, LogEntry, Tombstone
from organisation.registers.files import Import, Outcome, Row, Table

T = TypeVar("T")
Values = dict[str, Any]

BATCH = 10_000  # rows that are held in memory at a time


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in lists that memory can hold."""
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def taken_numbers(numbers: Iterable[str]) -> set[str]:
    """Return those of the numbers that a stored case has, whatever it is about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM casework_case WHERE number = ANY(%s)", [list(numbers)]
        )
        return {number for (number,) in cursor.fetchall()}


def purged_numbers(numbers: Iterable[str]) -> set[str]:
    """Return those of the numbers whose cases were purged: what a decision let go is not taken in again."""
    return set(
        Tombstone.objects.filter(number__in=list(numbers)).values_list(
            "number", flat=True
        )
    )


def _purged_imprints(model: type[Case]) -> Counter[str]:
    """Count the purged cases of a kind by what their rows are known by."""
    stones = (
        Tombstone.objects.filter(subject=model._meta.app_label)
        .exclude(imprint="")
        .order_by()
    )
    return Counter(stones.values_list("imprint", flat=True))


def claim(table: Table, line: int, column: str, number: str) -> bool:
    """Tell whether a number is used for the first time in this import; the second use is refused."""
    here = f"{table.path.name} rad {line}"
    first = table.run.numbers.setdefault(number, here)
    if first != here:
        table.refuse(line, column, f"”{number}” står redan i {first}")
    return first == here


def copy_rows(model: type[Model], rows: Sequence[Values]) -> None:
    """Insert rows in one statement; what a row leaves out gets the default of its field.

    They come as one text: COPY is closed where the database asks of each row whose it is.
    """
    if not rows:
        return
    given = rows[0]  # the rows of one import are alike: all have the same fields
    fields = _stored_fields(model, given)
    left_out = [field for field in fields if field.attname not in given]
    fixed = {field.attname: field.get_default() for field in left_out}
    made = [field for field in left_out if _is_made(field)]
    pick = itemgetter(*(field.attname for field in fields))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    names = [str(field.column) for field in fields]
    records = []
    for row in rows:
        for field in made:
            fixed[field.attname] = field.get_default()
        records.append(dict(zip(names, pick(fixed | row), strict=True)))
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 - names of our own tables
        f" FROM json_populate_recordset(NULL::{table}, %s::json)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(records, default=_in_text)])


def _in_text(value: Any) -> Any:
    """Return what JSON has no form for as the text that the database reads back."""
    if isinstance(value, Jsonb):
        return value.obj
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _is_made(field: Field[Any, Any]) -> bool:
    """Tell whether the default of a field is made anew for each row."""
    return field.has_default() and callable(field.default)


def _stored_fields(model: type[Model], given: Values) -> list[Field[Any, Any]]:
    """Return the fields of a table that are given, or that the database does not fill in by itself."""
    fields = []
    for field in model._meta.local_concrete_fields:
        is_filled_in = isinstance(field, AutoField) or field.generated
        if field.attname in given or not is_filled_in:
            fields.append(field)
    return fields


def store_cases(
    model: type[Case],
    cases: Sequence[Values],
    actions: Mapping[str, Values],
    run: Import,
) -> dict[str, int]:
    """Store new cases with at most one action each (by case number) and return their keys by number.

    Nothing is stored once the import has been refused: it will be undone anyway.
    """
    if run.problems:
        return {}
    keys = dict(
        zip([case["number"] for case in cases], _take_keys(len(cases)), strict=True)
    )
    now = timezone.now()
    rows = [{**case, "id": keys[case["number"]], "created_at": now} for case in cases]
    copy_rows(Case, rows)
    copy_rows(model, [{**row, "case_ptr_id": row["id"]} for row in rows])
    copy_rows(
        Action,
        [{**action, "case_id": keys[number]} for number, action in actions.items()],
    )
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
    entry = LogEntry(
        sequence=1, at=timezone.now(), action="import", label="Fördes in från register"
    )
    line = {"sequence": 1, "at": entry.at, "action": entry.action, "label": entry.label}
    entries = []
    for key in keys:
        entry.case_id = key
        entries.append(line | {"case_id": key, "digest": digest(entry, "")})
    copy_rows(LogEntry, entries)


# --- cases that the register gives no number --------------------------------------------------
@dataclass(frozen=True)
class Unnumbered:
    """How a file without numbers becomes cases: by what a row is known, and what else it says."""

    model: type[Case]
    prefix: str
    day: str
    identity: tuple[str, ...]
    content: tuple[str, ...]
    to_case: Callable[[Row], dict[str, Any]]
    faults: Callable[[Row], Iterable[tuple[str, str]]] = lambda _row: ()


Said = tuple[Any, ...]
Stored = dict[Said, list[tuple[Said, set[Said]]]]


def import_unnumbered(table: Table, kind: Unnumbered) -> Outcome:
    """Store the rows that are new, each under the next number of its year.

    The same row may stand several times, and is stored as often.  A row whose identity is stored
    with other content is refused, and one whose case was purged is passed over, whatever is decided since.
    """
    outcome = Outcome(table.path.name)
    stored, purged = _stored_unnumbered(kind), _purged_imprints(kind.model)
    unmatched = []
    for line, row in table.rows():
        for column, reason in kind.faults(row):
            table.refuse(line, column, reason)
        if _take_stored(stored, kind, row):
            outcome.unchanged += 1
        elif _take_purged(purged, kind, row):
            outcome.purged += 1
        else:
            unmatched.append((line, row))
    for line, row in unmatched:
        if stored.get(_said(row, kind.identity)):
            table.refuse(
                line, "title", "raden finns redan i systemet med annat innehåll"
            )
    outcome.new = len(unmatched)
    if not table.run.problems:
        _store_unnumbered(kind, [row for _, row in unmatched], table.run)
    return outcome


def _store_unnumbered(kind: Unnumbered, rows: Iterable[Row], run: Import) -> None:
    """Store rows as cases under the next numbers of their years, with the action of each."""
    cases: list[Values] = []
    actions: dict[str, Values] = {}
    for row in rows:
        number = next_number(kind.prefix, row[kind.day].year)
        cases.append(kind.to_case(row) | {"number": number, "unit_id": row["unit"]})
        if action := _measure(row, kind.day):
            actions[number] = action
    store_cases(kind.model, cases, actions, run)


def _said(row: Row, columns: tuple[str, ...]) -> Said:
    return tuple(row[name] for name in columns)


def _measure(row: Row, day: str) -> dict[str, Any] | None:
    """Return the action of a row: the register has what was done, and no day but the case's."""
    if not (row["actions"] or row["improved_routine"]):
        return None
    return {
        "text": row["actions"] or row["improved_routine"],
        "improved_routine": row["improved_routine"],
        "decided_on": row[day],
        "done_on": row[day],
    }


def _take_stored(stored: Stored, kind: Unnumbered, row: Row) -> bool:
    """Tell whether a row is stored already, and cross it off so that its double is not."""
    measure = _measure(row, kind.day)
    wanted = measure and (measure["text"], measure["improved_routine"])
    candidates = stored.get(_said(row, kind.identity), [])
    for candidate in candidates:
        content, actions = candidate
        # An action decided in the system since is no difference.
        if content == _said(row, kind.content) and (
            wanted is None or wanted in actions
        ):
            candidates.remove(candidate)
            return True
    return False


def _take_purged(purged: Counter[str], kind: Unnumbered, row: Row) -> bool:
    """Tell whether a row's case was purged, and cross it off so that its double is not."""
    known = imprint(kind.model, _said(row, kind.identity))
    if not purged[known]:
        return False
    purged[known] -= 1
    return True


def _stored_unnumbered(kind: Unnumbered) -> Stored:
    """Return what is stored: by identity, the content and the actions of each case."""
    actions: dict[int, set[Said]] = {}
    measures = Action.objects.filter(case__in=kind.model.objects.all())
    for key, *said in measures.values_list("case_id", "text", "improved_routine"):
        actions.setdefault(key, set()).add(tuple(said))
    stored: Stored = {}
    length = len(kind.identity)
    for key, *values in kind.model.objects.values_list(
        "pk", *kind.identity, *kind.content
    ):
        identity, content = tuple(values[:length]), tuple(values[length:])
        stored.setdefault(identity, []).append((content, actions.get(key, set())))
    return stored
