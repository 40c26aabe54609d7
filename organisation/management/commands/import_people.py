"""Import people and their roles."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from organisation.management.importing import ImportCommand
from organisation.registers.imports import import_people


class Command(ImportCommand):
    """``import_people FILE [--initial-password-from VARIABLE] [--dry-run]``.

    A password never stands on a command line, which every user of the machine may read; code that
    calls the command gives ``initial_password`` itself.
    """

    help = "Läs in personer och roller från en CSV-fil (username;name;email;role;unit;valid_from;valid_to)."
    stealth_options = ("initial_password",)

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file, and from where a first password is taken."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FIL")
        parser.add_argument(
            "--initial-password-from",
            default="",
            metavar="VARIABEL",
            help="miljövariabel med det första lösenordet för nya personer; annars kan de inte logga in än",
        )

    def handle(
        self, *, file: Path, dry_run: bool, initial_password_from: str, **options: Any
    ) -> None:
        """Import the file."""
        password = options.get("initial_password") or ""
        if initial_password_from:
            password = os.environ.get(initial_password_from, "")
            try:
                validate_password(password)
            except ValidationError as error:
                raise CommandError(
                    f"{initial_password_from}: {' '.join(error.messages)}"
                ) from error
        self.run_steps(
            [(Path(file), partial(import_people, initial_password=password))],
            dry_run=dry_run,
        )
