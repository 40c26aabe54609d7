"""The data of every release are migrated to the newest migration, and are as readable as before."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache, partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from casework.models import Case, LogEntry
from demo.older_folder import OLDEST
from kvalitet.operations.roles import as_owner
from organisation.models import User
from reports.document.freezing import load
from reports.models import AnnualReport, Edition, Freeze
from tests.clock import make_clock
from tests.migrated import (
    contents,
    in_database,
    make_copy,
    make_once,
    migration_files,
)

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.sql.gz"))
# All that migrations make, each as words that can be compared.
_MADE = """
    SELECT 'column', concat_ws(' ', table_name, column_name, data_type, is_nullable, generation_expression)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'routine', pg_get_functiondef(p.oid) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend
                      WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
"""
_CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")


def sql_of(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def _carry_on(path: Path) -> None:
    """Fill a database with what a release left, and migrate it as an operator does."""
    with connection.cursor() as cursor:
        cursor.execute(sql_of(path))
    connection.close()  # the file leaves its session without a search path
    call_command("migrate", verbosity=0, interactive=False)
    make_clock()


@cache
def database_of(path: Path) -> str:
    """Make a database of this worker with what a release left; return its name."""
    with as_owner():
        decided_by = [path.read_bytes(), *contents(migration_files())]
        whole = make_once(
            f"from_{path.name.partition('.sql')[0]}",
            partial(_carry_on, path),
            decided_by,
        )
        return make_copy("release", like=whole)


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def released(
    request: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Path]:
    with (
        django_db_blocker.unblock(),
        in_database(database_of(request.param)),
        transaction.atomic(),
    ):
        yield request.param
        transaction.set_rollback(True)


def made() -> set[tuple[str, str]]:
    """Return what stands in the database; a condition that was dumped and loaded has other casts."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE)
        return {(kind, _CASTS.sub("", words)) for kind, words in cursor.fetchall()}


@pytest.fixture
def made_anew(django_db_setup: None, django_db_blocker: Any) -> set[tuple[str, str]]:
    with django_db_blocker.unblock():
        return made()


def test_the_oldest_release_that_is_carried_on_is_kept() -> None:
    text = sql_of(RELEASES[0])

    assert all(f"'{app}', '{name}'" in text for app, name in OLDEST.items())


@pytest.mark.django_db
def test_database_before_the_oldest_release_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Django would leave the squashed migrations out, and run those after them."""
    before = {("casework", "0001_initial"): None, ("casework", "0003_triggers"): None}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: before)
    monkeypatch.setattr("kvalitet.management.commands.migrate.as_owner", nullcontext)

    with pytest.raises(CommandError, match=r"äldre än version 0\.7\.0.*casework\.0016"):
        call_command("migrate", verbosity=0, interactive=False)


def test_database_of_a_release_becomes_what_a_new_one_is(
    made_anew: set[tuple[str, str]], released: Path
) -> None:
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert made() == made_anew


def test_data_of_a_release_are_all_there_with_their_history(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = sql_of(released)
    for model in (Case, LogEntry, User, AnnualReport, Edition):
        stored = text.count(f"INSERT INTO public.{model._meta.db_table} VALUES")
        assert model.objects.count() == stored > 0, model

    call_command("verify_log", stdout=StringIO())


def test_pages_of_a_release_open(released: Path) -> None:
    client = Client()
    client.force_login(User.objects.get(username="overseer"))
    lists = (
        "casework:inbox",
        "casework:actions",
        "lexsarah:list",
        "selfcheck:list",
        "riskanalysis:list",
    )
    pages = [reverse(name) for name in (*lists, "analysis:overview", "reports:list")]
    pages += [
        report.get_absolute_url()
        for report in AnnualReport.objects.select_related("unit")
    ]
    cases = {
        case.subject: case
        for case in Case.objects.handled_by(User.objects.get(username="overseer"))
    }

    answers = {page: client.get(page).status_code for page in pages}
    answers |= {
        case.number: client.get(
            reverse("casework:case", args=(case.number,)), follow=True
        ).status_code
        for case in cases.values()
    }

    assert len(cases) == 5
    assert set(answers.values()) == {200}, answers


def test_documents_of_a_release_open(released: Path) -> None:
    kept = [edition.inputs["document"] for edition in Edition.objects.all()]
    kept += [freeze.document for freeze in Freeze.objects.all()]

    assert kept
    for document in kept:
        assert load(document).chapters
