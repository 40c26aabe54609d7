"""Sealing: whatever has been added since last time gets its place in the chain, in one transaction.

Which rows are new is asked by their ids, never by their times.  An id that was given out and not yet committed
when others were sealed comes later, so the ids sealed lately are remembered, and asked about again, until every
transaction that could hold a lower one has ended (pg_snapshot_xmin).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from audit.models import Seal
from audit.sealing.guards import (
    Guards,
    changed,
    guards_now,
    name_in_guards,
)
from audit.sealing.heads import (
    DIGEST,
    Batch,
    Outside,
    hash_of,
    head_of,
    is_signed,
    signature_of,
)
from audit.sealing.tables import Sealed, sealed_tables, write_values_one_way

LOCK = 20_261_201
BLOCK = 10_000  # rows that share a row of the seal
# A head in every hour also when nothing happens, so that a gap in the times means that the sealer stood still.
QUIET = dt.timedelta(hours=1)
# An id is used within moments of being given out; after this long nobody holds one without a transaction's number.
SETTLED = dt.timedelta(minutes=10)

# The last id below which nothing more can come: what had been sealed before a head that every transaction
# which could write below it has seen the end of.
_SETTLED = """
    SELECT coalesce((
        SELECT b.last FROM audit_sealedrows b
        WHERE b."table" = %(table)s AND b.columns = %(columns)s AND b.seal_id < (
            SELECT number FROM audit_seal
            WHERE snapshot_end <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND at <= %(settled)s
            ORDER BY number DESC LIMIT 1
        )
        ORDER BY b.last DESC LIMIT 1
    ), 0)
"""
_IS_KNOWN = """
    SELECT EXISTS (SELECT FROM audit_sealedrows b WHERE b."table" = %(table)s AND b.columns = %(columns)s),
        EXISTS (SELECT FROM audit_sealedrows b WHERE b."table" = %(table)s)
