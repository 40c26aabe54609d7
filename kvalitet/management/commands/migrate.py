"""Migrate as the owner of the tables, where the owner is another role than that of web and worker."""

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from kvalitet.operations.roles import as_owner


class Command(migrate.Command):
    """Django's own command, run as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations; the app role gets its rights when they are done."""
        with as_owner():
            if missing := missing_of_release():
                raise CommandError(
                    "Databasen är äldre än version 0.7.0. Uppgradera den till 0.7.0 först, "
                    f"och sedan till den här versionen. Den saknar {', '.join(missing)}."
                )
            super().handle(*args, **options)


def missing_of_release() -> list[str]:
    """Return the migrations that a database lacks of those that were squashed into one.

    Django drops a squashed migration that is applied in part, and would run those after it.
    """
    done = set(MigrationRecorder(connection).applied_migrations())
    missing: list[str] = []
    for migration in MigrationLoader(None).disk_migrations.values():
        left = sorted(set(migration.replaces) - done)
        if 0 < len(left) < len(migration.replaces):
            missing += [".".join(step) for step in left]
    return sorted(missing)
