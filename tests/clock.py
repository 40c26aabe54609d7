"""A clock of the database that stands still until a test moves it, however slow the machine is."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def make_clock() -> None:
    """Make, as the owner, what stands before the database's own clock for whoever stops it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA IF NOT EXISTS clock; GRANT USAGE ON SCHEMA clock TO PUBLIC;"
            " CREATE OR REPLACE FUNCTION clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql"
            " AS $$SELECT current_setting('clock.hand')::timestamptz$$"
        )


def stop_clock() -> None:
    """Let it be the first moment of today (UTC) for the database, until the transaction or session ends."""
    _set("clock.hand", "date_trunc('day', now(), 'UTC')::text")
    _set("search_path", "'clock, pg_catalog, public'")


def pass_time(**time: float) -> None:
    """Move the clock on."""
    seconds = dt.timedelta(**time).total_seconds()
    _set(
        "clock.hand",
        f"(current_setting('clock.hand')::timestamptz + interval '{seconds} s')::text",
    )


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT set_config(%s, {value}, %s)", [name, connection.in_atomic_block]
        )
