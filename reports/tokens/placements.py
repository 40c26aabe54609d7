"""Tokens that place a chart or a table in a text: ``{bild ...}`` and ``{tabell ...}`` on a line alone.

The words are those of ``{tal ...}``, with how it is split (``per=kategori``) and over how many years
(``åren=4``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.counted.countings import COUNTING_OF, DIMENSIONS
from analysis.counted.vocabulary import named
from reports.tokens.tokens import (
    LONGEST,
    ONLY_HOW_MANY,
    Asked,
    TokenError,
    asked_in,
    is_open,
    words_in,
)

PLACED = re.compile(r"\{(bild|tabell)\b([^{}\n]*)\}")
ALONE = re.compile(r"(?m)^[ \t]*(\{(?:bild|tabell)\b[^{}\n]*\})[ \t\r]*$")
PER, YEARS = "per", "åren"
MOST_YEARS = 4
# What a count may be split by besides its dimensions, and the heading of the column.
SPLITS = {"år": "År", "tertial": "Tertial", "månad": "Månad", "enhet": "Verksamhet"}
TYPED_OTHERWISE = {"ar": "år", "manad": "månad"}


@dataclass(frozen=True)
class Placement:
    """What a token places: a count split by something, over some years, as a chart or as a table alone."""

    drawn: bool
    asked: Asked
    by: str
    years: int = 1

    @property
    def heading(self) -> str:
        """Return the heading of the column of names."""
        return SPLITS.get(self.by) or DIMENSIONS[self.by].label

    @property
    def words(self) -> str:
        """Return the count and its split in words."""
        return f"{self.asked.words}, per {self.heading[0].lower()}{self.heading[1:]}"

    @property
    def as_table(self) -> Placement:
        """Return the same as a table alone."""
        return replace(self, drawn=False)

    def __str__(self) -> str:
        """Return the token that places this."""
        head = "bild" if self.drawn else "tabell"
        slug = self.by if self.by in SPLITS else DIMENSIONS[self.by].slug
        subject, basis, *narrowed = self.asked.token_words
        words = [head, subject, basis, f"{PER}={slug}"]
        if self.years != default_years(self.by):
            words.append(f"{YEARS}={self.years}")
        return "{" + " ".join([*words, *narrowed]) + "}"


def default_years(by: str) -> int:
    """Return how many years are shown when the token does not say: all that fit when they are the rows."""
    return MOST_YEARS if by == "år" else 1


def read_placement(token: str) -> Placement:
    """Return the placement that a token asks for; raises TokenError when it means nothing."""
    match = PLACED.fullmatch(token)
    if match is None or len(token) > LONGEST:
        raise TokenError("skriv {bild …} eller {tabell …}")
    own, words = _own_words(words_in(match[2]))
    asked = asked_in(words)
    by = _split_by(asked, own.get(PER, ""))
    years = own.get(YEARS, str(default_years(by)))
    if years not in ("1", "2", "3", "4"):
        raise TokenError(f"{YEARS} är hur många år som visas, 1 till {MOST_YEARS}")
    return Placement(match[1] == "bild", asked, by, int(years))


def _own_words(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Separate the words that only placements have, by name, from those of every token."""
    own, others = {}, []
    for word in words:
        name, _, value = word.partition("=")
        if name in (PER, YEARS):
            own[name] = value
        else:
            others.append(word)
    return own, others


def _split_by(asked: Asked, typed: str) -> str:
    """Return the split or the dimension that an author typed; raises TokenError when it does not suit."""
    by = TYPED_OTHERWISE.get(typed, typed)
    if by not in SPLITS:
        by = _dimension(asked, by)
    if by in dict(asked.where):
        raise TokenError("det går inte att dela på det som redan är valt")
    return by


def _dimension(asked: Asked, slug: str) -> str:
    """Return the dimension with a slug; raises TokenError when a text may not split the count by it."""
    dimensions = COUNTING_OF[asked.subject, asked.basis].dimensions
    dimension = named(DIMENSIONS, slug)
    if dimension is None or dimension not in dimensions:
        slugs = [DIMENSIONS[name].slug for name in dimensions]
        raise TokenError(f"skriv {PER}= och något av {', '.join([*SPLITS, *slugs])}")
    if not is_open(asked.subject, asked.basis, dimension):
        raise TokenError(ONLY_HOW_MANY)
    return dimension
