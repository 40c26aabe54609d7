"""Pages of annual reports: begin, build, follow, read and download."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from organisation.access import SignedInRequest, roles_of
from organisation.rights import Right
from reports.checks import check_document, severities_found
from reports.document.blocks import Section
from reports.life import services
from reports.models import AnnualReport
from reports.outlines.outline import offered_outlines
from reports.views.access import (
    DECIDED,
    compiled,
    latest_edition,
    may_write,
    readable,
    writable,
)
from reports.views.editions import as_page
from reports.writing.forms import BeginForm

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: SignedInRequest) -> HttpResponse:
    """Show the reports of one's part of the tree; a writer begins a new one here."""
    roles = roles_of(request.user)
    reports = AnnualReport.objects.visible_to(request.user).with_latest_edition()
    if not roles & Right.REPORTS_READ.roles and not reports.exists():
        raise Http404
    may_begin = bool(roles & Right.REPORTS_WRITE.roles)
    if request.method == "POST" and not may_begin:
        raise PermissionDenied
    form, status = BeginForm(user=request.user) if may_begin else None, 200
    if request.method == "POST":
        form = BeginForm(request.POST, user=request.user)
        if form.is_valid():
            return redirect(services.begin(**form.cleaned_data, actor=request.user))
        status = 400
    page = Paginator(reports, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "makes_outlines": bool(roles & Right.REPORTS_OUTLINE.roles),
    }
    return render(request, "reports/list.html", context, status=status)


@require_safe
def report_page(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Show a report's outline, its texts, its latest edition and how the building goes."""
    report = readable(request, unit, year, template)
    document = compiled(report)
    context = {
        "report": report,
        "outline": [(section, _is_written(section)) for section in document.sections()],
        "outline_name": dict(offered_outlines()).get(report.template, ""),
        "edition": report.editions.defer("pdf", "html", "figures").first(),
        "job": services.latest_build(report),
        "checks": severities_found(check_document(report, document)),
        "writable": may_write(request, report),
    }
    return render(request, "reports/report.html", context)


def _is_written(section: Section) -> str:
    """Return in words whether a section is written."""
    if not section.is_written:
        return "Ur registret" if section.blocks else ""
    text = section.written_text
    if not text.suggested:
        return "Skriven"
    return "Förslag" if text.markup else "Saknar text"


@require_safe
def progress(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Show how the building goes: a piece of the report's page, fetched again while it runs."""
    report = readable(request, unit, year, template)
    context = {"report": report, "job": services.latest_build(report)}
    return render(request, "reports/progress.html", context)


@require_POST
def build(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Have a new edition built; a second press while one is built changes nothing."""
    report = writable(request, unit, year, template)
    if not report.is_open:
        messages.warning(request, DECIDED)
        return redirect(report)
    services.request_build(report)
    return redirect(f"{report.get_absolute_url()}#bygge")


@require_POST
def cancel(
    request: SignedInRequest, unit: str, year: int, template: str
) -> HttpResponse:
    """Stop the building; pressed too late or twice, it says so and changes nothing."""
    report = writable(request, unit, year, template)
    if services.cancel_build(report):
        messages.success(request, "Bygget är avbrutet. Ingen utgåva sparades.")
    else:
        messages.warning(
            request, "Inget avbröts: bygget var redan klart eller avbrutet."
        )
    return redirect(f"{report.get_absolute_url()}#bygge")


@require_safe
def web(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Show the latest edition as a web page; for those who may read rows, every number opens its own."""
    return as_page(request, latest_edition(readable(request, unit, year, template)))
