"""The sealer beside others who write: what commits late is sealed when it comes, by a login for that alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.conf import settings as product
from django.db import connection
from pytest_django import DjangoDbBlocker

from audit.models import SealedRows
from audit.sealing.checking import check
from audit.sealing.sealing import seal_rows
from audit.sealing.tables import OWN
from kvalitet.operations.roles import as_login, as_owner
from tests.audit.sealed_world import KEY, World, sealed_world

NOTE = """
    INSERT INTO casework_note (case_id, kind, text, at, nature, source, author_title)
    VALUES (%s, 'internal', %s, now(), '', '', '') RETURNING id
"""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[World]:
    """Yield a sealed municipality to its owner."""
    folder = tmp_path_factory.mktemp("heads")
    with (
        django_db_blocker.unblock(),
        as_owner(),
        sealed_world(folder, "late") as made,
        django_db_blocker.block(),
    ):
        yield made


@pytest.fixture
def sealer(world: World, settings: Any, django_db_blocker: Any) -> Iterator[World]:
    """Yield the world to the sealer's own login; what is done here is committed."""
    settings.SEALER_KEY = KEY
    with django_db_blocker.unblock(), as_login("sealer"):
        yield world


def app(world: World) -> Any:
    """Return a connection as web and worker have it."""
    own = product.DATABASES["default"]
    return closing(
        psycopg.connect(
            host=own["HOST"],
            port=own["PORT"],
            user=own["USER"],
            password=own["PASSWORD"],
            dbname=world.database,
            options=own["OPTIONS"]["options"],
        )
    )


def add_note(link: psycopg.Connection[Any], world: World) -> int:
    [(row,)] = link.execute(NOTE, [world.other.pk, "Samtal."]).fetchall()
    return int(row)


def sealed_now() -> list[int]:
    """Seal, and return the notes that were new."""
    seal = seal_rows()
    if seal is None:
        return []
    found = SealedRows.objects.filter(seal=seal, table="casework_note")
    return [row for rows in found for row in rows.ids]


@pytest.mark.django_db
def test_every_table_that_is_only_added_to_has_a_number_of_its_own_that_grows() -> None:
    """By that the sealer knows what is new: a table without one would stop it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sealed AS MATERIALIZED (
                SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
                WHERE t.tgname = 'append_only' AND NOT c.relispartition AND c.relname <> ALL(%s)
            )
            SELECT relname FROM sealed WHERE pg_get_serial_sequence(quote_ident(relname), 'id') IS NULL
            """,
            [list(OWN)],
        )
        assert cursor.fetchall() == []


def test_row_that_commits_after_one_with_a_higher_number_is_sealed_when_it_comes(
    sealer: World,
) -> None:
    with app(sealer) as slow, app(sealer) as quick:
        low = add_note(slow, sealer)
        high = add_note(quick, sealer)
        quick.commit()

        assert low < high
        assert sealed_now() == [high]
        assert sealed_now() == []
        slow.commit()
        assert sealed_now() == [low]


def test_sealer_may_not_change_what_it_has_sealed(sealer: World) -> None:
    for statement in (
        "UPDATE audit_seal SET note = 'x'",
        "DELETE FROM audit_sealedrows",
        "SELECT FROM casework_case",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_only_one_sealer_is_at_it(sealer: World) -> None:
    with app(sealer) as other:
        add_note(other, sealer)
        other.execute("SELECT pg_advisory_xact_lock(20261201)")
        other.commit()
        other.execute("SELECT pg_advisory_xact_lock(20261201)")

        assert sealed_now() == []
        other.rollback()
        assert len(sealed_now()) == 1


def test_owner_finds_nothing_amiss_in_what_the_sealer_has_sealed(
    sealer: World,
) -> None:
    with as_owner():
        assert [one.what for one in check().findings] == []
