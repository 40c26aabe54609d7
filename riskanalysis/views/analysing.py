"""Pages on which a risk analysis is planned and its risks are written down and judged."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.process.deadlines import next_workday
from casework.process.workflow import StepRefusedError
from casework.views.finding import get_case_or_404
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, home_unit, right_required
from organisation.rights import Right
from riskanalysis.models import Risk, RiskAnalysis, Trigger
from riskanalysis.process import services
from riskanalysis.process.forms import (
    ChangeRiskForm,
    NewRiskForm,
    PlanForm,
    ResidualForm,
)
from riskanalysis.prompts import Prompt
from riskanalysis.views.prompting import asked_prompt

# A suggestion of the product: soon enough to be of use before the change.
DAYS_TO_ANALYSE = 14


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.RISKANALYSIS_PLAN)
def plan(request: SignedInRequest) -> HttpResponse:
    """Ask whose risk it is, and plan an analysis of the service's quality; staff's own risks go elsewhere."""
    whose = request.GET.get("galler", "")
    if request.method != "POST" and whose != "brukare":
        return render(request, "riskanalysis/whose.html", {"whose": whose})
    prompt = asked_prompt(request)
    if request.method != "POST":
        form = _first_form(request, prompt)
        return render(
            request, "riskanalysis/plan.html", {"form": form, "prompt": prompt}
        )
    form = PlanForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            token = form.cleaned_data["form_token"]
            case = services.plan(
                actor=request.user, form_token=token, facts=form.facts, prompt=prompt
            )
        except StepRefusedError as refusal:
            form.add_error("unit", str(refusal))
        else:
            messages.success(request, "Riskanalysen är planerad.")
            return redirect("riskanalysis:detail", case.number)
    again = form.too_old if form.is_stale else ""
    if again:
        form = form.renewed(user=request.user)
    context = {"form": form, "again": again, "prompt": prompt}
    return render(request, "riskanalysis/plan.html", context, status=400)


def _first_form(request: SignedInRequest, prompt: Prompt | None) -> PlanForm:
    """Return the form filled in from the prompt or the address: unit, reason and title."""
    title, trigger = request.GET.get("vad", ""), request.GET.get("varfor", "")
    unit, asked_unit = home_unit(request.user), request.GET.get("enhet")
    if prompt:
        title, trigger = prompt.title, prompt.trigger
        unit, asked_unit = prompt.instead or prompt.unit, None
    day = timezone.localdate() + dt.timedelta(days=DAYS_TO_ANALYSE)
    initial: dict[str, Any] = {
        "unit": asked_unit,
        "planned_on": next_workday(day),
        "title": title[:200],
    }
    if unit:
        initial["unit"] = asked_unit or unit.code
        initial["workplace"] = unit.name
    if trigger in Trigger.values:
        initial["trigger"] = trigger
    return PlanForm(initial=initial, user=request.user)


def _get_analysis_or_404(request: SignedInRequest, number: str) -> RiskAnalysis:
    return get_case_or_404(
        RiskAnalysis.objects.handled_by(request.user).select_related("unit"),
        number=number,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_risk(request: SignedInRequest, number: str) -> HttpResponse:
    """Write a risk down; the button beside "save" goes on to the next one."""
    case = _get_analysis_or_404(request, number)
    if request.method != "POST" and not services.may_write_risks(case, request.user):
        messages.warning(request, "Du kan inte lägga till risker i analysen nu.")
        return redirect("riskanalysis:detail", number)
    sent = request.POST if request.method == "POST" else None
    form = NewRiskForm(sent, initial={"form_token": uuid4()})
    if sent is None or not form.is_valid():
        return _ask(request, case, form, status=200 if sent is None else 400)
    facts = {name: form.cleaned_data[name] for name in services.WHILE_ANALYSED}
    try:
        services.add_risk(
            case,
            actor=request.user,
            form_token=form.cleaned_data["form_token"],
            facts=facts,
        )
    except StepRefusedError as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, case, form, status=403)
    messages.success(request, "Risken är sparad.")
    if request.POST.get("do") == "next":
        return redirect("riskanalysis:new_risk", number)
    return redirect("riskanalysis:detail", number)


@require_http_methods(["GET", "HEAD", "POST"])
def risk(request: SignedInRequest, number: str, place: int) -> HttpResponse:
    """Change a risk while it is analysed; say how high it is afterwards when the analysis is decided."""
    case = _get_analysis_or_404(request, number)
    found = get_object_or_404(case.risks, position=place)
    kind: type[ChangeRiskForm | ResidualForm] = ChangeRiskForm
    # What was written while it was analysed is answered as that, though the analysis is decided by now.
    if (
        services.may_judge_risks(case, request.user)
        and services.WHILE_ANALYSED[0] not in request.POST
    ):
        kind = ResidualForm
    elif request.method != "POST" and not services.may_write_risks(case, request.user):
        messages.warning(request, "Det går inte att ändra risken nu.")
        return redirect("riskanalysis:detail", number)
    form = kind(request.POST if request.method == "POST" else None, instance=found)
    if request.method != "POST":
        return _ask(request, case, form, risk=found)
    status, theirs = _change(form, found, request)
    if not form.errors:
        messages.success(request, f"Risk {place} är sparad.")
        return redirect("riskanalysis:detail", number)
    return _ask(request, case, form, status=status, risk=found, theirs=theirs)


def _change(
    form: ChangeRiskForm | ResidualForm, found: Risk, request: SignedInRequest
) -> tuple[int, list[tuple[str, str]]]:
    """Change the risk as the form says; return the status, and the values another has written."""

    def change() -> None:
        facts = {name: form.cleaned_data[name] for name in form._meta.fields or ()}
        seen = form.cleaned_data["seen_version"]
        services.change_risk(found, actor=request.user, seen_version=seen, facts=facts)

    return attempt(form, change, fresh=lambda: found.analysis.risks.get(pk=found.pk))


def _ask(
    request: SignedInRequest,
    case: RiskAnalysis,
    form: Any,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        "riskanalysis/risk.html",
        {"case": case, "form": form, **context},
        status=status,
    )
