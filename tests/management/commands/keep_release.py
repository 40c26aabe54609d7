"""Keep the data of a release, for all later versions to migrate from."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, transaction

from casework.cases.history import log
from casework.models import Case
from demo.embedded import Postgres
from kvalitet.operations.roles import as_owner
from tests.clock import make_clock
from tests.migrated import drop_copies, in_database, make_copy, make_migrated_database
from tests.municipality import make_municipality
from tests.situations import add_people, make_cases

FOLDER = Path(settings.BASE_DIR) / "tests" / "releases"
# What only psql understands, and what an older server does not know.
_NOT_FOR_ALL = re.compile(
    r"^(?:\\(?:un)?restrict .*|SET transaction_timeout = 0;)\n", re.MULTILINE
)


class Command(BaseCommand):
    """``manage.py keep_release --settings tests.settings``, once, at the tag of the release."""

    help = "Write tests/releases/VERSION.sql.gz: a small municipality with cases in every situation."

    def handle(self, **_options: Any) -> None:
        """Make the municipality in a database of its own, and write it down."""
        about = tomllib.loads(
            (Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8")
        )
        path = FOLDER / f"{about['project']['version']}.sql.gz"
        if path.exists():
            raise CommandError(f"{path} is what was released, and stays as it is.")
        with as_owner():
            with in_database(make_copy("release", like=make_migrated_database())):
                make_clock()
                with transaction.atomic():
                    fill()
                call_command("aggregate", stdout=StringIO())
                call_command("verify_log")
                text = dump()
            drop_copies()
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        self.stdout.write(f"{path}: {path.stat().st_size} bytes")


def fill() -> None:
    """Make the municipality, and give a history to what has none."""
    town = make_municipality()
    add_people(town)
    make_cases(town)
    for case in Case.objects.filter(log=None):
        log(case, action="file", label="Rapporterades", actor=None)


def dump() -> str:
    """Return the whole database as statements that any connection can run."""
    own = Postgres.program().with_name("pg_dump")
    where = connection.settings_dict
    options = ["--inserts", "--no-owner", "--no-privileges", "--no-comments"]
    # The policies bind the owner too: who dumps says that all rows are asked for.
    options.append("--enable-row-security")
    options += [
        "--exclude-table-data=django_session",
        "-h",
        where["HOST"],
        "-p",
        str(where["PORT"]),
    ]
    command = [
        own if own.exists() else "pg_dump",
        *options,
        "-U",
        where["USER"],
        where["NAME"],
    ]
    env = os.environ | {
        "PGPASSWORD": where["PASSWORD"],
        "PGOPTIONS": "-c kv.scope=all",
    }
    done = subprocess.run(command, env=env, capture_output=True, check=True, text=True)
    return _NOT_FOR_ALL.sub("", done.stdout)
