"""Numbers become an accessible SVG and the table it was drawn from, the same string in page and PDF.

Colours stand as presentation attributes (the print palette), because a PDF engine applies no page
style to inline SVG, and as classes, so that the page's style sheet can recolour them for dark mode.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import pairwise

NBSP = "\u00a0"
MISSING = "–"
INK, MUTED, GRID, NOW = "#17212b", "#4a5763", "#d6dde2", "#0b5766"
EARLIER = (("p0", "#c5ced5"), ("p1", "#9fb0bb"), ("p2", "#6f8594"))
FONT = "Source Sans 3, sans-serif"
TEXT, LINE = 13, 16
BAR, STEP, GAP = 12, 15, 12


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: its finding in words, two drawings and the table of the same numbers."""

    title: str
    wide: str
    narrow: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        return self.header, self.rows


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the drawing lies on the paper: names at the left (or above, when narrow), numbers at the right."""

    name: str
    width: int
    left: int
    max_ticks: int

    @property
    def names_above(self) -> bool:
        return self.left == 0


WIDE = _Frame("wide", width=760, left=196, max_ticks=6)
NARROW = _Frame("narrow", width=360, left=0, max_ticks=4)


def number(value: int | None) -> str:
    """Swedish figures: thousands parted by a hard space, a dash where the number is missing."""
    return MISSING if value is None else f"{value:,}".replace(",", NBSP)


def percent(part: int, whole: int) -> int:
    """Whole per cent, halves upward, never 0 or 100 unless it is exactly none or all."""
    rounded = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(rounded, 1), 99)
    return rounded


def nice_ticks(highest: int, max_ticks: int = 6) -> list[int]:
    """Ticks from zero in steps of 1, 2 or 5 times a power of ten, the last at or above the highest value."""
    highest = max(highest, 1)
    step = 1
    for power in range(len(str(highest)) + 1):
        for factor in (1, 2, 5):
            step = factor * 10**power
            if math.ceil(highest / step) < max_ticks:
                return [step * i for i in range(math.ceil(highest / step) + 1)]
    return [0, step]


def grouped_bars(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
    *,
    heading: str = "Område",
    uid: str = "",
) -> Chart:
    """One row of bars per category, one bar per year: the last year dark, the earlier ones grey."""
    if not 1 <= len(series) <= 4:
        raise ValueError("a chart of bars has one to four series")
    if any(len(values) != len(categories) for _, values in series):
        raise ValueError("every series needs one value per category")
    if any(value is not None and value < 0 for _, values in series for value in values):
        raise ValueError("a count is never negative")
    header = (heading, *(label for label, _ in series))
    rows = tuple((name, *(number(values[i]) for _, values in series)) for i, name in enumerate(categories))
    uid = uid or _uid(title, header, rows)
    wide, narrow = (_svg(frame, uid, title, *_bars(frame, categories, series)) for frame in (WIDE, NARROW))
    return Chart(title, wide, narrow, header, rows)


def line(
    title: str,
    labels: Sequence[str],
    points: Sequence[tuple[int, int] | None],
    *,
    heading: str = "Månad",
    uid: str = "",
) -> Chart:
    """A share over time, `(numerator, denominator)` per label; a missing or empty month is a gap, never a zero."""
    if len(labels) != len(points):
        raise ValueError("every label needs one point")
    if any(point is not None and not 0 <= point[0] <= max(point[1], 0) for point in points):
        raise ValueError("a share is a part of its whole")
    header = (heading, "Antal", "Av", "Andel")
    rows = tuple(_share_row(label, point) for label, point in zip(labels, points, strict=True))
    shares = [percent(*point) if point and point[1] else None for point in points]
    uid = uid or _uid(title, header, rows)
    wide, narrow = (_svg(frame, uid, title, *_line(frame, labels, shares)) for frame in (WIDE, NARROW))
    return Chart(title, wide, narrow, header, rows)


def _bars(
    frame: _Frame,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
) -> tuple[list[str], float]:
    """The parts of a bar chart and how high it became."""
    if not categories:
        return [_text(0, LINE, "Inga uppgifter", kind="mu")], LINE + 6
    colours = (*EARLIER[len(EARLIER) + 1 - len(series) :], ("now", NOW))
    parts, top = _legend(frame, [label for label, _ in series], colours)
    values = [value for _, column in series for value in column]
    ticks = nice_ticks(max(value or 0 for value in values), frame.max_ticks)
    room = 10 + max(_width(number(value), 12) for value in values)
    scale = (frame.width - frame.left - max(room, 40)) / ticks[-1]
    top += LINE + 6
    body: list[str] = []
    y = top + 6
    for i, category in enumerate(categories):
        names, block = _row(
            frame, y, category, [(values[i], colours[j]) for j, (_, values) in enumerate(series)], scale
        )
        body += names
        y += block + GAP
    bottom = y - GAP + 6
    for tick in ticks:
        x = frame.left + tick * scale
        kind = "ax" if tick == 0 else "gr"
        parts.append(_rule(x, top, x, bottom, kind))
        anchor = "start" if tick == 0 and frame.names_above else "middle"
        parts.append(_text(x, top - 5, number(tick), kind="mu", anchor=anchor, size=11))
    return parts + body, bottom + 2


def _row(
    frame: _Frame,
    y: float,
    category: str,
    bars: list[tuple[int | None, tuple[str, str]]],
    scale: float,
) -> tuple[list[str], float]:
    """One category: its name, wrapped so that it never runs into the bars, and its bars with their numbers."""
    height = len(bars) * STEP - (STEP - BAR)
    lines = _wrap(category, (frame.width if frame.names_above else frame.left - 12))
    parts: list[str] = []
    if frame.names_above:
        parts += [_text(2, y + 12 + k * LINE, text) for k, text in enumerate(lines)]
        y_bars, block = y + len(lines) * LINE + 2, len(lines) * LINE + 2 + height
    else:
        block = max(height, len(lines) * LINE)
        first = y + (block - len(lines) * LINE) / 2 + 12
        parts += [
            _text(frame.left - 10, first + k * LINE, text, anchor="end") for k, text in enumerate(lines)
        ]
        y_bars = y + (block - height) / 2
    for j, (value, (kind, colour)) in enumerate(bars):
        y_bar, length = y_bars + j * STEP, (value or 0) * scale
        if length:
            parts.append(
                f'<rect class="{kind}" fill="{colour}" x="{frame.left}" y="{_n(y_bar)}" width="{_n(length)}" height="{BAR}"/>'
            )
        parts.append(_text(frame.left + length + 5, y_bar + 10.5, number(value), size=12, bold=kind == "now"))
    return parts, block


def _line(frame: _Frame, labels: Sequence[str], shares: Sequence[int | None]) -> tuple[list[str], float]:
    """The parts of a share over time, on an axis that always runs from 0 to 100 per cent."""
    if all(share is None for share in shares):
        return [_text(0, LINE, "Inga uppgifter", kind="mu")], LINE + 6
    left, right, top, height = 46, frame.width - 16, 22, 200
    slot = (right - left) / len(labels)
    parts: list[str] = []
    for tick in (0, 25, 50, 75, 100):
        y = top + height * (1 - tick / 100)
        parts.append(_rule(left, y, right, y, "gr" if tick else "ax"))
        parts.append(_text(left - 6, y + 4, f"{tick}{NBSP}%", kind="mu", anchor="end", size=11))
    dots = [
        None if share is None else (left + (i + 0.5) * slot, top + height * (1 - share / 100))
        for i, share in enumerate(shares)
    ]
    for start, end in pairwise(dots):
        if start and end:
            parts.append(
                f'<line class="now" stroke="{NOW}" stroke-width="2" x1="{_n(start[0])}" y1="{_n(start[1])}" x2="{_n(end[0])}" y2="{_n(end[1])}"/>'
            )
    for dot, share in zip(dots, shares, strict=True):
        if dot:
            parts.append(f'<circle class="now" fill="{NOW}" cx="{_n(dot[0])}" cy="{_n(dot[1])}" r="3.5"/>')
            if slot >= 18:
                parts.append(_text(dot[0], dot[1] - 8, str(share), anchor="middle", size=12, bold=True))
    every = math.ceil((max(_width(word, 11) for label in labels for word in label.split(" ")) + 6) / slot)
    deepest = 1
    for i in range(0, len(labels), every):
        words = labels[i].split(" ")
        deepest = max(deepest, len(words))
        x = left + (i + 0.5) * slot
        parts += [
            _text(x, top + height + 16 + k * 13, word, kind="mu", anchor="middle", size=11)
            for k, word in enumerate(words)
        ]
    return parts, top + height + 10 + deepest * 13


def _legend(frame: _Frame, labels: list[str], colours: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """A swatch and a word per series, broken into lines where the paper ends."""
    parts: list[str] = []
    x, y = float(frame.left), 12.0
    for label, (kind, colour) in zip(labels, colours, strict=True):
        width = 16 + _width(label) + 18
        if x > frame.left and x + width > frame.width:
            x, y = float(frame.left), y + LINE + 2
        parts.append(
            f'<rect class="{kind}" fill="{colour}" x="{_n(x)}" y="{_n(y - 10)}" width="11" height="11"/>'
        )
        parts.append(_text(x + 16, y, label, bold=kind == "now"))
        x += width
    return parts, y + 6


def _svg(frame: _Frame, uid: str, title: str, parts: list[str], height: float) -> str:
    """The picture with its name: the title is a direct child, which becomes the PDF's alternative text."""
    if not title.strip():
        raise ValueError("a chart needs a title that states its finding")
    ident = f"{uid}-{frame.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kv kv-{frame.name}" role="img" aria-labelledby="{ident}" '
        f'viewBox="0 0 {frame.width} {math.ceil(height)}" width="{frame.width}" height="{math.ceil(height)}" '
        f'font-family="{FONT}" font-size="{TEXT}" fill="{INK}">'
        f'<title id="{ident}">{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    kind: str = "tx",
    anchor: str = "start",
    size: int = TEXT,
    bold: bool = False,
) -> str:
    colour = MUTED if kind == "mu" else INK
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="{kind}" fill="{colour}" x="{_n(x)}" y="{_n(y)}" font-size="{size}"{place}{weight}>'
        f"{escape(text)}</text>"
    )


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    colour = MUTED if kind == "ax" else GRID
    return f'<line class="{kind}" stroke="{colour}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def _wrap(text: str, width: float) -> list[str]:
    """Lines no wider than `width`; a single word wider than that is broken with a hyphen."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        while _width(word) > width:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or _width(word[:n] + "-") <= width)
            if current:
                lines.append(current)
                current = ""
            lines.append(word[:cut] + "-")
            word = word[cut:]
        joined = f"{current} {word}".strip()
        if _width(joined) <= width:
            current = joined
        else:
            lines.append(current)
            current = word
    return [*lines, current] if current else lines or [MISSING]


def _width(text: str, size: int = TEXT) -> float:
    """The width of a text in the chart's font, on the safe side: no font is read to draw a chart."""
    narrow, broad = "iljtfrI.,:;-–'|!() ", "mwMWÅÄÖOQ@%"
    return size * sum(
        0.33 if c in narrow else 0.86 if c in broad else 0.65 if c.isupper() else 0.54 for c in text
    )


def _share_row(label: str, point: tuple[int, int] | None) -> tuple[str, ...]:
    if not point or not point[1]:
        return (label, MISSING, MISSING, MISSING)
    return (label, number(point[0]), number(point[1]), f"{percent(*point)}{NBSP}%")


def _uid(*content: object) -> str:
    """A name that two different charts never share and one chart always keeps."""
    return "d" + sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
