"""Blank a text that should never have been written, where nothing else is ever changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError
from psycopg.errors import InsufficientPrivilege

from casework.handling.blanking import BlankingError, blank, texts_of
from casework.models import Case
from kvalitet.operations.roles import as_login

CHOOSE = (
    "Skriv antingen --case NUMMER (visa vilka texter som kan strykas), eller tabell, rad och kolumn "
    "med --reason och --decision (stryk en text)."
)
NO_LOGIN = (
    "Rollen i databasen får inte stryka texter. Sätt DATABASE_PURGER_URL, se docs/drift.md. "
    "Inget är struket."
)


class Command(BaseCommand):
    """``blank --case NUMBER`` lists texts; ``blank TABLE ROW COLUMN --reason … --decision …`` blanks one."""

    help = (
        "Stryk en text ur det som annars aldrig ändras, till exempel ett felskrivet personnummer i en anteckning "
        "eller i historiken. Kvar blir en kontrollsumma, skälet och beslutet. Det går inte att ångra."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for a case, or for one text, why, and by what decision."""
        parser.add_argument("place", nargs="?", default="", help="tabell")
        parser.add_argument("row", nargs="?", type=int, default=0, help="rad")
        parser.add_argument("field", nargs="?", default="", help="kolumn")
        parser.add_argument(
            "--case", default="", help="visa texterna i ett ärende, utan vad de säger"
        )
        parser.add_argument("--reason", default="", help="varför texten stryks")
        parser.add_argument("--decision", default="", help="beslutets nummer")

    def handle(
        self, *, place: str, row: int, field: str, case: str, **said: Any
    ) -> None:
        """Do one of the two as the purger, and say what was done."""
        if bool(case) == bool(place):
            raise CommandError(CHOOSE)
        with as_login("purger"):
            if case:
                self._list(case)
            else:
                self._blank(place, row, field, said["reason"], said["decision"])

    def _list(self, number: str) -> None:
        case = Case.objects.filter(number=number).first()
        if case is None:
            raise CommandError(f"Det finns inget ärende med numret {number}.")
        for text in texts_of(case):
            numbers = f", personnummer: {text.numbers}" if text.numbers else ""
            self.stdout.write(
                f"{text.place} {text.row} {text.field}  ({text.length} tecken{numbers})"
            )

    def _blank(
        self, place: str, row: int, field: str, reason: str, decision: str
    ) -> None:
        try:
            stands = blank(place, row, field, reason=reason, decision=decision)
        except BlankingError as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                raise CommandError(NO_LOGIN) from error
            raise
        self.stdout.write(f"Texten är struken. Nu står där: {stands}".rstrip(": "))
