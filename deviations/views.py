"""Pages of deviations for those who are signed in: report, receipt, the case, and its steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.workflow import Step, StepRefusedError, TooLateError
from deviations import services
from deviations.forms import ReportForm, StepForm, step_form
from deviations.models import Consequence, Deviation
from deviations.workflow import WORKFLOW
from organisation.access import CHIEFS, SignedInRequest, home_unit, units_for
from organisation.models import Membership, User


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
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    if form.has_personal_number and request.POST.get("do") != "anyway":
        return render(request, "deviations/report.html", {"form": form, "personal_number": True})
    token = form.cleaned_data["form_token"]
    try:
        deviation = services.file_from_staff(actor=request.user, form_token=token, facts=form.facts)
    except services.AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    return redirect("deviations:receipt", deviation.number)


def _ask(request: SignedInRequest, form: ReportForm, *, again: str) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    context = {"form": form.renewed() if again else form, "again": again}
    return render(request, "deviations/report.html", context, status=400)


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
    if request.method != "POST" and chosen not in WORKFLOW.open_to(deviation, request.user):
        messages.warning(request, f"Du kan inte göra det här nu: {chosen.label.lower()}.")
        return redirect("deviations:detail", number)
    form = step_form(chosen.fields)(
        request.POST if request.method == "POST" else None,
        instance=deviation,
        initial={"seen_state": deviation.state},
        units=units_for(request.user, chosen.roles),
    )
    status = 200
    if request.method == "POST":
        status = _take(form, deviation, chosen, request.user)
        if not form.errors:
            messages.success(request, f"{chosen.label}: klart.")
            return redirect("deviations:detail", number)
    return render(
        request, "deviations/step.html", {"case": deviation, "step": chosen, "form": form}, status=status
    )


def _take(form: StepForm, deviation: Deviation, chosen: Step, actor: User) -> int:
    """Take the step with what the form says; return the status of the answer, the reason in the form."""
    if not form.is_valid():
        return 400
    facts = {field: form.cleaned_data[field] for field in chosen.fields}
    seen = form.cleaned_data["seen_state"]
    try:
        services.take_step(deviation, chosen.name, actor=actor, seen_state=seen, facts=facts)
    except TooLateError as late:
        form.add_error(None, str(late))
        # Whoever has read the message may send the same text again, now knowing the new state.
        deviation.refresh_from_db(fields=["state"])
        form.data = {name: form.data[name] for name in form.data} | {"seen_state": deviation.state}
        return 409
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return 403
    except ValidationError as problem:
        form.add_error(None, problem)
        return 400
    return 200
