"""Count what happened into cells."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.figures import aggregate
from analysis.tertial import compiling, signals
from casework.database.periods import PeriodError, parse


class Command(BaseCommand):
    """Recompute stored figures: what has changed, a year, a tertial, or everything; idempotent."""

    help = "Räkna om statistiken: det som ändrats, ett år, ett tertial eller allt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take at most one of year, tertial and all."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--year", metavar="ÅR", help="till exempel 2024")
        which.add_argument("--tertial", metavar="TERTIAL", help="till exempel 2024T2")
        which.add_argument("--all", action="store_true", help="alla år")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say what was counted."""
        words = options["year"] or options["tertial"]
        if options["all"]:
            aggregate.count()
            for year, number in signals.held_tertials():
                compiling.look(year, number)
            self.stdout.write("Allt är räknat på nytt.")
        elif words:
            try:
                period = parse(words)
            except PeriodError as problem:
                raise CommandError(str(problem)) from problem
            aggregate.count(period=period)
            self.stdout.write(f"{period} är räknat på nytt.")
        else:
            changed = aggregate.refresh()
            for year, number in compiling.living_tertials() if changed else ():
                compiling.look(year, number)
            self.stdout.write(f"{changed} ändrade enheter är räknade på nytt.")
