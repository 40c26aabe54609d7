"""Import a whole register: the files of a folder, as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.module_loading import import_string

from analysis.figures.known_imports import note_import
from analysis.tertial import compiling
from organisation.management.importing import ImportCommand
from organisation.registers.files import Import

# In this order: a file names only what the files before it hold.
FILES = {
    "units.csv": "organisation.registers.imports.import_units",
    "deviations.csv": "deviations.imports.import_deviations",
    "lexsarah.csv": "lexsarah.register.imports.import_lexsarah",
    "risk_analyses.csv": "riskanalysis.register.imports.import_risk_analyses",
    "selfchecks.csv": "selfcheck.register.imports.import_selfchecks",
    "series.csv": "selfcheck.register.imports.import_series",
    "known.csv": "analysis.figures.known_imports.import_known",
}


class Command(ImportCommand):
    """``import_register FOLDER [--dry-run]``; a file may be missing when there is nothing in it."""

    help = f"Läs in ett register från en mapp med en eller flera av filerna {', '.join(FILES)}."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the folder."""
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="MAPP")

    def finish(self, _run: Import) -> list[str]:
        """Count what came in, and of which time, at once: whoever asks next gets the imported numbers."""
        said: list[str] = []
        compiling.catch_up(note=lambda: said.extend(note_import()))
        return said

    def handle(self, *, folder: Path, dry_run: bool, **_options: Any) -> None:
        """Import the folder's files in their order."""
        folder = Path(folder)
        found = [folder / name for name in FILES if (folder / name).exists()]
        if not found:
            raise CommandError(
                f"I mappen {folder} finns ingen av filerna {', '.join(FILES)}."
            )
        for other in sorted(set(folder.glob("*.csv")) - set(found)):
            self.stderr.write(f"{other.name} hör inte till registret och lästes inte.")
        self.run_steps(
            [(path, import_string(FILES[path.name])) for path in found], dry_run=dry_run
        )
