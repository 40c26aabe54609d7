"""What a check finds, in Swedish, each with what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from audit.models import Seal

SHOWN = 10  # rows named of each kind and table
LOST = "Återläs dem ur en säkerhetskopia från före den tidpunkten, eller anmäl vad som saknas."
REWRITTEN = "Jämför med en säkerhetskopia och ta reda på vem som har haft databasägarens lösenord."


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed, and what to do about it."""

    what: str
    advice: str


@dataclass
class Checked:
    """What a check has found, and what it went through."""

    findings: list[Finding] = field(default_factory=list)
    seals: int = 0
    rows: int = 0
    purged: int = 0
    blanked: int = 0
    waiting: int = 0
    last: Seal | None = None

    def found(self, what: str, advice: str) -> None:
        """Note something that is not as it was sealed."""
        self.findings.append(Finding(what, advice))


def when(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def stream(question: str, *values: int) -> Iterator[tuple[Any, ...]]:
    """Yield the answer to a question a piece at a time: it may be as long as the history."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(question, values)
        while rows := cursor.fetchmany(10_000):
            yield from rows
