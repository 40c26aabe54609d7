"""A clock of the database that stands still until a test moves it, however slow the machine is."""

from __future__ import annotations

import datetime as dt

from django.db import connection


def stop_clock() -> None:
    """Let it be a whole minute for the database, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA clock; CREATE TABLE clock.hand AS SELECT date_trunc('minute', now()) AS at;"
            " CREATE FUNCTION clock.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql"
            " AS 'SELECT at FROM clock.hand'; SET LOCAL search_path TO clock, pg_catalog, public"
        )


def pass_time(**time: float) -> None:
    """Move the clock on."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clock.hand SET at = at + %s", [dt.timedelta(**time)])
