"""The rows: each hashed anew beside what was sealed, and what lies among them without having been sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from audit.sealing.explaining import BLANKED, GONE
from audit.sealing.findings import LOST, REWRITTEN, SHOWN, Checked, stream, when
from audit.sealing.sealing import settled, unsealed
from audit.sealing.tables import Sealed, sealed_tables
from casework.handling.blanking import rows_changed_since

MANY = 50_000  # sealed rows that are compared at once
SPARSE = 20  # ids to each sealed row: beyond it rows are looked up one by one
LOWEST = -(2**63)  # of all ids, also of those that no sequence gives
# What a clock may be wrong, and how old a row may be when it comes in: one from an anonymous person has the day.
AHEAD = dt.timedelta(minutes=5)
BEHIND = dt.timedelta(days=2)


def check_rows(cursor: CursorWrapper, checked: Checked, first: int, last: int) -> None:
    """Compare every row that was sealed with some heads, table by table."""
    for table, spans in groupby(_spans(cursor, first, last), key=itemgetter(0)):
        _check_rows(cursor, checked, table, [span for _, span in spans])


@dataclass(frozen=True)
class _Span:
    """Sealed rows beside each other: the keys of what holds them, and the ids between which they lie."""

    begin: int
    end: int
    first: int
    last: int
    count: int


def _spans(
    cursor: CursorWrapper, first: int, last: int
) -> Iterator[tuple[Sealed, _Span]]:
    """Yield what was sealed, table by table, in spans of about as many rows."""
    tables = {table.name: table for table in sealed_tables(cursor)}
    sealed = stream(
        'SELECT "table", columns, id, first, last, count FROM audit_sealedrows'
        ' WHERE seal_id BETWEEN %s AND %s ORDER BY "table", columns, id',
        first,
        last,
    )
    kept: tuple[Sealed, _Span] | None = None
    for name, columns, key, low, high, count in sealed:
        now = tables.get(name, Sealed(name, tuple(columns), "", is_dated=False))
        table = Sealed(name, tuple(columns), now.owner, now.is_dated)
        one = _Span(key, key, low, high, count)
        joined = _joined(kept[1], one) if kept and kept[0] == table else None
        if joined is None and kept:
            yield kept
        kept = (table, joined or one)
    if kept:
        yield kept


def _joined(span: _Span, one: _Span) -> _Span | None:
    """Return both as one span; None where it would hold too much, or lie too far apart."""
    both = _Span(
        span.begin,
        one.end,
        min(span.first, one.first),
        max(span.last, one.last),
        span.count + one.count,
    )
    is_dense = both.last - both.first < SPARSE * both.count + MANY
    return both if both.count <= MANY and is_dense else None


def _check_rows(
    cursor: CursorWrapper, checked: Checked, table: Sealed, spans: list[_Span]
) -> None:
    """Hash every sealed row of a table anew, and look up what lawfully took away or blanked those that differ."""
    cursor.execute(
        "SELECT to_regclass(%s)::text, array(SELECT attname::text FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped)",
        [table.table, table.table],
    )
    there, columns = cursor.fetchone()
    checked.rows += sum(span.count for span in spans)
    if there is None or not set(table.columns) <= set(columns):
        checked.found(
            f"Tabellen {table.name} finns inte längre som den förseglades.", REWRITTEN
        )
        return
    wrong: dict[str, list[tuple[int, int, dt.datetime, int | None]]] = {}
    for span in spans:
        cursor.execute(_compare(table, span), _asked(table, span))
        for row, case, number, at, kind in cursor.fetchall():
            wrong.setdefault(kind, []).append((row, number, at, case))
    checked.purged += len(wrong.pop("purged", []))
    checked.blanked += len(wrong.pop("blanked", []))
    for kind, rows in wrong.items():
        checked.found(*_told(table, kind, rows, _case_numbers(cursor, rows)))


def _asked(table: Sealed, span: _Span) -> dict[str, Any]:
    return {
        "table": table.name,
        "columns": list(table.columns),
        "begin": span.begin,
        "end": span.end,
        "first": span.first,
        "last": span.last,
        "ahead": AHEAD,
        "behind": BEHIND,
    }


def _compare(table: Sealed, span: _Span) -> str:
    """Return the SELECT of the sealed rows of a span that are not there, or not as they were sealed."""
    at = 't."at"' if table.is_dated else "NULL::timestamptz"
    # A seal that is the first of its table says nothing of when its rows were written.
    is_late = (
        f"NOT u.is_first AND {at} NOT BETWEEN u.before - %(behind)s AND u.at + %(ahead)s"
        if table.is_dated
        else "false"
    )
    # Together they are read in the order of their ids; one far from the other is looked up.
    between = (
        "WHERE t.id BETWEEN %(first)s AND %(last)s"
        if span.last - span.first < SPARSE * span.count + MANY
        else "WHERE t.id = ANY(ARRAY(SELECT id FROM u))"
    )
    return f"""
        WITH u AS MATERIALIZED (
            SELECT u.id, u."case", u.hash, b.seal_id, b.is_first, z.at, p.at AS before
            FROM audit_sealedrows b CROSS JOIN LATERAL unnest(b.ids, b.cases, b.hashes) AS u(id, "case", hash)
            LEFT JOIN audit_seal z ON z.number = b.seal_id
            LEFT JOIN LATERAL (
                SELECT at FROM audit_seal WHERE number < b.seal_id ORDER BY number DESC LIMIT 1
            ) p ON true
            WHERE b."table" = %(table)s AND b.columns = %(columns)s AND b.id BETWEEN %(begin)s AND %(end)s
        ), t AS MATERIALIZED (
            SELECT t.id, {table.case} AS "case", {table.hash} AS hash, {at} AS at FROM {table.rows} {between}
        ), wrong AS (
            SELECT u.*, t.id IS NULL AS is_gone,
                t.id IS NULL OR t.hash <> u.hash OR t."case" IS DISTINCT FROM u."case" AS is_changed
            FROM u LEFT JOIN t USING (id)
            WHERE t.id IS NULL OR t.hash <> u.hash OR t."case" IS DISTINCT FROM u."case" OR {is_late}
        )
        SELECT w.id, w."case", w.seal_id, w.at, CASE
            WHEN w.is_gone AND {GONE} THEN 'purged'
            WHEN w.is_gone THEN 'gone'
            WHEN w.is_changed AND {BLANKED} THEN 'blanked'
            WHEN w.is_changed THEN 'changed'
            ELSE 'late' END
        FROM wrong w ORDER BY w.id
    """  # noqa: S608 -- our own names only


def _told(
    table: Sealed,
    kind: str,
    rows: list[tuple[int, int, dt.datetime, int | None]],
    numbers: dict[int, str],
) -> tuple[str, str]:
    """Return what happened to some rows of a table and what to do, in Swedish."""
    one_by_one = "; ".join(
        f"rad {row}{_of_case(case, numbers)}, förseglad {when(at)} (nr {number})"
        for row, number, at, case in rows[:SHOWN]
    )
    more = f" och {len(rows) - SHOWN} till" if len(rows) > SHOWN else ""
    words, advice = {
        "gone": ("har tagits bort utan gallringsbeslut", LOST),
        "changed": ("har ändrats efter förseglingen", REWRITTEN),
        "late": (
            "bär en annan tid än den då de kom till",
            "Tiden i raden är inte att lita på. Jämför med förseglingens tid, och kontrollera datorernas klockor.",
        ),
    }[kind]
    count = "1 rad" if len(rows) == 1 else f"{len(rows)} rader"
    return f"{table.name}: {count} {words}: {one_by_one}{more}.", advice


def _of_case(case: int | None, numbers: dict[int, str]) -> str:
    if case is None:
        return ""
    return f" i ärende {numbers.get(case, f'med nyckel {case}')}"


def _case_numbers(
    cursor: CursorWrapper, rows: list[tuple[int, int, dt.datetime, int | None]]
) -> dict[int, str]:
    """Return the numbers of the cases that the shown rows belong to, those that are still there."""
    cases = [case for *_, case in rows[:SHOWN] if case is not None]
    cursor.execute("SELECT id, number FROM casework_case WHERE id = ANY(%s)", [cases])
    return dict(cursor.fetchall())


def check_blanked(checked: Checked) -> None:
    """Find rows that were changed after a text was blanked in them: the seal from before says nothing of those."""
    for table, row in rows_changed_since():
        checked.found(
            f"Rad {row} i {table} är ändrad efter att en text ströks i den.", REWRITTEN
        )


def check_unsealed(
    cursor: CursorWrapper, checked: Checked, *, is_partial: bool
) -> None:
    """Find rows that lie among the sealed ones and are not: they came behind the sealer's back."""
    if checked.last is None:
        return
    for table in sealed_tables(cursor):
        known = settled(cursor, table, now=timezone.now())
        if not known.is_sealed:
            continue
        cursor.execute(
            unsealed(table, "t.id, t.id <= %(upto)s"),
            known.values
            | {
                "settled": known.settled if is_partial else LOWEST,
                "upto": known.settled,
            },
        )
        found = cursor.fetchall()
        behind = sorted(row for row, is_behind in found if is_behind)
        checked.waiting += len(found) - len(behind)
        if behind:
            shown = ", ".join(map(str, behind[:SHOWN]))
            more = f" och {len(behind) - SHOWN} till" if len(behind) > SHOWN else ""
            checked.found(
                f"{table.name}: {len(behind)} rader har lagts in bland redan förseglade: {shown}{more}.",
                "De kom inte till i den ordning som databasen ger. Ta reda på vem som skrev dem.",
            )
