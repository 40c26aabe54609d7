"""Where retention decisions are registered, and what they let go: the numbers of cases and nothing more."""

from __future__ import annotations

from itertools import chain, product

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.showing import show_numbered
from casework.handling.retention import administrations, preview, register
from casework.handling.retention_forms import RetentionForm
from casework.kinds import kind_of, registered
from casework.models import RetentionRule, Tombstone
from organisation.access import SignedInRequest, within
from organisation.models import Unit


def _administrations_or_404(request: SignedInRequest) -> list[Unit]:
    found = administrations(request.user)
    if not found:
        raise Http404
    return found


@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    """Show which decisions hold, what they would let go today, what is kept back, and what has gone."""
    units = _administrations_or_404(request)
    rules = (
        RetentionRule.objects.in_force()
        .filter(unit__in=units)
        .select_related("registered_by")
    )
    held = {(rule.unit_id, rule.subject): rule for rule in rules}
    found = preview(units)
    show_numbered(chain.from_iterable(numbers for *_, numbers in found.due))
    gone = Tombstone.objects.filter(
        within([unit.path for unit in units], "unit__path")
    ).order_by()
    columns = ("purged_on", "subject", "rule__decision", "rule__decided_on")
    counted = (
        gone.values_list(*columns)
        .annotate(n=Count("pk"))
        .order_by("-purged_on", "subject")
    )
    context = {
        "decisions": [
            (unit, kind.singular, held.get((unit.pk, kind.subject)))
            for unit, kind in product(units, registered())
        ],
        "due": [
            (kind_of(subject).singular, year, count, numbers, count - len(numbers))
            for subject, year, count, numbers in found.due
        ],
        "total": sum(count for _, _, count, _ in found.due),
        "kept": [
            (kind_of(subject).singular, reason, n)
            for (subject, reason), n in sorted(found.kept.items())
        ],
        "gone": [
            (day, kind_of(subject).singular, *rest) for day, subject, *rest in counted
        ],
        "several": len(units) > 1,
    }
    return render(request, "casework/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: SignedInRequest) -> HttpResponse:
    """Register a retention decision; nothing is purged by that alone."""
    _administrations_or_404(request)
    form = RetentionForm(
        request.POST if request.method == "POST" else None, user=request.user
    )
    if request.method != "POST":
        return render(request, "casework/retention_form.html", {"form": form})
    if form.is_valid():
        try:
            register(actor=request.user, **form.facts)
        except ValidationError as faults:
            form.add_error(None, faults)
        else:
            messages.success(
                request,
                "Beslutet är registrerat. Läs här nedanför vad det betyder i dag.",
            )
            return redirect("casework:retention")
    return render(request, "casework/retention_form.html", {"form": form}, status=400)
