"""Pages of deviations for those who are signed in: report, receipt, the case, and its steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.workflow import StepRefusedError, TooLateError
from deviations import services
from deviations.forms import ReportForm, step_form
from deviations.models import Consequence, Deviation
from deviations.workflow import WORKFLOW
from organisation.access import CHIEFS, SignedInRequest, home_unit
from organisation.models import Membership


def _get_deviation_or_404(request: SignedInRequest, number: str) -> Deviation:
    visible = Deviation.objects.visible_to(request.user).select_related("unit", "reporter", "owner")
    return get_object_or_404(visible, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest) -> HttpResponse:
    """Let anyone on the staff report; the form fits a phone."""
    if request.method != "POST":
        unit = home_unit(request.user)
        form = ReportForm(initial={"unit": unit.code if unit else None})
        return render(request, "deviations/report.html", {"form": form})
    form = ReportForm(request.POST)
    if not form.is_valid():
        stale = form.is_stale
        context = {"form": form.renewed() if stale else form, "stale": stale}
        return render(request, "deviations/report.html", context, status=400)
    token = form.cleaned_data["form_token"]
    deviation = services.file_from_staff(actor=request.user, form_token=token, facts=form.facts)
    return redirect("deviations:receipt", deviation.number)


@require_safe
def receipt(request: SignedInRequest, number: str) -> HttpResponse:
    """Tell the reporter the number, who handles it, and what happens next."""
    deviation = _get_deviation_or_404(request, number)
    if deviation.reporter != request.user:
        raise Http404
    chiefs = Membership.objects.valid().filter(role__in=CHIEFS, unit__path__in=_paths_up(deviation.unit.path))
    nearest = max(chiefs.select_related("user", "unit"), key=lambda held: held.unit.depth, default=None)
    context = {
        "deviation": deviation,
        "chief": nearest,
        "may_be_misconduct": deviation.consequence != Consequence.NONE,
    }
    return render(request, "deviations/receipt.html", context)


def _paths_up(path: str) -> list[str]:
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show a case with its facts, actions and history, and the steps that are open to the reader."""
    deviation = _get_deviation_or_404(request, number)
    context = {
        "case": deviation,
        "steps": WORKFLOW.open_to(deviation, request.user),
        "log": deviation.log.select_related("actor").order_by("-sequence"),
        "actions": deviation.actions.all(),
    }
    return render(request, "deviations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs and take it; whoever comes second is told so and keeps what was typed."""
    deviation = _get_deviation_or_404(request, number)
    try:
        chosen = WORKFLOW.step(name)
    except KeyError as unknown:
        raise Http404 from unknown
    shown = {"seen_state": deviation.state}
    form = step_form(chosen.fields)(request.POST or None, instance=deviation, initial=shown)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            facts = {field: form.cleaned_data[field] for field in chosen.fields}
            seen = form.cleaned_data["seen_state"]
            try:
                services.take_step(deviation, name, actor=request.user, seen_state=seen, facts=facts)
            except StepRefusedError as refusal:
                form.add_error(None, str(refusal))
                status = 409 if isinstance(refusal, TooLateError) else 403
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                messages.success(request, f"{chosen.label}: klart.")
                return redirect("deviations:detail", number)
    context = {"case": deviation, "step": chosen, "form": form}
    return render(request, "deviations/step.html", context, status=status)
