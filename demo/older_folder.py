"""Tells whether the demo's own database is of a version that this one can carry on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.loader import MigrationLoader

if TYPE_CHECKING:
    from demo.embedded import Postgres

# The last migration of each app in 0.7.0, the oldest release whose database is migrated (tests/releases).
# A database that has them goes on; squashed migrations name them in their "replaces".
OLDEST = {
    "organisation": "0007_failures_without_a_lock",
    "casework": "0023_who_receives_and_decides",
    "deviations": "0010_limits_lie_lower",
    "lexsarah": "0006_decisions_go_with_their_case",
    "selfcheck": "0009_changes",
    "riskanalysis": "0005_answers_go_with_their_analysis",
    "analysis": "0009_register_periods_of_decisions",
    "reports": "0010_when_it_was_counted",
}


def other_version(server: Postgres) -> str:
    """Return "äldre" or "nyare" for a database that this version cannot carry on, else ""."""
    import psycopg

    with psycopg.connect(server.owner_url(), connect_timeout=5) as link:
        return told_by(link.cursor())


def told_by(cursor: Any) -> str:
    """Return what the migrations say that have been run in the database of a cursor.

    One without people is carried on: it is new, or the first migrations were interrupted.
    """
    cursor.execute(
        "SELECT to_regclass('organisation_user'), to_regclass('django_migrations')"
    )
    if None in cursor.fetchone():
        return ""
    cursor.execute("SELECT EXISTS (SELECT FROM organisation_user)")
    if cursor.fetchone() == (False,):
        return ""
    cursor.execute("SELECT app, name FROM django_migrations")
    return judged(set(cursor.fetchall()))


def judged(done: set[tuple[str, str]]) -> str:
    """Return which version has run such migrations: an older one, a newer one, or one to carry on."""
    if not OLDEST.items() <= done:
        return "äldre"
    return "nyare" if {step for step in done if step[0] in OLDEST} - _known() else ""


def _known() -> set[tuple[str, str]]:
    """Return the migrations of this version, with those that its squashed ones replace."""
    migrations = MigrationLoader(None).disk_migrations
    known = set(migrations)
    for migration in migrations.values():
        known.update(migration.replaces)
    return known
