"""The page for the quality controller: events whose consequences were lowered after they were reported."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.cases.changes import told
from casework.register.filters import PAGE
from deviations.process.lowering import lowered_for
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import show_cases


@require_safe
@right_required(Right.DEVIATIONS_REVIEW_LOWERED)
def lowered(request: SignedInRequest) -> HttpResponse:
    """List the lowered consequences over a controller's units, with who, when and why."""
    found = lowered_for(request.user)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    show_cases((change.case_id for change in page), count=page.paginator.count)
    per_unit = found.order_by("case__unit__path").values_list("case__unit__name")
    context = {
        "page": page,
        "rows": [
            {"change": change, "told": told(change)} for change in page.object_list
        ],
        "per_unit": per_unit.annotate(count=Count("pk")),
    }
    return render(request, "deviations/lowered.html", context)
