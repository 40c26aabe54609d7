"""Outlines as data: ordered sections of named parts; the shipped ones are, and the municipality's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reports.document.blocks import Section, Table
from reports.document.ledger import YEARS, PeriodOf
from reports.models import OwnOutline, Template
from reports.outlines.parts import PARTS, Part
from reports.outlines.writer import Writer

SHIPPED = Path(__file__).parent


@dataclass(frozen=True)
class Item:
    """One section of an outline: which part, under which heading, with text of its own or not.

    A key that no part has is a chapter of the municipality's own, with a heading and a text.
    """

    key: str
    heading: str = ""
    intro: bool = True
    parts: tuple[Item, ...] = ()

    @property
    def part(self) -> Part:
        """Return what the section is made of."""
        return PARTS.get(self.key) or Part(self.heading, self.heading)

    @property
    def title(self) -> str:
        """Return the heading: the outline's own, or the part's."""
        return self.heading or self.part.heading

    def as_data(self) -> dict[str, Any]:
        """Return the section and those below it as stored data."""
        return {
            "key": self.key,
            "heading": self.heading,
            "intro": self.intro,
            "parts": [part.as_data() for part in self.parts],
        }

    def walk(self) -> Iterator[Item]:
        """Return this section and all below it, in reading order."""
        yield self
        for item in self.parts:
            yield from item.walk()


@dataclass(frozen=True)
class Outline:
    """What a report is made of, in order, and what it means by a year: "calendar" or "quality"."""

    name: str
    year: str
    items: tuple[Item, ...]
    # The last number given to a chapter of the municipality's own: its text is never another chapter's.
    last_own: int = 0

    @property
    def period_of(self) -> PeriodOf:
        """Return which months the report's year is made of."""
        return YEARS[self.year]

    @property
    def appendices(self) -> list[str]:
        """Return the keys of the appendices in their order."""
        return [item.key for item in self.items if item.part.appendix]

    def as_data(self) -> dict[str, Any]:
        """Return the outline as stored data, under the names that ``read_outline`` reads."""
        return {
            "name": self.name,
            "year": self.year,
            "items": [item.as_data() for item in self.items],
            "last_own": self.last_own,
        }


def read_outline(data: Mapping[str, Any]) -> Outline:
    """Return the outline that stored data or a file describes."""
    return Outline(
        data["name"], data["year"], _items(data["items"]), data.get("last_own", 0)
    )


def _items(rows: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Return the sections that stored data describes."""
    return tuple(map(_item, rows))


def _item(row: Mapping[str, Any]) -> Item:
    """Return the section that stored data describes, with those below it."""
    parts = _items(row.get("parts", ()))
    return Item(row["key"], row.get("heading", ""), row.get("intro", True), parts)


@cache
def shipped_outline(template: Template) -> Outline:
    """Return an outline that comes with the system."""
    return read_outline(
        tomllib.loads((SHIPPED / f"{template}.toml").read_text(encoding="utf-8"))
    )


def outline_named(template: str) -> Outline:
    """Return the outline that a report names: a shipped one, or one of the municipality's own."""
    if template in Template.values:
        return shipped_outline(Template(template))
    return read_outline(OwnOutline.objects.get(slug=template).data)


def offered_outlines() -> list[tuple[str, str]]:
    """Return the outlines that a report may be begun in, the shipped ones first."""
    shipped = [(str(template), shipped_outline(template).name) for template in Template]
    return [*shipped, *OwnOutline.objects.values_list("slug", "name")]


def compose(writer: Writer, items: Sequence[Item]) -> list[Section]:
    """Return the sections that the items of an outline become."""
    sections: list[Section] = []
    for item in items:
        for about in _writers(writer, item):
            sections += _section(about, item)
    return sections


def keys_of(writer: Writer, items: Sequence[Item]) -> Iterator[str]:
    """Yield the keys of the sections that people write, as ``compose`` makes them, without the figures.

    Only of a part that is left out while it has nothing to show are its figures asked.
    """
    for item in items:
        for about in _writers(writer, item):
            place = about.place(item.key)
            if item.part.appendix or not _is_there(about, item, place):
                continue
            if item.intro:
                yield place
            yield from keys_of(about, item.parts)


def _writers(writer: Writer, item: Item) -> list[Writer]:
    """Return who writes a section: a writer of each area, or the one that there is."""
    if not item.part.each_area:
        return [writer]
    return [writer.of(area) for area in writer.areas([writer.year])]


def _is_there(writer: Writer, item: Item, place: str) -> bool:
    """Tell whether a section is shown: an optional one only where it has figures or a text."""
    return (
        not item.part.optional
        or place in writer.texts
        or bool(item.part.blocks(writer))
    )


def _appendix(writer: Writer, item: Item) -> Section:
    """Return an appendix, which lies across the page where it holds tables."""
    blocks = list(item.part.blocks(writer))
    wide = any(isinstance(block, Table) for block in blocks)
    return Section(
        writer.place(item.key),
        writer.said(item.title),
        blocks,
        appendix=True,
        wide=wide,
    )


def _section(writer: Writer, item: Item) -> list[Section]:
    """Return the section of an item with those below it; nothing of one that is left out."""
    part = item.part
    if part.appendix:
        return [_appendix(writer, item)]
    blocks = part.blocks(writer)
    section = writer.section(
        item.key, item.title, suggestion="" if blocks else part.suggestion
    )
    if part.optional and not blocks and section.key not in writer.texts:
        return []
    if not item.intro:
        section.blocks.clear()
    section.blocks += blocks
    section.numbers = writer.ledger.take_asked()
    section.sections = compose(writer, item.parts)
    return [section]
