"""Pages of self-checks: the list with its measurement series, and one self-check."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from casework.filters import list_of_cases
from casework.models import READERS, Circle
from organisation.access import SignedInRequest, units_for
from selfcheck.models import Measurement, SelfCheck

POINTS_SHOWN = 24


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the self-checks that a person may read, and the newest points of the series."""
    readable = units_for(request.user, READERS[Circle.USUAL])
    points = Measurement.objects.filter(unit__in=readable).select_related("unit")
    newest = points.order_by("-period", "title", "unit__path")[:POINTS_SHOWN]
    checks = SelfCheck.objects.visible_to(request.user)
    return list_of_cases(request, checks, "selfcheck/list.html", points=newest)


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one self-check with its result and what came of it."""
    visible = SelfCheck.objects.visible_to(request.user).select_related("unit", "owner")
    case = get_object_or_404(visible, number=number)
    context = {
        "case": case,
        "actions": case.actions.all(),
        "log": case.log.select_related("actor").order_by("-sequence"),
    }
    return render(request, "selfcheck/detail.html", context)
