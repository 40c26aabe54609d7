"""A document as HTML, with the numbers in it and the checksum over both."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.template.loader import render_to_string

from reports.document.blocks import Document
from reports.models import Approval

# Where the cover of a stored edition has room for its decision: editions are built before they are decided.
DECISION = "<!-- beslut -->"


def checksum_of(figures: dict[str, Any], texts: str) -> str:
    """Return the SHA-256 over a report's numbers and words: the same edition, the same sum."""
    canonical = json.dumps(
        figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(f"{canonical}\n{texts}".encode()).hexdigest()


def figures_of(document: Document) -> dict[str, Any]:
    """Return every number of a report with the question that it answers."""
    return {
        "title": document.title,
        "unit": document.unit.code,
        "year": document.year,
        "extracted_on": document.extracted_on.isoformat(),
        "numbers": document.ledger.numbers(),
    }


def with_decision(html: str, approval: Approval) -> str:
    """Return the HTML of a decided edition with the board, day and paragraph, and the registry number."""
    return html.replace(
        DECISION, render_to_string("reports/decision.html", {"approval": approval}), 1
    )


def render_body(
    document: Document, name: str, **about: Any
) -> tuple[dict[str, Any], str, str]:
    """Return a document's figures, its checksum, and its HTML with the checksum in it."""
    figures = figures_of(document)
    context = {"document": document, **about}
    checksum = checksum_of(figures, render_to_string(f"{name}_body.html", context))
    return (
        figures,
        checksum,
        render_to_string(f"{name}_body.html", {**context, "checksum": checksum}),
    )
