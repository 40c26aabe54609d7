"""Charts as pictures for what cannot show SVG: the same drawing, in the same print fonts."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from casework.files.pdf import FONTS, STATIC

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

# 640 units on 160 millimetres of paper become 300 dots an inch.
SCALE = 3
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
WHITE = "#ffffff"


def png_of(svg: str) -> bytes:
    """Return one of our own charts (analysis.charts.charts) as PNG; the same chart gives the same bytes."""
    from PIL import Image
    from PIL.ImageDraw import Draw

    root = ET.fromstring(svg)  # noqa: S314 -- drawn by ourselves
    size = (int(root.get("width", "0")) * SCALE, int(root.get("height", "0")) * SCALE)
    image = Image.new("RGB", size, WHITE)
    canvas = Draw(image)
    for element in root:
        _draw(canvas, element, root)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw(canvas: ImageDraw, element: ET.Element, root: ET.Element) -> None:
    """Draw one element of a chart."""

    def at(name: str) -> float:
        return float(element.get(name, "0")) * SCALE

    fill = element.get("fill", "")
    match element.tag.rpartition("}")[2]:
        case "rect":
            corner = (at("x") + at("width"), at("y") + at("height"))
            canvas.rectangle((at("x"), at("y"), *corner), fill=fill)
        case "circle":
            canvas.circle((at("cx"), at("cy")), at("r"), fill=fill)
        case "line":
            width = round(float(element.get("stroke-width", "1")) * SCALE)
            ends = (at("x1"), at("y1"), at("x2"), at("y2"))
            canvas.line(ends, fill=element.get("stroke", ""), width=width)
        case "text":
            size = (
                float(element.get("font-size") or root.get("font-size") or "0") * SCALE
            )
            font = _font(element.get("font-weight", "400"), round(size))
            anchor = ANCHORS[element.get("text-anchor", "start")]
            canvas.text(
                (at("x"), at("y")),
                element.text or "",
                fill=fill,
                font=font,
                anchor=anchor,
            )


@cache
def _font(weight: str, size: int) -> FreeTypeFont:
    """Return the print font in a weight and a size."""
    from PIL import ImageFont

    return ImageFont.truetype(
        str(STATIC / FONTS / f"source-sans-3-latin-{weight}.woff2"), size
    )
