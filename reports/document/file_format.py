"""The file format of a kept report: what each part is called in the file, whatever the program calls it.

Locked reports and editions are read again after decades.  So every name in the file is said here once, beside
the names of classes and attributes, and the file says which format it is in.  A new format gets a number,
a step that makes the one before into it (``reports.document.file_format_1``), and a file in ``tests/data``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.charts.charts import Chart
from reports.document import file_format_1
from reports.document.blocks import Figure, Key, Paragraph, Section, Table, Text
from reports.document.ledger import YEARS

FORMAT = 2


class UnreadableError(Exception):
    """What a report was made from cannot be read: it can be shown, and not made again."""


class UnknownFormatError(UnreadableError):
    """The report was kept by a newer program; the message tells the user in Swedish."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"Underlaget är sparat i format {found}, och den här versionen läser format 1 till {FORMAT}. "
            "Uppdatera Kvalitet och försök igen."
        )


class SpoiledError(UnreadableError):
    """What was kept is no report: it has been damaged; the message tells the user in Swedish."""

    def __init__(self) -> None:
        super().__init__(
            "Underlaget är skadat och går inte att läsa. Återställ det ur en säkerhetskopia."
        )


# What reading data of another shape than the format's fails with.
SPOILED = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    StopIteration,
    RecursionError,
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
            field.name: field.write(getattr(part, field.attribute))
            for field in self.fields
        }

    def read(self, stored: Mapping[str, Any]) -> Any:
        """Return the part that was written."""
        return self.made_as(
            **{field.attribute: field.read(stored[field.name]) for field in self.fields}
        )


# --- how values are written -------------------------------------------------------------------
def _same(value: Any) -> Any:
    return value


def of_kind(value: Any, *kinds: type) -> Any:
    """Return a value from a file that is of a kind; raises TypeError for another."""
    if type(value) not in kinds:
        raise TypeError(
            f"{type(value).__name__} in a kept report in place of {kinds[0].__name__}"
        )
    return value


def plain(name: str, attribute: str = "", *, kind: type = str) -> Field:
    """Return a value that JSON has itself: words, a number, true or false."""
    return Field(name, attribute or name, _same, lambda stored: of_kind(stored, kind))


def _line(stored: Any, kind: type = str) -> tuple[Any, ...]:
    return tuple(of_kind(value, kind) for value in of_kind(stored, list))


def _of_width(row: tuple[Any, ...], width: int) -> tuple[Any, ...]:
    if width and len(row) != width:
        raise ValueError(f"a row of {len(row)} in place of {width}")
    return row


def words(name: str, attribute: str = "", *, kind: type = str) -> Field:
    """Return several words, or numbers, in order."""
    return Field(name, attribute or name, list, lambda stored: _line(stored, kind))


def rows(name: str, attribute: str = "", *, width: int = 0) -> Field:
    """Return rows of words, each of so many where that is given."""
    return Field(
        name,
        attribute or name,
        lambda value: [list(row) for row in value],
        lambda stored: tuple(
            _of_width(_line(row), width) for row in of_kind(stored, list)
        ),
    )


def _part_of(name: str, attribute: str, *kinds: type) -> Field:
    return Field(
        name, attribute, write_part, lambda stored: of_kind(read_part(stored), *kinds)
    )


def _parts_of(
    name: str, attribute: str, made: Callable[[list[Any]], Any], *kinds: type
) -> Field:
    return Field(
        name,
        attribute,
        lambda value: [write_part(part) for part in value],
        lambda stored: made(
            [of_kind(read_part(part), *kinds) for part in of_kind(stored, list)]
        ),
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
            plain("is_suggestion", "suggested", kind=bool),
            plain("as_typed", "typed"),
            words("tokens_without_meaning", "wrong"),
            _parts_of("with_placed", "placed", tuple, str, Paragraph, Figure, Table),
            words("references_to_nothing", "broken"),
            words("notes"),
            plain("number_of_first_note", "first_note", kind=int),
            plain("chapter"),
        ),
    ),
    Shape("paragraph", Paragraph, (words("sentences"),)),
    Shape(
        "key_numbers",
        Key,
        (rows("items", width=3), words("links"), words("number_ids", "numbers")),
    ),
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
            _part_of("chart", "chart", Chart),
            plain("source"),
            plain("number", kind=int),
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
            plain("last_row_is_total", "total", kind=bool),
            words("widths_in_per_cent", "widths", kind=int),
            rows("links"),
            rows("number_ids", "numbers"),
            plain("number", kind=int),
            plain("token"),
        ),
    ),
    Shape(
        "section",
        Section,
        (
            plain("key"),
            plain("heading"),
            _parts_of("blocks", "blocks", list, Text, Paragraph, Key, Figure, Table),
            _parts_of("sections", "sections", list, Section),
            plain("is_appendix", "appendix", kind=bool),
            plain("is_wide", "wide", kind=bool),
            plain("number"),
            plain("level", kind=int),
            plain("about_unit", "about"),
            words("number_ids", "numbers"),
            rows("opened", width=3),
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


def _one_of(known: Collection[Any]) -> Callable[[Any], Any]:
    def read(stored: Any) -> Any:
        if stored not in known:
            raise ValueError("a kept report has a value that no report has")
        return stored

    return read


# What stands on the cover and the chapters; unit and numbers are written beside them.
DOCUMENT = (
    plain("title"),
    Field("year", "year", _same, _one_of(range(1900, 3000))),
    Field("kind_of_year", "year_kind", _same, _one_of(YEARS)),
    Field("extracted_on", "extracted_on", _day, dt.date.fromisoformat),
    Field("counted_at", "counted_at", _moment, _read_moment),
    plain("level_of_chapters", "top", kind=int),
    _parts_of("chapters", "chapters", list, Section),
)


def newest(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a kept report in the newest format, whatever format it was kept in.

    Raises UnknownFormatError for one that was kept by a newer program, and SpoiledError for one without a
    number of its format.
    """
    found = stored.get("format")
    if type(found) is not int or found < 1:
        raise SpoiledError
    if found > FORMAT:
        raise UnknownFormatError(found)
    return file_format_1.as_format_2(stored) if found == 1 else stored
