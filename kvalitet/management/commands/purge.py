"""Purge what the registered retention decisions let go, or tell what that would be."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from casework.handling.retention import Found, find, purge
from casework.kinds import kind_of
from casework.models import RetentionRule
from kvalitet.operations.roles import as_login

CHOOSE = "Skriv antingen --dry-run (visa vad som skulle gallras) eller --yes (gallra)."
NO_LOGIN = (
    "Rollen i databasen får inte gallra. Sätt DATABASE_PURGER_URL, kör manage.py make_roles och migrate, "
    "och sedan det här kommandot igen. Läs mer i docs/drift.md. Inget är gallrat."
)
NO_DECISION = "Inget gallringsbeslut är registrerat. Inget gallras."


class Command(BaseCommand):
    """``purge --dry-run`` or ``purge --yes``; exit code 1 when neither or both are asked for."""

    help = "Gallra avslutade ärenden enligt registrerade gallringsbeslut."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask what to do: nothing is purged by mistake."""
        parser.add_argument(
            "--dry-run", action="store_true", help="visa vad som skulle gallras"
        )
        parser.add_argument("--yes", action="store_true", help="gallra")

    def handle(self, *, dry_run: bool, yes: bool, **_options: Any) -> None:
        """Tell what is purged, by kind of case and year; each transaction is whole if it is stopped."""
        if dry_run == yes:
            self.stderr.write(CHOOSE)
            raise SystemExit(1)
        with as_login("purger"):
            self._purge(only_tell=dry_run)

    def _purge(self, *, only_tell: bool) -> None:
        """Tell of and purge what the decisions let go today."""
        if not RetentionRule.objects.in_force().exclude(years=None).exists():
            self.stdout.write(NO_DECISION)
            return
        day = timezone.localdate()
        found = find(on=day)
        self._tell(found, "Skulle gallras" if only_tell else "Gallras")
        if only_tell:
            return
        try:
            done = sum(purge(on=day))
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                raise CommandError(NO_LOGIN) from error
            raise
        self.stdout.write(f"{_cases(done)} gallrades.")

    def _tell(self, found: Found, verb: str) -> None:
        for (subject, year), numbers in found.by_year().items():
            self.stdout.write(
                f"{verb}: {kind_of(subject).singular}, avslutade {year}: {len(numbers)}"
            )
            self.stdout.write(f"  {', '.join(numbers)}")
        for (subject, reason), count in sorted(found.kept.items()):
            self.stdout.write(
                f"Hålls kvar: {kind_of(subject).singular}: {count}. {reason}"
            )
        if not found.groups:
            self.stdout.write("Inget att gallra i dag.")


def _cases(count: int) -> str:
    return "1 ärende" if count == 1 else f"{count} ärenden"
