"""What the import commands share: run the files as one, print what came of it, or every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from organisation.registers.files import Import, Outcome, whole_or_nothing

Step = tuple[Path, Callable[[Path, Import], Outcome]]


class ImportCommand(BaseCommand):
    """A command that imports files, all or nothing; exit code 1 when anything was refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Let every import be tried without storing anything."""
        parser.add_argument(
            "--dry-run", action="store_true", help="kontrollera allt men spara inget"
        )

    def finish(self, _run: Import) -> list[str]:
        """Do what follows from the rows, in the same transaction, and return what to say of it."""
        return []

    def run_steps(self, steps: Iterable[Step], *, dry_run: bool) -> None:
        """Import the files in order and print the outcome; on any fault print them all and exit."""
        with whole_or_nothing(dry_run=dry_run) as run:
            outcomes = [import_file(path, run) for path, import_file in steps]
            told = [] if run.problems else self.finish(run)
        if run.problems:
            self.stderr.write("\n".join(run.report()))
            self.stderr.write("Inget sparades. Rätta felen och kör igen.")
            raise SystemExit(1)
        for outcome in outcomes:
            self.stdout.write(str(outcome))
            for change in outcome.changes:
                self.stdout.write(f"  {change}")
        for line in told:
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Provkörning: inget sparades.")
