"""Light markup to safe HTML: paragraphs, one level of headings, lists, emphasis and links, nothing else.

What people paste is tamed before it is read: a run of combining marks or a deep nest costs a PDF
engine seconds or its stack, and bidirectional controls can make a sentence say its opposite.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

MAX_LENGTH = 20_000
MAX_MARKS = 4
# The longest row of marks in any language (UAX #15); composing takes the square of its length.
SAFE_TO_COMPOSE = 30
MAX_NESTING = 12
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Soft hyphen and the joiners that Persian and emoji are written with; every other format character
# is invisible and reorders or hides text.
KEPT_FORMATS = frozenset("\u00ad\u200c\u200d")
RULES = ["heading", "list", "emphasis", "link", "escape", "newline", "balance_pairs"]
# A place in the same report, as reports.tokens.references makes it.
ANCHOR = re.compile(r"#(?:avsnitt|bild|tabell|not)-[\w-]+")
# Told by what is allowed: an address that is no other can be written in more ways than one thinks of.
TYPED_LINK = re.compile(r"\]\((?!\s*<?https?://)", re.IGNORECASE)
NOTE_MARK = re.compile(r'<a href="#(not-[\w-]+-(\d+))">')
# An address, a file name or the like: a hyphen at the end of its line would be read as a part of it.
LONG_WORD = re.compile(r"[^\s<>]{10,}")
TAGS = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "em", "strong", "a", "br"}


def normalise(text: str) -> str:
    """Return text that is safe to lay out and to store: no control characters, marks and length capped."""
    text = "".join(filter(_kept, LINE_ENDS.sub("\n", text[: 10 * MAX_LENGTH])))
    composed = unicodedata.normalize("NFC", _limit_marks(text, SAFE_TO_COMPOSE))
    return _limit_marks(composed, MAX_MARKS)[:MAX_LENGTH]


def web_links_only(typed: str) -> str:
    """Let what people type lead to the web alone: a place in the report is linked by a reference to it.

    Such a link is known to lead somewhere, and a typed one could look like a note or take its id.
    """
    return TYPED_LINK.sub(r"]\\(", typed)


def _limit_marks(text: str, most: int) -> str:
    """Return a text in which no letter has more combining marks than so many."""
    kept: list[str] = []
    marks = 0
    for character in text:
        is_mark = unicodedata.category(character)[0] == "M"
        marks = marks + 1 if is_mark else 0
        if marks <= most:
            kept.append(character)
    return "".join(kept)


def to_html(text: str, *, heading: int = 3) -> str:
    """Return safe HTML of any text; every heading becomes `heading`, the level that its place needs."""
    text = normalise(text)
    parser = _parser()
    tokens = parser.parse(text)
    if _depth(tokens) > MAX_NESTING:
        return _as_typed(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{heading}"
    return _safe(parser.renderer.render(tokens, parser.options, {}))


def to_line(text: str) -> str:
    """Return safe HTML of a text that is one line, such as a note: emphasis and links."""
    return _safe(_parser().renderInline(" ".join(normalise(text).split())))


def _safe(html: str) -> str:
    """Return HTML of allowed tags alone, with notes that lead back."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
    own = re.sub(r'(<a href="#[\w-]+") rel="noopener noreferrer">', r"\1>", cleaned)
    noted = NOTE_MARK.sub(
        r'<a class="note" id="till-\1" href="#\1" aria-label="Not \2">', own
    )
    pieces = re.split(r"(<[^>]*>)", noted)
    return "".join(
        piece if piece.startswith("<") else _unhyphenated(piece) for piece in pieces
    )


def _unhyphenated(words: str) -> str:
    """Mark what must be broken without a hyphen, if it must be broken at all."""
    return LONG_WORD.sub(_marked, words)


def _marked(found: re.Match[str]) -> str:
    """Return an address or a file name in an element that is not hyphenated."""
    word = found[0].rstrip(".,;:!?)")
    if not set("/.@_") & set(word):
        return found[0]
    return f'<span class="unhyphenated">{word}</span>{found[0][len(word) :]}'


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph that look alike, and where they lead, if anywhere.

    ``address`` is on the web, ``anchor`` a place in the same report.
    """

    words: str
    bold: bool = False
    italic: bool = False
    address: str = ""
    anchor: str = ""

    @property
    def is_note(self) -> bool:
        """Tell whether it is the number of an endnote."""
        return self.anchor.startswith("not-")


def to_words(text: str) -> list[tuple[str, str]]:
    """Return paragraphs of plain words with the name of their Word style; numbers of notes are no words."""
    paragraphs = []
    for style, _, runs in to_runs(text):
        words = [run.words for run in runs if not run.is_note]
        paragraphs.append((style, "".join(words)))
    return paragraphs


def to_runs(text: str) -> list[tuple[str, int, list[Run]]]:
    """Return paragraphs: the name of their Word style, the number of their ordered list, and their runs."""
    paragraphs: list[tuple[str, int, list[Run]]] = []
    # The innermost list or heading is last, with the number of an ordered list.
    styles = [("Normal", 0)]
    ordered = 0
    for token in _parser().parse(normalise(text)):
        match token.type:
            case "bullet_list_open":
                styles.append(("List Bullet", 0))
            case "ordered_list_open":
                ordered += 1
                styles.append(("List Number", ordered))
            case "heading_open":
                styles.append(("Heading 4", 0))
            case "bullet_list_close" | "ordered_list_close" | "heading_close":
                styles.pop()
            case "inline":
                paragraphs.append((*styles[-1], list(_runs(token.children or ()))))
    return paragraphs


def _runs(tokens: Sequence[Token]) -> Iterator[Run]:
    """Yield the runs of a paragraph."""
    bold = italic = 0
    address = anchor = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open" | "link_close":
                address = str(token.attrGet("href") or "")
                anchor = address.removeprefix("#") if ANCHOR.fullmatch(address) else ""
                address = "" if anchor else address
            case "softbreak" | "hardbreak":
                yield Run("\n", bold > 0, italic > 0, address, anchor)
            case _ if token.content:
                yield Run(token.content, bold > 0, italic > 0, address, anchor)


@cache
def _parser() -> MarkdownIt:
    """Return the parser of light markup."""
    # One level above the limit, so that what lies deeper is seen and shown as typed instead of dropped.
    parser = MarkdownIt("zero", {"html": False, "maxNesting": MAX_NESTING + 1}).enable(
        RULES
    )
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    return parser


def _is_allowed(url: str) -> bool:
    """Tell whether a link leads to the web or to a place in the report."""
    return (
        url.lower().startswith(("http://", "https://"))
        or ANCHOR.fullmatch(url) is not None
    )


def _kept(character: str) -> bool:
    """Tell whether a character is one that people see or that languages need."""
    category = unicodedata.category(character)
    if category == "Cf":
        return character in KEPT_FORMATS
    return category[0] != "C" or character in "\n\t"


def _depth(tokens: Sequence[Token]) -> int:
    """Return the deepest level of blocks or, inside one paragraph, of emphasis and links."""
    deepest = 0
    for token in tokens:
        deepest = max(deepest, token.level, _depth(token.children or ()))
    return deepest


def _as_typed(text: str) -> str:
    """Return text that is nested deeper than anyone writes as it stands."""
    return "\n".join(
        f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip()
    )
