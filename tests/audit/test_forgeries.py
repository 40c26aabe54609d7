"""Twelve kinds of forgery, as the role of web and worker and as a stolen owner: refused, or found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from audit.models import Seal
from audit.sealing.checking import check
from audit.sealing.heads import DIGEST, Batch, head_of, heads_in, signature_of
from audit.sealing.sealing import SealingError, seal_rows
from audit.sealing.sending import last_sent
from audit.sealing.tables import Sealed, sealed_tables, write_values_one_way
from casework.cases.history import broken_logs, digest, log
from casework.handling.purge_functions import removals
from casework.models import Case, LogEntry, RetentionRule, Tombstone
from kvalitet.operations.roles import as_owner
from tests.audit.sealed_world import KEY, World, ago, seal, sealed_world

pytestmark = pytest.mark.django_db

CHANGED = "har ändrats efter förseglingen"
GONE = "har tagits bort utan gallringsbeslut"
REFUSED = r"permission denied|must be owner|append-only"
GUARD = "Det som vaktar är ändrat"


@pytest.fixture(scope="module")
def whole(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("heads")
    with (
        django_db_blocker.unblock(),
        as_owner(),
        sealed_world(folder) as world,
        django_db_blocker.block(),
    ):
        yield world


@pytest.fixture
def world(whole: World, settings: Any, tmp_path: Path) -> World:
    """Yield the world to the owner, whose doings are undone; the file is the test's own."""
    settings.SEALER_KEY = KEY
    settings.SEAL_FILE = shutil.copy(whole.file, tmp_path)
    return replace(whole, file=Path(settings.SEAL_FILE))


def found(world: World) -> str:
    """Return what verify_log --head finds, and nothing where it finds nothing."""
    errors = StringIO()
    try:
        call_command("verify_log", head=world.file, stdout=StringIO(), stderr=errors)
    except SystemExit:
        return errors.getvalue()
    assert errors.getvalue() == ""
    return ""


def execute(*statements: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement, values or None)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def behind_the_guard(guarded: str, *statements: str, **values: Any) -> None:
    """Do something as the owner may, and leave the guard as it was."""
    execute(
        f"ALTER TABLE {guarded} DISABLE TRIGGER USER",
        *statements,
        f"ALTER TABLE {guarded} ENABLE TRIGGER USER",
        **values,
    )


def chain_anew(case: Case) -> None:
    """Compute the chain of a case as the product does, after its lines were changed."""
    previous = ""
    for entry in LogEntry.objects.filter(case=case).order_by("sequence"):
        seal_of = digest(entry, previous, entry.changes.order_by("position"))
        behind_the_guard(
            "casework_logentry",
            "UPDATE casework_logentry SET digest = %(digest)s WHERE id = %(id)s",
            digest=seal_of,
            id=entry.pk,
        )
        previous = seal_of


def seal_anew(settings: Any) -> None:
    """Compute all hashes and the whole chain of seals, as a thief can who has everything but key and heads."""
    settings.SEALER_KEY = "the thief's own"
    with connection.cursor() as cursor:
        write_values_one_way(cursor)
        for table in sealed_tables(cursor):
            hash_anew(table)
        previous = ""
        for one in Seal.objects.order_by("number"):
            cursor.execute(
                f'SELECT b."table", b.count, {DIGEST} FROM audit_sealedrows b WHERE seal_id = %s ORDER BY id',
                [one.number],
            )
            one.previous = previous
            one.head = previous = head_of(
                one, [Batch(*row) for row in cursor.fetchall()]
            )
            behind_the_guard(
                "audit_seal",
                "UPDATE audit_seal SET previous = %(previous)s, head = %(head)s, signature = %(signature)s"
                " WHERE number = %(number)s",
                previous=one.previous,
                head=one.head,
                signature=signature_of(one.head),
                number=one.number,
            )


def hash_anew(table: Sealed) -> None:
    behind_the_guard(
        "audit_sealedrows",
        f"""
        UPDATE audit_sealedrows b SET hashes = (
            SELECT array_agg({table.hash} ORDER BY t.id) FROM {table.rows} WHERE t.id = ANY(b.ids)
        ) WHERE b."table" = %(table)s
        """,
        table=table.name,
    )


def test_nothing_is_found_where_nothing_was_forged(world: World) -> None:
    assert found(world) == ""
    checked = check(heads_in(world.file.read_text(encoding="utf-8")))
    assert (checked.seals, checked.waiting, checked.purged) == (4, 0, 0)
    assert checked.rows == sum(
        rows.count for one in Seal.objects.all() for rows in one.rows.all()
    )


# --- as a stolen owner ------------------------------------------------------------------------
def test_edit(world: World) -> None:
    behind_the_guard(
        "casework_note",
        "UPDATE casework_note SET text = 'Inget samtal.' WHERE case_id = %(case)s",
        case=world.new.pk,
    )
    text = found(world)
    assert CHANGED in text
    assert world.new.number in text


