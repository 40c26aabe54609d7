"""Numbers become an accessible SVG and the table it was drawn from, the same string in page and PDF."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from html import escape
from itertools import chain

from analysis.charts.svg import (
    EARLIER,
    FONT,
    INK,
    LINE,
    NOW,
    TEXT,
    rule,
    tag,
    text,
    weight,
    width,
    wrap,
)

NBSP = "\u00a0"
MISSING = "–"
BAR, STEP, GAP = 12, 15, 12
Colour = tuple[str, str]  # its class and the colour itself
Drawing = tuple[list[str], float]  # the elements, and how high they are together
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: its finding in words, two drawings and the table of the same numbers."""

    title: str
    wide: str
    narrow: str
    header: Row
    rows: tuple[Row, ...]

    @property
    def table(self) -> tuple[Row, tuple[Row, ...]]:
        return self.header, self.rows


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the drawing lies on the paper: names at the left (above, when narrow)."""

    name: str
    width: int
    left: int
    max_ticks: int

    @property
    def names_above(self) -> bool:
        return self.left == 0


WIDE = Frame("wide", width=640, left=176, max_ticks=6)
NARROW = Frame("narrow", width=300, left=0, max_ticks=4)


def number(value: int | None) -> str:
    """Return a count in Swedish: thousands parted by a hard space, a dash where the number is missing."""
    if value is None:
        return MISSING
    return f"{value:,}".replace(",", NBSP)


def percent(part: int, whole: int) -> int:
    """Return whole per cent, halves upward, never 0 or 100 unless it is exactly none or all."""
    rounded = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(rounded, 1), 99)
    return rounded


def nice_ticks(highest: int, max_ticks: int = 6) -> list[int]:
    """Return ticks from zero in steps of 1, 2 or 5 times a power of ten, up to the highest value or above."""
    highest = max(highest, 1)
    step = 1
    for power in range(len(str(highest)) + 1):
        for factor in (1, 2, 5):
            step = factor * 10**power
            if math.ceil(highest / step) < max_ticks:
                return list(range(0, highest + step, step))
    return [0, step]


def grouped_bars(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
    *,
    heading: str = "Område",
    uid: str = "",
) -> Chart:
    """Draw a row of bars per category, one bar per year: the last year dark, the earlier ones grey."""
    if not 1 <= len(series) <= 4:
        raise ValueError("a chart of bars has one to four series")
    columns: list[Sequence[str]] = [categories]
    for _, values in series:
        if len(values) != len(categories):
            raise ValueError("every series needs one value per category")
        if any(value is not None and value < 0 for value in values):
            raise ValueError("a count is never negative")
        columns.append([number(value) for value in values])
    header = (heading, *(label for label, _ in series))
    rows = tuple(zip(*columns, strict=True))
    uid = uid or uid_of(title, header, rows)
    return chart(
        uid, title, header, rows, partial(_bars, categories=categories, series=series)
    )


def line(
    title: str,
    labels: Sequence[str],
    points: Sequence[tuple[int, int] | None],
    *,
    heading: str = "Månad",
    uid: str = "",
) -> Chart:
    """Draw a share over time, `(part, whole)` per label; a missing or empty month is a gap, never a zero."""
    if len(labels) != len(points):
        raise ValueError("every label needs one point")
    if any(
        point is not None and not 0 <= point[0] <= max(point[1], 0) for point in points
    ):
        raise ValueError("a share is a part of its whole")
    header = (heading, "Antal", "Av", "Andel")
    rows = tuple(
        _share_row(label, point) for label, point in zip(labels, points, strict=True)
    )
    shares = [_share(point) for point in points]
    uid = uid or uid_of(title, header, rows)
    return chart(uid, title, header, rows, partial(_line, labels=labels, shares=shares))


def chart(
    uid: str,
    title: str,
    header: Row,
    rows: tuple[Row, ...],
    draw: Callable[[Frame], Drawing],
) -> Chart:
    """Return a finished chart: its table, and its drawing for a wide paper and a narrow one."""
    wide = picture(WIDE, uid, title, *draw(WIDE))
    narrow = picture(NARROW, uid, title, *draw(NARROW))
    return Chart(title, wide, narrow, header, rows)


def no_figures() -> Drawing:
    """Return the drawing of nothing: words that say so."""
    return [text(0, LINE, "Inga uppgifter", "mu")], LINE + 6


def _bars(
    frame: Frame,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[int | None]]],
) -> Drawing:
    """Draw a row of bars for each category."""
    if not categories:
        return no_figures()
    colours = (*EARLIER[len(EARLIER) + 1 - len(series) :], ("now", NOW))
    parts, top = _legend(frame, [label for label, _ in series], colours)
    columns = [column for _, column in series]
    values = list(chain.from_iterable(columns))
    highest = max(1, *(value or 0 for value in values))
    # The axis ends with the longest bar: a tick beyond it would only make every bar shorter.
    ticks = [tick for tick in nice_ticks(highest, frame.max_ticks) if tick <= highest]
    room = 10 + max(width(number(value), 12) for value in values)
    scale = (frame.width - frame.left - max(room, 30)) / highest
    top += LINE + 6
    body: list[str] = []
    y = top + 6
    for category, in_category in zip(
        categories, zip(*columns, strict=True), strict=True
    ):
        names, block = _row(
            frame, y, category, list(zip(in_category, colours, strict=True)), scale
        )
        body += names
        y += block + GAP
    bottom = y - GAP + 6
    return parts + _grid(frame, ticks, scale, top, bottom) + body, bottom + 2


def _grid(
    frame: Frame, ticks: Sequence[int], scale: float, top: float, bottom: float
) -> list[str]:
    """Draw a line down from each tick, with its number above."""
    parts = []
    for tick in ticks:
        x = frame.left + tick * scale
        parts.append(rule((x, top), (x, bottom), grid_line(tick)))
        # With the names above, zero lies at the paper's edge: its number may not stand half outside.
        anchor = "start" if tick == 0 and frame.names_above else "middle"
        parts.append(
            text(x, top - 5, number(tick), "mu", text_anchor=anchor, font_size=11)
        )
    return parts


def grid_line(tick: int) -> str:
    """Return the kind of line at a tick: zero is the axis."""
    return "gr" if tick else "ax"


def _row(
    frame: Frame,
    y: float,
    category: str,
    bars: Sequence[tuple[int | None, Colour]],
    scale: float,
) -> Drawing:
    """Draw one category: its name, wrapped so that it never meets the bars, and its bars with numbers."""
    height = len(bars) * STEP - (STEP - BAR)
    parts: list[str] = []
    if frame.names_above:
        lines = wrap(category, frame.width)
        depth = len(lines) * LINE
        for k, words in enumerate(lines):
            parts.append(text(2, y + 12 + k * LINE, words))
        y_bars, block = y + depth + 2, depth + 2 + height
    else:
        lines = wrap(category, frame.left - 12)
        depth = len(lines) * LINE
        block = max(height, depth)
        first = y + (block - depth) / 2 + 12
        for k, words in enumerate(lines):
            parts.append(
                text(frame.left - 10, first + k * LINE, words, text_anchor="end")
            )
        y_bars = y + (block - height) / 2
    for j, (value, (kind, colour)) in enumerate(bars):
        y_bar, length = y_bars + j * STEP, (value or 0) * scale
        if length:
            parts.append(
                tag(
                    "rect",
                    kind,
                    fill=colour,
                    x=frame.left,
                    y=y_bar,
                    width=length,
                    height=BAR,
                )
            )
        x = frame.left + length + 5
        parts.append(
            text(x, y_bar + 10.5, number(value), font_size=12, font_weight=weight(kind))
        )
    return parts, block


def _line(frame: Frame, labels: Sequence[str], shares: Sequence[int | None]) -> Drawing:
    """Draw a share over time, on an axis that always runs from 0 to 100 per cent."""
    if all(share is None for share in shares):
        return no_figures()
    left, right, top, height = 46, frame.width - 16, 22, 200
    slot = (right - left) / len(labels)
    parts: list[str] = []
    for tick in (0, 25, 50, 75, 100):
        y = top + height * (1 - tick / 100)
        parts.append(rule((left, y), (right, y), grid_line(tick)))
        parts.append(
            text(
                left - 6, y + 4, f"{tick}{NBSP}%", "mu", text_anchor="end", font_size=11
            )
        )
    strokes: list[str] = []
    points: list[str] = []
    before: tuple[float, float] | None = None
    for i, share in enumerate(shares):
        if share is None:
            before = None  # a gap: no stroke leads over it
            continue
        x, y = left + (i + 0.5) * slot, top + height * (1 - share / 100)
        if before:
            strokes.append(rule(before, (x, y), "now"))
        points.append(tag("circle", "now", fill=NOW, cx=x, cy=y, r=3.5))
        if slot >= 18:
            points.append(
                text(
                    x,
                    y - 8,
                    str(share),
                    text_anchor="middle",
                    font_size=12,
                    font_weight="600",
                )
            )
        before = (x, y)
    names, depth = names_below(labels, left, slot, top + height + 16)
    return parts + strokes + points + names, top + height + 10 + depth


def names_below(labels: Sequence[str], left: float, slot: float, y: float) -> Drawing:
    """Draw the labels under an axis, a word a line, as many as there is room for."""
    widest = max(width(word, 11) for word in " ".join(labels).split(" "))
    needed = math.ceil((widest + 6) / slot)
    # So that the same months are named every year.
    every = next((step for step in (1, 2, 3, 4, 6, 12) if step >= needed), needed)
    parts: list[str] = []
    deepest = 1
    for i in range(0, len(labels), every):
        words = labels[i].split(" ")
        deepest = max(deepest, len(words))
        x = left + (i + 0.5) * slot
        for k, word in enumerate(words):
            parts.append(
                text(x, y + k * 13, word, "mu", text_anchor="middle", font_size=11)
            )
    return parts, deepest * 13


def _legend(frame: Frame, labels: Sequence[str], colours: Sequence[Colour]) -> Drawing:
    """Draw a swatch and a word for each series, broken into lines where the paper ends."""
    parts: list[str] = []
    x, y = float(frame.left), 12.0
    for label, (kind, colour) in zip(labels, colours, strict=True):
        room = 16 + width(label) + 18
        if x > frame.left and x + room > frame.width:
            x, y = float(frame.left), y + LINE + 2
        parts.append(tag("rect", kind, fill=colour, x=x, y=y - 10, width=11, height=11))
        parts.append(text(x + 16, y, label, font_weight=weight(kind)))
        x += room
    return parts, y + 6


def picture(frame: Frame, uid: str, title: str, parts: list[str], height: float) -> str:
    """Return the picture with its name: a title that is a direct child becomes the PDF's alternative text."""
    if not title.strip():
        raise ValueError("a chart needs a title that states its finding")
    ident = f"{uid}-{frame.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kv kv-{frame.name}" role="img" '
        f'aria-labelledby="{ident}" '
        f'viewBox="0 0 {frame.width} {math.ceil(height)}" width="{frame.width}" height="{math.ceil(height)}" '
        f'font-family="{FONT}" font-size="{TEXT}" fill="{INK}">'
        f'<title id="{ident}">{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _share(point: tuple[int, int] | None) -> int | None:
    """Return a share in per cent; of nothing there is none."""
    if not point or not point[1]:
        return None
    return percent(*point)


def _share_row(label: str, point: tuple[int, int] | None) -> Row:
    if not point or not point[1]:
        return (label, MISSING, MISSING, MISSING)
    return (label, number(point[0]), number(point[1]), f"{percent(*point)}{NBSP}%")


def uid_of(*content: object) -> str:
    """Return a name that two different charts never share and one chart always keeps."""
    return "d" + sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()[:10]
