"""Pages for those who handle a deviation: the case, the steps of its process, and what is written in it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.forms import prefixed_errors
from casework.workflow import Step, StepRefusedError, TooLateError
from deviations import services
from deviations.models import Deviation
from deviations.step_forms import StepForm, step_form
from deviations.workflow import workflow_of
from organisation.access import SignedInRequest
from organisation.models import User


def _get_deviation_or_404(request: SignedInRequest, number: str) -> Deviation:
    visible = Deviation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("unit", "reporter", "owner"), number=number)


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show a case with its facts, actions and history, and the steps that are open to the reader."""
    deviation = _get_deviation_or_404(request, number)
    context = {
        "case": deviation,
        "steps": workflow_of(deviation).open_to(deviation, request.user),
        "log": deviation.log.select_related("actor").order_by("-sequence"),
        "actions": deviation.actions.all(),
    }
    return render(request, "deviations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs and take it; whoever comes second is told so and keeps what was typed."""
    deviation = _get_deviation_or_404(request, number)
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
    status = 200
    if request.method == "POST":
        status, context["theirs"] = _take(form, deviation, chosen, request.user)
        if not form.errors:
            messages.success(request, f"{chosen.label}: klart.")
            return redirect("deviations:detail", number)
    return render(request, "deviations/step.html", context, status=status)


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
        return 409, form.keep_typed(Deviation.objects.visible_to(actor).get(pk=deviation.pk))
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403, []
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return 400, []
    return 200, []
