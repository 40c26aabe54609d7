"""Print counts from stored cells."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.counted.questions import BASES, FigureError, Question
from analysis.figures.stored import header, lacking, rows
from analysis.tertial import compiling
from casework.database.periods import PeriodError, parse
from organisation.lists.exports import as_text
from organisation.models import Unit

Answer = list[tuple[str, ...]]


class Command(BaseCommand):
    """Print any figure of a unit and a period, whole or split, as CSV, JSON or text."""

    help = "Räkna det som ändrats, och skriv ut statistik ur de lagrade talen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the question."""
        parser.add_argument("subject", metavar="ÄMNE", help=", ".join(BASES))
        parser.add_argument("--unit", required=True, metavar="KOD")
        parser.add_argument(
            "--period",
            required=True,
            metavar="PERIOD",
            help="2024, 2024T1, 2024-03 eller 2023-09..2024-08",
        )
        parser.add_argument(
            "--basis", default="", help="received, closed, decided, notified, done"
        )
        parser.add_argument("--by", default="", metavar="DIM[,DIM]")
        parser.add_argument(
            "--where", action="append", nargs="+", default=[], metavar="DIM=VÄRDE"
        )
        parser.add_argument("--format", choices=["csv", "json", "text"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer, or say what to change in the question."""
        try:
            question = self._question(options)
            compiling.catch_up()
            lacks, is_known = lacking(question)
            answer = rows(question) if is_known else _unknown(question)
            if lacks and answer == [
                ("0",)
            ]:  # none is not known where a part of the period is not
                answer = _unknown(question)
        except (FigureError, PeriodError) as problem:
            raise CommandError(str(problem)) from problem
        if lacks:
            self.stderr.write(lacks)
        if options["format"] == "json":
            self._write_json(header(question), answer)
        elif options["format"] == "text":
            for row in answer:
                self.stdout.write("  ".join(row))
        else:
            self._write_csv(header(question), answer)

    def _write_json(self, names: Sequence[str], answer: Answer) -> None:
        objects = []
        for *values, count in answer:
            of_row: dict[str, int | str | None] = dict(zip(names, values, strict=False))
            objects.append(of_row | {"count": _as_number(count)})
        self.stdout.write(json.dumps(objects, ensure_ascii=False, indent=1))

    def _write_csv(self, names: Sequence[str], answer: Answer) -> None:
        out = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
        out.writerow(names)
        for row in answer:
            out.writerow([as_text(cell) for cell in row])

    def _question(self, options: dict[str, Any]) -> Question:
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"Det finns ingen enhet med koden {options['unit']}.")
        where = []
        for condition in chain.from_iterable(options["where"]):
            name, equals, value = condition.partition("=")
            if not equals:
                raise CommandError(
                    f"Skriv villkoret som dimension=värde, inte ”{condition}”."
                )
            where.append((name, value))
        by = tuple(name for name in options["by"].split(",") if name)
        return Question(
            options["subject"],
            unit,
            parse(options["period"]),
            options["basis"],
            by,
            tuple(where),
        )


def _unknown(question: Question) -> Answer:
    """Return the answer of which nothing is known: one empty count, or no row where it was to be split."""
    if question.by:
        return []
    return [("",)]


def _as_number(count: str) -> int | str | None:
    """Return a count as a number; a share stays "numerator/denominator", and what is not known is null."""
    if not count:
        return None
    if count.isdecimal():
        return int(count)
    return count
