"""What the role of web and worker may do, table by table: given by the owner after every migration.

Nobody empties a table or changes what guards it.  What is only added to is neither changed nor, unless it
may go with a purged case, removed: the triggers say which tables these are, so a later one is born right.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

# Written by migrations and what follows them, never by a page or a job.
READ_ONLY = {"django_migrations", "django_content_type", "auth_permission"}

# Its trigger has an argument where rows may go with the case that they name.  The parts of a parted table
# are reached through it alone: whoever may use a part could go past what guards the whole.
_TABLES = """
    SELECT c.relname, t.tgnargs
    FROM pg_class c
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'append_only'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
# What only an owner may do and the app role needs, as functions of the owner's that say so.
_LENT = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
        AND obj_description(p.oid, 'pg_proc') = 'lent to app'
"""


def rights(table: str, append_only: int | None) -> str:
    """Return what may be done with a table; append_only counts the arguments of its guard, if any."""
    if table in READ_ONLY:
        return "SELECT"
    if append_only is None:
        return "SELECT, INSERT, UPDATE, DELETE"
    return "SELECT, INSERT, DELETE" if append_only else "SELECT, INSERT"


def grant(*, using: str, **_signal: Any) -> None:
    """Give the app role its rights and nothing more, when an owner of its own has migrated."""
    connection = connections[using]
    if connection.settings_dict["USER"] == settings.APP_ROLE:
        return
    role = connection.ops.quote_name(settings.APP_ROLE)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # A table of one's own with the name of another, made for a moment, would deceive the triggers.
        cursor.execute("SELECT quote_ident(current_database())")
        (database,) = cursor.fetchone()
        cursor.execute(
            f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}"
        )
        cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {role}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}")
        cursor.execute(
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
        )
        for allowed, tables in _tables_by_rights(cursor).items():
            names = ", ".join(map(connection.ops.quote_name, tables))
            cursor.execute(f"GRANT {allowed} ON {names} TO {role}")
        cursor.execute(_LENT)
        for (function,) in cursor.fetchall():
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def _tables_by_rights(cursor: CursorWrapper) -> dict[str, list[str]]:
    cursor.execute(_TABLES)
    found: dict[str, list[str]] = {}
    for table, append_only in cursor.fetchall():
        found.setdefault(rights(table, append_only), []).append(table)
    return found
