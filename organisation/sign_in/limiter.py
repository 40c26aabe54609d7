"""How often something may be done from one source: so many at once, and then at a pace that slows down.

Nobody is ever refused for good: whoever comes too early is told how many seconds to wait.  The counts
are rows in PostgreSQL, the same for every process.  No address is stored, only a hash of it under a
secret that is made anew each day and then thrown away, and only until it no longer matters.
"""

from __future__ import annotations

import datetime as dt
import math
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

MOST_DOUBLINGS = 20  # a wait that has doubled so often is longer than any limit's


class SlowDownError(Exception):
    """It is too early; in so many whole seconds it is not."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """So many at once, and one again every so often; meanwhile single ones, with waits that double.

    The wait begins at a second and ends at ``longest``.  Times are kept to the ``grain`` alone.
    """

    name: str
    size: int
    every: dt.timedelta
    longest: dt.timedelta
    grain: dt.timedelta = dt.timedelta(milliseconds=1)

    @property
    def facts(self) -> dict[str, float]:
        """Return what the statement needs to know, in seconds."""
        every, longest = self.every.total_seconds(), self.longest.total_seconds()
        return {
            "every": every,
            "free": (self.size - 1) * every,
            "most": (self.size + math.log2(longest) + 1) * every,
            "size": self.size,
            "longest": longest,
            "grain": self.grain.total_seconds(),
            "doublings": MOST_DOUBLINGS,
        }


def an_hour(name: str, size: int, *, grain: dt.timedelta) -> Limit:
    """Return the limit of so many an hour, after which there is one at a time at the same rate."""
    every = dt.timedelta(hours=1) / size
    return Limit(
        name, size, every, longest=max(every, dt.timedelta(seconds=1)), grain=grain
    )


# A bucket fills with what is used, and leaks: ``empty_at`` is when nothing is left in it.  It is open when
# there is room for one more, or when the wait after the last one is over: ``opens_at`` is the sooner.
def _opens(empty: str, now: str) -> str:
    doublings = f"round(extract(epoch FROM {empty} - {now}) / %(every)s) - %(size)s"
    wait = f"least(%(longest)s, power(2, least(%(doublings)s, {doublings})))"
    return f"least({empty} - %(free)s * interval '1 second', {now} + {wait} * interval '1 second')"


_AT = "to_timestamp(floor(extract(epoch FROM statement_timestamp()) / %(grain)s) * %(grain)s)"
_EVERY = "%(every)s * interval '1 second'"
_NOW = f"(excluded.empty_at - {_EVERY})"
_EMPTY = f"least(greatest(b.empty_at, {_NOW}) + {_EVERY}, {_NOW} + %(most)s * interval '1 second')"
_KEY = """encode(sha256(salt || %(name)s), 'hex') AS key FROM organisation_salt
    WHERE day = (statement_timestamp() AT TIME ZONE 'UTC')::date"""

# One statement, so that those who come at once cannot take the same place, whichever process they reach.
_TAKE = f"""
WITH now AS (
    SELECT {_AT} AS at
), named AS (
    SELECT {_KEY}
), taken AS (
    INSERT INTO organisation_bucket AS b (key, empty_at, opens_at)
    SELECT key, at + {_EVERY}, {_opens("at + " + _EVERY, "at")} FROM named, now
    ON CONFLICT (key) DO UPDATE SET empty_at = {_EMPTY}, opens_at = {_opens(_EMPTY, _NOW)}
    WHERE %(anyway)s OR {_NOW} >= b.opens_at
    RETURNING key
)
SELECT taken.key IS NOT NULL,
    ceil(extract(epoch FROM b.opens_at) / %(grain)s) * %(grain)s - extract(epoch FROM statement_timestamp())
FROM named LEFT JOIN taken USING (key) LEFT JOIN organisation_bucket b USING (key)
"""  # noqa: S608 - put together from the pieces above alone

_GIVE_BACK = f"""
UPDATE organisation_bucket SET
    empty_at = empty_at - {_EVERY}, opens_at = least(opens_at, {_AT})
WHERE key = (SELECT {_KEY})
"""  # noqa: S608


def consume(limit: Limit, source: str) -> None:
    """Take one of what a source has left; raises SlowDownError when it must wait.

    It is asked outside of any transaction, so that what is undone afterwards has been counted.
    """
    is_taken, seconds = _take(limit, source, anyway=False)
    if not is_taken:
        raise SlowDownError(max(1, math.ceil(seconds)))


def count(limit: Limit, source: str) -> None:
    """Take one of what a source has, though it may have nothing left: what happened by another way."""
    _take(limit, source, anyway=True)


def give_back(limit: Limit, source: str) -> None:
    """Undo one that was taken: it was no misuse."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"name": _name(limit, source), **limit.facts})


def forget() -> None:
    """Remove the secrets of days that are over with what was counted under them, and empty buckets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM organisation_salt WHERE day < (statement_timestamp() AT TIME ZONE 'UTC')::date"
        )
        cursor.execute(
            "DELETE FROM organisation_bucket"
            " WHERE empty_at < statement_timestamp() OR NOT EXISTS (SELECT FROM organisation_salt)"
        )


def _name(limit: Limit, source: str) -> bytes:
    # Under a key of ours too: who reads the database, and the day's secret in it, cannot test a guess.
    return salted_hmac(
        "organisation.limiter", f"{limit.name} {source}", algorithm="sha256"
    ).digest()


def _take(limit: Limit, source: str, *, anyway: bool) -> tuple[bool, float]:
    """Return whether one was taken, and if not in how many seconds there is one."""
    facts: dict[str, Any] = {
        "name": _name(limit, source),
        "anyway": anyway,
        **limit.facts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts)
        answer = cursor.fetchone()
        if answer is None:
            _begin_day()
            cursor.execute(_TAKE, facts)
            answer = cursor.fetchone()
    return bool(answer[0]), float(answer[1] or 0)


def _begin_day() -> None:
    """Make the secret of today, and forget what was before it even where no worker runs."""
    forget()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_salt (day, salt)"
            " VALUES ((statement_timestamp() AT TIME ZONE 'UTC')::date, %s) ON CONFLICT DO NOTHING",
            [secrets.token_bytes(32)],
        )
