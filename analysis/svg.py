"""The elements that charts are drawn with: colours, lines and text that fits where it stands.

Colours stand as presentation attributes (the print palette), because a PDF engine applies no page
style to inline SVG, and as classes, so that the page's style sheet can recolour them for dark mode.
"""

from __future__ import annotations

from html import escape
from itertools import chain

INK, MUTED, GRID, NOW = "#17212b", "#4a5763", "#d6dde2", "#0b5766"
EARLIER = (("p0", "#c5ced5"), ("p1", "#9fb0bb"), ("p2", "#6f8594"))
FONT = "Source Sans 3, Source Sans 3 Ext, sans-serif"
TEXT, LINE = 13, 16


def text(x: float, y: float, words: str, kind: str = "tx", **more: str | float | None) -> str:
    return tag("text", kind, words, fill=MUTED if kind == "mu" else INK, x=x, y=y, **more)


def weight(kind: str) -> str | None:
    return "600" if kind == "now" else None


def rule(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    colour = {"ax": MUTED, "gr": GRID, "now": NOW}[kind]
    return tag(
        "line",
        kind,
        stroke=colour,
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
        stroke_width=2 if kind == "now" else None,
    )


def tag(name: str, kind: str, words: str = "", **attributes: str | float | None) -> str:
    """One element with its class; numbers are rounded to a tenth, and all text is escaped."""
    written = "".join(
        f' {key.replace("_", "-")}="{value if isinstance(value, str) else _rounded(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f'<{name} class="{kind}"{written}' + (f">{escape(words)}</{name}>" if words else "/>")


def wrap(words: str, limit: float) -> list[str]:
    """Lines no wider than `limit`; a single word wider than that is broken with a hyphen."""
    lines: list[str] = []
    for piece in chain.from_iterable(_pieces(word, limit) for word in words.split()):
        joined = f"{lines[-1]} {piece}" if lines else piece
        if lines and width(joined) <= limit:
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines or ["–"]


def _pieces(word: str, limit: float) -> list[str]:
    pieces = []
    while width(word) > limit:
        cut = max(n for n in range(1, len(word)) if n == 1 or width(word[:n] + "-") <= limit)
        pieces.append(word[:cut] + "-")
        word = word[cut:]
    return [*pieces, word]


def width(words: str, size: int = TEXT) -> float:
    """The width of a text in the chart's font, on the safe side: no font is read to draw a chart."""
    narrow, broad = "iljtfrI.,:;-–'|!() ", "mwMWÅÄÖOQ@%"
    return size * sum(
        0.33 if c in narrow else 0.86 if c in broad else 0.65 if c.isupper() else 0.54 for c in words
    )


def _rounded(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
