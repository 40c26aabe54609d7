"""Measure an import against bare COPY: ``python bench/imports.py [N]`` prints rows/s and the ratio.

Both fill an empty database of their own on the server of DATABASE_URL (or the embedded one) with
the same N deviations.  Bare COPY gets the finished lines of every table, so it reads no register,
checks nothing in Python and seals no history; constraints, indexes and triggers are the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
# The database writes these by itself while rows are copied.
WRITTEN_BY_TRIGGER = {"casework_recount"}


def filled_tables() -> set[str]:
    """Return the tables that hold any row."""
    from django.apps import apps
    from django.db import connection

    filled: set[str] = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table not in WRITTEN_BY_TRIGGER:
                cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
                if cursor.fetchone() == (True,):
                    filled.add(table)
    return filled


def copy_out(folder: Path, tables: set[str]) -> None:
    """Write the lines of some tables as COPY gives them."""
    from django.db import connection

    for table in tables:
        statement = f"COPY {table} TO STDOUT"
        with (
            (folder / table).open("wb") as out,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            out.writelines(copy)


def copy_in(folder: Path, tables: set[str]) -> None:
    """Store the lines of some tables in one transaction, with nothing but COPY; keys are asked at its end."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            with (
                (folder / table).open("rb") as lines,
                cursor.copy(f"COPY {table} FROM STDIN") as copy,
            ):
                while block := lines.read(65_536):
                    copy.write(block)


def main(count: int) -> None:
    """Import, then copy the same, and print both."""
    from django.core.management import call_command

    from bench.measure import empty_database
    from bench.policies import without_policies
    from bench.register import write_register

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_register(folder / "register", count)
        with empty_database():
            before = filled_tables()
            began = time.perf_counter()
            call_command("import_register", folder / "register", stdout=StringIO())
            imported = time.perf_counter() - began
            began = time.perf_counter()
            call_command("import_register", folder / "register", stdout=StringIO())
            again = time.perf_counter() - began
            tables = filled_tables() - before
            # Where rows have policies COPY also gives what the database computes, and takes nothing.
            with without_policies():
                copy_out(folder, tables)
        with empty_database(), without_policies():
            began = time.perf_counter()
            copy_in(folder, tables)
            copied = time.perf_counter() - began
    rows = count + max(1, count // 20)
    for what, seconds in (
        ("import", imported),
        ("import again, nothing new", again),
        ("bare COPY", copied),
    ):
        print(f"{what:<26} {seconds:8.2f} s {rows / seconds:10,.0f} rows/s")
    print(f"import / bare COPY         {imported / copied:8.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    django.setup()
    from bench.measure import count_asked

    main(count_asked(50_000))
