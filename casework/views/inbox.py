"""Pages over all kinds of cases: the inbox, and the way to a case by its number."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.filters import InboxFilter, list_of_cases
from casework.models import Case
from organisation.access import SignedInRequest


def _views(user_id: int | None) -> dict[str, tuple[str, Q]]:
    """Return the views of the inbox: name in the address, label, and which cases."""
    still_open = Q(closed_on=None)
    return {
        "att-gora": ("Att göra", still_open),
        "forsenade": ("Försenade", still_open & Q(due_on__lt=timezone.localdate())),
        "mina": ("Mina", Q(reporter=user_id) | Q(owner=user_id)),
        "avslutade": ("Avslutade", ~still_open),
    }


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the cases that a person may see, the most urgent first."""
    views = _views(request.user.pk)
    visible = Case.objects.visible_to(request.user)
    chosen = request.GET.get("visa", "")
    chosen = chosen if chosen in views else "att-gora"
    counts = visible.aggregate(
        **{name.replace("-", "_"): Count("pk", filter=which) for name, (_, which) in views.items()}
    )
    pills = [
        {
            "label": label,
            "url": f"?visa={name}",
            "current": name == chosen,
            "count": counts[name.replace("-", "_")],
        }
        for name, (label, _) in views.items()
    ]
    cases = _in_order(visible.filter(views[chosen][1]), chosen)
    return list_of_cases(
        request,
        cases,
        "casework/inbox.html",
        filter_form=InboxFilter,
        pills=pills,
        chosen=chosen,
        today=timezone.localdate(),
    )


def _in_order(cases: QuerySet[Case], view: str) -> QuerySet[Case]:
    if view in {"mina", "avslutade"}:
        return cases.order_by("-received_on", "-number")
    return cases.order_by(F("due_on").asc(nulls_last=True), "-received_on", "-number")


@require_safe
def case(request: SignedInRequest, number: str) -> HttpResponse:
    """Lead to the page of the app that owns a case."""
    found = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    return redirect(f"{found.subject}:detail", number=found.number)
