"""HTML and style to pages, behind closed doors: the only module that loads the layout engine."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.ffi import pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from casework.files.pdf.binding import bind
from casework.files.pdf.chapters import FIRST, Split, split
from casework.files.pdf.child import share
from casework.files.pdf.finishing import seal, tidy, written
from casework.files.pdf.product import FONTS, STYLE

# RFC 2606: a host under .invalid exists nowhere, so that not even a hole in the fetcher reaches anything.
ORIGIN = "https://static.invalid/"
_SIDES = ("top", "right", "bottom", "left")
_PLACES = (
    "",
    "-left",
    "-center",
    "-right",
    "-top",
    "-middle",
    "-bottom",
    "-left-corner",
    "-right-corner",
)
_BOXES = [f"@{side}{place}" for side, place in product(_SIDES, _PLACES)]
# A chapter alone knows neither its page numbers nor the report's title: its heads come with the skeleton.
HEADLESS = (
    "@page { "
    + " ".join(f"{box} {{ content: none !important }}" for box in _BOXES)
    + " }"
)


@dataclass(frozen=True)
class Workshop:
    """What everything in one document is laid out with."""

    style: str
    variant: str
    fetcher: Any

    @classmethod
    def of(cls, asked: dict[str, Any]) -> Workshop:
        """Return the workshop for what is asked: its style, its kind of PDF, our fonts."""
        variant = "pdf/a-3a" if asked["archive"] else "pdf/ua-1"
        return cls(asked["style"], variant, _fetcher(asked["fonts"]))

    def lay_out(self, html: str, more_style: str = "") -> tuple[Any, bytes]:
        """Return the pages of a document, and the document as PDF."""
        fonts = FontConfiguration()
        known = {"url_fetcher": self.fetcher, "font_config": fonts}
        styles = [CSS(string=self.style + more_style, base_url=ORIGIN + STYLE, **known)]
        document = HTML(string=html, url_fetcher=self.fetcher)
        rendered = document.render(
            stylesheets=styles, font_config=fonts, pdf_variant=self.variant
        )
        return rendered.pages, rendered.write_pdf(pdf_variant=self.variant)


def forbid_network() -> None:
    """Refuse every look-up of a host and every connection in this process: the second wall behind the fetcher."""

    def refuse(event: str, _: Any) -> None:
        if event.startswith("socket."):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _fetcher(fonts: dict[str, str]) -> Any:
    """Return a fetcher that knows our print fonts and refuses all else, `file:` and `data:` too."""
    known = {
        f"{ORIGIN}{FONTS}{name}": base64.b64decode(text) for name, text in fonts.items()
    }

    class ClosedFetcher(URLFetcher):
        def fetch(self, url: str, _headers: dict[str, str] | None = None) -> Any:
            if url not in known:
                raise ValueError("address outside the report")
            return URLFetcherResponse(url, known[url], {"Content-Type": "font/ttf"})

    return ClosedFetcher(allowed_protocols=(), allow_redirects=False)


def make(asked: dict[str, Any]) -> bytes:
    """Return the finished PDF of what is asked, chapter by chapter where it has been divided."""
    shop, parts = Workshop.of(asked), split(asked["html"]) if asked["pieces"] else None
    if parts is None:
        with pikepdf.open(io.BytesIO(shop.lay_out(asked["html"])[1])) as document:
            tidy(document)
            return seal(document, asked["data"], archive=asked["archive"])
    _share_out(shop, parts, asked)
    pieces = [_read(file) for file in asked["pieces"]]
    with _bound(
        shop, parts, [(head["pages"], pdf) for head, pdf in pieces]
    ) as document:
        return seal(document, asked["data"], archive=asked["archive"])


def _bound(
    shop: Workshop, parts: Split, pieces: Sequence[tuple[list[Any], bytes]]
) -> Any:
    pages, pdf = shop.lay_out(parts.skeleton([pages for pages, _ in pieces]))
    first = next(
        position for position, page in enumerate(pages) if FIRST in page.anchors
    )
    with pikepdf.open(io.BytesIO(pdf)) as skeleton:
        tidy(skeleton)
        return bind(
            written(skeleton), first, [(len(pages), pdf) for pages, pdf in pieces]
        )


# --- pieces: each chapter in an open file without a name, so that nothing is left when somebody dies ------
def _engine() -> str:
    return f"pango {pango.pango_version()}"


def _read(file: int) -> tuple[dict[str, Any], bytes]:
    """Return a piece that the same libraries have laid out before, or nothing."""
    head, _, pdf = os.pread(file, os.fstat(file).st_size, 0).partition(b"\n")
    told = json.loads(head) if head else {}
    return (told, pdf) if told.get("engine") == _engine() else ({}, b"")


def _make_piece(shop: Workshop, parts: Split, position: int) -> bytes:
    chapter = parts.chapters[position]
    pages, pdf = shop.lay_out(parts.alone(position), HEADLESS)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tidy(document, prefix=hashlib.sha256(chapter.encode()).hexdigest()[:12])
        pdf = written(document)
    own = [
        {"name": page._page_box.page_type.name, "places": sorted(page.anchors)}
        for page in pages
    ]
    if parts.elsewhere(position):
        own.pop()
    return json.dumps({"engine": _engine(), "pages": own}).encode() + b"\n" + pdf


def _share_out(shop: Workshop, parts: Split, asked: dict[str, Any]) -> None:
    """Lay out the missing pieces in several processes, the longest first; each takes the next one left."""
    files = asked["pieces"]
    missing = [position for position, file in enumerate(files) if not _read(file)[1]]
    missing.sort(key=lambda position: (-len(parts.chapters[position]), position))
    waiting, fill = os.pipe()
    os.write(fill, bytes(missing))
    os.close(fill)

    def work() -> None:
        while taken := os.read(waiting, 1):
            piece = _make_piece(shop, parts, taken[0])
            os.ftruncate(files[taken[0]], 0)
            os.pwrite(files[taken[0]], piece, 0)
            os.write(asked["told"], taken)

    share(work, min(asked["processes"], len(missing)))
