"""A document's chapters apart, and in their place pages that hold nothing but what others ask of them.

Only what our own templates write is recognised: `<section class="chapter ...">`, one after another.  What
people have typed is escaped there and can never look like it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TypedDict

# The first of the chapters' pages carries this name, so that they are found again.
FIRST = "kapitlens-forsta-sida"
MOST = 200
_BEGINS = re.compile(r'(?=<section class="chapter[ "])')
_OPENING = re.compile(r"<section[^>]*>")
_HEADING = re.compile(r"<h1\b[^>]*>.*?</h1>", re.DOTALL)
_ROOT = re.compile(r"<html[^>]*>")
_BODY = re.compile(r"<body[^>]*>")
_AROUND = re.compile(r"<(?:div|main)[^>]*>\s*\Z")
_ID = re.compile(r'\sid="([^"]*)"')
_LINK = re.compile(r'\shref="#([^"]*)"')


class Page(TypedDict):
    """One page of a chapter: its name in the style sheet, and which places of the text it holds."""

    name: str
    places: list[str]


@dataclass(frozen=True)
class Split:
    """A document as what stands before its chapters, the chapters, and what stands after them."""

    front: str
    chapters: tuple[str, ...]
    back: str

    def alone(self, position: int) -> str:
        """Return a chapter as a document; what it links to elsewhere stands on a last page of its own."""
        chapter = self.chapters[position]
        body, around = _BODY.search(self.front), _AROUND.search(self.front)
        root = _ROOT.search(self.front)
        # Not the head of the document: it holds the day, and no chapter is laid out otherwise for that.
        head = f"<!doctype html>{root[0] if root else ''}<title>-</title>{body[0] if body else ''}"
        missing = self.elsewhere(position)
        links = "".join(f'<div id="{place}"></div>' for place in missing)
        last = f'<div style="break-before: page">{links}</div>' if missing else ""
        return f"{head}{around[0] if around else ''}{chapter}{last}"

    def elsewhere(self, position: int) -> list[str]:
        """Return the places in the rest of the document that a chapter links to."""
        links, own = (
            set(_LINK.findall(self.chapters[position])),
            set(_ID.findall(self.chapters[position])),
        )
        return sorted((links - own) & self._places)

    @cached_property
    def _places(self) -> set[str]:
        return set(_ID.findall("".join((self.front, *self.chapters, self.back))))

    def skeleton(self, pages: Sequence[Sequence[Page]]) -> str:
        """Return the document with empty pages for its chapters, which bear their names and places."""
        kept = "".join(map(_hollow, self.chapters, pages))
        return self.front + kept.replace("<div ", f'<div id="{FIRST}" ', 1) + self.back


def split(html: str) -> Split | None:
    """Take a document apart; nothing when it has no chapters to speak of."""
    front, *chapters = _BEGINS.split(html)
    if not 2 <= len(chapters) <= MOST:
        return None
    last, end, back = chapters[-1].rpartition("</section>")
    return Split(front, (*chapters[:-1], last + end), back)


def _hollow(chapter: str, pages: Sequence[Page]) -> str:
    """Empty pages instead of a chapter's; its heading stands unseen on the first, for the running head."""
    opening, heading = _OPENING.search(chapter), _HEADING.search(chapter)
    unseen = '<h1 style="visibility: hidden; bookmark-level: none"'
    title = _ID.sub("", heading[0]).replace("<h1", unseen, 1) if heading else ""
    leaves = []
    for page in pages:
        places = "".join(
            f'<div id="{escape(place)}"></div>' for place in page["places"]
        )
        name = escape(page["name"] or "auto")
        leaves.append(
            f'<div style="break-before: page; page: {name}">{title}{places}</div>'
        )
        title = ""
    return f"{_ID.sub('', opening[0]) if opening else ''}{''.join(leaves)}</section>"