"""


def unsealed(table: Sealed, what: str) -> str:
    """Return the SELECT of something about the rows above ``settled`` that have not been sealed.

    It is asked with the names ``settled``, ``table`` and ``columns``.
    """
    return f"""
        SELECT {what} FROM {table.rows}
        WHERE t.id > %(settled)s AND NOT EXISTS (
            SELECT FROM audit_sealedrows b CROSS JOIN LATERAL unnest(b.ids) AS u(id)
            WHERE b."table" = %(table)s AND b.columns = %(columns)s AND b.last > %(settled)s AND u.id = t.id
        )
    """  # noqa: S608 -- our own names only


class SealingError(Exception):
    """Nothing may be sealed until somebody has looked; the message tells them in Swedish."""


@dataclass(frozen=True)
class Known:
    """What is known of a table: up to which id nothing more can come, and whether it has been sealed."""

    table: Sealed
    settled: int
    # As it is now, and ever, perhaps with other columns.
    is_sealed: bool
    was_sealed: bool

    def is_first(self, watched: Guards) -> bool:
        """Tell whether its rows may be older than the seal; a table that was watched empty gets them new."""
        if self.is_sealed:
            return False
        return self.was_sealed or name_in_guards(self.table.name) not in watched

    @property
    def values(self) -> dict[str, Any]:
        return {
            "table": self.table.name,
            "columns": list(self.table.columns),
            "settled": self.settled,
        }


def seal_rows(
    *,
    outside: Outside | None = None,
    note: str = "",
    now: dt.datetime | None = None,
    block: int = BLOCK,
) -> Seal | None:
    """Seal what is new and return the head; None when there is nothing to say, or another sealer is at it.

    ``outside`` is the last head that the sealer itself has sent: a database that does not have it is an older
    one, and is sealed on only with a ``note`` of who let it.
    """
    now = now or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone() == (False,):
            return None
        write_values_one_way(cursor)
        last = Seal.objects.order_by("number").last()
        seal = _next(cursor, last, outside, now=now, note=note)
        batches = _seal_tables(cursor, seal, block)
        guards = guards_now(cursor)
        seal.guards_hash = hash_of(guards)
        if last is None or last.guards_hash != seal.guards_hash:
            seal.guards = guards
        is_quiet = not (batches or note or seal.guards is not None)
        if last is not None and is_quiet and now < last.at + QUIET:
            return None
        seal.head = head_of(seal, batches)
        seal.signature = signature_of(seal.head)
        seal.save(force_insert=True)
    return seal


def _next(
    cursor: CursorWrapper,
    last: Seal | None,
    outside: Outside | None,
    *,
    now: dt.datetime,
    note: str,
) -> Seal:
    """Return the seal to come after the last one; raises SealingError when it may not follow."""
    if last is not None and not is_signed(last):
        raise SealingError(
            f"Försegling {last.number} i databasen är inte signerad med SEALER_KEY. Har nyckeln bytts? Annars har "
            "någon skrivit i databasen. Inget förseglas. Kör manage.py verify_log --head FIL."
        )
    number = last.number if last else 0
    if outside is not None and not _has(outside):
        if not note:
            raise SealingError(
                f"Databasen slutar vid försegling {number}, men {outside.number} är redan skickad. Är en "
                "säkerhetskopia återläst? Kör manage.py verify_log --head FIL, och när det är utrett "
                'manage.py seal --accept "vad som hände". Inget förseglas så länge.'
            )
        number = max(number, outside.number)
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    (end,) = cursor.fetchone()
    previous = last.head if last else ""
    if not previous and number:
        previous = outside.head if outside else ""
    return Seal(
        number=number + 1, at=now, snapshot_end=end, previous=previous, note=note
    )


def _has(outside: Outside) -> bool:
    return Seal.objects.filter(number=outside.number, head=outside.head).exists()


def _seal_tables(cursor: CursorWrapper, seal: Seal, block: int) -> list[Batch]:
    """Hash the new rows of every table under a seal, and return what was sealed."""
    found: list[Batch] = []
    watched = _guards_before(seal.number)
    for table in sealed_tables(cursor):
        known = settled(cursor, table, now=seal.at)
        _salt(cursor, known)
        cursor.execute(
            f"""
            WITH fresh AS ({unsealed(table, f't.id, {table.case} AS "case", {table.hash} AS hash')}),
            blocks AS (SELECT *, (row_number() OVER (ORDER BY id) - 1) / %(block)s AS block FROM fresh)
            INSERT INTO audit_sealedrows AS b
                (seal_id, "table", columns, is_first, first, last, count, ids, cases, hashes)
            SELECT %(seal)s, %(table)s, %(columns)s, %(is_first)s, min(id), max(id), count(*),
                array_agg(id ORDER BY id), array_agg("case" ORDER BY id), array_agg(hash ORDER BY id)
            FROM blocks GROUP BY block ORDER BY block
            RETURNING count, {DIGEST}
            """,  # noqa: S608 -- our own names only
            known.values
            | {
                "seal": seal.number,
                "is_first": known.is_first(watched),
                "block": block,
            },
        )
        found += [
            Batch(table.name, count, digest) for count, digest in cursor.fetchall()
        ]
    return found


def settled(cursor: CursorWrapper, table: Sealed, *, now: dt.datetime) -> Known:
    """Return up to which id a table can get no more rows, and whether it has been sealed."""
    asked: dict[str, Any] = {
        "table": table.name,
        "columns": list(table.columns),
        "settled": now - SETTLED,
    }
    cursor.execute(_SETTLED, asked)
    (upto,) = cursor.fetchone()
    cursor.execute(_IS_KNOWN, asked)
    is_sealed, was_sealed = cursor.fetchone()
    return Known(table, upto, is_sealed=is_sealed, was_sealed=was_sealed)


def _salt(cursor: CursorWrapper, known: Known) -> None:
    """Give a salt to every case of the new rows that has none."""
    table = known.table
    if table.owner:
        cursor.execute(
            f"""
            INSERT INTO audit_casesalt (case_id, value)
            SELECT DISTINCT fresh.id, uuid_send(gen_random_uuid())
            FROM ({unsealed(table, f"{table.case} AS id, s.case_id AS salted")}) fresh
            WHERE fresh.salted IS NULL AND fresh.id IS NOT NULL
            ON CONFLICT DO NOTHING
            """,  # noqa: S608 -- our own names only
            known.values,
        )


def accepted_guards() -> Guards:
    """Return the guards as somebody last accepted them: of the last head with a note, or the first of all."""
    anchor = (
        Seal.objects.exclude(note="").order_by("number").last()
        or Seal.objects.order_by("number").first()
    )
    return _guards_before(anchor.number + 1) if anchor else {}


def _guards_before(number: int) -> Guards:
    """Return the guards as they were when the seals below a number were made."""
    seals = Seal.objects.filter(number__lt=number).exclude(guards=None)
    last = seals.order_by("number").last()
    return (last.guards or {}) if last else {}


def changed_guards(cursor: CursorWrapper) -> dict[str, str]:
    """Return what guards the rows and is not as it was accepted, with how."""
    return changed(accepted_guards(), guards_now(cursor))