def test_edit_with_recomputed_chain(world: World) -> None:
    behind_the_guard(
        "casework_logentry",
        "UPDATE casework_logentry SET label = 'x' WHERE case_id = %(case)s",
        case=world.new.pk,
    )
    chain_anew(world.new)
    assert broken_logs() == []
    assert f"casework_logentry: 3 rader {CHANGED}" in found(world)


def test_edit_with_all_chains_recomputed(world: World, settings: Any) -> None:
    """The thief has made the whole chain anew: the head outside tells, and so does the key."""
    behind_the_guard("casework_note", "UPDATE casework_note SET text = 'x'")
    seal_anew(settings)
    settings.SEALER_KEY = ""

    assert check().findings == []
    assert "hela kedjan är omskriven" in found(world)
    settings.SEALER_KEY = KEY
    assert "signaturen stämmer inte" in check().findings[0].what


def test_cut_tail(world: World) -> None:
    behind_the_guard(
        "casework_logentry",
        "DELETE FROM casework_logentry WHERE case_id = %(case)s AND sequence = 3",
        case=world.other.pk,
    )
    assert broken_logs() == []
    text = found(world)
    assert GONE in text
    assert world.other.number in text


def test_swapped_cases(world: World) -> None:
    both = "WHERE case_id IN (%(one)s, %(two)s)"
    behind_the_guard(
        "casework_logentry",
        f"UPDATE casework_logentry SET sequence = sequence + 1000 * case_id {both}",
        f"UPDATE casework_logentry SET case_id = %(one)s + %(two)s - case_id {both}",
        f"UPDATE casework_logentry SET sequence = sequence %% 1000 {both}",
        one=world.new.pk,
        two=world.other.pk,
    )
    chain_anew(world.new)
    chain_anew(world.other)
    assert broken_logs() == []
    assert CHANGED in found(world)


def test_disabled_trigger(world: World) -> None:
    execute("ALTER TABLE casework_note DISABLE TRIGGER append_only")
    assert f"{GUARD}: tabellen casework_note" in found(world)
    seal(world)
    execute("ALTER TABLE casework_note ENABLE TRIGGER append_only")
    assert "hade ändrats när försegling 5" in found(world)


def test_replaced_function(world: World) -> None:
    execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$"
    )
    assert f"{GUARD}: funktionen refuse_change()" in found(world)


def test_truncate(world: World) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("TRUNCATE audit_reading")
    behind_the_guard(part(), f"TRUNCATE {part()}")
    assert f"audit_reading: 3 rader {GONE}" in found(world)


def test_truncated_seals(world: World) -> None:
    """Who takes the seals themselves away leaves the head outside."""
    execute(
        "ALTER TABLE audit_seal DISABLE TRIGGER USER",
        "ALTER TABLE audit_sealedrows DISABLE TRIGGER USER",
        "TRUNCATE audit_seal, audit_sealedrows",
        "ALTER TABLE audit_sealedrows ENABLE TRIGGER USER",
        "ALTER TABLE audit_seal ENABLE TRIGGER USER",
    )
    assert "slutar vid försegling 0" in found(world)


def test_restored_older_dump(world: World) -> None:
    """What was there before a transaction that is undone is what an older dump holds."""
    with transaction.atomic():
        log(world.other, action="step", label="Beslut", actor=world.person)
        seal(world)
        transaction.set_rollback(True)

    text = found(world)
    assert "slutar vid försegling 4, men huvudet utifrån är från försegling 5" in text
    with pytest.raises(SealingError, match="återläst"):
        seal_rows(outside=last_sent())


def test_restored_older_dump_is_sealed_on_when_somebody_says_so(world: World) -> None:
    with transaction.atomic():
        log(world.other, action="step", label="Beslut", actor=world.person)
        seal(world)
        transaction.set_rollback(True)
    seal_rows(outside=last_sent(), note="Återläst efter diskfel.")
    one = Seal.objects.latest("number")
    with world.file.open("a", encoding="utf-8") as file:
        from audit.sealing.heads import line_of

        file.write(line_of(one))

    assert one.number == 6
    assert found(world) == ""


def test_moved_clock_of_who_writes(world: World) -> None:
    log(world.other, action="step", label="x", actor=world.person, at=ago(90 * 24 * 60))
    seal(world)
    assert "casework_logentry: 1 rad bär en annan tid" in found(world)


def test_moved_clock_of_the_sealer(world: World) -> None:
    seal_rows(now=ago(60), note="x")
    assert "klockan är flyttad" in found(world)


def test_row_put_among_the_sealed(world: World) -> None:
    """A number that a transaction gave back is free, and the row looks as if it had been there."""
    behind_the_guard(
        "casework_note",
        "INSERT INTO casework_note (id, case_id, kind, text, author_id, at, nature, source, author_title)"
        " OVERRIDING SYSTEM VALUE SELECT %(free)s, case_id, kind, 'Tillagd.', author_id, at, '', '', ''"
        " FROM casework_note WHERE case_id = %(case)s",
        case=world.new.pk,
        free=world.free,
    )
    seal(world)
    assert f"lagts in bland redan förseglade: {world.free}." in found(world)


