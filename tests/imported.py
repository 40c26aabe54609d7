"""The two registers, each imported once for all tests that only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from kvalitet.operations.roles import as_owner
from tests.clock import make_clock
from tests.migrated import (
    contents,
    in_database,
    let_tests_analyze,
    make_copy,
    make_migrated_database,
    make_once,
)

DATA = Path(__file__).parent / "data"
EXPECTED: list[dict[str, Any]] = json.loads(
    (DATA / "expected.json").read_text(encoding="utf-8")
)


def count_all() -> None:
    """Count what was imported, and let the database know it: else each question takes seconds."""
    call_command("aggregate", stdout=StringIO())
    with connection.cursor() as cursor:
        # What autovacuum does within a minute of an import, and not in a transaction that is undone.
        cursor.execute("ANALYZE")


def imported_database(register: str, kind: str) -> str:
    """Make a database of this worker in which a register has been imported and counted; return its name."""
    today = str(timezone.localdate()).encode()  # what is late depends on it
    with as_owner():
        like = make_migrated_database()
        decided_by = [today, *contents(_sources(register))]
        whole = make_once(register, partial(_import, register), decided_by, like=like)
        return make_copy(kind, like=whole)


@cache
def read_only_database(register: str) -> str:
    """Return the name of the database of all tests of this worker that only read a register."""
    return imported_database(register, f"read_{register}")


def _sources(register: str) -> Iterator[Path]:
    """Find what decides what an import gives: the register, and all of the product's code."""
    yield from (DATA / register).glob("*.csv")
    for app in apps.get_app_configs():
        folder = Path(app.path)
        if (
            folder.is_relative_to(settings.BASE_DIR)
            and ".venv" not in folder.parts
            and app.name != "tests"
        ):
            yield from folder.rglob("*.py")
            yield from folder.rglob("*.toml")


def _import(register: str) -> None:
    """Import and count, as an operator does."""
    make_clock()
    let_tests_analyze()
    call_command("import_register", str(DATA / register), stdout=StringIO())
    count_all()


class Imported(TestCase):
    """Tests that read an imported and counted register; each test's own changes are undone."""

    register: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        """Go to the database of the register."""
        cls.enterClassContext(in_database(read_only_database(cls.register)))
        super().setUpClass()

    @property
    def published(self) -> list[dict[str, Any]]:
        """Return the figures that the administration has published."""
        return [entry for entry in EXPECTED if entry["register"] == self.register]
