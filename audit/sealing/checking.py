"""Checking: all seals against the rows, the guards and a head from outside, said in Swedish.

What is found is one of few kinds, and each says what to do.  Nothing here is needed by the sealer, and nothing
needs its key: with the key it is also found that somebody made a chain of his own after the last head outside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from audit.models import Seal
from audit.sealing.explaining import BLANKED, GONE, forged_tombstones
from audit.sealing.guards import hash_of_guards
from audit.sealing.heads import DIGEST, Batch, Outside, has_key, head_of, is_signed
from audit.sealing.sealing import changed_guards, settled, unsealed
from audit.sealing.tables import Sealed, sealed_tables, write_values_one_way
from casework.handling.blanking import rows_changed_since

MANY = 50_000  # sealed rows that are compared at once
SPARSE = 20  # ids to each sealed row: beyond it rows are looked up one by one
LOWEST = -(2**63)  # of all ids, also of those that no sequence gives
SHOWN = 10  # rows named of each kind and table
# What a clock may be wrong, and how old a row may be when it comes in: one from an anonymous person has the day.
AHEAD = dt.timedelta(minutes=5)
BEHIND = dt.timedelta(days=2)

LOST = "Återläs dem ur en säkerhetskopia från före den tidpunkten, eller anmäl vad som saknas."
REWRITTEN = "Jämför med en säkerhetskopia och ta reda på vem som har haft databasägarens lösenord."


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed, and what to do about it."""

    what: str
    advice: str


@dataclass
class Checked:
    """What a check has found, and what it went through."""

    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    rows: int = 0
    purged: int = 0
    blanked: int = 0
    waiting: int = 0
    last: Seal | None = None

    def found(self, what: str, advice: str) -> None:
        """Note something that is not as it was sealed."""
        self.findings.append(Finding(what, advice))


def check(
    outside: Sequence[Outside] = (), *, since: dt.datetime | None = None
) -> Checked:
    """Check everything, or what was sealed since a time and whatever guards the rows."""
    checked = Checked()
    with transaction.atomic(), connection.cursor() as cursor:
        write_values_one_way(cursor)
        checked.last = Seal.objects.order_by("number").last()
        first = _first_since(since)
        # What is sealed meanwhile is for the next check.
        last = checked.last.number if checked.last else 0
        _check_chain(checked, first, last)
        _check_outside(checked, outside)
        for table, spans in groupby(_spans(cursor, first, last), key=itemgetter(0)):
            _check_rows(cursor, checked, table, [span for _, span in spans])
        _check_blanked(checked)
        _check_unsealed(cursor, checked, is_partial=since is not None)
        if since is None:
            for what, advice in forged_tombstones(cursor):
                checked.found(what, advice)
        _check_guards(cursor, checked)
    return checked


def _first_since(since: dt.datetime | None) -> int:
    """Return the number of the first seal to check; asked from the end, for the chain is long."""
    if since is None:
        return 1
    before = Seal.objects.filter(at__lt=since).order_by("-number").first()
    return before.number + 1 if before else 1


# --- the chain --------------------------------------------------------------------------------
def _check_chain(checked: Checked, first: int, last: int) -> None:
    """Compute every head from what it covers, and hold it to the one before."""
    before = Seal.objects.filter(number__lt=first).order_by("number").last()
    seals = Seal.objects.filter(number__range=(first, last)).order_by("number")
    digests = groupby(_digests(first, last), key=itemgetter(0))
    number, batches = next(digests, (last + 1, iter(())))
    for seal in seals.defer("guards").iterator(chunk_size=5_000):
        checked.seals += 1
        own: list[Batch] = []
        while number <= seal.number:
            if number == seal.number:
                own = [batch for _, batch in batches]
            else:
                checked.found(
                    f"Försegling {number} är borta, men inte det som den förseglade.",
                    REWRITTEN,
                )
            number, batches = next(digests, (last + 1, iter(())))
        if fault := next(_faults(seal, before, own), ""):
            checked.found(
                f"Försegling {seal.number} ({_when(seal.at)}) {fault}", REWRITTEN
            )
        before = seal


def _faults(seal: Seal, before: Seal | None, batches: list[Batch]) -> Iterator[str]:
    """Yield what is wrong with a head, in Swedish, the worst first."""
    if seal.head != head_of(seal, batches):
        yield "är ändrad: huvudet stämmer inte med det som förseglades."
    if has_key() and not is_signed(seal):
        yield "är inte gjord av den som förseglar: signaturen stämmer inte."
    if before is None:
        if seal.number > 1 and not seal.note:
            yield "är den första som finns kvar. De före den är borta."
        return
    if seal.previous != before.head:
        yield f"följer inte på försegling {before.number}: kedjan är bruten."
    if seal.number != before.number + 1 and not seal.note:
        yield f"följer på försegling {before.number}: de emellan är borta."
    if seal.at < before.at - AHEAD:
        yield f"har en tid före försegling {before.number}: klockan är flyttad."


