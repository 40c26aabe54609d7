"""The actions that came out of the cases."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.filters import PAGE
from casework.models import Action, Case
from organisation.access import SignedInRequest


@require_safe
def actions(request: SignedInRequest) -> HttpResponse:
    """Show the measures that came out of the cases a person may see."""
    of_visible = Action.objects.filter(case__in=Case.objects.visible_to(request.user))
    done = request.GET.get("visa") == "genomforda"
    counts = of_visible.aggregate(
        ongoing=Count("pk", filter=Q(done_on=None)), finished=Count("pk", filter=Q(done_on__isnull=False))
    )
    pills = [
        {"label": "Pågående", "url": "?visa=pagaende", "current": not done, "count": counts["ongoing"]},
        {"label": "Genomförda", "url": "?visa=genomforda", "current": done, "count": counts["finished"]},
    ]
    shown = of_visible.filter(done_on__isnull=not done).select_related("case__unit", "owner")
    page = Paginator(shown.order_by("-decided_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/actions.html", {"page": page, "pills": pills})
