"""Fill the texts of a report: the numbers, charts, tables and sentences that their tokens ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analysis.counted.questions import FigureError
from reports.document.blocks import Document, Figure, Section, Table, Text
from reports.document.markup import web_links_only
from reports.tokens.placements import ALONE, PLACED, read_placement
from reports.tokens.placing import place
from reports.tokens.tokens import MARKUP, TOKEN, TokenError, answer, read_token

# Each asks the register several questions, every time that the report is read.
MOST_PLACED, MOST_NUMBERS = 20, 60


def fill(document: Document) -> None:
    """Put the numbers into every text of a report, and keep each in the ledger."""
    for section in document.sections():
        for position, block in enumerate(section.blocks):
            if isinstance(block, Text):
                section.blocks[position] = filled(document, section, block)


def filled(document: Document, section: Section, text: Text) -> Text:
    """Return a text with its numbers, charts and tables, and the faults of its tokens."""
    typed = text.typed or text.markup
    filling = _Filling(document, section)
    parts = filling.parts(typed)
    words = [part for part in parts if isinstance(part, str)]
    asked = document.ledger.take_asked()
    section.numbers = tuple(dict.fromkeys([*section.numbers, *asked]))
    placed = tuple(parts)
    if len(parts) == len(words) == 1:
        placed = ()
    return replace(
        text,
        markup="\n\n".join(words),
        typed=typed,
        wrong=tuple(filling.wrong),
        placed=placed,
    )


class _Filling:
    """One text while it is filled: the faults of its tokens, and the number of numbers asked for."""

    def __init__(self, document: Document, section: Section) -> None:
        self.document, self.section = document, section
        self.wrong: list[str] = []
        self.numbers = 0

    def parts(self, typed: str) -> list[str | Figure | Table]:
        """Return the words of a text and the charts and tables between them, in order."""
        found: list[str | Figure | Table] = []
        for position, part in enumerate(ALONE.split(typed)):
            # Words and tokens that stand alone come by turns.
            if position % 2:
                found += self._placed(part, position)
            elif part.strip() or not found:
                found.append(self._words(part))
        return [part for part in found if part or len(found) == 1]

    def _placed(self, token: str, position: int) -> Sequence[str | Figure | Table]:
        """Return the chart or table that a token places, or why it cannot be."""
        if position // 2 >= MOST_PLACED:
            room = f"högst {MOST_PLACED} bilder och tabeller får plats i ett avsnitt"
            return [self._refuse(token, room, _name(token))]
        try:
            return place(
                self.document, self.section, read_placement(token), position=position
            )
        except (TokenError, FigureError) as problem:
            return [self._refuse(token, problem, _name(token))]

    def _words(self, part: str) -> str:
        """Return words with the numbers that they ask for."""
        return PLACED.sub(
            self._misplaced, TOKEN.sub(self._number, web_links_only(part))
        )

    def _number(self, match: re.Match[str]) -> str:
        """Return the number that a token asks for, or why it cannot be had."""
        self.numbers += 1
        if self.numbers > MOST_NUMBERS:
            return self._refuse(
                match[0], f"högst {MOST_NUMBERS} tal får plats i ett avsnitt", "Talet"
            )
        try:
            return answer(self.document, self.section, read_token(match[0]))
        except (TokenError, FigureError) as problem:
            return self._refuse(match[0], problem, "Talet")

    def _misplaced(self, match: re.Match[str]) -> str:
        """Say that a chart or table stands inside a paragraph."""
        return self._refuse(match[0], "den ska stå ensam på en rad", _name(match[0]))

    def _refuse(self, token: str, problem: Exception | str, what: str) -> str:
        """Note that a token means nothing, and return what stands in its place."""
        self.wrong.append(f"{token}: {problem}")
        return MARKUP.sub(r"\\\1", f"[{what} går inte att hämta: {problem}]")


def _name(token: str) -> str:
    """Return what a token places, as a sentence begins with it."""
    return "Bilden" if token.startswith("{bild") else "Tabellen"
