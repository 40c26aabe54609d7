"""The owner's functions lent to a test, which runs in one transaction as the app role.

The purger has a connection of its own, which sees nothing of a transaction that is open.  In a schema that stands
before the usual one lie functions of the same names, which do the same as the owner; a purge asks there about
any day.  That the app itself may call none of them, and the purger's login all it needs, has tests of its own.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

_LEND = """
    CREATE SCHEMA IF NOT EXISTS lent; GRANT USAGE ON SCHEMA lent TO PUBLIC;
    CREATE OR REPLACE FUNCTION lent.casework_may_go(bigint[], date) RETURNS SETOF bigint LANGUAGE sql
        SECURITY DEFINER SET search_path = public AS 'SELECT public.casework_may_go($1, $2)';
    CREATE OR REPLACE FUNCTION lent.casework_purge(bigint[], text[], date) RETURNS integer LANGUAGE sql
        SECURITY DEFINER SET search_path = public AS 'SELECT public.casework_purge_as_of($1, $2, $3)';
    CREATE OR REPLACE FUNCTION lent.casework_blank(text, bigint, text, text, text, text, text, text) RETURNS text
        LANGUAGE sql SECURITY DEFINER SET search_path = public
        AS 'SELECT public.casework_blank($1, $2, $3, $4, $5, $6, $7, $8)';
    CREATE OR REPLACE FUNCTION lent.bury(bigint, text, text, bigint, bigint) RETURNS bigint LANGUAGE sql
        SECURITY DEFINER SET search_path = public AS $$
        INSERT INTO casework_tombstone (key, number, subject, unit_id, rule_id, imprint, purged_on)
        VALUES ($1, $2, $3, $4, $5, '', current_date) RETURNING id
    $$;
    CREATE OR REPLACE FUNCTION lent.salt(bigint) RETURNS void LANGUAGE sql
        SECURITY DEFINER SET search_path = public AS $$
        INSERT INTO audit_casesalt (case_id, value) VALUES ($1, 'salt')
    $$;
"""


def lend_functions() -> None:
    """Make, as the owner, the functions that tests call."""
    with connection.cursor() as cursor:
        cursor.execute(_LEND)


@pytest.fixture
def purging_is_lent(db: None, settings: Any) -> None:
    """Let the app role purge on any day, in the test's own transaction."""
    settings.LOGIN_DATABASES = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = lent, public")


def bury(*, key: int, number: str, subject: str, unit: Any, rule: Any) -> int:
    """Write a tombstone as the owner's function does, and return its key."""
    with connection.cursor() as cursor:
        said = [key, number, subject, unit.pk, rule.pk]
        cursor.execute("SELECT lent.bury(%s, %s, %s, %s, %s)", said)
        return int(cursor.fetchone()[0])


def salt(case: int) -> None:
    """Keep the salt of a case, as the sealer does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lent.salt(%s)", [case])


def strike(place: str, row: int, field: str) -> None:
    """Blank a text as the owner's function does, for a reason that does not matter."""
    with connection.cursor() as cursor:
        said = [place, row, field, "a" * 64, "", "", "Fel", "SN 41"]
        cursor.execute(
            "SELECT lent.casework_blank(%s, %s, %s, %s, %s, %s, %s, %s)", said
        )
