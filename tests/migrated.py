"""What takes long is done once, in a database of which every worker then has a copy.

So it is with the migrations and with the imported registers.  The database has the name of what decides its
content, so that a changed file means a new one.  Django still asks each copy whether a migration is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

LOCK = 20_240_301  # one of the workers runs the migrations, the others wait
WITH_MAINTAIN = 170_000  # the first version of PostgreSQL that has the right
_copies: list[str] = []


def make_migrated_database() -> str:
    """Return the name of a database in which all migrations have been run, made first if there is none."""
    return make_once("migrated", _migrate, contents(migration_files()))


def make_once(
    kind: str,
    fill: Callable[[], None],
    decided_by: Iterable[bytes],
    *,
    like: str = "template1",
) -> str:
    """Return the name of a database whose content something decides, made first if there is none.

    It is filled by the owner, who calls this; it begins as a copy of the database that it is like.
    """
    prefix = f"{_own_name()}_{kind}_"
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SET lock_timeout = 0"
        )  # the others wait for as long as the filling takes
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        name = f"{prefix}{_mark(cursor, [like.encode(), *decided_by])}"
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE "{old}"')
            # It gets its name when it is complete.
            fresh = f"{prefix}new"
            cursor.execute(f'CREATE DATABASE "{fresh}" TEMPLATE "{like}"')
            with in_database(fresh):
                fill()
            cursor.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def make_copy(kind: str, *, like: str) -> str:
    """Make a database that only this worker uses, as a copy of another; return its name."""
    name = f"{connection.settings_dict['NAME']}_{kind}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    _copies.append(name)
    return name


def drop_copies() -> None:
    """Drop what this worker has made copies of."""
    with connection._nodb_cursor() as cursor:
        while _copies:
            cursor.execute(f'DROP DATABASE "{_copies.pop()}" WITH (FORCE)')


@contextmanager
def in_database(name: str) -> Iterator[None]:
    """Let all connections be to another database for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _migrate() -> None:
    """Run the migrations."""
    call_command("migrate", verbosity=0, interactive=False)


def _own_name() -> str:
    """Return the name that the databases of all workers begin with."""
    return str(settings.DATABASES["default"]["TEST"]["NAME"].partition("_gw")[0])


def let_tests_analyze() -> None:
    """Let the app role gather statistics: autovacuum sees nothing of a register that a test imports.

    Every run of the migrations, also one that has nothing to do, takes the right back.
    """
    if connection.pg_version >= WITH_MAINTAIN:
        role = connection.ops.quote_name(settings.APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}")


def contents(paths: Iterable[Path]) -> Iterator[bytes]:
    """Return what files hold, each with its name."""
    for path in sorted(paths):
        yield path.name.encode() + b"\0" + path.read_bytes()


def _mark(cursor: Any, decided_by: Iterable[bytes]) -> str:
    """Return a mark of all that decides what is made."""
    cursor.execute("SHOW server_version")
    mark = hashlib.sha256(f"{django.__version__} {cursor.fetchone()[0]}".encode())
    for part in decided_by:
        mark.update(part)
    return mark.hexdigest()[:16]


_TOLD_AFTERWARDS = (
    *("policies.py", "*_functions.py", "grants.py", "logins.py"),
    *("kinds.py", "kind.py", "rights.py"),
)


def migration_files() -> Iterator[Path]:
    """Find the migrations of every app, and the standard rows that they read."""
    for app in apps.get_app_configs():
        folder = Path(app.path)
        yield from (folder / "migrations").glob("*.py")
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts:
            yield from folder.glob("*.toml")
            # What the database is told after every migration: policies, functions, rights and logins.
            for name in _TOLD_AFTERWARDS:
                yield from folder.rglob(name)
