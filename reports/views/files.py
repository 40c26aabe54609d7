"""The latest edition of a report as files, for those who read the report."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from organisation.access import SignedInRequest
from organisation.lists.exports import EXCEL, WORD
from reports.models import Edition
from reports.publishing import publishing
from reports.views.access import latest_edition, readable


def _file(
    content: bytes | memoryview[int], kind: str, edition: Edition, ending: str
) -> HttpResponse:
    name = f"kvalitetsberattelse-{edition.report.year}-utgava-{edition.number}{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(content), content_type=kind, headers=headers)


def pdf_of(edition: Edition) -> HttpResponse:
    """Return an edition as PDF, the bytes that were built that day."""
    return _file(edition.pdf, "application/pdf", edition, ".pdf")


@require_safe
def pdf(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Send the latest edition as PDF."""
    return pdf_of(latest_edition(readable(request, unit, year, template)))


@require_safe
def word(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Send the latest edition as Word."""
    edition = latest_edition(readable(request, unit, year, template))
    return _file(publishing.as_word(edition), WORD, edition, ".docx")


@require_safe
def excel(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Send every number of the latest edition as Excel."""
    edition = latest_edition(readable(request, unit, year, template))
    return _file(publishing.as_excel(edition), EXCEL, edition, "-tal.xlsx")


@require_safe
def table(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Send every number of the latest edition as CSV."""
    edition = latest_edition(readable(request, unit, year, template))
    return _file(
        publishing.as_csv(edition), "text/csv; charset=utf-8", edition, "-tal.csv"
    )


@require_safe
def figures(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Send every number of the latest edition with the question that it answers."""
    edition = latest_edition(readable(request, unit, year, template))
    return JsonResponse(
        edition.figures, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
