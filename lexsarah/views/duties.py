"""Where an event is to be reported besides here, and what is noted of that in a case."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.models import Case
from casework.process.workflow import StepRefusedError, is_recused
from casework.texts.forms import prefixed_errors
from casework.views.finding import get_case_or_404
from deviations.models import Deviation
from lexsarah.duties import other as verbs
from lexsarah.duties.forms import NoteDutyForm, SettleDutyForm
from lexsarah.law.laws import reference
from lexsarah.models import LexSarahCase, OtherDuty
from organisation.access import SignedInRequest, may
from organisation.models import User
from organisation.rights import Right

LAW_OF = {
    OtherDuty.Kind.LEX_MARIA: "lex_maria",
    OtherDuty.Kind.DATA_BREACH: "data_breach",
    OtherDuty.Kind.POLICE: "police",
}
LAWS = (
    "deviation",
    "duty_to_report",
    "duty_to_report_lss",
    *LAW_OF.values(),
    "unexpected_death",
    "whistle_blowing",
)


@require_safe
def routes(request: SignedInRequest) -> HttpResponse:
    """Say in plain words where what has happened is to be reported, by the laws of today."""
    today = timezone.localdate()
    context = {
        "laws": {code: reference(code, on=today) for code in LAWS},
        "breach_hours": OtherDuty.HOURS[OtherDuty.Kind.DATA_BREACH],
    }
    return render(request, "lexsarah/routes.html", context)


_WITH_DUTIES = (Deviation._meta.app_label, LexSarahCase._meta.app_label)


def _get_case_or_404(request: SignedInRequest, number: str) -> Case:
    handled = Case.objects.handled_by(request.user).select_related("unit", "reporter")
    case = get_case_or_404(handled, number=number, subject__in=_WITH_DUTIES)
    if is_recused(case, request.user) or not may(
        request.user, Right.LEXSARAH_NOTE_DUTIES, case.unit
    ):
        raise Http404
    return case


@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: SignedInRequest, number: str) -> HttpResponse:
    """Show and note which other duties the event of a case brings, and when they were done."""
    case = _get_case_or_404(request, number)
    refused: NoteDutyForm | SettleDutyForm | None = None
    if request.method == "POST":
        refused = _answer(request, case)
        if refused is None:
            return redirect("lexsarah:duties", number)
    noted = list(case.other_duties.select_related("recorded_by"))
    rows = [
        (
            duty,
            _form_of(duty, refused),
            reference(LAW_OF[OtherDuty.Kind(duty.kind)], on=timezone.localdate()),
        )
        for duty in noted
    ]
    note = refused if isinstance(refused, NoteDutyForm) else NoteDutyForm()
    note.leave_out({duty.kind for duty in noted})
    context = {
        "case": case,
        "rows": rows,
        "note": note if len(noted) < len(OtherDuty.Kind) else None,
        "refused": refused,
    }
    return render(
        request, "lexsarah/duties.html", context, status=400 if refused else 200
    )


def _form_of(
    duty: OtherDuty, refused: NoteDutyForm | SettleDutyForm | None
) -> SettleDutyForm:
    if isinstance(refused, SettleDutyForm) and refused.prefix == duty.kind:
        return refused
    return SettleDutyForm(prefix=duty.kind)


def _answer(
    request: SignedInRequest, case: Case
) -> NoteDutyForm | SettleDutyForm | None:
    """Do what was asked; return the form with what is wrong in it, or None when it is done."""
    do, actor = request.POST.get("do", ""), request.user
    noted = {duty.kind: duty for duty in case.other_duties.select_related("case")}
    duty = noted.get(request.POST.get("duty", ""))
    if do == "reopen" and duty is not None:
        verbs.reopen_duty(duty, actor=actor)
        return None
    form: NoteDutyForm | SettleDutyForm
    if do == "settle" and duty is not None:
        form = SettleDutyForm(request.POST, prefix=duty.kind)
        write = partial(_settle, duty, actor=actor)
    else:
        form = NoteDutyForm(request.POST)
        write = partial(_note, request, case, set(noted))
    if form.is_valid():
        try:
            write(form.cleaned_data)
        except StepRefusedError as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as problem:
            prefixed_errors(form, problem)
    return form if form.errors else None


def _settle(duty: OtherDuty, said: dict[str, Any], *, actor: User) -> None:
    """Note when a duty was done, or why it was not."""
    facts = {name: said[name] for name in ("done_at", "reference", "reason")}
    verbs.settle_duty(duty, actor=actor, **facts)


def _note(
    request: SignedInRequest, case: Case, noted: set[str], said: dict[str, Any]
) -> None:
    """Note a duty, unless somebody has noted it meanwhile."""
    if said["kind"] in noted:
        messages.warning(request, "Det var redan antecknat. Läs vad som står.")
        return
    verbs.note_duty(
        case, actor=request.user, kind=said["kind"], known_at=said["known_at"]
    )
