"""What the drawings of levels and funnels share: shapes, lines, ticks, and the legend that names them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.charts import NBSP, Drawing, Frame, grid_line, number
from analysis.charts.svg import EARLIER, INK, LINE, NOW, rule, tag, text, width
from analysis.rules.number_words import decimal
from analysis.rules.spc import OVER, UNDER

EDGE = "#6a7782"
HEIGHT = 200
DASHES, DOTS = "6 4", "2 3"
# Samples that are lines, by what they are of, and how they are dashed.
_LINES = {"mean": None, "lim": DASHES, "outer": DOTS}
Point = tuple[float, float]


def shown(value: float, unit: str = "") -> str:
    """Return a number in Swedish, with one decimal unless it is whole, and its unit."""
    figure = number(int(value)) if value == int(value) else decimal(round(value, 1))
    if not unit:
        return figure
    return f"{figure}{NBSP}{unit}"


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the drawing lies on the paper, and what its upper edge stands for."""

    left: float
    right: float
    top: float
    most: float

    @property
    def bottom(self) -> float:
        """Return where zero lies."""
        return self.top + HEIGHT

    def y(self, value: float) -> float:
        """Return where a value lies."""
        return self.bottom - HEIGHT * value / self.most


def plot(
    frame: Frame, top: float, scale: Sequence[int], unit: str = ""
) -> tuple[Plot, list[str]]:
    """Lay out a drawing below ``top``; return it with the lines across it and their numbers."""
    left = 12 + max(width(shown(tick, unit), 11) for tick in scale)
    found = Plot(left, frame.width - 10, top, scale[-1])
    parts: list[str] = []
    for tick in scale:
        at = found.y(tick)
        parts.append(rule((left, at), (found.right, at), grid_line(tick)))
        parts.append(
            text(
                left - 6,
                at + 4,
                shown(tick, unit),
                "mu",
                text_anchor="end",
                font_size=11,
            )
        )
    return found, parts


def stroke(
    kind: str,
    colour: str,
    start: Point,
    end: Point,
    *,
    thick: float | None = None,
    dashes: str | None = None,
) -> str:
    """Draw one straight line."""
    return tag(
        "line",
        kind,
        stroke=colour,
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
        stroke_width=thick,
        stroke_dasharray=dashes,
    )


def path(kind: str, colour: str, points: Sequence[Point], dashes: str) -> str:
    """Draw a dashed line through some points."""
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag(
        "polyline",
        kind,
        stroke=colour,
        fill="none",
        points=drawn,
        stroke_width=1.5,
        stroke_dasharray=dashes,
    )


def shape(mark: str, at: Point, size: float) -> str:
    """Draw a point: a triangle above, a square below, a dot as usual."""
    x, y = at
    if mark == OVER:
        corners = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y + size:.1f} {x - size:.1f},{y + size:.1f}"
        return tag("polygon", "now", fill=NOW, points=corners)
    if mark == UNDER:
        side = 1.7 * size
        return tag(
            "rect",
            "now",
            fill=NOW,
            x=x - side / 2,
            y=y - side / 2,
            width=side,
            height=side,
        )
    return tag("circle", "cc", fill=EARLIER[2][1], cx=x, cy=y, r=0.8 * size)


def legend(frame: Frame, items: Sequence[tuple[str, str]]) -> Drawing:
    """Draw a sample and its words for everything that is drawn, broken into lines where the paper ends."""
    if not items:
        return [], 8.0
    parts: list[str] = []
    x, y = 0.0, 12.0
    for kind, words in items:
        indent = 26 if kind in _LINES else 16
        room = indent + width(words) + 16
        if x and x + room > frame.width:
            x, y = 0.0, y + LINE + 2
        parts.append(_sample(kind, x, y))
        parts.append(text(x + indent, y, words))
        x += room
    return parts, y + 14


def _sample(kind: str, x: float, y: float) -> str:
    ends = (x, y - 4), (x + 20, y - 4)
    if kind == "mean":
        return stroke("mean", INK, *ends, thick=1.5)
    if kind in _LINES:
        return stroke("lim", EDGE, *ends, thick=1.5, dashes=_LINES[kind])
    if kind == "own":
        return diamond((x + 6, y - 4))
    return shape(kind, (x + 6, y - 4), 5)


def diamond(at: Point) -> str:
    """Draw the own point among others: a diamond."""
    (x, y), size = at, 6
    corners = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
    return tag("polygon", "now", fill=NOW, points=corners)
