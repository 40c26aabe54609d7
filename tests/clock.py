"""A clock of the database that stands still until a test moves it, however slow the machine is."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def stop_clock(scope: str = "LOCAL") -> None:
    """Let it be the first moment of today (UTC) for the database, until the transaction or session ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA clock; CREATE TABLE clock.hand AS SELECT date_trunc('day', now(), 'UTC') AS at;"
            " CREATE FUNCTION clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql"
            " AS 'SELECT at FROM clock.hand';"
            f" SET {scope} synchronous_commit TO off; SET {scope} search_path TO clock, pg_catalog, public"
        )


def pass_time(**time: float) -> None:
    """Move the clock on."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clock.hand SET at = at + %s", [dt.timedelta(**time)])
