"""A report's document as plain data and back: what is frozen when it is locked and kept with every edition.

All that was asked for is in it (sentences, tables, drawings, appendix rows, the unit's name that day), so
that nothing of it depends on units, cases, figures or words that change later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from analysis.counted.indicators import Where
from analysis.counted.questions import FigureError
from casework.database.periods import Period
from organisation.models import Unit
from reports.document import file_format
from reports.document.blocks import Document, Figure, Table
from reports.document.file_format import FORMAT, SPOILED, SpoiledError, newest, of_kind
from reports.document.ledger import Ledger
from reports.document.numbers import Number, query_of, read_number


class StoredLedger(Ledger):
    """The numbers of a stored document: those, and no others, whatever the register says today."""

    def __init__(
        self, unit: Unit, units: list[Unit], numbers: list[dict[str, Any]]
    ) -> None:
        super().__init__(unit)
        self.units = {each.code: each for each in units}
        for stored in of_kind(numbers, list):
            number = _read_number(stored)
            key = (
                number.subject,
                number.basis,
                number.unit,
                number.period,
                number.query,
            )
            self._kept[key] = number

    def answer(
        self, subject: str, basis: str, unit: str, period: Period, *, where: Where = ()
    ) -> int:
        """Return a stored count; raises FigureError for a question that the document did not ask."""
        kept = self._kept.get((subject, basis, unit, str(period), query_of(where)))
        if kept is None or not isinstance(kept.value, int):
            raise FigureError("talet finns inte i det låsta underlaget")
        self._asked.append(kept.id)
        return kept.value


def _read_number(stored: Mapping[str, Any]) -> Number:
    names = ("id", "subject", "unit", "period", "basis", "query")
    words = {name: of_kind(stored[name], str) for name in names}
    return read_number(words | {"value": of_kind(stored["value"], int, str)})


def dump(document: Document) -> dict[str, Any]:
    """Return a document as data that JSON holds without loss, in the newest file format."""
    return {
        "format": FORMAT,
        "unit": document.unit.code,
        "units": [_plain_unit(unit) for unit in _units_of(document)],
        "numbers": document.ledger.numbers(),
        "document": {
            field.name: field.write(getattr(document, field.attribute))
            for field in file_format.DOCUMENT
        },
    }


def load(kept: Mapping[str, Any]) -> Document:
    """Return the document that was dumped, in whatever format, without a question to the database.

    Raises UnknownFormatError for one that was kept by a newer program, and SpoiledError for what is none.
    """
    try:
        return _load(newest(kept))
    except SPOILED as problem:
        raise SpoiledError from problem


def _load(stored: Mapping[str, Any]) -> Document:
    units = [_made_unit(unit) for unit in stored["units"]]
    unit = next(unit for unit in units if unit.code == stored["unit"])
    ledger = StoredLedger(unit, units, stored["numbers"])
    rest = {
        field.attribute: field.read(stored["document"][field.name])
        for field in file_format.DOCUMENT
    }
    made = Document(unit=unit, ledger=ledger, **rest)
    placed: dict[str, Figure | Table] = {}
    for section in made.sections():
        for block in section.shown:
            if isinstance(block, Figure | Table) and block.token:
                placed[block.token] = block
    made.kept = placed
    return made


def _units_of(document: Document) -> list[Unit]:
    """Return the units that a document counts, its own first: a sentence says how long each was there."""
    counted = {number["unit"] for number in document.ledger.numbers()} - {
        document.unit.code
    }
    found = (document.ledger.there(code) for code in sorted(counted))
    return [document.unit, *(unit for unit in found if unit is not None)]


def _plain_unit(unit: Unit) -> dict[str, Any]:
    days = {"valid_from": unit.valid_from, "valid_to": unit.valid_to}
    return {
        "code": unit.code,
        "name": unit.name,
        **{name: day and day.isoformat() for name, day in days.items()},
    }


def _made_unit(stored: dict[str, Any]) -> Unit:
    """Return a unit as it was that day: of no row, so that nothing can be asked about it."""
    days = {
        name: stored[name] and dt.date.fromisoformat(stored[name])
        for name in ("valid_from", "valid_to")
    }
    return Unit(
        code=of_kind(stored["code"], str), name=of_kind(stored["name"], str), **days
    )
