"""Two roles in PostgreSQL: the owner migrates, and the app role of web and worker only uses what is there.

The app role is no superuser and owns nothing, so it cannot lift the triggers that guard the history.  What it
may do in each table is given after every migration (casework.database.grants).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

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
                      WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('a', 'i', 'e'))
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


def make_roles(link: Connection[Any], *, owner: Login, app: Login) -> None:
    """Make both roles as they should be, and hand all of the database to the owner; it may be done again.

    ``link`` is a connection to the product's database as a role that may make roles.
    """
    with link.transaction():
        for login in (owner, app):
            _make_role(link, login)
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


def _make_role(link: Connection[Any], login: Login) -> None:
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
            "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
        ).format(sql.Identifier(login.name), sealed)
    )


@contextmanager
def as_owner() -> Iterator[None]:
    """Let this thread's connection be the owner's, for what only an owner may do.

    Without an owner of its own (OWNER_DATABASE_URL) the one role does everything.
    """
    from django.conf import settings
    from django.db import DEFAULT_DB_ALIAS, connections

    if not settings.OWNER_DATABASE:
        yield
        return
    usual = connections[DEFAULT_DB_ALIAS]
    if usual.in_atomic_block:
        raise RuntimeError(
            "a transaction of the app role is open, and the owner would not see its rows"
        )
    owner = usual.copy()
    # The database is the same: tests give it another name than the address has.
    owner.settings_dict |= {
        name: settings.OWNER_DATABASE.get(name, "") for name in _WHO
    }
    connections[DEFAULT_DB_ALIAS] = owner
    try:
        yield
    finally:
        owner.close()
        connections[DEFAULT_DB_ALIAS] = usual


_WHO = ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
