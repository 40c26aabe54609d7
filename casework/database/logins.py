"""The logins of the database besides its owner and the app: each does one thing, and may do no more.

They are optional.  Each has an address of its own that only the program that does its work is given.
``manage.py make_roles`` makes those that have an address, and their rights are given after every migration
(casework.database.grants): a table that is named here and does not exist yet costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

# Settings of every session and function of the owner's, migrations included: what lets forced policies show all.
OWNER_SETTINGS: dict[str, str] = {"kv.scope": "all"}
LENT_TO_PURGER = "lent to purger"


@dataclass(frozen=True)
class Seeing:
    """What a function of the owner's says to see all, as PL/pgSQL: what it declares, begins with and ends with.

    Only a superuser may bind a function to a setting that is no own one of PostgreSQL's, so it is said within, and
    what it was before is put back; where the function fails the transaction puts it back.
    """

    declared: str
    first: str
    last: str

    @classmethod
    def all(cls) -> Seeing:
        """Return what lets a function see what the owner's sessions see."""
        return cls(
            "".join(
                f"before_{at} text := current_setting('{name}', true);"
                for at, name in enumerate(OWNER_SETTINGS)
            ),
            "".join(
                f"PERFORM set_config('{name}', '{value}', true);"
                for name, value in OWNER_SETTINGS.items()
            ),
            "".join(
                f"PERFORM set_config('{name}', coalesce(before_{at}, ''), true);"
                for at, name in enumerate(OWNER_SETTINGS)
            ),
        )


@dataclass(frozen=True)
class Table:
    """A table as its owner sees it: its name, and how many arguments its guard against changes has, if any."""

    name: str
    append_only: int | None

    @property
    def is_guarded(self) -> bool:
        """Tell whether rows are only ever added to it."""
        return self.append_only is not None


@dataclass(frozen=True, kw_only=True)
class LoginRole:
    """One login: what it reads, and what it alone or with the app may write."""

    name: str
    # The setting with its address.
    setting: str
    # Whether policies on rows leave it alone (BYPASSRLS): who must see all of a table, or silently sees nothing.
    sees_every_row: bool = False
    reads: Callable[[Table], bool] = field(default=lambda _table: False)
    # The app may add to these too.
    adds_to: frozenset[str] = frozenset()
    # Nobody else adds to these, not even the app.
    alone_adds_to: frozenset[str] = frozenset()
    removes_from: frozenset[str] = frozenset()
    # Whether it reads what comes later too: parts of a parted table, and the counters of keys.
    reads_all_there_will_be: bool = False

    @property
    def lent(self) -> str:
        """Return the comment on a function of the owner's that this login may call."""
        return f"lent to {self.name}"

    def rights(self, table: Table) -> str:
        """Return what it may do with a table, as GRANT names it, or ""."""
        held = {
            "SELECT": self.reads(table),
            "INSERT": table.name in self.adds_to | self.alone_adds_to,
            "DELETE": table.name in self.removes_from,
        }
        return ", ".join(right for right, is_held in held.items() if is_held)


LOGINS = (
    # Looks in every administration for what a decision lets go, and calls the owner's functions that let it go.
    LoginRole(
        name="purger",
        setting="DATABASE_PURGER_URL",
        sees_every_row=True,
        reads=lambda _table: True,
        # What is left of a purged case besides its tombstone, which the function writes.
        adds_to=frozenset(
            {"analysis_keptcell", "analysis_purgedanalysis", "deviations_purgedcode"}
        ),
        removes_from=frozenset({"casework_keptnumber"}),
    ),
    # Seals what was added, in every table that is only added to; a seal is written by nobody else.
    LoginRole(
        name="sealer",
        setting="DATABASE_SEALER_URL",
        sees_every_row=True,
        reads=lambda table: table.is_guarded,
        alone_adds_to=frozenset({"audit_seal", "audit_sealedrows", "audit_casesalt"}),
    ),
    # Reads who has read what, for those who collect the logs of many systems.
    LoginRole(
        name="logreader",
        setting="DATABASE_LOGREADER_URL",
        sees_every_row=True,
        reads=lambda table: table.name.startswith("audit_"),
    ),
    # A dump by a login that policies bind would be without rows, and say nothing of it.
    LoginRole(
        name="backup",
        setting="DATABASE_BACKUP_URL",
        sees_every_row=True,
        reads=lambda _table: True,
        reads_all_there_will_be=True,
    ),
)


def only_others_add_to() -> frozenset[str]:
    """Return the tables to which some login adds rows and the app does not."""
    return frozenset().union(*(login.alone_adds_to for login in LOGINS))
