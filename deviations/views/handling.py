"""Pages for those who handle a deviation: the case, the steps of its process, and what is written in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.deadlines import workdays_between
from casework.forms import NoteForm, prefixed_errors
from casework.models import Case
from casework.workflow import Step, StepRefusedError, TooLateError, is_recused, objection
from deviations import services
from deviations.guide import other_steps, tasks
from deviations.models import Deviation
from deviations.step_forms import StepForm, step_form
from deviations.workflow import workflow_of
from organisation.access import CHIEFS, SignedInRequest, roles_over
from organisation.models import User

MOST_SIMILAR = 5


def _get_deviation_or_404(request: SignedInRequest, number: str) -> Deviation:
    visible = Deviation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("unit", "reporter", "owner"), number=number)


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show a case with its facts, dialogue and history, and what is left to do; a mere reporter sees less."""
    deviation = _get_deviation_or_404(request, number)
    handled = Deviation.objects.handled_by(request.user)
    if not handled.filter(pk=deviation.pk).exists():
        return redirect("deviations:own", number)
    steps = workflow_of(deviation).open_to(deviation, request.user)
    may_handle = any(step.name in {"utred", "bedom", "ta-emot"} for step in steps)
    context = {
        "case": deviation,
        "tasks": tasks(deviation, steps, has_actions=deviation.actions.exists()),
        "other_steps": other_steps(steps),
        "may_handle": may_handle,
        "may_act": bool(steps),
        "knows_reporter": _knows_reporter(deviation, request.user),
        "notes": deviation.notes.select_related("author"),
        "note_form": NoteForm(),
        "log": deviation.log.select_related("actor").order_by("-sequence"),
        **_similar(deviation, request.user),
        "attachments": deviation.attachments.defer("content"),
        "duplicates": Case.objects.handled_by(request.user).filter(duplicate_of=deviation.pk),
        "original": Case.objects.handled_by(request.user).filter(duplicates=deviation.pk).first(),
        "workdays": workdays_between(timezone.localdate(), deviation.due_on) if deviation.due_on else None,
    }
    return render(request, "deviations/detail.html", context)


def _knows_reporter(deviation: Deviation, reader: User) -> bool:
    """Tell whether a reader may know who reported: those who are to give feedback (OSL 26 kap. 5 §)."""
    return bool(CHIEFS & roles_over(reader, deviation.unit)) and not is_recused(deviation, reader)


def _similar(deviation: Deviation, reader: User) -> dict[str, Any]:
    """Return a few similar cases that the reader may open, the unit's own first, and how many those are."""
    shown = ("unit", "number", "title", "protected", "received_on", "unit__name")
    similar = Deviation.objects.handled_by(reader).similar_to(deviation).select_related("unit").only(*shown)
    here = similar.filter(unit=deviation.unit_id)
    nearest = list(here[:MOST_SIMILAR])
    nearest += similar.exclude(unit=deviation.unit_id)[: MOST_SIMILAR - len(nearest)]
    return {"similar": nearest, "similar_here": here.count()}


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs and take it; whoever comes second is told so and keeps what was typed."""
    handled = Deviation.objects.handled_by(request.user).select_related("unit", "reporter", "owner")
    deviation = get_object_or_404(handled, number=number)
    workflow = workflow_of(deviation)
    try:
        chosen = workflow.step(name)
    except KeyError as unknown:
        raise Http404 from unknown
    if request.method != "POST" and chosen not in workflow.open_to(deviation, request.user):
        messages.warning(request, f"Du kan inte göra det här nu: {chosen.label.lower()}.")
        return redirect("deviations:detail", number)
    form = step_form(chosen.fields)(
        request.POST if request.method == "POST" else None, instance=deviation, user=request.user
    )
    context = {"case": deviation, "step": chosen, "form": form}
    if request.method == "POST" and (refusal := objection(deviation, chosen, request.user)):
        form.add_error(None, refusal)
        return render(request, "deviations/step.html", context, status=403)
    status = 200
    if request.method == "POST" and request.POST.get("do") != "send" and _is_to_be_seen_first(form):
        return render(request, "deviations/preview.html", context)
    if request.method == "POST" and request.POST.get("do") != "change":
        status, context["theirs"] = _take(form, deviation, chosen, request.user)
        if not form.errors:
            messages.success(request, f"{chosen.did}.")
            still_read = handled.filter(pk=deviation.pk).exists()
            return redirect("deviations:detail", number) if still_read else redirect("casework:inbox")
    return render(request, "deviations/step.html", context, status=status)


def _is_to_be_seen_first(form: StepForm) -> bool:
    """Tell whether the form holds an answer that leaves the house: it is shown as the reader will see it."""
    if form.data.get("do") == "change" or "answer" not in form.fields:
        return False
    return form.is_valid() and bool(form.cleaned_data["answer"])


def _take(
    form: StepForm, deviation: Deviation, chosen: Step, actor: User
) -> tuple[int, list[tuple[str, str]]]:
    """Take the step with what the form says; return the answer's status, and what another has written."""
    if not form.is_valid():
        return 400, []
    facts = {field: form.cleaned_data[field] for field in chosen.fields}
    seen = form.cleaned_data["seen_version"]
    try:
        services.take_step(deviation, chosen.name, actor=actor, seen_version=seen, facts=facts)
    except TooLateError as late:
        form.add_error(None, str(late))
        return 409, form.keep_typed(get_object_or_404(Deviation.objects.handled_by(actor), pk=deviation.pk))
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403, []
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return 400, []
    return 200, []
