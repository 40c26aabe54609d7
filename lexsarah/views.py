"""Pages of lex Sarah: the register and one case."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casework.filters import list_of_cases
from lexsarah.models import LexSarahCase
from organisation.access import SignedInRequest


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the lex Sarah cases that a person may read."""
    return list_of_cases(request, LexSarahCase.objects.visible_to(request.user), "lexsarah/list.html")


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one case with its reports, decision and history."""
    visible = LexSarahCase.objects.visible_to(request.user).select_related("unit", "owner")
    case = get_object_or_404(visible, number=number)
    context = {
        "case": case,
        "reports": case.reports.select_related("unit"),
        "actions": case.actions.all(),
        "log": case.log.select_related("actor").order_by("-sequence"),
    }
    return render(request, "lexsarah/detail.html", context)
