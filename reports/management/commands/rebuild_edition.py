"""Make an edition again from what was kept with it, and tell whether the bytes are the same."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from casework.files.pdf import PdfError
from reports.document.file_format import UnreadableError
from reports.editions.rebuilding import rebuild
from reports.management.writing import WritingCommand
from reports.models import Edition


class Command(WritingCommand):
    """Rebuild one edition; exit code 1 when a byte differs."""

    help = "Gör om en utgåva av det som sparades med den, och säg om filerna är desamma till sista byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the report, the number of the edition and a folder."""
        parser.add_argument("unit", metavar="KOD")
        parser.add_argument("year", type=int, metavar="ÅR")
        parser.add_argument("template", metavar="MALL")
        parser.add_argument("number", type=int, metavar="UTGÅVA")
        parser.add_argument("--out", type=Path, metavar="MAPP")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, write the files when asked to, and compare."""
        edition = Edition.objects.filter(
            report__unit__code=options["unit"],
            report__year=options["year"],
            report__template=options["template"],
            number=options["number"],
        ).first()
        if edition is None:
            raise CommandError("Det finns ingen sådan utgåva.")
        try:
            again = rebuild(edition)
        except (UnreadableError, PdfError) as problem:
            raise CommandError(str(problem)) from problem
        if options["out"]:
            self.write(
                options["out"],
                {"report.html": again.html.encode(), "report.pdf": again.pdf},
            )
        if not again.is_same:
            raise CommandError("Filerna är inte desamma som när utgåvan byggdes.")
        if not again.from_data:
            self.stdout.write(
                "Mallarna har ändrats sedan dess: webbsidan är den som sparades."
            )
        self.stdout.write(
            f"Samma filer till sista byte. Kontrollsumma {edition.checksum}."
        )
