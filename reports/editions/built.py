"""A finished edition before it is stored, and how long the making of one may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reports.document.blocks import Document
from reports.models import Freeze

# The longest report on a busy machine; the job is held second by second all the while.
SECONDS = 300


@dataclass(frozen=True)
class Built:
    """A finished report that is not stored yet."""

    document: Document
    figures: dict[str, Any]
    body: str
    page: str
    pdf: bytes
    checksum: str
    inputs: dict[str, Any] = field(default_factory=dict)
    freeze: Freeze | None = None
