"""Every number from 1 to 4 of an edition with its place, so that somebody can judge it (OSL 26 kap. 1 §)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.counted.countings import DIMENSIONS
from analysis.counted.vocabulary import BASES, SUBJECTS, slug_of, value_in_words
from analysis.rules.masking import LEAST
from reports.checks.tables import is_small, small_cells, table_remarks
from reports.document.blocks import Block, Document, Figure, Key, Section, Table
from reports.document.numbers import where_of
from reports.editions.rebuilding import document_of
from reports.models import Edition

_SHARE = re.compile(r"\d+/\d+")


@dataclass(frozen=True)
class Place:
    """The small numbers of one section: each with where it stands, and what hiding them would take."""

    section: Section
    numbers: list[str]
    hiding: list[str]


def count_small(edition: Edition) -> int:
    """Return in how many places an edition shows a number from 1 to 4: in the report, and in its files.

    Numbers that follow from others ("Gemensamt" in a table) are nowhere but in the report.
    """
    return sum(len(place.numbers) for place in places_of(edition)) + len(
        in_files(edition)
    )


def places_of(edition: Edition) -> list[Place]:
    """Return the sections of an edition that show small numbers, in reading order.

    Of an edition that cannot be read nobody can say that it shows none: it is refused, in words.
    """
    return list(_places(document_of(edition)))


def _places(document: Document) -> Iterator[Place]:
    """Yield the sections that show small numbers, with these and with what is to be hidden."""
    for section in document.sections():
        numbers: list[str] = []
        hiding: list[str] = []
        # What is placed in a text, too: it is published as all the rest.
        for block in section.shown:
            numbers += _in_block(block)
            if isinstance(block, Table):
                hiding += _hiding_in(block)
        if numbers:
            yield Place(section, numbers, hiding)


def _hiding_in(table: Table) -> list[str]:
    """Return the remarks on the small numbers of a table."""
    return [remark.words for remark in table_remarks(table) if remark.rule == "small"]


def _in_block(block: Block) -> Iterator[str]:
    """Yield the small numbers of a block, each with where it stands."""
    match block:
        case Key():
            yield from (
                f"{label}: {value}"
                for label, value, _ in block.items
                if is_small(value)
            )
        case Table():
            for row, column in small_cells(block):
                cells = block.rows[row]
                yield f"Tabell {block.number}, {cells[0]}, {block.header[column]}: {cells[column]}"
        case Figure():
            for cells in block.chart.rows:
                named = zip(block.chart.header[1:], cells[1:], strict=False)
                yield from (
                    f"Bild {block.number}, {cells[0]}, {name}: {value}"
                    for name, value in named
                    if is_small(value)
                )


def in_files(edition: Edition) -> list[str]:
    """Return the small numbers of the files that are published beside the report, each with its question."""
    return [
        _question(number)
        for number in edition.figures["numbers"]
        if _is_few(number["value"])
    ]


def _is_few(value: object) -> bool:
    """Tell whether a number is few, or a share ("n/N") whose part, rest or whole is."""
    if isinstance(value, str) and _SHARE.fullmatch(value):
        part, whole = map(int, value.split("/"))
        return any(0 < count < LEAST for count in (part, whole - part, whole))
    return isinstance(value, int) and 0 < value < LEAST


def _question(number: dict[str, object]) -> str:
    """Return a number of the files in words."""
    asked = {
        name: str(number.get(name, ""))
        for name in ("subject", "basis", "unit", "period", "query")
    }
    words = [
        slug_of(SUBJECTS, asked["subject"]),
        slug_of(BASES, asked["basis"]),
        asked["unit"],
        asked["period"],
        *(
            f"{slug_of(DIMENSIONS, name)}: {value_in_words(name, value)}"
            for name, value in where_of(asked["query"])
        ),
    ]
    return f"{', '.join(word for word in words if word)}: {number['value']}"
