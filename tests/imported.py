"""The two registers, each imported once for the tests of a class that only read."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from django.core.management import call_command
from django.db import connection
from django.test import TestCase

DATA = Path(__file__).parent / "data"
EXPECTED: list[dict[str, Any]] = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))


def count_all() -> None:
    """Count what was imported, and let the database know it: else each question takes seconds."""
    call_command("aggregate", stdout=StringIO())
    with connection.cursor() as cursor:
        # What autovacuum does within a minute of an import, and not in a transaction that is undone.
        cursor.execute("ANALYZE")


class Imported(TestCase):
    """Tests that read an imported and counted register; each test's own changes are undone."""

    register: ClassVar[str]

    @classmethod
    def setUpTestData(cls) -> None:
        """Import and count, as an operator does."""
        call_command("import_register", str(DATA / cls.register), stdout=StringIO())
        count_all()

    @property
    def published(self) -> list[dict[str, Any]]:
        """Return the figures that the administration has published."""
        return [entry for entry in EXPECTED if entry["register"] == self.register]
