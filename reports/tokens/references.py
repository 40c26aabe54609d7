"""References and endnotes in authors' texts: ``{se avsnitt ...}``, ``{se bild ...}`` and ``[^note]``.

A reference names a section by its key, and a chart or table by its section and place in it, so that the
number is right however the report is put together.  Notes are numbered chapter by chapter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reports.document.blocks import Document, Figure, Section, Table, Text
from reports.tokens.tokens import MARKUP

REFERENCE = re.compile(r"\{se\b([^{}\n]*)\}")
# Within a note, a link or a word in brackets; a note is part of a sentence and of one line.
NOTE = re.compile(r"(?<!\\)\[\^((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]")


@dataclass(frozen=True)
class Place:
    """The target of a reference: its token, its words in the text, its anchor and its title."""

    target: str
    words: str
    anchor: str
    title: str

    def __str__(self) -> str:
        """Return the token that an author writes."""
        return f"{{se {self.target}}}"


def places_in(document: Document) -> Iterator[Place]:
    """Yield all that a text may refer to, in reading order."""
    for section in document.sections():
        kind = "bilaga" if section.appendix else "avsnitt"
        if section.number:
            target = f"{kind} {section.key}"
            yield Place(
                target, f"{kind} {section.number}", section.anchor, section.title
            )
        counts: Counter[str] = Counter()
        for block in section.shown:
            if isinstance(block, Figure | Table):
                name = "bild" if isinstance(block, Figure) else "tabell"
                counts[name] += 1
                yield _place(section, block, name, counts[name])


def _place(section: Section, block: Figure | Table, name: str, position: int) -> Place:
    """Return the place of a chart or table; the first of its kind in a section needs no position."""
    target = f"{name} {section.key}"
    if position > 1:
        target += f" {position}"
    words = f"{name} {block.number}"
    return Place(
        target,
        words,
        f"{name}-{block.number}",
        f"{words.capitalize()}. {block.caption}",
    )


def link(document: Document) -> None:
    """Number all that is numbered, and fill in references and notes in every text.

    The last thing that is done with a report: what is placed in its texts has moved the numbers.
    """
    document.number_all()
    places = {place.target: place for place in places_in(document)}
    for chapter in document.chapters:
        next_note = 1
        for section in chapter.walk():
            for position, block in enumerate(section.blocks):
                if isinstance(block, Text):
                    section.blocks[position] = text = _linked(
                        block, chapter, next_note, places
                    )
                    next_note += len(text.notes)


def _linked(
    text: Text, chapter: Section, next_note: int, places: Mapping[str, Place]
) -> Text:
    """Return a text with its references and notes filled in; one that has been linked stays as it is."""
    if not NOTE.search(text.markup) and not REFERENCE.search(text.markup):
        return replace(text, first_note=next_note)
    broken: list[str] = []
    notes: list[str] = []

    def reference(match: re.Match[str]) -> str:
        place = places.get(" ".join(match[1].split()).removesuffix(" 1"))
        if place is not None:
            return f"[{place.words}](#{place.anchor})"
        broken.append(match[0])
        return MARKUP.sub(r"\\\1", f"[Hänvisningen leder ingenstans: {match[0]}]")

    def note(match: re.Match[str]) -> str:
        notes.append(match[1].strip())
        number = next_note + len(notes) - 1
        return f"[{number}](#not-{chapter.key}-{number})"

    parts: list[str | Figure | Table] = []
    words = []
    for part in text.placed or (text.markup,):
        if isinstance(part, str):
            linked = NOTE.sub(note, REFERENCE.sub(reference, part))
            words.append(linked)
            parts.append(linked)
        else:
            parts.append(part)
    return replace(
        text,
        markup="\n\n".join(words),
        placed=tuple(parts) if text.placed else (),
        broken=tuple(broken),
        notes=tuple(notes),
        first_note=next_note,
        chapter=chapter.key,
    )
