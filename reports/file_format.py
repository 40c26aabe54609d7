"""The file format of a kept report: what each part is called in the file, whatever the program calls it.

Locked reports and editions are read again after decades.  So every name in the file is said here once, beside
the names of classes and attributes, and the file says which format it is in.  A new format gets a number,
a step that makes the one before into it (``reports.file_format_1``), and a file in ``tests/data``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.charts import Chart
from reports import file_format_1
from reports.document import Figure, Key, Paragraph, Section, Table, Text

FORMAT = 2


class NotKeptError(Exception):
    """What an edition was made from was not kept, or cannot be read: it can be shown, and not made again."""


class UnknownFormatError(NotKeptError):
    """The report was kept by a newer program; the message tells the user in Swedish."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"Underlaget är sparat i format {found}, och den här versionen läser format 1 till {FORMAT}. "
            "Uppdatera Kvalitet och försök igen."
        )


@dataclass(frozen=True)
class Field:
    """One value of a part: its name in the file, the attribute that holds it, and how it is written."""

    name: str
    attribute: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Shape:
    """One kind of part: its name in the file, what it is made as, and its values."""

    kind: str
    made_as: type
    fields: tuple[Field, ...]

    def write(self, part: Any) -> dict[str, Any]:
        """Return a part as the file has it."""
        return {"kind": self.kind} | {
            field.name: field.write(getattr(part, field.attribute)) for field in self.fields
        }

    def read(self, stored: Mapping[str, Any]) -> Any:
        """Return the part that was written."""
        return self.made_as(**{field.attribute: field.read(stored[field.name]) for field in self.fields})


# --- how values are written -------------------------------------------------------------------
def _same(value: Any) -> Any:
    return value


def plain(name: str, attribute: str = "") -> Field:
    """Return a value that JSON has itself: words, a number, true or false."""
    return Field(name, attribute or name, _same, _same)


def words(name: str, attribute: str = "") -> Field:
    """Return several words in order."""
    return Field(name, attribute or name, list, tuple)


def rows(name: str, attribute: str = "") -> Field:
    """Return rows of words."""
    return Field(
        name,
        attribute or name,
        lambda value: [list(row) for row in value],
        lambda stored: tuple(tuple(row) for row in stored),
    )


def _part_of(name: str, attribute: str = "") -> Field:
    return Field(name, attribute or name, write_part, read_part)


def _parts_of(name: str, attribute: str, made: Callable[[list[Any]], Any]) -> Field:
    return Field(
        name,
        attribute,
        lambda value: [write_part(part) for part in value],
        lambda stored: made([read_part(part) for part in stored]),
    )


def write_part(part: Any) -> Any:
    """Return a part, or words between parts, as the file has it; raises TypeError for what it cannot hold."""
    if isinstance(part, str):
        return part
    for shape in SHAPES:
        if type(part) is shape.made_as:
            return shape.write(part)
    raise TypeError(f"{type(part).__name__} cannot be kept with a report")


def read_part(stored: Any) -> Any:
    """Return the part, or the words, that were written."""
    return stored if isinstance(stored, str) else BY_KIND[stored["kind"]].read(stored)


# --- the parts --------------------------------------------------------------------------------
SHAPES = (
    Shape(
        "text",
        Text,
        (
            plain("markup"),
            plain("is_suggestion", "suggested"),
            plain("as_typed", "typed"),
            words("tokens_without_meaning", "wrong"),
            _parts_of("with_placed", "placed", tuple),
            words("references_to_nothing", "broken"),
            words("notes"),
            plain("number_of_first_note", "first_note"),
            plain("chapter"),
        ),
    ),
    Shape("paragraph", Paragraph, (words("sentences"),)),
    Shape("key_numbers", Key, (rows("items"), words("links"), words("number_ids", "numbers"))),
    Shape(
        "chart",
        Chart,
        (
            plain("finding", "title"),
            plain("wide_svg", "wide"),
            plain("narrow_svg", "narrow"),
            words("header"),
            rows("rows"),
        ),
    ),
    Shape(
        "figure",
        Figure,
        (
            plain("caption"),
            _part_of("chart"),
            plain("source"),
            plain("number"),
            plain("token"),
        ),
    ),
    Shape(
        "table",
        Table,
        (
            plain("caption"),
            words("header"),
            rows("rows"),
            plain("source"),
            plain("last_row_is_total", "total"),
            words("widths_in_per_cent", "widths"),
            rows("links"),
            rows("number_ids", "numbers"),
            plain("number"),
            plain("token"),
        ),
    ),
    Shape(
        "section",
        Section,
        (
            plain("key"),
            plain("heading"),
            _parts_of("blocks", "blocks", list),
            _parts_of("sections", "sections", list),
            plain("is_appendix", "appendix"),
            plain("is_wide", "wide"),
            plain("number"),
            plain("level"),
            plain("about_unit", "about"),
            words("number_ids", "numbers"),
            rows("opened"),
        ),
    ),
)
BY_KIND: Mapping[str, Shape] = {shape.kind: shape for shape in SHAPES}


def _day(value: dt.date) -> str:
    return value.isoformat()


def _moment(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None


def _read_moment(stored: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(stored) if stored else None


# What stands on the cover and the chapters; unit and numbers are written beside them.
DOCUMENT = (
    plain("title"),
    plain("year"),
    plain("kind_of_year", "year_kind"),
    Field("extracted_on", "extracted_on", _day, dt.date.fromisoformat),
    Field("counted_at", "counted_at", _moment, _read_moment),
    plain("level_of_chapters", "top"),
    _parts_of("chapters", "chapters", list),
)


def newest(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a kept report in the newest format, whatever format it was kept in.

    Raises UnknownFormatError for one that was kept by a newer program.
    """
    found = stored.get("format")
    if found == 1:
        return file_format_1.as_format_2(stored)
    if found != FORMAT:
        raise UnknownFormatError(found)
    return stored
