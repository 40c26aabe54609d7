"""What the commands that write reports share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


class WritingCommand(BaseCommand):
    """A command whose result is a folder of files."""

    def write(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Write files into a folder, made first if it is not there, and say so; raises CommandError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
        except OSError as problem:
            raise CommandError(
                f"Mappen {folder} går inte att skriva i: {problem.strerror}."
            ) from problem
        self.stdout.write(f"Skrev {', '.join(files)} i {folder}.")
