"""Build an annual report into files."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from casework.files.pdf import PdfError
from organisation.models import Unit
from reports.document.word import render_word
from reports.editions import building
from reports.life.services import begin
from reports.management.writing import WritingCommand
from reports.models import Template
from reports.tokens.snapshot import StillChangingError


class Command(WritingCommand):
    """Write report.html, report.pdf, report.docx and figures.json of one unit and year."""

    help = "Bygg en kvalitetsberättelse till filer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take unit, outline, year and folder."""
        parser.add_argument("--unit", required=True, metavar="KOD")
        parser.add_argument(
            "--template", choices=Template.values, default=Template.MALMO
        )
        parser.add_argument("--year", required=True, type=int, metavar="ÅR")
        parser.add_argument("--out", required=True, type=Path, metavar="MAPP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and write all files, or none."""
        unit = Unit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"Det finns ingen enhet med koden {options['unit']}.")
        if not 1990 <= options["year"] < 2200:
            raise CommandError("Ange ett år mellan 1990 och 2199.")
        self._verbose = options["verbosity"] > 1
        report = begin(
            unit=unit, year=options["year"], template=options["template"], actor=None
        )
        try:
            built = building.build(report, self._tell)
        except (PdfError, StillChangingError) as problem:
            raise CommandError(str(problem)) from problem
        files = {
            "report.html": built.page.encode(),
            "report.pdf": built.pdf,
            "report.docx": render_word(built.document),
            "figures.json": json.dumps(
                built.figures, ensure_ascii=False, indent=1
            ).encode(),
        }
        self.write(options["out"], files)

    def _tell(self, percent: int, doing: str) -> None:
        if self._verbose:
            self.stdout.write(f"{percent} % {doing}")
