"""The head of a seal: what it covers, written in one way and hashed, and the signature of the sealer."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from audit.models import Seal

# Rows that were sealed together, written in one way; the connection writes values one way (audit.sealing.tables).
DIGEST = """encode(sha256(convert_to(
    ROW(b."table", b.columns, b.is_first, b.ids, b.cases, b.hashes)::text, 'UTF8')), 'hex')"""
_LINE = re.compile(
    r"försegling (\d+) (\S+) huvud ([0-9a-f]{64}) signatur ([0-9a-f]{64})"
)


class NoKeyError(Exception):
    """Nobody has given this process the key of the seals."""


@dataclass(frozen=True)
class Batch:
    """What a head says of some rows that were sealed with it: their table, how many, and one hash of all."""

    table: str
    count: int
    digest: str


def hash_of(thing: Any) -> str:
    """Return the hash of something written as JSON in one way."""
    text = json.dumps(thing, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def head_of(seal: Seal, batches: Iterable[Batch]) -> str:
    """Return the head that a seal should have, with the rows that were sealed with it in their order."""
    return hash_of(
        [
            seal.number,
            seal.at.astimezone(dt.UTC).isoformat(),
            seal.snapshot_end,
            seal.guards_hash,
            seal.note,
            seal.previous,
            [[batch.table, batch.count, batch.digest] for batch in batches],
        ]
    )


def has_key() -> bool:
    """Tell whether this process was given the key."""
    return bool(settings.SEALER_KEY)


def signature_of(head: str) -> str:
    """Return the signature of a head; raises NoKeyError without the key."""
    if not has_key():
        raise NoKeyError
    return hmac.digest(
        f"seal of rows:{settings.SEALER_KEY}".encode(), head.encode(), hashlib.sha256
    ).hex()


def is_signed(seal: Seal) -> bool:
    """Tell whether the sealer made this head; raises NoKeyError without the key."""
    return hmac.compare_digest(signature_of(seal.head), seal.signature)


@dataclass(frozen=True)
class Outside:
    """A head as somebody outside the database has it."""

    number: int
    head: str


def line_of(seal: Seal) -> str:
    """Return the line by which a head is known outside: no words of anybody's, and nothing of any row."""
    at = seal.at.astimezone(dt.UTC).isoformat(timespec="seconds")
    return f"försegling {seal.number} {at} huvud {seal.head} signatur {seal.signature}"


def heads_in(text: str) -> list[Outside]:
    """Return the heads in a text, in its order: a file of the sealer's, lines of a syslog, or a mail."""
    return [Outside(int(found[1]), found[3]) for found in _LINE.finditer(text)]
