"""Empty the tables of the tests as their owner, who alone can lift the guards of what is only added to."""

from typing import Any

from django.core.management.commands import flush
from django.db import connection, transaction

from kvalitet.roles import as_owner

GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_truncate'"


class Command(flush.Command):
    """Django's own command, between lifting the guards and putting them back, all of it or nothing."""

    def handle(self, **options: Any) -> None:
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(GUARDED)
            tables = [table for (table,) in cursor.fetchall()]
            switch = "ALTER TABLE {} {} TRIGGER append_only_truncate".format
            cursor.execute(";".join(switch(table, "DISABLE") for table in tables))
            super().handle(**options)
            cursor.execute(";".join(switch(table, "ENABLE") for table in tables))
