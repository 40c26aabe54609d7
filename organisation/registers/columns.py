"""The kinds of columns that register files have: how a cell is read, and why it cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from organisation.models import EARLIEST, LATEST, Unit
from organisation.texts.cleaning import LONGEST_TEXT, clean_text, find_fault


class CellError(ValueError):
    """A cell holds what its column cannot; the message says in Swedish what is wrong."""


@dataclass(frozen=True)
class Column:
    """One column: how a filled cell is read, what an empty one means, and whether it may be empty."""

    name: str
    read: Callable[[str], Any]
    empty: Any = None
    required: bool = False
    longest: int = 100

    def value(self, cell: str) -> Any:
        """Return what a cell means; raises CellError."""
        if len(cell) > self.longest:
            raise CellError(self._too_long(cell))
        if fault := find_fault(cell):
            raise CellError(fault)
        cleaned = clean_text(cell)
        if len(cleaned) > self.longest:  # a few letters grow when they are composed
            raise CellError(self._too_long(cleaned))
        if cleaned:
            return self.read(cleaned)
        if self.required:
            raise CellError("är tom, men måste vara ifylld")
        return self.empty

    def _too_long(self, value: str) -> str:
        return f"är {len(value)} tecken lång, men får vara högst {self.longest}"


def text(name: str, *, longest: int = LONGEST_TEXT, required: bool = False) -> Column:
    """Return a column of free text."""
    return Column(name, str, "", required, longest)


def code(name: str, *, required: bool = True) -> Column:
    """Return a column of codes or references: letters, digits, dot, dash and underscore."""

    def read(cell: str) -> str:
        if not re.fullmatch(r"\w[\w.-]{0,39}", cell):
            raise CellError(
                f"”{cell}” får bara ha bokstäver, siffror, punkt och streck, högst 40 tecken"
            )
        return cell

    return Column(name, read, "", required)


def word(name: str, words: Iterable[str], *, required: bool = False) -> Column:
    """Return a column that holds one of certain words."""
    allowed = list(words)

    def read(cell: str) -> str:
        if cell not in allowed:
            raise CellError(f"”{cell}” är inte något av {', '.join(allowed)}")
        return cell

    return Column(name, read, "", required)


def day(name: str, *, required: bool = False, future: bool = False) -> Column:
    """Return a column of dates; what has happened cannot lie in the future."""
    last = LATEST - dt.timedelta(days=1) if future else timezone.localdate()

    def read(cell: str) -> dt.date:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII):
            raise CellError(f"”{cell}” är inte ett datum som 2024-01-31")
        try:
            found = dt.date.fromisoformat(cell)
        except ValueError:
            raise CellError(f"dagen {cell} finns inte") from None
        if not EARLIEST <= found < LATEST:
            raise CellError(f"{cell} ligger inte mellan år 1900 och 2200")
        if found > last:
            raise CellError(f"{cell} har inte varit än")
        return found

    return Column(name, read, None, required)


def whole_number(name: str, *, required: bool = False) -> Column:
    """Return a column of counts."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"\d{1,9}", cell, re.ASCII):
            raise CellError(f"”{cell}” är inte ett helt tal från 0 till 999999999")
        return int(cell)

    return Column(name, read, None, required)


def unit(name: str = "unit") -> Column:
    """Return the column that names a unit by its code, read as the key of the unit."""
    known = dict(Unit.objects.values_list("code", "pk"))

    def read(cell: str) -> int:
        if cell not in known:
            raise CellError(f"enheten ”{cell}” finns inte")
        return known[cell]

    return Column(name, read, None, required=True)
