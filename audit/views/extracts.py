"""Pages of the extracts that are handed out of the log on request."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from audit.extracts.forms import ExtractForm
from audit.extracts.giving import extracts_of, give_extract
from audit.looking.access import BY_THE_LOG
from audit.models import Extract
from casework.database.scopes import reading_beyond
from casework.files.pdf import PdfError, render_pdf
from casework.register.filters import PAGE
from casework.texts.forms import prefixed_errors
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import What, show_as, show_cases, show_people

PDF_SECONDS = 60


@require_safe
@right_required(Right.LOG_EXTRACT)
@reading_beyond(BY_THE_LOG)
def extract_list(request: SignedInRequest) -> HttpResponse:
    """Show which extracts have been handed out."""
    given = extracts_of(request.user).defer("lines")
    page = Paginator(given, PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    if rows:
        show_cases((each.case for each in rows), count=page.paginator.count)
        show_people(each.person_id for each in rows if each.person_id)
        show_as(What.LOG)
    return render(request, "audit/extracts.html", {"page": page, "rows": rows})


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.LOG_EXTRACT)
@reading_beyond(BY_THE_LOG)
def new_extract(request: SignedInRequest) -> HttpResponse:
    """Ask what is to be handed out, to whom and after which test, and store it."""
    if request.method != "POST":
        begun = {
            "number": request.GET.get("arende", "")[:40],
            "username": request.GET.get("medarbetare", "")[:150],
        }
        form = ExtractForm(initial=begun, user=request.user)
        return render(request, "audit/extract_form.html", {"form": form})
    form = ExtractForm(request.POST, user=request.user)
    again = ""
    if form.is_valid() and form.about is not None:
        try:
            token = form.cleaned_data["form_token"]
            given = give_extract(
                form.about, actor=request.user, form_token=token, **form.facts
            )
        except ValidationError as problem:
            prefixed_errors(form, problem)
        else:
            messages.success(request, f"Uttaget {given.number} är klart att lämna ut.")
            return redirect("audit:extract", given.number)
    elif form.is_stale:
        again, form = form.too_old, form.renewed(user=request.user)
    context = {"form": form, "again": again}
    return render(request, "audit/extract_form.html", context, status=400)


def _get_or_404(request: SignedInRequest, given: str) -> Extract:
    """Return an extract that a person may see."""
    found: Extract = get_object_or_404(extracts_of(request.user), number=given)
    return found


def _show(given: Extract, cases: set[int], what: What) -> None:
    show_cases(cases, count=len(given.lines))
    show_people([given.person_id] if given.person_id else [])
    show_as(what)


@require_safe
@right_required(Right.LOG_EXTRACT)
@reading_beyond(BY_THE_LOG)
def extract(request: SignedInRequest, given: str) -> HttpResponse:
    """Show one extract: about what, for whom and after which test, and where its PDF is."""
    found = _get_or_404(request, given)
    _show(found, {found.case} if found.case else set(), What.LOG)
    return render(request, "audit/extract.html", {"extract": found})


@require_safe
@right_required(Right.LOG_EXTRACT)
@reading_beyond(BY_THE_LOG)
def pdf(request: SignedInRequest, given: str) -> HttpResponse:
    """Send the extract as PDF, the same each time it is asked for."""
    found = _get_or_404(request, given)
    html = render_to_string("audit/extract_document.html", document_of(found))
    try:
        file = render_pdf(html, seconds=PDF_SECONDS)
    except PdfError as problem:
        _show(found, {found.case} if found.case else set(), What.LOG)
        context = {"extract": found, "problem": str(problem)}
        return render(request, "audit/extract.html", context, status=503)
    _show(found, found.keys, What.PRINT)
    headers = {
        "Content-Disposition": f'attachment; filename="uttag-{found.number}.pdf"'
    }
    return HttpResponse(file, content_type="application/pdf", headers=headers)


def document_of(given: Extract) -> dict[str, Any]:
    """Return what the document of an extract shows: nothing that is not stored with it, but the town's name."""
    has_cases = any(chain.from_iterable(line["cases"] for line in given.lines))
    return {
        "extract": given,
        "municipality": settings.MUNICIPALITY_NAME,
        "has_cases": has_cases,
    }
