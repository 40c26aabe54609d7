"""The sections of a report that people write, read from its outline without asking for figures.

Outlines and departments change while a report is written: what was given or said of a section that is no
longer there waits for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from reports.document.file_format import UnreadableError
from reports.document.freezing import load
from reports.models import AnnualReport, Assignment
from reports.outlines.outline import keys_of, outline_named
from reports.outlines.writer import Writer

if TYPE_CHECKING:
    from django.db.models import QuerySet


def written_keys(report: AnnualReport) -> frozenset[str]:
    """Return the keys of the sections that people write in a report, locked or as it stands."""
    if report.freeze is not None:
        sections = load(report.freeze.document).sections()
        return frozenset(section.key for section in sections if section.is_written)
    outline = outline_named(report.template)
    writer = Writer(report, timezone.localdate(), outline.period_of, outline.appendices)
    return frozenset(keys_of(writer, outline.items))


def without_section(given: QuerySet[Assignment]) -> list[int]:
    """Return the assignments whose sections have gone from the outline, with two queries a report.

    Of a report that cannot be read nothing is known to be gone: its own page says why.
    """
    rows = list(given.values_list("pk", "report", "section"))
    numbers = {report for _, report, _ in rows}
    there = {report.pk: _readable_keys(report) for report in _reports(numbers)}
    gone = []
    for pk, report, section in rows:
        keys = there[report]
        if keys is not None and section not in keys:
            gone.append(pk)
    return gone


def _readable_keys(report: AnnualReport) -> frozenset[str] | None:
    """Return the keys of the sections of a report, or None of one that cannot be read."""
    try:
        return written_keys(report)
    except UnreadableError:
        return None


def _reports(numbers: Iterable[int]) -> QuerySet[AnnualReport]:
    """Return some reports with all that their outlines are read from."""
    return AnnualReport.objects.filter(pk__in=numbers).select_related("unit", "freeze")
