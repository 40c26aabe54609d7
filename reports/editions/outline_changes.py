"""The changes of a report's sections since its latest edition: outlines and departments change.

A decided report stands as it is.  A draft follows its outline, and says what that means for what was written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from reports.document.blocks import Document
from reports.document.file_format import UnreadableError
from reports.editions.rebuilding import document_of
from reports.models import AnnualReport
from reports.outlines.parts import PARTS


@dataclass(frozen=True)
class Changes:
    """The differences from the sections of an edition, and the texts without a section."""

    edition: int = 0
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    is_moved: bool = False
    without_place: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(
            self.added
            or self.removed
            or self.renamed
            or self.is_moved
            or self.without_place
        )


def changes_in(report: AnnualReport, document: Document) -> Changes:
    """Return the changes of the sections of an open report; none of a decided one."""
    if not report.is_open or report.freeze_id is not None:
        return Changes()
    now = {section.key: section.heading for section in document.sections()}
    number, before = _before(report)
    headings = {key: part.heading for key, part in PARTS.items()} | before
    kept = _common(before, now)
    return Changes(
        edition=number,
        added=_headings_beside(now, before) if before else [],
        removed=_headings_beside(before, now),
        renamed=[now[key] for key in kept if now[key] != before[key]],
        is_moved=kept != _common(now, before),
        without_place=[
            headings.get(key, key) for key in _written(report) if key not in now
        ],
    )


def _headings_beside(sections: Mapping[str, str], others: Collection[str]) -> list[str]:
    """Return the headings of the sections that are not among some others."""
    return [heading for key, heading in sections.items() if key not in others]


def _common(sections: Collection[str], others: Collection[str]) -> list[str]:
    """Return the keys of the sections that are among some others too, in their order."""
    return [key for key in sections if key in others]


def _written(report: AnnualReport) -> list[str]:
    """Return the keys of the sections whose newest text holds anything."""
    newest = report.blocks.order_by("section", "-version").distinct("section")
    return [key for key, text in newest.values_list("section", "text") if text.strip()]


def _before(report: AnnualReport) -> tuple[int, dict[str, str]]:
    """Return the number of the latest edition, and the headings of its sections; none that cannot be read."""
    edition = report.editions.defer("pdf", "html", "figures").first()
    if edition is None:
        return 0, {}
    try:
        sections = document_of(edition).sections()
    except UnreadableError:
        return 0, {}
    return edition.number, {section.key: section.heading for section in sections}
