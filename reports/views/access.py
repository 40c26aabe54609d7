"""What the pages of a report share: finding it for the person who asks, and its sections."""

from __future__ import annotations

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from organisation.access import SignedInRequest
from reports.document.blocks import Document, Section
from reports.models import AnnualReport, Edition
from reports.outlines.compiling import compile_report

ROWS = ("unit", "freeze")
DECIDED = "Berättelsen är beslutad och ändras inte. Börja på en ny utgåva först."


def readable(
    request: SignedInRequest, unit: str, year: int, template: str
) -> AnnualReport:
    """Return a report that the person may read; any other does not exist."""
    found = AnnualReport.objects.visible_to(request.user).select_related(*ROWS)
    return get_object_or_404(found, unit__code=unit, year=year, template=template)


def writable(
    request: SignedInRequest, unit: str, year: int, template: str, *, section: str = ""
) -> AnnualReport:
    """Return a report that the person may write in, or write a section of; any other does not exist."""
    found = AnnualReport.objects.writable_by(
        request.user, section=section
    ).select_related(*ROWS)
    return get_object_or_404(found, unit__code=unit, year=year, template=template)


def latest_edition(report: AnnualReport) -> Edition:
    """Return the newest edition; raises Http404 before the first."""
    edition = report.editions.first()
    if edition is None:
        raise Http404
    return edition


def may_write(
    request: SignedInRequest, report: AnnualReport, *, section: str = ""
) -> bool:
    """Tell whether the person may write in a report, or write a section of it."""
    return (
        AnnualReport.objects.writable_by(request.user, section=section)
        .filter(pk=report.pk)
        .exists()
    )


def compiled(report: AnnualReport) -> Document:
    """Return a report as it stands today."""
    return compile_report(report, extracted_on=timezone.localdate())


def sent(request: SignedInRequest) -> QueryDict | None:
    """Return what a form was sent with; None where its page is only asked for."""
    return request.POST if request.method == "POST" else None


def written(document: Document) -> list[Section]:
    """Return the sections that people write, in reading order."""
    return [section for section in document.sections() if section.is_written]


def section_of(document: Document, key: str) -> Section:
    """Return a section that people write; any other does not exist."""
    for section in written(document):
        if section.key == key:
            return section
    raise Http404


def section_or_404(report: AnnualReport, key: str) -> Section:
    """Return a section that people write of a report as it stands today."""
    return section_of(compiled(report), key)


def address(report: AnnualReport, page: str, *about: object) -> str:
    """Return the address of a page about a report."""
    return reverse(
        f"reports:{page}", args=(report.unit.code, report.year, report.template, *about)
    )
