"""The migrations are run once: every worker's database is a copy of the one in which they were.

The copy has the name of what was run, so that a changed migration means a new one.  Django still asks
each copy whether a migration is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

LOCK = 20_240_301  # one of the workers runs the migrations, the others wait
WITH_MAINTAIN = 170_000  # the first version of PostgreSQL that has the right


def make_migrated_database() -> str:
    """Return the name of a database in which all migrations have been run, made first if there is none."""
    prefix = f"{settings.DATABASES['default']['TEST']['NAME'].partition('_gw')[0]}_migrated_"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # the others wait for as long as the migrations take
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        name = f"{prefix}{_mark(cursor)}"
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE "{old}"')
            # It gets its name when it is complete.
            fresh = f"{prefix}new"
            cursor.execute(f'CREATE DATABASE "{fresh}"')
            _migrate(fresh)
            cursor.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _migrate(database: str) -> None:
    """Run the migrations in a database of that name."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
        _let_tests_analyze()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _let_tests_analyze() -> None:
    """Let the app role gather statistics: autovacuum sees nothing of a register that a test imports."""
    if connection.pg_version >= WITH_MAINTAIN:
        role = connection.ops.quote_name(settings.APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}")


def _mark(cursor: Any) -> str:
    """Return a mark of all that decides what the migrations make."""
    cursor.execute("SHOW server_version")
    mark = hashlib.sha256(f"{django.__version__} {cursor.fetchone()[0]}".encode())
    for path in sorted(_sources()):
        mark.update(path.name.encode() + b"\0" + path.read_bytes())
    mark.update(Path(__file__).read_bytes())
    return mark.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    """Find the migrations of every app, and what those of our own read: triggers and standard rows."""
    for app in apps.get_app_configs():
        folder = Path(app.path)
        yield from (folder / "migrations").glob("*.py")
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts:
            yield from folder.glob("triggers.py")
            yield from folder.glob("*.toml")
