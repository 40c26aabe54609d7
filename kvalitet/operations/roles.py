"""The roles in PostgreSQL: the owner migrates, web and worker use what is there, others do one thing each.

None but the owner owns anything and none is superuser, so they cannot lift the triggers that guard the history.
What each may do in each table is given after every migration (casework.database.grants).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from psycopg import sql

from casework.database.logins import LOGINS, OWNER_SETTINGS

if TYPE_CHECKING:
    from psycopg import Connection

# What belongs to somebody else than the owner, as statements that hand it over.  A sequence of a column goes
# with its table, and what an extension made belongs to the extension.
_HAND_OVER = """
    SELECT format('ALTER TABLE %%s OWNER TO %%I', oid::regclass, %(owner)s::text)
    FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND relowner <> %(owner)s::regrole
      AND NOT EXISTS (SELECT FROM pg_depend
                      WHERE classid = 'pg_class'::regclass AND objid = c.oid
                          AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i')))
    UNION ALL
    SELECT format('ALTER ROUTINE %%s OWNER TO %%I', oid::regprocedure, %(owner)s::text)
    FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND proowner <> %(owner)s::regrole
      AND NOT EXISTS (SELECT FROM pg_depend
                      WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
"""


@dataclass(frozen=True)
class Login:
    """The name of a role and its password."""

    name: str
    password: str


def make_roles(
    link: Connection[Any],
    *,
    owner: Login,
    app: Login,
    others: Mapping[str, Login] = MappingProxyType({}),
) -> None:
    """Make the roles as they should be, and hand all of the database to the owner; it may be done again.

    ``link`` is a connection to the product's database as a role that may make roles.  ``others`` are those
    of casework.database.logins that the installation has, by their names there.
    """
    with link.transaction():
        for login in (owner, app):
            _make_role(link, login)
        for role in LOGINS:
            if role.name in others:
                _make_role(link, others[role.name], sees_every_row=role.sees_every_row)
        name = sql.Identifier(owner.name)
        here = sql.Identifier(link.info.dbname)
        link.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(here, name))
        link.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        link.execute(
            sql.SQL(
                "GRANT CREATE, USAGE ON SCHEMA public TO {} WITH GRANT OPTION"
            ).format(name)
        )
        # What comes back was quoted by the server itself.
        for (statement,) in link.execute(_HAND_OVER, {"owner": owner.name}).fetchall():
            link.execute(statement)


def _make_role(
    link: Connection[Any], login: Login, *, sees_every_row: bool = False
) -> None:
    if (
        link.execute("SELECT FROM pg_roles WHERE rolname = %s", [login.name]).fetchone()
        is None
    ):
        link.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(login.name)))
    # The server gets what it would keep, so that the password itself reaches no log.
    sealed = link.pgconn.encrypt_password(
        login.password.encode(), login.name.encode(), b"scram-sha-256"
    ).decode()
    link.execute(
        sql.SQL(
            "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION {} PASSWORD {}"
        ).format(
            sql.Identifier(login.name),
            sql.SQL("BYPASSRLS" if sees_every_row else "NOBYPASSRLS"),
            sealed,
        )
    )


@contextmanager
def as_owner() -> Iterator[None]:
    """Let this thread's connection be the owner's, for what only an owner may do.

    Without an owner of its own (OWNER_DATABASE_URL) the one role does everything.
    """
    from django.conf import settings

    with _signed_in(settings.OWNER_DATABASE, of_the_session=OWNER_SETTINGS):
        yield


@contextmanager
def as_login(name: str) -> Iterator[None]:
    """Let this thread's connection be that of one of the logins (casework.database.logins).

    An installation that has not got it does its work as before, by the role that it has.
    """
    from django.conf import settings

    with _signed_in(settings.LOGIN_DATABASES.get(name)):
        yield


@contextmanager
def _signed_in(
    address: dict[str, Any] | None,
    *,
    of_the_session: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[None]:
    """Let this thread's connection be another's, with some settings that hold for all of its session."""
    from django.db import DEFAULT_DB_ALIAS, connections

    if not address:
        yield
        return
    usual = connections[DEFAULT_DB_ALIAS]
    if usual.in_atomic_block:
        raise RuntimeError(
            "a transaction of the app role is open, and another would not see its rows"
        )
    other = usual.copy()
    # The database is the same: tests give it another name than the address has.
    other.settings_dict |= {name: address.get(name, "") for name in _WHO}
    options = dict(address.get("OPTIONS") or {})
    said = [f"-c {name}={value}" for name, value in of_the_session.items()]
    options["options"] = " ".join([options.get("options", ""), *said]).strip()
    other.settings_dict["OPTIONS"] = options
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = usual


_WHO = ("HOST", "PORT", "USER", "PASSWORD")
