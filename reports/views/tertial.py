"""Pages of the tertial as a document: choose one, read it, have it built as PDF, fetch it as Word."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from casework.models import Job
from organisation.access import (
    SignedInRequest,
    may,
    paths_for,
    right_required,
    units_for,
)
from organisation.lists.exports import WORD
from organisation.rights import Right
from reports.document.word import render_word
from reports.life import services
from reports.models import TertialEdition
from reports.outlines.late import changed_since
from reports.tertial.document import compile_tertial
from reports.tertial.sources import Compilation, standing_of, tertial_named
from reports.writing.forms import TertialForm

PAGE = 50
INTERNAL = "intern"


def _get_compilation_or_404(
    request: SignedInRequest, period: str, unit: str
) -> Compilation:
    """Return the tertial of a unit where the person reads reports; the version for the work to insiders."""
    at, units = tertial_named(period), units_for(request.user, Right.REPORTS_READ)
    if at is None:
        raise Http404
    found = get_object_or_404(units, code=unit)
    insider, version = (
        may(request.user, Right.REPORTS_READ_UNMASKED, found),
        request.GET.get("version", ""),
    )
    if version not in ("", INTERNAL) or (version and not insider):
        raise Http404
    today = timezone.localdate()
    return Compilation(
        found, *at, extracted_on=today, internal=bool(version), linked=bool(version)
    )


def _address(name: str, compilation: Compilation) -> str:
    """Return the address of a page about a tertial, of the version that is shown."""
    address = reverse(
        f"reports:{name}", args=[compilation.period, compilation.unit.code]
    )
    if not compilation.internal:
        return address
    return f"{address}?{urlencode({'version': INTERNAL})}"


def _latest_job(compilation: Compilation) -> Job | None:
    """Return the latest building of the PDF."""
    asked = services.tertial_arguments(
        compilation.unit,
        compilation.year,
        compilation.number,
        internal=compilation.internal,
    )
    return (
        Job.objects.filter(kind=services.BUILD_TERTIAL, arguments=asked)
        .order_by("-created_at")
        .first()
    )


def _latest_edition(compilation: Compilation) -> TertialEdition | None:
    """Return what was built last, without its PDF."""
    about = {
        "unit": compilation.unit,
        "year": compilation.year,
        "tertial": compilation.number,
    }
    found = TertialEdition.objects.filter(**about, internal=compilation.internal)
    return found.defer("pdf").first()


@require_safe
@right_required(Right.REPORTS_READ)
def tertial_list(request: SignedInRequest) -> HttpResponse:
    """Show the units of one's part of the tree that have anything in a tertial, and where they stand."""
    form = TertialForm(request.GET or None)
    if not form.is_bound:
        form = TertialForm(form.first_choice())
    if not form.is_valid():
        return render(request, "reports/tertials.html", {"form": form}, status=400)
    at = form.cleaned_data["tertial"]
    inside = paths_for(request.user, Right.REPORTS_READ_UNMASKED)
    standings = (
        standing_of(units_for(request.user, Right.REPORTS_READ), at, inside=inside)
        if at
        else []
    )
    page = Paginator(standings, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_see_numbers": bool(inside),
        "version": INTERNAL,
    }
    return render(request, "reports/tertials.html", context)


@require_safe
def tertial(request: SignedInRequest, period: str, unit: str) -> HttpResponse:
    """Show the document with the figures of today."""
    compilation = _get_compilation_or_404(request, period, unit)
    document = compile_tertial(compilation)
    about = {"document": document, "internal": compilation.internal}
    html = render_to_string("reports/tertial_body.html", {**about, "web": True})
    # Rendered by our own templates, every word escaped.
    body = mark_safe(html)  # noqa: S308
    other = ""
    if may(request.user, Right.REPORTS_READ_UNMASKED, compilation.unit):
        other = _address(
            "tertial", replace(compilation, internal=not compilation.internal)
        )
    edition = _latest_edition(compilation)
    changed = changed_since(edition, document) if edition else []
    context = {
        **about,
        "body": body,
        "other": other,
        **_building(compilation),
        "changed": changed,
    }
    return render(request, "reports/tertial_page.html", context)


def _building(compilation: Compilation) -> dict[str, object]:
    """Return how the PDF stands: its addresses, its latest job and its latest edition."""
    names = {
        "page": "tertial",
        "build": "tertial_build",
        "progress": "tertial_progress",
    }
    names |= {"pdf": "tertial_pdf", "word": "tertial_word"}
    return {
        "addresses": {key: _address(name, compilation) for key, name in names.items()},
        "job": _latest_job(compilation),
        "edition": _latest_edition(compilation),
    }


@require_POST
def build(request: SignedInRequest, period: str, unit: str) -> HttpResponse:
    """Have the PDF built by the worker: laying out its pages takes seconds."""
    compilation = _get_compilation_or_404(request, period, unit)
    services.request_tertial(
        compilation.unit,
        compilation.year,
        compilation.number,
        internal=compilation.internal,
    )
    return redirect(f"{_address('tertial', compilation)}#bygge")


@require_safe
def progress(request: SignedInRequest, period: str, unit: str) -> HttpResponse:
    """Show how the building goes: a piece of the page, fetched again while it runs."""
    compilation = _get_compilation_or_404(request, period, unit)
    return render(request, "reports/tertial_progress.html", _building(compilation))


@require_safe
def pdf(request: SignedInRequest, period: str, unit: str) -> HttpResponse:
    """Send the PDF that was built last."""
    compilation = _get_compilation_or_404(request, period, unit)
    edition = _latest_edition(compilation)
    if edition is None:
        raise Http404
    return _sent(bytes(edition.pdf), compilation, "pdf", "application/pdf")


@require_safe
def word(request: SignedInRequest, period: str, unit: str) -> HttpResponse:
    """Send the document as Word, with the figures of today."""
    compilation = _get_compilation_or_404(request, period, unit)
    compilation.linked = False
    return _sent(render_word(compile_tertial(compilation)), compilation, "docx", WORD)


def _sent(
    content: bytes, compilation: Compilation, ending: str, media_type: str
) -> HttpResponse:
    """Return a file to save, named by its tertial, unit and version."""
    version = f"-{INTERNAL}" if compilation.internal else ""
    name = (
        f"tertialanalys-{compilation.period}-{compilation.unit.code}{version}.{ending}"
    )
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=media_type, headers=headers)
