"""Print counts from stored cells."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis import compiling
from analysis.figures import BASES, FigureError, Question, header, lacking, rows
from casework.periods import PeriodError, parse
from organisation.exports import as_text
from organisation.models import Unit


class Command(BaseCommand):
    """Print any figure of a unit and a period, whole or split, as CSV, JSON or text."""

    help = "Räkna det som ändrats, och skriv ut statistik ur de lagrade talen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the question."""
        parser.add_argument("subject", metavar="ÄMNE", help=", ".join(BASES))
        parser.add_argument("--unit", required=True, metavar="KOD")
        parser.add_argument(
            "--period", required=True, metavar="PERIOD", help="2024, 2024T1, 2024-03 eller 2023-09..2024-08"
        )
        parser.add_argument("--basis", default="", help="received, closed, decided, notified, done")
        parser.add_argument("--by", default="", metavar="DIM[,DIM]")
        parser.add_argument("--where", action="append", nargs="+", default=[], metavar="DIM=VÄRDE")
        parser.add_argument("--format", choices=["csv", "json", "text"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer, or say what to change in the question."""
        try:
            question = self._question(options)
            compiling.catch_up()
            lacks, is_known = lacking(question)
            answer = rows(question) if is_known else _unknown(question)
            if lacks and answer == [("0",)]:  # none is not known where a part of the period is not
                answer = _unknown(question)
        except (FigureError, PeriodError) as problem:
            raise CommandError(str(problem)) from problem
        if lacks:
            self.stderr.write(lacks)
        names = header(question)
        if options["format"] == "json":
            objects = [{**dict(zip(names, row, strict=True)), "count": _as_number(row[-1])} for row in answer]
            self.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1))
        elif options["format"] == "text":
            for row in answer:
                self.stdout.write("  ".join(row))
        else:
            out = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
            out.writerow(names)
            out.writerows([as_text(cell) for cell in row] for row in answer)

    def _question(self, options: dict[str, Any]) -> Question:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"Det finns ingen enhet med koden {options['unit']}.")
        where = []
        for condition in (item for group in options["where"] for item in group):
            name, equals, value = condition.partition("=")
            if not equals:
                raise CommandError(f"Skriv villkoret som dimension=värde, inte ”{condition}”.")
            where.append((name, value))
        by = tuple(name for name in options["by"].split(",") if name)
        return Question(
            options["subject"], unit, parse(options["period"]), options["basis"], by, tuple(where)
        )


def _unknown(question: Question) -> list[tuple[str, ...]]:
    """Return the answer of which nothing is known: one empty count, or no row where it was to be split."""
    return [] if question.by else [("",)]


def _as_number(count: str) -> int | str | None:
    """Return a count as a number; a share stays "numerator/denominator", and what is not known is null."""
    if not count:
        return None
    return int(count) if count.isdecimal() else count
