"""What the role of web and worker, and each login beside it, may do, table by table: given after every migration.

Nobody empties a table or changes what guards it.  What is only added to is neither changed nor removed: the
triggers say which tables these are, so a later one is born right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from casework.database.logins import LOGINS, LoginRole, Table, only_others_add_to

# Written by migrations and what follows them, never by a page or a job.
READ_ONLY = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    # Written by the owner's functions that let a case go and blank a text (casework.handling).
    "casework_tombstone",
    "casework_blanking",
}

# Its trigger has an argument where the owner may let rows go with the case that they name.  The parts of a
# parted table are reached through it alone: whoever may use a part could go past what guards the whole.
_TABLES = """
    SELECT c.relname, t.tgnargs
    FROM pg_class c
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'append_only'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
# What only an owner may do and another role needs, as functions of the owner's that say so.
_LENT = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
        AND obj_description(p.oid, 'pg_proc') = %s
"""


def rights(table: Table) -> str:
    """Return what the app role may do with a table."""
    if table.name in READ_ONLY | only_others_add_to():
        return "SELECT"
    return "SELECT, INSERT" if table.is_guarded else "SELECT, INSERT, UPDATE, DELETE"


def grant(*, using: str, **_signal: Any) -> None:
    """Give every role its rights and nothing more, when an owner of its own has migrated."""
    connection = connections[using]
    if connection.settings_dict["USER"] == settings.APP_ROLE:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # A table of one's own with the name of another, made for a moment, would deceive the triggers.
        cursor.execute("SELECT quote_ident(current_database())")
        (database,) = cursor.fetchone()
        cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC")
        cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
        tables = _tables(cursor)
        app = connection.ops.quote_name(settings.APP_ROLE)
        _let_in(cursor, app, database)
        cursor.execute(
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}"
        )
        _give(cursor, app, tables, rights)
        _lend(cursor, app, "lent to app")
        for login in LOGINS:
            if known := settings.LOGIN_DATABASES.get(login.name):
                role = connection.ops.quote_name(known["USER"])
                _let_in(cursor, role, database)
                _give(cursor, role, tables, login.rights)
                _lend(cursor, role, login.lent)
                _give_what_comes_later(cursor, role, login)


def _tables(cursor: CursorWrapper) -> list[Table]:
    cursor.execute(_TABLES)
    return [Table(*row) for row in cursor.fetchall()]


def _let_in(cursor: CursorWrapper, role: str, database: str) -> None:
    """Let a role connect, and take from it all that it had."""
    cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM {role}")
    cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {role}")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")


def _give(
    cursor: CursorWrapper,
    role: str,
    tables: Iterable[Table],
    rights_in: Callable[[Table], str],
) -> None:
    by_rights: dict[str, list[str]] = {}
    for table in tables:
        by_rights.setdefault(rights_in(table), []).append(f'"{table.name}"')
    for allowed, names in by_rights.items():
        if allowed:
            cursor.execute(f"GRANT {allowed} ON {', '.join(names)} TO {role}")


def _lend(cursor: CursorWrapper, role: str, lent: str) -> None:
    cursor.execute(_LENT, [lent])
    for (function,) in cursor.fetchall():
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def _give_what_comes_later(cursor: CursorWrapper, role: str, login: LoginRole) -> None:
    """Let a login that reads everything read parts of tables too, and what is made before the next migration."""
    if login.reads_all_there_will_be:
        for things in ("TABLES", "SEQUENCES"):
            cursor.execute(f"GRANT SELECT ON ALL {things} IN SCHEMA public TO {role}")
            cursor.execute(
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON {things} TO {role}"
            )
