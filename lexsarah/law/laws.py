"""Legal references with the days on which they hold: what a page or a document cites, by code and day."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("laws.toml")


@dataclass(frozen=True)
class Reference:
    """A paragraph, from its first day to its last; without a day of verification nobody has read it."""

    code: str
    text: str
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max
    source: str = ""
    verified: dt.date | None = None

    @property
    def shown(self) -> str:
        """Return what a page says of it: nothing until somebody has read it at its source."""
        return self.text if self.verified else ""


@cache
def references() -> tuple[Reference, ...]:
    """Return every reference of the file, as it stands there."""
    return tuple(
        Reference(**row)
        for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["reference"]
    )


def reference(code: str, *, on: dt.date) -> Reference:
    """Return the reference that held on a day; raises LookupError when there is none."""
    for found in references():
        if found.code == code and found.first <= on <= found.last:
            return found
    raise LookupError(f"{code} on {on}")
