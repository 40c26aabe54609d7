"""Pages for the investigator alone: the notification to IVO, and whom a case concerns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from casework.files.pdf import PdfError, render_pdf
from casework.process.deadlines import workdays_between
from casework.process.steps import Step
from casework.process.workflow import StepRefusedError
from casework.views.finding import get_case_or_404
from lexsarah.board.policies import policy_over
from lexsarah.duties import concerned as verbs
from lexsarah.duties import ivo as form_of_ivo
from lexsarah.duties.concerned_forms import AddForm, ReadForm, RemoveForm
from lexsarah.law.deadlines import completion_due
from lexsarah.law.laws import reference
from lexsarah.models import Concerned, LexSarahCase
from lexsarah.process.workflow import workflow_of
from organisation.access import SignedInRequest, paths_above
from organisation.models import Unit, User
from organisation.shown import What, show_as

PDF_SECONDS = 30


def _get_own_or_404(request: SignedInRequest, number: str) -> LexSarahCase:
    """Return the case for the investigator who handles it; to all others these pages are not there."""
    handled = LexSarahCase.objects.handled_by(request.user).select_related(
        "unit", "reporter"
    )
    case = get_case_or_404(handled, number=number)
    if not verbs.investigates(case, request.user):
        raise Http404
    return case


# --- the notification to IVO ------------------------------------------------------------------
@require_safe
def ivo(request: SignedInRequest, number: str) -> HttpResponse:
    """Show what IVO's form asks, filled in from the case and ready to be copied field by field."""
    case = _get_own_or_404(request, number)
    return render(request, "lexsarah/ivo.html", _ivo_context(case, request.user))


