"""make demo on the folder of another version: it says so, keeps the folder and begins anew."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from demo import embedded
from demo.embedded import Postgres
from demo.management.commands.demo import Command
from demo.older_folder import OLDEST, _known, judged, told_by
from tests.factories import make_user

# The last migration of each app in 0.6.0.
LAST_OF_0_6 = {
    "organisation": "0003_rhythm_by_the_hour",
    "casework": "0015_purged_is_known_again",
    "deviations": "0007_purged_codes",
    "lexsarah": "0006_decisions_go_with_their_case",
    "selfcheck": "0007_draws_go_with_their_case",
    "riskanalysis": "0005_answers_go_with_their_analysis",
    "analysis": "0005_purged_analyses",
    "reports": "0009_when_a_draft_was_typed",
}


@pytest.fixture
def old(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Postgres]:
    """The server of a folder as 0.6 left it: its migrations, and somebody who works there."""
    folder = tmp_path_factory.mktemp("var") / "postgres"
    server = Postgres(embedded._home(folder, Postgres.program()), durable=False)
    server.acquire()
    with psycopg.connect(server.owner_url(), autocommit=True) as link:
        link.execute("CREATE TABLE django_migrations (app text, name text)")
        link.execute("CREATE TABLE organisation_user AS SELECT 1 AS id")
        link.cursor().executemany(
            "INSERT INTO django_migrations VALUES (%s, %s)", LAST_OF_0_6.items()
        )
    monkeypatch.setattr(embedded, "_used", {folder: server})
    monkeypatch.setenv("DATABASE_URL", server.url())
    yield server
    server.release()
    for left in server.home.parent.glob(
        f"{server.home.name}*"
    ):  # root's lies in /var/tmp
        shutil.rmtree(left)


def test_folder_of_0_6_is_kept_under_a_dated_name_and_begun_anew(
    old: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(
        os, "execv", lambda *command: begun.append((command, dict(os.environ)))
    )
    monkeypatch.setattr(
        "demo.management.commands.demo.connections.close_all", lambda: None
    )
    said = StringIO()

    Command(stdout=said).set_older_aside()

    kept = old.home.with_name(f"{old.home.name}-{timezone.localdate().isoformat()}")
    assert said.getvalue() == (
        f"Provkommunen i {old.home} är gjord med en äldre version av Kvalitet, så den är sparad i {kept} "
        "och en ny görs.\n"
    )
    assert (kept / "data" / "PG_VERSION").exists()
    assert not old.home.exists()
    [((program, arguments), environment)] = begun
    assert (program, arguments[1:]) == (sys.executable, sys.orig_argv[1:])
    assert "DATABASE_URL" not in environment


def test_database_of_another_is_never_set_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://kvalitet@database/kvalitet")
    monkeypatch.setattr(os, "execv", pytest.fail)

    Command().set_older_aside()


@pytest.mark.django_db
def test_folder_of_this_version_is_carried_on() -> None:
    with connection.cursor() as cursor:
        assert told_by(cursor) == ""
        make_user("somebody")
        assert told_by(cursor) == ""


def test_folder_of_another_version_is_told_by_its_migrations() -> None:
    ours = _known()  # who runs a squashed migration has run those that it replaces

    assert judged(ours) == ""
    assert judged(ours | {("account", "9999_of_a_library")}) == ""
    assert judged(ours | {("casework", "9999_new")}) == "nyare"
    assert judged(ours - {("casework", OLDEST["casework"])}) == "äldre"


def test_oldest_migrations_are_still_known() -> None:
    """They stand in their files, or in what a squashed migration replaces."""
    assert judged(set(OLDEST.items())) == ""
