"""An edition again, from what was kept with it: the same bytes after units, cases and words have changed.

Its document is stored as data with every sentence, drawing and row, beside the page around it and the
style it was laid out with.  HTML is written anew from the data.  When the product's own templates have
changed since, the result has other bytes, and the stored page stands in: ``from_data`` tells which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from casework.files.pdf import Data, product, render_pdf, stylesheet
from reports.document.blocks import Document
from reports.document.freezing import dump, load
from reports.document.rendering import render_body, with_decision
from reports.editions.built import SECONDS, Built
from reports.models import Edition


def sum_of(content: str | bytes) -> str:
    """Return the SHA-256 of a file or a text."""
    return hashlib.sha256(
        content.encode() if isinstance(content, str) else content
    ).hexdigest()


def inputs_of(built: Built) -> dict[str, Any]:
    """Return all that a report was made from, as data to be kept with its edition."""
    before, _, after = built.page.partition(built.body)
    return {
        "document": dump(built.document),
        "municipality": settings.MUNICIPALITY_NAME,
        "page": [before, after],
        "style": stylesheet(),
        "product": product(),
        "sums": {"html": sum_of(built.body), "pdf": sum_of(built.pdf)},
    }


@dataclass(frozen=True)
class Rebuilt:
    """An edition made again; ``from_data`` when its HTML was written anew and is the same to the byte."""

    html: str
    pdf: bytes
    from_data: bool
    is_same: bool


def document_of(edition: Edition) -> Document:
    """Return the document that an edition was made from; raises UnreadableError when it cannot be read."""
    return load(edition.inputs.get("document"))


def _page_of(edition: Edition, html: str) -> str:
    before, after = edition.inputs["page"]
    return f"{before}{html}{after}"


def rebuild(edition: Edition) -> Rebuilt:
    """Make an edition again without a question about units, cases or figures; slow."""
    document, sums = document_of(edition), edition.inputs["sums"]
    about = {"municipality": edition.inputs["municipality"], "number": edition.number}
    _, _, html = render_body(document, "reports/document", **about)
    from_data = sum_of(html) == sums["html"]
    html = html if from_data else edition.html
    # Never from a shelf: this is to prove what the edition says.
    pdf = render_pdf(
        _page_of(edition, html), style=edition.inputs["style"], seconds=SECONDS
    )
    is_same = sum_of(html) == sums["html"] and sum_of(pdf) == sums["pdf"]
    return Rebuilt(html, pdf, from_data, is_same)


def archive_pdf(
    edition: Edition, data: list[Data], *, on_tick: Callable[[], None] | None = None
) -> bytes:
    """Return an edition as PDF/A-3a with its decision and its numbers, for the archive; slow."""
    page = _page_of(edition, with_decision(edition.html, edition.approval))
    style = edition.inputs["style"]
    return render_pdf(
        page, style=style, archive=True, data=data, on_tick=on_tick, seconds=SECONDS
    )
