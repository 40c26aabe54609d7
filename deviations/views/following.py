"""Pages for the one who has reported: every own report, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.changes import first_values
from casework.cases.receiving import handler_of
from casework.handling.services import write_note
from casework.models import Note
from casework.process.workflow import StepRefusedError
from casework.register.filters import PAGE
from casework.views.finding import get_case_or_404
from deviations.models import Better, Deviation
from deviations.process import services
from deviations.process.workflow import ANSWERED
from deviations.reporting.forms import BetterForm, MessageForm
from organisation.access import SignedInRequest, role_not_required
from organisation.shown import show_cases

ALREADY_WRITTEN = "Du har redan skickat ett meddelande härifrån. Skicka igen om du vill lämna det här också."


@role_not_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """List what a person has reported, with where each report stands and what came of it."""
    reports = Deviation.objects.visible_to(request.user).filter(reporter=request.user)
    page = Paginator(reports.select_related("unit", "owner"), PAGE).get_page(
        request.GET.get("page")
    )
    show_cases((report.pk for report in page), count=page.paginator.count)
    context = {
        "page": page,
        "today": timezone.localdate(),
        "begun": request.user.drafts.count(),
    }
    return render(request, "deviations/mine.html", context)


@role_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest, number: str) -> HttpResponse:
    """Show an own report with its answer and its dialogue; never the assessment or what others wrote."""
    visible = Deviation.objects.visible_to(request.user).filter(reporter=request.user)
    deviation = get_case_or_404(visible.select_related("unit", "owner"), number=number)
    if request.method != "POST":
        return _show(request, deviation)
    if request.POST.get("do") == "better":
        return _say_better(request, deviation)
    return _write(request, deviation)


def _say_better(request: SignedInRequest, deviation: Deviation) -> HttpResponse:
    form = BetterForm(request.POST)
    if not form.is_valid():
        return _show(request, deviation, better_form=form, form=form, status=400)
    better = Better(form.cleaned_data["better"])
    try:
        services.say_whether_better(deviation, actor=request.user, better=better)
    except StepRefusedError as refusal:
        messages.warning(request, str(refusal))
        return _show(request, deviation, status=409)
    messages.success(request, "Tack för ditt svar.")
    return redirect("deviations:own", deviation.number)


def _write(request: SignedInRequest, deviation: Deviation) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show(request, deviation, note_form=form, form=form, status=400)
    text = form.cleaned_data["text"]
    # A token counts for one case and person: whoever copies another's makes a message of his own.
    token = uuid5(form.cleaned_data["form_token"], f"{deviation.pk} {request.user.pk}")
    note = write_note(
        deviation,
        author=request.user,
        kind=Note.Kind.FROM_REPORTER,
        text=text,
        form_token=token,
    )
    if note.text != text:
        messages.warning(request, ALREADY_WRITTEN)
        return _show(
            request,
            deviation,
            note_form=MessageForm(initial={"text": text}),
            status=400,
        )
    messages.success(request, "Meddelandet är skickat.")
    return redirect("deviations:own", deviation.number)


def _show(
    request: SignedInRequest, deviation: Deviation, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Show what a reporter may read, and the forms as they stand."""
    is_closed = deviation.closed_on is not None
    readers = [named.user for named in deviation.named_readers.select_related("user")]
    to_reporter = deviation.notes.filter(kind=Note.Kind.TO_REPORTER)
    own_notes = deviation.notes.filter(
        kind=Note.Kind.FROM_REPORTER, author=request.user
    )
    shown = {
        "case": deviation,
        "answers": first_values(deviation, ANSWERED),
        "today": timezone.localdate(),
        "handler": handler_of(deviation),
        "readers": readers,
        "notes": (to_reporter | own_notes).select_related("author"),
        "actions": deviation.actions.that_count() if is_closed else (),
        "reads_all": Deviation.objects.handled_by(request.user)
        .filter(pk=deviation.pk)
        .exists(),
        "note_form": MessageForm(),
        "better_form": BetterForm(initial={"better": deviation.better or None}),
    }
    return render(request, "deviations/own.html", shown | context, status=status)
