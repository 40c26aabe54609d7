"""Every edition that was built of a report: read it, and see what has changed since another."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from organisation.access import SignedInRequest, may
from organisation.rights import Right
from reports.document.file_format import UnreadableError
from reports.editions.comparing import ChangedText, changed_numbers, changed_texts
from reports.editions.with_links import open_body
from reports.models import AnnualReport, Edition
from reports.views.access import readable
from reports.views.files import pdf_of

HEAVY = ("pdf", "html", "figures", "inputs")
# What a page can show of what has changed; the rest is in the editions' own lists of numbers.
MOST_NUMBERS = 300


def _edition(report: AnnualReport, number: int) -> Edition:
    """Return an edition of a report by its number; any other does not exist."""
    return get_object_or_404(
        report.editions.select_related("approval", "publication"), number=number
    )


def as_page(
    request: SignedInRequest, edition: Edition, *, is_latest: bool = True
) -> HttpResponse:
    """Return an edition as a web page; for those who may read rows, every number opens its own."""
    opens = may(request.user, Right.ANALYSIS_READ, edition.report.unit)
    context = {
        "edition": edition,
        "is_latest": is_latest,
        # The body is rendered by our own templates, every word escaped.
        "body": mark_safe(open_body(edition) if opens else edition.html),  # noqa: S308
    }
    return render(request, "reports/edition.html", context)


@require_safe
def edition_list(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Show every edition with what became of it, the latest first."""
    report = readable(request, unit, year, template)
    editions = report.editions.select_related("approval", "publication").defer(*HEAVY)
    return render(
        request, "reports/editions.html", {"report": report, "editions": editions}
    )


@require_safe
def edition(
    request: SignedInRequest, unit: str, year: int, template: str, edition: int
) -> HttpResponse:
    """Show an edition as a web page."""
    report = readable(request, unit, year, template)
    found = _edition(report, edition)
    return as_page(
        request,
        found,
        is_latest=not report.editions.filter(number__gt=edition).exists(),
    )


@require_safe
def edition_pdf(
    request: SignedInRequest, unit: str, year: int, template: str, edition: int
) -> HttpResponse:
    """Send an edition as PDF."""
    return pdf_of(_edition(readable(request, unit, year, template), edition))


@require_safe
def changes(
    request: SignedInRequest, unit: str, year: int, template: str, edition: int
) -> HttpResponse:
    """Show what has changed in an edition since another one, the one before it when none is named."""
    report = readable(request, unit, year, template)
    new = _edition(report, edition)
    others = report.editions.exclude(pk=new.pk)
    asked = request.GET.get("mot", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        raise Http404
    wanted = (
        others.filter(number=int(asked)) if asked else others.filter(number__lt=edition)
    )
    old = wanted.first()
    if old is None:
        raise Http404
    numbers = changed_numbers(old, new)
    texts: list[ChangedText] = []
    unread = ""
    try:
        texts = changed_texts(old, new)
    except UnreadableError as not_kept:
        unread = str(not_kept)
    context = {
        "report": report,
        "old": old,
        "new": new,
        "others": others.values_list("number", flat=True),
        "numbers": numbers[:MOST_NUMBERS],
        "rest": max(len(numbers) - MOST_NUMBERS, 0),
        "texts": texts,
        "unread": unread,
    }
    return render(request, "reports/changes.html", context)