@require_safe
def ivo_pdf(request: SignedInRequest, number: str) -> HttpResponse:
    """Send the notification as PDF; of a case about a protected person no copy leaves the product."""
    case = _get_own_or_404(request, number)
    if case.protected:
        messages.warning(
            request, "Ärendet är skyddat och blir ingen PDF. Kopiera fälten i stället."
        )
        return redirect("lexsarah:ivo", number)
    show_as(What.PRINT)
    groups = form_of_ivo.notification(_sources(case))
    about = {"case": case, "groups": groups, "municipality": settings.MUNICIPALITY_NAME}
    about |= {
        "written_on": timezone.localdate(),
        "law": reference("notify", on=case.received_on).text,
    }
    try:
        pdf = render_pdf(
            render_to_string("lexsarah/ivo_document.html", about), seconds=PDF_SECONDS
        )
    except PdfError as problem:
        context = {**_ivo_context(case, request.user), "problem": str(problem)}
        return render(request, "lexsarah/ivo.html", context, status=503)
    headers = {
        "Content-Disposition": f'attachment; filename="anmalan-ivo-{case.number}.pdf"'
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _sources(case: LexSarahCase) -> form_of_ivo.Sources:
    return form_of_ivo.Sources(
        case=case,
        reports=list(case.reports.select_related("unit")),
        decisions=list(case.decisions.all()),
        actions=list(case.actions.all()),
        policy=policy_over(case.unit),
        administration=Unit.objects.get(path=paths_above(case.unit)[0]),
        municipality=settings.MUNICIPALITY_NAME,
    )


def _ivo_context(case: LexSarahCase, reader: User) -> dict[str, Any]:
    """Return what the page of the notification shows: its answers, what it lacks, and the next steps."""
    steps = workflow_of(case).open_to(case, reader)
    addresses = {
        step.name: reverse("lexsarah:step", args=[case.number, step.name])
        for step in steps
    }
    addresses[form_of_ivo.AS_MEASURES] = reverse(
        "casework:new_action", args=[case.number]
    )
    labels = {step.name: step.label for step in steps} | {
        form_of_ivo.AS_MEASURES: "Åtgärder"
    }
    groups: list[tuple[str, list[tuple[form_of_ivo.Answer, str, str]]]] = []
    lacking = 0
    for group in form_of_ivo.notification(_sources(case)):
        placed = [
            (answer, *_place(answer, labels, addresses)) for answer in group.answers
        ]
        groups.append((group.title, placed))
        lacking += sum(answer.missing for answer in group.answers)
    next_steps = [step for step in steps if _is_to_be_taken(step, case)]
    due = completion_due(case.ivo_notified_on) if case.ivo_notified_on else None
    return {
        "case": case,
        "groups": groups,
        "lacking": lacking,
        "steps": [(step, addresses[step.name]) for step in next_steps],
        "due": due,
        "workdays": workdays_between(timezone.localdate(), due) if due else 0,
        "notify_law": reference("notify", on=case.received_on).text,
        "complete_law": reference("complete", on=case.received_on).shown,
    }


def _is_to_be_taken(step: Step, case: LexSarahCase) -> bool:
    """Tell whether a step of the notification is next: possible now, and not taken."""
    is_left = step.task is not None and not step.task.is_done(case)
    return step.offered_at == "lexsarah:ivo" and is_left and not step.lacks(case)


def _place(
    answer: form_of_ivo.Answer, labels: dict[str, str], addresses: dict[str, str]
) -> tuple[str, str]:
    """Return in words where what is missing is filled in, and the address when it is open to the reader."""
    found = next((name for name in answer.fill_in if name in addresses), "")
    if found:
        return f"Fyll i under ”{labels[found]}”", addresses[found]
    if form_of_ivo.IN_THE_POLICY in answer.fill_in:
        return "Kvalitetscontrollern skriver in det i er ordning för lex Sarah.", ""
    return "Skriv det direkt i IVO:s e-tjänst.", ""


# --- the persons concerned --------------------------------------------------------------------
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def concerned(request: SignedInRequest, number: str) -> HttpResponse:
    """Say how many the case concerns; add one, remove one, or read the names once for a reason."""
    case = _get_own_or_404(request, number)
    people = list(case.concerned.defer("name", "reference").select_related("added_by"))
    do, sent = (
        request.POST.get("do", ""),
        request.POST if request.method == "POST" else None,
    )
    add = AddForm(sent if do == "add" else None, prefix="add")
    read = ReadForm(sent if do == "read" else None, prefix="read")
    remove = RemoveForm(
        sent if do == "remove" else None, prefix="remove", people=people
    )
    status, shown = 200, list[Concerned]()
    chosen = {"add": add, "read": read, "remove": remove}.get(do)
    if chosen is not None and chosen.is_valid():
        try:
            shown = _carry_out(request, case, do, chosen.cleaned_data)
        except StepRefusedError as refusal:
            chosen.add_error(None, str(refusal))
        if not shown and not chosen.errors:
            return redirect("lexsarah:concerned", number)
    if sent is not None and not shown:
        status = 400
    context = {
        "case": case,
        "people": people,
        "shown": shown,
        "add": add,
        "read": read,
        "remove": remove,
    }
    context |= {
        "chosen": chosen,
        "law": reference("secrecy", on=timezone.localdate()).text,
    }
    return render(request, "lexsarah/concerned.html", context, status=status)


@sensitive_variables()
def _carry_out(
    request: SignedInRequest, case: LexSarahCase, do: str, said: dict[str, Any]
) -> list[Concerned]:
    """Do what was asked and say so; the names are returned to be shown in this answer and no other."""
    actor = request.user
    if do == "read":
        return verbs.read_names(case, actor=actor, reason=said["reason"])
    if do == "add":
        verbs.add_concerned(case, actor=actor, **said)
        messages.success(request, "Personen är tillagd. Namnet är krypterat.")
    elif verbs.remove_concerned(
        case, actor=actor, position=said["person"], reason=said["reason"]
    ):
        messages.success(request, f"Person {said['person']} är borttagen.")
    else:
        messages.success(request, "Personen var redan borttagen.")
    return []
