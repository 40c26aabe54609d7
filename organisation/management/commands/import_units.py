"""Import the units of an administration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from organisation.management.importing import ImportCommand
from organisation.registers.imports import import_units


class Command(ImportCommand):
    """``import_units FILE [--dry-run]``."""

    help = "Läs in enheter från en CSV-fil (code;parent;level;name;valid_from;valid_to;staff)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FIL")

    def handle(self, *, file: Path, dry_run: bool, **_options: Any) -> None:
        """Import the file."""
        self.run_steps([(Path(file), import_units)], dry_run=dry_run)