def part() -> str:
    return f"audit_reading_{timezone.now():%Y_%m}"


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE {part}", "ALTER TABLE audit_reading DETACH PARTITION {part}"],
)
def test_deleted_partition(world: World, statement: str) -> None:
    execute(statement.format(part=part()))
    assert f"audit_reading: 3 rader {GONE}" in found(world)


def bury(case: Case, rule: RetentionRule) -> None:
    """Remove a case as a purging does, under a tombstone."""
    Tombstone.objects.create(
        key=case.pk, number=case.number, subject="deviations", unit=case.unit, rule=rule
    )
    those = f"ARRAY[{case.pk}]::bigint[]"
    with connection.cursor() as cursor:
        for statement in removals():
            cursor.execute(statement.replace("the_keys", those))
    execute()  # checks that the case is gone


def test_forged_tombstone(world: World) -> None:
    bury(world.new, world.rule)
    assert (
        f"Gravstenen för {world.new.number} är falsk: ärendet är borttaget tidigare"
        in found(world)
    )


def test_forged_tombstone_under_a_rule_for_something_else(world: World) -> None:
    rule = RetentionRule.objects.create(
        unit=world.unit,
        subject="selfcheck",
        years=1,
        decision="KS 2026/9",
        decided_on=timezone.localdate(),
        registered_by=world.person,
    )
    bury(world.old, rule)
    assert "under beslutet KS 2026/9, som inte gäller det" in found(world)


def test_purged_case_of_before_sealing_is_told_and_no_forgery(world: World) -> None:
    bury(world.old, world.rule)
    seal(world)
    assert found(world) == ""
    assert check().purged == 4


def blank(world: World) -> None:
    """Blank the text of a note as the owner's function does, and seal what it left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT casework_blank('casework_note', id, 'text', %s, '', '', 'Fel', 'SN 41')"
            " FROM casework_note WHERE case_id = %s",
            ["a" * 64, world.new.pk],
        )
    seal(world)


def test_blanked_text_is_told_and_no_forgery(world: World) -> None:
    blank(world)
    assert found(world) == ""
    assert check().blanked == 1


def test_edit_after_a_text_was_blanked(world: World) -> None:
    blank(world)
    behind_the_guard("casework_note", "UPDATE casework_note SET source = 'x'")
    assert "är ändrad efter att en text ströks i den" in found(world)


@pytest.mark.parametrize("table", ["reports_edition", "reports_tertialedition"])
def test_edited_edition(world: World, table: str) -> None:
    behind_the_guard(table, f"UPDATE {table} SET pdf = '%PDF-1.7 forged'::bytea")
    assert f"{table}: 1 rad {CHANGED}" in found(world)


# --- as the role of web and worker ------------------------------------------------------------
@pytest.fixture
def app(world: World) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection to the same database as web and worker have it, whose doings are undone."""
    own = settings.DATABASES["default"]
    with psycopg.connect(
        host=own["HOST"],
        port=own["PORT"],
        user=own["USER"],
        password=own["PASSWORD"],
        dbname=world.database,
        options=own["OPTIONS"]["options"],
    ) as link:
        yield link
        link.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE casework_logentry SET label = 'x'",
        "UPDATE casework_note SET text = 'x'",
        "DELETE FROM casework_logentry WHERE sequence = 3",
        "UPDATE casework_logentry SET case_id = case_id + 1",
        "ALTER TABLE casework_note DISABLE TRIGGER append_only",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "TRUNCATE audit_reading",
        "TRUNCATE audit_seal CASCADE",
        "DELETE FROM audit_seal",
        "UPDATE audit_sealedrows SET count = 1",
        "INSERT INTO audit_seal SELECT * FROM audit_seal",
        "INSERT INTO audit_sealedrows SELECT * FROM audit_sealedrows",
        "DELETE FROM audit_casesalt",
        "UPDATE audit_casesalt SET value = ''",
        "DROP TABLE {part}",
        "ALTER TABLE audit_reading DETACH PARTITION {part}",
        "UPDATE reports_edition SET pdf = ''",
        "UPDATE reports_tertialedition SET pdf = ''",
        (
            "INSERT INTO casework_tombstone (key, number, subject, unit_id, rule_id, imprint, purged_on)"
            " SELECT c.id, c.number, c.subject, c.unit_id, r.id, '', current_date"
            " FROM casework_case c, casework_retentionrule r"
        ),
        "DROP DATABASE {database}",
    ],
)
def test_app_is_refused(
    world: World, app: psycopg.Connection[Any], statement: str
) -> None:
    app.autocommit = statement.startswith("DROP DATABASE")
    with pytest.raises(
        psycopg.Error,
        match=REFUSED,
    ):
        app.execute(statement.format(part=part(), database=world.database))


def test_what_the_app_may_forge_is_an_insert_that_is_found(
    world: World, app: psycopg.Connection[Any]
) -> None:
    """A line with another time is a line that the product itself can write; see test_moved_clock."""
    app.execute(
        "INSERT INTO casework_logentry (case_id, sequence, at, action, label, from_state, to_state, digest)"
        " VALUES (%s, 9, now() - interval '90 days', 'step', 'x', '', '', '')",
        [world.other.pk],
    )
