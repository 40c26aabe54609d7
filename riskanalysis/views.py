"""Pages of risk analyses: the list, and one analysis."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casework.filters import list_of_cases
from organisation.access import SignedInRequest
from riskanalysis.models import RiskAnalysis


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the risk analyses that a person may read."""
    return list_of_cases(request, RiskAnalysis.objects.visible_to(request.user), "riskanalysis/list.html")


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one risk analysis with its risks and what came of it."""
    visible = RiskAnalysis.objects.visible_to(request.user).select_related("unit", "owner")
    case = get_object_or_404(visible, number=number)
    context = {
        "case": case,
        "risks": case.risks.all(),
        "actions": case.actions.all(),
        "log": case.log.select_related("actor").order_by("-sequence"),
    }
    return render(request, "riskanalysis/detail.html", context)
