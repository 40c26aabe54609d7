"""The logins beside owner and app: each does its one thing, and nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from casework.database import grants
from casework.database.logins import LOGINS, LoginRole, Seeing, Table
from casework.handling.blanking_functions import make_blanking_function
from casework.handling.purge_functions import make_purge_functions
from demo.embedded import Postgres
from kvalitet.operations import roles
from kvalitet.operations.roles import as_login, as_owner
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

REFUSED = "permission denied|must be owner"


def address(name: str) -> str:
    """Return the address of a login, in the database of the tests."""
    known = settings.LOGIN_DATABASES[name]
    where = known | {"NAME": connection.settings_dict["NAME"]}
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)


@pytest.fixture(scope="module")
def links(django_db_setup: None) -> Iterator[dict[str, psycopg.Connection[Any]]]:
    """Yield a connection of each login."""
    found = {login.name: psycopg.connect(address(login.name)) for login in LOGINS}
    yield found
    for link in found.values():
        link.close()


@pytest.fixture
def link(
    request: pytest.FixtureRequest, links: dict[str, psycopg.Connection[Any]]
) -> Iterator[psycopg.Connection[Any]]:
    """Yield the connection of the login that a test names; what it does is undone."""
    found = links[request.param]
    yield found
    found.rollback()


@pytest.mark.parametrize("link", [login.name for login in LOGINS], indirect=True)
def test_login_owns_nothing_and_has_no_powers(link: psycopg.Connection[Any]) -> None:
    powers = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication"
    owned = (
        "EXISTS (SELECT FROM pg_class WHERE pg_get_userbyid(relowner) = current_user)"
    )
    member = "(SELECT count(*) FROM pg_roles r WHERE pg_has_role(r.rolname, 'MEMBER'))"
    asked = (
        f"SELECT {powers}, {owned}, {member} FROM pg_roles WHERE rolname = current_user"
    )

    assert link.execute(asked).fetchall() == [(False, False, 1)]


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.name)
def test_login_has_the_rights_of_its_row_and_no_more(login: LoginRole) -> None:
    with connection.cursor() as cursor:
        cursor.execute(grants._TABLES)
        tables = [Table(*row) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.grantee = %s::regrole"
            " AND relnamespace = 'public'::regnamespace",
            [settings.LOGIN_DATABASES[login.name]["USER"]],
        )
        held = set(cursor.fetchall())

    assert held == {
        (table.name, right)
        for table in tables
        for right in login.rights(table).split(", ")
        if right
    }


@pytest.mark.parametrize(
    ("link", "statement"),
    [
        ("purger", "DELETE FROM casework_case"),
        ("purger", "INSERT INTO casework_tombstone SELECT * FROM casework_tombstone"),
        ("purger", "TRUNCATE casework_note"),
        ("purger", "UPDATE casework_note SET text = 'x'"),
        ("sealer", "SELECT FROM organisation_user"),
        ("sealer", "INSERT INTO casework_note SELECT * FROM casework_note"),
        ("sealer", "DELETE FROM casework_logentry"),
        ("logreader", "SELECT FROM casework_case"),
        ("logreader", "SELECT FROM casework_note"),
        ("logreader", "DELETE FROM audit_reading"),
        ("backup", "UPDATE casework_case SET title = 'x'"),
        ("backup", "DELETE FROM audit_reading"),
        ("backup", "CREATE TEMPORARY TABLE casework_case (id int)"),
        ("backup", "CREATE TABLE more (id int)"),
    ],
    indirect=["link"],
)
def test_login_is_refused_what_is_not_its_own(
    link: psycopg.Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=REFUSED):
        link.execute(statement)


@pytest.mark.parametrize(
    ("link", "statement"),
    [
        ("purger", "SELECT FROM casework_case"),
        ("sealer", "SELECT FROM casework_logentry, audit_reading"),
        ("logreader", "SELECT FROM audit_reading"),
        ("backup", "SELECT FROM audit_reading_default, casework_case_id_seq"),
    ],
    indirect=["link"],
)
def test_login_reads_what_is_its_own(
    link: psycopg.Connection[Any], statement: str
) -> None:
    assert link.execute(statement).fetchall() is not None


def test_only_those_who_must_see_all_are_bound_by_no_policy() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolbypassrls AND NOT rolsuper"
        )
        found = {row[0] for row in cursor.fetchall()}

    named = {login.name: login.sees_every_row for login in LOGINS}
    names = {settings.LOGIN_DATABASES[name]["USER"] for name in named if named[name]}
    assert found == names


@pytest.mark.parametrize("link", ["backup"], indirect=True)
def test_backup_reads_a_month_that_was_made_after_the_migration(
    link: psycopg.Connection[Any],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_months('2051-05-01')")
        cursor.execute(
            "SELECT has_table_privilege(%s, 'audit_reading_2051_05', 'SELECT')",
            [link.info.user],
        )
        assert cursor.fetchone() == (True,)


def test_dump_by_the_backup_login_has_every_table() -> None:
    program = Postgres.program().with_name("pg_dump")
    dump = [program, "--data-only", address("backup")]
    written = subprocess.run(dump, check=True, capture_output=True).stdout.decode()

    for table in ("casework_case", "audit_reading_default", "organisation_user"):
        assert f"COPY public.{table} " in written


# --- being one of them ------------------------------------------------------------------------
def whoever() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_thread_is_a_login_for_a_while() -> None:
    make_unit("SOC")
    with as_login("purger"):
        assert whoever() == settings.LOGIN_DATABASES["purger"]["USER"]
    assert whoever() == settings.APP_ROLE


def test_installation_without_the_login_goes_on_as_it_is(settings: Any) -> None:
    settings.LOGIN_DATABASES = {}
    with as_login("purger"):
        assert whoever() == settings.APP_ROLE


@pytest.mark.django_db(transaction=True)
def test_every_session_of_the_owner_has_the_settings_that_show_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(roles.OWNER_SETTINGS, "kvalitet.sees", "everything")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('kvalitet.sees')")
        assert cursor.fetchone() == ("everything",)


@pytest.mark.django_db(transaction=True)
def test_functions_of_the_owner_see_what_its_sessions_see_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(roles.OWNER_SETTINGS, "kvalitet.sees", "everything")
    seeing = Seeing.all()
    body = f"DECLARE {seeing.declared} said text; BEGIN {seeing.first}"
    body += " said := current_setting('kvalitet.sees');"
    body += (
        f" {seeing.last} RETURN said || '/' || current_setting('kvalitet.sees'); END"
    )
    monkeypatch.delitem(roles.OWNER_SETTINGS, "kvalitet.sees")

    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION looks() RETURNS text LANGUAGE plpgsql AS $${body}$$"
        )
        cursor.execute("SET LOCAL kvalitet.sees = 'little'; SELECT looks()")
        cursor.nextset()
        assert cursor.fetchone() == ("everything/little",)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_functions_are_written_by_an_owner_who_is_no_superuser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(roles.OWNER_SETTINGS, "kvalitet.sees", "everything")
    with as_owner():
        make_purge_functions()
        make_blanking_function()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM casework_may_go('{1}', '2040-01-01')")
            assert cursor.fetchall() == []
        monkeypatch.delitem(roles.OWNER_SETTINGS, "kvalitet.sees")
        make_purge_functions()
        make_blanking_function()


def test_make_roles_refuses_one_role_for_two_tasks(settings: Any) -> None:
    settings.ADMIN_DATABASE_URL = "postgres://admin@127.0.0.1/kvalitet"
    settings.LOGIN_DATABASES = {
        "purger": settings.DATABASES["default"],
    }

    with pytest.raises(CommandError, match="egen roll"):
        call_command("make_roles")


def test_settings_name_an_address_for_each_login() -> None:
    assert set(settings.LOGIN_DATABASES) == {login.name for login in LOGINS}
    assert all(login.setting in os.environ for login in LOGINS)
