"""Migrate as the owner of the tables, where the owner is another role than that of web and worker."""

from typing import Any

from django.core.management.commands import migrate

from kvalitet.operations.roles import as_owner


class Command(migrate.Command):
    """Django's own command, run as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the migrations; the app role gets its rights when they are done."""
        with as_owner():
            super().handle(*args, **options)
