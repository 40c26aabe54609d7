"""Empty the tables of the tests as their owner, who alone can lift the guards of what is only added to."""

from typing import Any

from django.apps import apps
from django.core.management.commands import flush
from django.db import connection, transaction

from kvalitet.operations.roles import as_owner
from selfcheck.migrations._standard_templates import publish

GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_truncate'"
# What the migrations say of themselves: Django would empty it and write the same again.
KEPT = {"django_content_type", "auth_permission"}


class Command(flush.Command):
    """Django's own command for the tables that hold anything, while their guards are lifted.

    A test fills a few of them, and to empty one takes longer than to ask whether it is empty.  The rows that
    a migration has made are made again: workers take tests from each other in any order.
    """

    def handle(self, **options: Any) -> None:
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            filled = _filled(cursor)
            if not filled:
                return
            cursor.execute(GUARDED)
            guarded = [table for (table,) in cursor.fetchall()]
            switch = "ALTER TABLE {} {} TRIGGER append_only_truncate".format
            cursor.execute(";".join(switch(table, "DISABLE") for table in guarded))
            cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
            cursor.execute(";".join(switch(table, "ENABLE") for table in guarded))
            publish(apps, None)


def _filled(cursor: Any) -> list[str]:
    """Return the tables that hold anything."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    asked = (
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})"
        for table in sorted(tables)
    )
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]
