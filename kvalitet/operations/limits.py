"""How long anything may wait for the database: a page briefly, work in the background longer.

A page that waits holds one of the few threads of the web server; a migration that waits for a lock holds up
everybody who comes after it.
"""

from __future__ import annotations

from typing import Any

import environ

# The setting that gives the seconds and what it is if nobody says; 0 is for ever.
LIMITS = {
    "web": {
        "statement_timeout": ("WEB_STATEMENT_SECONDS", 30),
        "lock_timeout": ("WEB_LOCK_SECONDS", 5),
        "idle_in_transaction_session_timeout": ("WEB_IDLE_SECONDS", 60),
    },
    # Reports, imports and counts take what they take; other work holds locks until it is stored.
    "work": {
        "statement_timeout": ("WORK_STATEMENT_SECONDS", 0),
        "lock_timeout": ("WORK_LOCK_SECONDS", 60),
        "idle_in_transaction_session_timeout": ("WORK_IDLE_SECONDS", 600),
    },
    "migrate": {"lock_timeout": ("MIGRATE_LOCK_SECONDS", 5)},
}
# What a connection of each kind may read from its beginning.
SCOPES = {"work": "work", "migrate": "all"}
# A machine that is gone without a word is noticed within a minute.
_ALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def options(env: environ.Env, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a connection for some kind of work; what its address says goes before."""
    seconds = {
        name: env.int(setting, default=usual)
        for name, (setting, usual) in LIMITS[kind].items()
    }
    limits = " ".join(f"-c {name}={value}s" for name, value in seconds.items())
    # Whose rows are read (casework.database.scopes): a page says it itself, in each of its transactions.
    scope = "" if kind == "web" else f" -c kv.scope={SCOPES[kind]}"
    own = {"connect_timeout": env.int("CONNECT_SECONDS", default=3), **_ALIVE}
    # The last of two settings of one name holds.
    return (
        own | given | {"options": f"{limits}{scope} {given.get('options', '')}".strip()}
    )
