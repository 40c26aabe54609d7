"""Pages of risk analyses: the list, one analysis, and the steps of its process."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from casework.views.lists import list_of_cases
from casework.views.step_page import StepPage
from organisation.access import SignedInRequest, may
from organisation.models import User
from organisation.rights import Right
from riskanalysis.kind import RISK_ANALYSIS
from riskanalysis.matrix import SEVERITY, matrix
from riskanalysis.models import RiskAnalysis
from riskanalysis.process import services
from riskanalysis.prompts import prompts_for
from riskanalysis.register.exports import ANALYSES, analysis_rows
from riskanalysis.register.filtersets import AnalysisFilter

PROMPTS_SHOWN = 5


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the risk analyses that a person may read, and the prompts for new ones."""
    may_plan = may(request.user, Right.RISKANALYSIS_PLAN)
    found = prompts_for(request.user) if may_plan else []
    return list_of_cases(
        request,
        AnalysisFilter(request.GET, user=request.user),
        "riskanalysis/list.html",
        ANALYSES,
        may_plan=may_plan,
        prompts=found[:PROMPTS_SHOWN],
        prompted=len(found),
    )


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the risk analyses, as they are filtered, as a file."""
    found = AnalysisFilter(request.GET, user=request.user)
    return ANALYSES.answer(analysis_rows(found.qs, request.user), kind)


def _handled(reader: User) -> QuerySet[RiskAnalysis]:
    return RiskAnalysis.objects.handled_by(reader).select_related(
        "unit", "owner", "reporter"
    )


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one risk analysis with its risks on the matrix, its actions and its open tasks."""
    case = STEPS.get_read_or_404(request.user, number)
    offer = STEPS.offer(case, request.user)
    risks = list(case.risks.all())
    placed = {
        risk.position: (risk.probability, risk.severity)
        for risk in risks
        if not risk.crossed_out
    }
    context = {
        **STEPS.context(case, offer),
        "risks": risks,
        "rows": matrix(placed),
        "columns": SEVERITY.values(),
        "may_write_risks": not case.opening
        and services.may_write_risks(case, request.user),
        "may_judge_risks": not case.opening
        and services.may_judge_risks(case, request.user),
        "may_handle": bool(offer.steps) and case.closed_on is None,
    }
    return render(request, "riskanalysis/detail.html", context)


STEPS = StepPage(RISK_ANALYSIS, _handled)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)
