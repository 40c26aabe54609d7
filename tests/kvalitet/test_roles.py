"""Two roles: the owner migrates, and the role of web and worker cannot get past what guards the history."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from casework.database.grants import READ_ONLY
from casework.database.logins import only_others_add_to
from casework.handling.services import log
from casework.models import LogEntry
from demo import embedded
from demo.embedded import Postgres
from kvalitet.operations.roles import Login, as_owner, make_roles
from tests.factories import make_deviation, make_unit

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]

ALL = {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
USUAL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
# Some that must be found among those that are only added to, whatever their triggers say.
NEVER_CHANGED = {
    "casework_change",
    "casework_logentry",
    "casework_note",
    "casework_retentionrule",
    "casework_tombstone",
    "lexsarah_decision",
    "lexsarah_policy",
    "analysis_keptcell",
    "reports_edition",
    "reports_freeze",
    "reports_publication",
    "reports_tertialedition",
    "selfcheck_draw",
}
GO_WITH_THEIR_CASE = {
    "audit_casesalt",
    "casework_blanking",
    "casework_change",
    "casework_emergencyopening",
    "casework_logentry",
    "casework_note",
    "lexsarah_decision",
    "riskanalysis_promptanswer",
    "selfcheck_draw",
    "selfcheck_drawnreading",
    "selfcheck_judgement",
    "selfcheck_uploadedreading",
}
REFUSED = r"permission denied|must be owner"
GUARDED = "SELECT tgrelid::regclass::text, tgnargs FROM pg_trigger WHERE tgname = 'append_only'"
TABLES = (
    "SELECT relname, relispartition FROM pg_class"
    " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
)


def ask(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def test_every_table_gives_the_app_role_its_rights_and_no_more() -> None:
    guarded = dict(ask(GUARDED))
    tables = {str(table): is_part for table, is_part in ask(TABLES)}
    wrong = {}
    for table, is_part in tables.items():
        held = {
            right
            for right in ALL
            if ask("SELECT has_table_privilege(%s, %s)", table, right) == [(True,)]
        }
        is_only_read = table in READ_ONLY | only_others_add_to()
        expected = {"SELECT"} if is_only_read else set(USUAL)
        if table in guarded:
            expected = {"SELECT"} if is_only_read else {"SELECT", "INSERT"}
        if is_part:  # it is reached through the whole
            expected = set()
        if held != expected:
            wrong[table] = held ^ expected

    assert wrong == {}
    assert set(guarded) >= NEVER_CHANGED
    assert {
        table for table, arguments in guarded.items() if arguments
    } == GO_WITH_THEIR_CASE
    assert len(tables) > 70


def test_app_role_has_no_powers_and_owns_nothing() -> None:
    powers = "rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    assert ask(f"SELECT {powers} FROM pg_roles WHERE rolname = current_user") == [
        (False,) * 5
    ]
    assert ask("SELECT rolname FROM pg_roles WHERE pg_has_role(rolname, 'MEMBER')") == [
        (settings.APP_ROLE,)
    ]
    assert (
        ask("SELECT oid FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        == []
    )


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE casework_logentry",
        "TRUNCATE analysis_cell",
        "SET kvalitet.allow_truncate = 'on'; TRUNCATE casework_logentry",
        "ALTER TABLE casework_logentry DISABLE TRIGGER append_only",
        "ALTER TABLE casework_logentry DISABLE TRIGGER USER",
        "DROP TRIGGER append_only ON casework_logentry",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "ALTER FUNCTION refuse_change() RENAME TO gone",
        "DROP FUNCTION refuse_change() CASCADE",
        "DROP TABLE casework_logentry CASCADE",
        "ALTER TABLE casework_logentry ADD COLUMN more text",
        "CREATE TABLE more (id int)",
        "CREATE TEMPORARY TABLE casework_tombstone (key bigint)",
        "CREATE SCHEMA more",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE RULE more AS ON INSERT TO casework_logentry DO INSTEAD NOTHING",
        "CREATE TRIGGER more BEFORE INSERT ON casework_note EXECUTE FUNCTION refuse_change()",
        "SET session_replication_role = 'replica'",
        "SET ROLE kvalitet",
        "SET SESSION AUTHORIZATION kvalitet",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "UPDATE casework_logentry SET label = 'x'",
        "UPDATE casework_tombstone SET number = 'x'",
        "DELETE FROM casework_tombstone",
        "DELETE FROM casework_note",
        "DELETE FROM casework_change",
        "DELETE FROM lexsarah_decision",
        "DELETE FROM selfcheck_draw",
        "DELETE FROM riskanalysis_promptanswer",
        "TRUNCATE casework_note",
        "INSERT INTO casework_tombstone SELECT * FROM casework_tombstone",
        "INSERT INTO casework_blanking SELECT * FROM casework_blanking",
        "SELECT public.casework_purge('{1}', '{\"\"}', '2020-01-01')",
        "SELECT public.casework_purge_as_of('{1}', '{\"\"}', '2020-01-01')",
        "SELECT public.casework_may_go('{1}', '2020-01-01')",
        "SELECT public.casework_due('{1}', '2020-01-01')",
        "SELECT public.casework_released('{1}', '2020-01-01')",
        "INSERT INTO casework_note SELECT * FROM casework_note ON CONFLICT (id) DO UPDATE SET text = 'x'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
    ],
)
def test_app_role_is_refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=REFUSED),
        transaction.atomic(),
    ):
        ask(statement)


def test_history_is_not_removed_by_the_app_role() -> None:
    log(make_deviation(make_unit()), action="file", label="Rapporterade", actor=None)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        LogEntry.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [
        "TRUNCATE {} CASCADE",
        "SET kvalitet.allow_truncate = 'on'; TRUNCATE {} CASCADE",
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
    ],
)
def test_owner_by_mistake_is_refused_too(change: str) -> None:
    log(make_deviation(make_unit()), action="file", label="Rapporterade", actor=None)

    with as_owner(), pytest.raises(DatabaseError, match="append-only"):
        ask(change.format("casework_logentry"))


def test_a_role_for_both_cannot_be_asked_for_within_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction of the app role"), as_owner():
        pass


# --- an installation in which one role, with all powers, has owned everything --------------------
OWNER, APP = Login("kvalitet_owner", "agarens"), Login("kvalitet_app", "appens")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    home = embedded._home(
        tmp_path_factory.mktemp("roles") / "postgres", Postgres.program()
    )
    server = Postgres(home, durable=False)
    server.acquire()
    yield server
    server.release()


@pytest.fixture
def old(server: Postgres) -> str:
    """Return the address, as superuser, of a database that is owned by it as in an older installation."""
    admin = server._address("postgres", "postgres")
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute("CREATE DATABASE old")
    where = settings.OWNER_DATABASE | {"NAME": connection.settings_dict["NAME"]}
    source = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)
    program = Postgres.program().with_name
    options = ["--no-owner", "--no-privileges", "--enable-row-security"]
    dump = [program("pg_dump"), *options, source]
    all_rows = os.environ | {"PGOPTIONS": "-c kv.scope=all"}
    written = subprocess.run(dump, env=all_rows, check=True, capture_output=True).stdout
    address = server._address("postgres", "old")
    restore = [program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", address]
    subprocess.run(restore, input=written, check=True, stdout=subprocess.DEVNULL)
    return address


def manage(command: str, admin: str, database: dict[str, str]) -> None:
    own = {"DJANGO_SETTINGS_MODULE": "kvalitet.settings", "ADMIN_DATABASE_URL": admin}
    environment = os.environ | database | own
    subprocess.run(
        [sys.executable, "manage.py", command], cwd=ROOT, env=environment, check=True
    )


def test_old_installation_gets_its_roles_however_often_it_is_done(
    server: Postgres, old: str
) -> None:
    def address(login: Login) -> str:
        return f"postgres://{login.name}:{login.password}@127.0.0.1:{server.port()}/old"

    both = {"DATABASE_URL": address(APP), "OWNER_DATABASE_URL": address(OWNER)}
    manage("make_roles", old, both)
    with psycopg.connect(old, autocommit=True) as link:
        make_roles(link, owner=OWNER, app=APP)
    manage("migrate", old, both)

    with psycopg.connect(old) as link:
        strangers = link.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND pg_get_userbyid(relowner) <> 'kvalitet_owner'"
            " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND pg_get_userbyid(proowner) <> 'kvalitet_owner'"
        ).fetchall()
        powers = link.execute(
            "SELECT DISTINCT rolsuper OR rolcreaterole OR rolcreatedb"
            " OR rolbypassrls AND rolname IN ('kvalitet_owner', 'kvalitet_app')"
            " FROM pg_roles WHERE rolname LIKE 'kvalitet_%'"
        ).fetchall()
    assert (strangers, powers) == ([], [(False,)])
    with psycopg.connect(address(APP)) as link:
        link.execute("INSERT INTO django_session VALUES ('key', 'data', now())")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("TRUNCATE casework_logentry")


def test_make_roles_refuses_one_role_for_both(settings: Any) -> None:
    settings.ADMIN_DATABASE_URL = "postgres://admin@127.0.0.1/kvalitet"
    settings.OWNER_DATABASE = settings.DATABASES["default"]

    with pytest.raises(CommandError, match="olika roller"):
        call_command("make_roles")
