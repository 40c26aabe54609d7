"""Pages of annual reports: begin, write, build, follow, read and download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.models import Job
from organisation.access import SignedInRequest, roles_of
from reports import services
from reports.access import READERS, WRITERS
from reports.annual import compile_report
from reports.document import Section, Text
from reports.forms import BeginForm, TextForm
from reports.models import AnnualReport, Edition
from reports.services import BUILD

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE = 25


def _get_report_or_404(reports: QuerySet[AnnualReport], unit: str, year: int, template: str) -> AnnualReport:
    found = reports.select_related("unit")
    return get_object_or_404(found, unit__code=unit, year=year, template=template)


def _readable(request: SignedInRequest, unit: str, year: int, template: str) -> AnnualReport:
    return _get_report_or_404(AnnualReport.objects.visible_to(request.user), unit, year, template)


def _writable(request: SignedInRequest, unit: str, year: int, template: str) -> AnnualReport:
    return _get_report_or_404(AnnualReport.objects.writable_by(request.user), unit, year, template)


def _latest_edition(report: AnnualReport) -> Edition:
    edition = report.editions.first()
    if edition is None:
        raise Http404
    return edition


@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: SignedInRequest) -> HttpResponse:
    """Show the reports of one's part of the tree; a writer begins a new one here."""
    roles = roles_of(request.user)
    if not roles & READERS:
        raise Http404
    may_write = bool(roles & WRITERS)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else None
    form = BeginForm(typed, user=request.user) if may_write else None
    if form is not None and form.is_valid():
        report = services.begin(**form.cleaned_data, actor=request.user)
        return redirect(report)
    reports = AnnualReport.objects.visible_to(request.user).with_latest_edition()
    page = Paginator(reports, PAGE).get_page(request.GET.get("page"))
    status = 400 if form is not None and form.errors else 200
    return render(request, "reports/list.html", {"page": page, "form": form}, status=status)


@require_safe
def report_page(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Show a report's outline, its texts, its latest edition and how the building goes."""
    report = _readable(request, unit, year, template)
    document = compile_report(report, extracted_on=timezone.localdate())
    writable = AnnualReport.objects.writable_by(request.user).filter(pk=report.pk).exists()
    written = [section for section in document.sections() if not section.appendix]
    context = {
        "report": report,
        "outline": [(section, _is_written(section)) for section in written],
        "appendices": [section for section in document.sections() if section.appendix],
        "edition": report.editions.defer("pdf", "html", "figures").first(),
        "job": _latest_build(report),
        "writable": writable,
    }
    return render(request, "reports/report.html", context)


def _is_written(section: Section) -> str:
    text = next(block for block in section.blocks if isinstance(block, Text))
    if not text.suggested:
        return "Skriven"
    return "Förslag" if text.markup else "Saknar text"


def _latest_build(report: AnnualReport) -> Job | None:
    builds = Job.objects.filter(kind=BUILD, arguments={"report": report.pk})
    return builds.order_by("-created_at").first()


@require_safe
def progress(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Show how the building goes: a piece of the report's page, fetched again while it runs."""
    report = _readable(request, unit, year, template)
    context = {"report": report, "job": _latest_build(report)}
    return render(request, "reports/progress.html", context)


@require_POST
def build(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Have a new edition built; a second press while one is built changes nothing."""
    report = _writable(request, unit, year, template)
    services.request_build(report)
    return redirect(f"{report.get_absolute_url()}#bygge")


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: SignedInRequest, unit: str, year: int, template: str, section: str) -> HttpResponse:
    """Write the text of a section."""
    report = _writable(request, unit, year, template)
    document = compile_report(report, extracted_on=timezone.localdate())
    found = next((s for s in document.sections() if s.key == section and not s.appendix), None)
    if found is None:
        raise Http404
    text = next(block for block in found.blocks if isinstance(block, Text))
    newest = report.blocks.filter(section=section).order_by("-version").first()
    initial = {"text": text.markup, "seen_version": newest.version if newest else 0}
    form = TextForm(request.POST if request.method == "POST" else None, initial=initial)
    theirs, status = None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.write(
                    report,
                    section=section,
                    text=form.cleaned_data["text"],
                    seen_version=form.cleaned_data["seen_version"],
                    actor=request.user,
                )
            except services.TextChangedError as changed:
                theirs, status = changed.newest, 409
                form = TextForm(initial={"text": request.POST["text"], "seen_version": theirs.version})
            else:
                messages.success(request, f"Texten i avsnitt {found.title} är sparad.")
                return redirect(report)
    context = {
        "report": report,
        "section": found,
        "form": form,
        "theirs": theirs,
        "suggested": text.suggested,
    }
    return render(request, "reports/write.html", context, status=status)


@require_safe
def web(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Show the latest edition as a web page."""
    edition = _latest_edition(_readable(request, unit, year, template))
    # The body was rendered by our own templates when the edition was built, every word escaped.
    body = mark_safe(edition.html)  # noqa: S308
    return render(request, "reports/edition.html", {"edition": edition, "body": body})


@require_safe
def pdf(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Send the latest edition as PDF."""
    edition = _latest_edition(_readable(request, unit, year, template))
    name = f"kvalitetsberattelse-{year}-utgava-{edition.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(edition.pdf), content_type="application/pdf", headers=headers)


@require_safe
def figures(request: SignedInRequest, unit: str, year: int, template: str) -> HttpResponse:
    """Send every number of the latest edition with the question that it answers."""
    edition = _latest_edition(_readable(request, unit, year, template))
    return JsonResponse(edition.figures, json_dumps_params={"ensure_ascii": False, "indent": 1})
