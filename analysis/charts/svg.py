"""The elements that charts are drawn with: colours, lines and text that fits where it stands.

Colours stand as presentation attributes (the print palette), because a PDF engine applies no page
style to inline SVG, and as classes, so that the page's style sheet can recolour them for dark mode.
"""

from __future__ import annotations

from html import escape

INK, MUTED, GRID, NOW = "#17212b", "#4a5763", "#d6dde2", "#0b5766"
EARLIER = (("p0", "#c5ced5"), ("p1", "#9fb0bb"), ("p2", "#6f8594"))
FONT = "Source Sans 3, Source Sans 3 Ext, sans-serif"
TEXT, LINE = 13, 16
_NARROW, _BROAD = "iljtfrI.,:;-–'|!() ", "mwMWÅÄÖOQ@%"


def text(
    x: float, y: float, words: str, kind: str = "tx", **more: str | float | None
) -> str:
    """Draw words; less important ones are muted."""
    colour = MUTED if kind == "mu" else INK
    return tag("text", kind, words, fill=colour, x=x, y=y, **more)


def weight(kind: str) -> str | None:
    """Return the weight of the words about a series: those about now are heavier."""
    return "600" if kind == "now" else None


def rule(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    """Draw a straight line: an axis, a line of the grid, or a part of the curve."""
    (x1, y1), (x2, y2) = start, end
    colour = {"ax": MUTED, "gr": GRID, "now": NOW}[kind]
    thick = 2 if kind == "now" else None
    return tag(
        "line", kind, stroke=colour, x1=x1, y1=y1, x2=x2, y2=y2, stroke_width=thick
    )


def tag(name: str, kind: str, words: str = "", **attributes: str | float | None) -> str:
    """Return an element with its class; numbers are rounded to a tenth, and all text is escaped."""
    element = f'<{name} class="{kind}"'
    for key, value in attributes.items():
        if value is None:
            continue
        written = value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
        element += f' {key.replace("_", "-")}="{written}"'
    if words:
        return f"{element}>{escape(words)}</{name}>"
    return f"{element}/>"


def wrap(words: str, limit: float) -> list[str]:
    """Return lines no wider than `limit`; a single word wider than that is broken with a hyphen."""
    lines: list[str] = []
    for word in words.split():
        for piece in _pieces(word, limit):
            if lines and width(f"{lines[-1]} {piece}") <= limit:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines or ["–"]


def _pieces(word: str, limit: float) -> list[str]:
    pieces = []
    while width(word) > limit:
        cut = 1
        while cut + 1 < len(word) and width(f"{word[: cut + 1]}-") <= limit:
            cut += 1
        pieces.append(word[:cut] + "-")
        word = word[cut:]
    return [*pieces, word]


def width(words: str, size: int = TEXT) -> float:
    """Return the width of a text in the chart's font, on the safe side: no font is read to draw a chart."""
    return size * sum(map(_width_of, words))


def _width_of(letter: str) -> float:
    if letter in _NARROW:
        return 0.33
    if letter in _BROAD:
        return 0.86
    if letter.isupper():
        return 0.65
    return 0.54
