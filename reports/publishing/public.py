"""Published reports: read by anyone, without login, cookie or script; nothing is stored about who reads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from organisation.lists.exports import EXCEL, WORD
from reports.document.rendering import with_decision
from reports.models import Archive, Publication
from reports.publishing import publishing


def _published(year: int, unit: str) -> Publication:
    """Return the publication of a unit and year; raises Http404 where there is none."""
    found = publishing.published(year, unit)
    if found is None:
        raise Http404
    return found


def _file(content: bytes | memoryview[int], kind: str, name: str) -> HttpResponse:
    """Return a file to save."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(content), content_type=kind, headers=headers)


def _archive(publication: Publication) -> Archive:
    """Return the files that take long to make; they come some time after the publishing."""
    found = Archive.objects.filter(edition=publication.edition).first()
    if found is None:
        raise Http404
    return found


@login_not_required
@require_safe
def published_list(request: HttpRequest) -> HttpResponse:
    """List the published reports."""
    return render(
        request, "reports/published_list.html", {"found": publishing.all_published()}
    )


@login_not_required
@require_safe
def report(request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Show a published report as a web page, with its decision and its files."""
    publication = _published(year, unit)
    edition = publication.edition
    context = {
        "publication": publication,
        "edition": edition,
        "approval": edition.approval,
        "has_files": Archive.objects.filter(edition=edition).exists(),
        # The body was rendered by our own templates when the edition was built, every word escaped.
        "body": mark_safe(with_decision(edition.html, edition.approval)),  # noqa: S308
    }
    return render(request, "reports/published.html", context)


@login_not_required
@require_safe
def pdf(_request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Send the published edition as PDF, the same bytes that were decided."""
    edition = _published(year, unit).edition
    return _file(edition.pdf, "application/pdf", f"kvalitetsberattelse-{year}.pdf")


@login_not_required
@require_safe
def archive(_request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Send the published edition as PDF/A with its numbers in it."""
    found = _archive(_published(year, unit))
    return _file(found.pdf, "application/pdf", f"kvalitetsberattelse-{year}-arkiv.pdf")


@login_not_required
@require_safe
def word(_request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Send the published edition as Word."""
    return _file(
        _archive(_published(year, unit)).word, WORD, f"kvalitetsberattelse-{year}.docx"
    )


@login_not_required
@require_safe
def table(_request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Send every number of the published edition as CSV."""
    content = publishing.as_csv(_published(year, unit).edition)
    return _file(
        content, "text/csv; charset=utf-8", f"kvalitetsberattelse-{year}-tal.csv"
    )


@login_not_required
@require_safe
def excel(_request: HttpRequest, year: int, unit: str) -> HttpResponse:
    """Send every number of the published edition as Excel."""
    content = publishing.as_excel(_published(year, unit).edition)
    return _file(content, EXCEL, f"kvalitetsberattelse-{year}-tal.xlsx")
