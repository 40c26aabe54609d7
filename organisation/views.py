"""Pages of the organisation: the tree, and one unit with the people who answer for it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from organisation.access import CHIEFS, SignedInRequest
from organisation.models import Membership, Unit


@require_safe
def units(request: SignedInRequest) -> HttpResponse:
    """Show the tree of units that exist today with their chiefs; public to everyone who is signed in."""
    chiefs: dict[int, list[str]] = {}
    for held in Membership.objects.valid().filter(role__in=CHIEFS).select_related("user"):
        chiefs.setdefault(held.unit_id, []).append(held.user.name)
    rows = [(unit, ", ".join(sorted(chiefs.get(unit.pk, [])))) for unit in Unit.objects.valid()]
    return render(request, "organisation/units.html", {"rows": rows})


@require_safe
def unit(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one unit, where it belongs, and who holds which role there today."""
    found = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    held = Membership.objects.valid().filter(unit=found).select_related("user").order_by("role", "user__name")
    context = {"unit": found, "below": found.children.all(), "memberships": held}
    return render(request, "organisation/unit.html", context)