def _digests(first: int, last: int) -> Iterator[tuple[int, Batch]]:
    """Yield what was sealed with each head, hashed anew by the database, in the order of the chain.

    A count that somebody changed alone is told as none, which no head has.
    """
    rows = _stream(
        f'SELECT b.seal_id, b."table", b.count, cardinality(b.ids), {DIGEST}'  # noqa: S608 -- our own names only
        " FROM audit_sealedrows b WHERE b.seal_id BETWEEN %s AND %s ORDER BY b.seal_id, b.id",
        first,
        last,
    )
    for number, table, count, there, digest in rows:
        yield number, Batch(table, count if count == there else 0, digest)


def _stream(question: str, *values: int) -> Iterator[tuple[Any, ...]]:
    """Yield the answer to a question a piece at a time: it may be as long as the history."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, values)
        while rows := cursor.fetchmany(10_000):
            yield from rows


def _check_outside(checked: Checked, outside: Sequence[Outside]) -> None:
    """Hold the chain to the last head that somebody outside has, and to those before it."""
    if not outside:
        return
    heads = dict(
        Seal.objects.filter(number__in={o.number for o in outside}).values_list(
            "number", "head"
        )
    )
    accepted = dict(Seal.objects.exclude(note="").values_list("number", "note"))
    last = checked.last.number if checked.last else 0
    latest = outside[-1]
    for one in dict.fromkeys(outside):
        if heads.get(one.number) == one.head:
            continue
        if one != latest and any(number > one.number for number in accepted):
            continue  # somebody has accepted that it was lost
        if one.number > last:
            checked.found(
                f"Databasen slutar vid försegling {last}, men huvudet utifrån är från försegling {one.number}. "
                "En äldre säkerhetskopia är återläst, eller det senaste är bortklippt.",
                "Var återläsningen avsiktlig: se docs/logg.md. Annars: återläs en nyare kopia.",
            )
            return
        checked.found(
            f"Försegling {one.number} har ett annat huvud än det som finns utanför databasen: hela kedjan är "
            "omskriven från den eller tidigare.",
            REWRITTEN,
        )
        return


# --- the rows ---------------------------------------------------------------------------------
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
    sealed = _stream(
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
        f"rad {row}{_of_case(case, numbers)}, förseglad {_when(at)} (nr {number})"
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


def _when(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _check_blanked(checked: Checked) -> None:
    """Find rows that were changed after a text was blanked in them: the seal from before says nothing of those."""
    for table, row in rows_changed_since():
        checked.found(
            f"{table}: rad {row} är ändrad efter att en text ströks i den.", REWRITTEN
        )


# --- what is not sealed -----------------------------------------------------------------------
def _check_unsealed(
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


def has_waited(*, longer_than: dt.timedelta) -> bool:
    """Tell whether rows wait for a sealer that has sealed before and has not been heard of for so long."""
    last = Seal.objects.order_by("number").last()
    now = timezone.now()
    if last is None or last.at > now - longer_than:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sealed_tables(cursor):
            known = settled(cursor, table, now=now)
            cursor.execute(f"SELECT EXISTS ({unsealed(table, 't.id')})", known.values)
            if cursor.fetchone() == (True,):
                return True
    return False


# --- the guards -------------------------------------------------------------------------------
def _check_guards(cursor: CursorWrapper, checked: Checked) -> None:
    """Compare what refuses changes with what was accepted: as it is now, and as each seal since has seen it."""
    if checked.last is None:
        return
    advice = (
        'Uppgraderade ni Kvalitet då? Jämför, och skriv manage.py seal --accept "vad som gjordes". '
        "Annars har någon med databasägarens lösenord öppnat för ändringar: kör migrate och granska allt som "
        "skrevs sedan dess."
    )
    for thing, how in changed_guards(cursor).items():
        checked.found(f"Det som vaktar är ändrat: {thing} {how}.", advice)
    accepted = Seal.objects.exclude(note="").order_by("number").last()
    first = accepted or Seal.objects.order_by("number").first()
    for seal in Seal.objects.exclude(guards=None).order_by("number"):
        if hash_of_guards(seal.guards or {}) != seal.guards_hash:
            checked.found(
                f"Försegling {seal.number}: det som vaktade är omskrivet.", REWRITTEN
            )
        elif first is not None and seal.number > first.number:
            checked.found(
                f"Det som vaktar hade ändrats när försegling {seal.number} gjordes ({_when(seal.at)}).",
                advice,
            )
