"""Fill the texts of a report: the numbers, charts, tables and sentences that their tokens ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from analysis.figures import FigureError
from reports.document import Document, Figure, Section, Table, Text
from reports.markup import web_links_only
from reports.placing import ALONE, PLACED, place, read_placement
from reports.tokens import MARKUP, TOKEN, TokenError, answer, read_token

# Each asks the register several questions, every time that the report is read.
MOST_PLACED, MOST_NUMBERS = 20, 60


def fill(document: Document) -> None:
    """Put the numbers into every text of a report, and keep each in the ledger."""
    for section in document.sections():
        section.blocks = [
            filled(document, section, block) if isinstance(block, Text) else block for block in section.blocks
        ]


def filled(document: Document, section: Section, text: Text) -> Text:
    """Return a text with its numbers, charts and tables, and what is wrong with those that mean nothing."""
    typed = text.typed or text.markup
    wrong: list[str] = []
    taken = count()

    def refuse(token: str, problem: Exception | str, what: str) -> str:
        wrong.append(f"{token}: {problem}")
        return MARKUP.sub(r"\\\1", f"[{what} går inte att hämta: {problem}]")

    def number(match: re.Match[str]) -> str:
        if next(taken) >= MOST_NUMBERS:
            return refuse(match[0], f"högst {MOST_NUMBERS} tal får plats i ett avsnitt", "Talet")
        try:
            return answer(document, section, read_token(match[0]))
        except (TokenError, FigureError) as problem:
            return refuse(match[0], problem, "Talet")

    def misplaced(match: re.Match[str]) -> str:
        return refuse(match[0], "den ska stå ensam på en rad", _name(match[0]))

    def words(part: str) -> str:
        return PLACED.sub(misplaced, TOKEN.sub(number, web_links_only(part)))

    parts = _parts(document, section, typed, words, refuse)
    markup = "\n\n".join(part for part in parts if isinstance(part, str))
    section.numbers = tuple(dict.fromkeys([*section.numbers, *document.ledger.take_asked()]))
    placed = () if len(parts) == 1 and isinstance(parts[0], str) else tuple(parts)
    return replace(text, markup=markup, typed=typed, wrong=tuple(wrong), placed=placed)


def _parts(
    document: Document,
    section: Section,
    typed: str,
    words: Callable[[str], str],
    refuse: Callable[[str, Exception | str, str], str],
) -> list[str | Figure | Table]:
    """Return the words of a text, and what is placed between them, in order."""
    found: list[str | Figure | Table] = []
    for position, part in enumerate(ALONE.split(typed)):
        if position % 2 == 0:
            if part.strip() or not found:
                found.append(words(part))
            continue
        if position // 2 >= MOST_PLACED:
            room = f"högst {MOST_PLACED} bilder och tabeller får plats i ett avsnitt"
            found.append(refuse(part, room, _name(part)))
            continue
        try:
            found += place(document, section, read_placement(part), position=position)
        except (TokenError, FigureError) as problem:
            found.append(refuse(part, problem, _name(part)))
    return [part for part in found if part or len(found) == 1]


def _name(token: str) -> str:
    return "Bilden" if token.startswith("{bild") else "Tabellen"
