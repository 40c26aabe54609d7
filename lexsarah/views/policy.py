"""The page where an administration says who decides what in lex Sarah, and what it promises itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from casework.texts.forms import prefixed_errors
from lexsarah.board.policies import policy_over, write_policy
from lexsarah.board.policy_forms import ORDERS, PolicyForm, facts_of
from lexsarah.law.laws import reference
from lexsarah.law.policy import MALMO, Rules
from lexsarah.models import Degree, Policy
from organisation.access import SignedInRequest, administrations_for
from organisation.models import Unit, User
from organisation.rights import Right


def _administration_or_404(user: User) -> Unit:
    """Return the administration over all of which a person is controller or system administrator."""
    found = administrations_for(user, Right.LEXSARAH_ORDER).first()
    if found is None:
        raise Http404
    return found


def who_decides(rules: Rules) -> list[tuple[str, str]]:
    """Return each degree and who decides it, in words."""
    return [
        (degree.label.capitalize(), capfirst(rules.body_for(degree).label))
        for degree in Degree
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: SignedInRequest) -> HttpResponse:
    """Show the order that holds, and let a new one hold from now on; a filled form is not saved."""
    unit = _administration_or_404(request.user)
    current = policy_over(unit)
    is_sent = request.method == "POST"
    name, order = ORDERS.get("" if is_sent else request.GET.get("fyll", ""), ("", None))
    form = PolicyForm(request.POST if is_sent else None, current=current, order=order)
    status = _write(form, unit, request.user, current) if is_sent else 200
    if is_sent and status == 200:
        messages.success(request, "Ordningen gäller från och med nu.")
        return redirect("lexsarah:policy")
    rules = current.rules if current else MALMO
    context: dict[str, Any] = {
        "unit": unit,
        "current": current,
        "form": form,
        "rules": rules,
        "decides": who_decides(rules),
        "filled": name,
        "would_decide": who_decides(order) if order else [],
        "complete": reference("complete", on=timezone.localdate()).shown,
        "orders": [(name, label) for name, (label, _) in ORDERS.items()],
    }
    return render(request, "lexsarah/policy.html", context, status=status)


def _write(form: PolicyForm, unit: Unit, actor: User, current: Policy | None) -> int:
    """Write the order unless it holds already; whoever comes second sees what the other wrote."""
    if not form.is_valid():
        return 400
    if current is not None and facts_of(current) == form.facts:
        return 200
    if form.cleaned_data["seen"] != (current.pk if current else 0):
        form.renew(current)
        form.add_error(
            None,
            "Någon annan har skrivit en ny ordning. Den står överst. Spara igen om din ska gälla.",
        )
        return 409
    try:
        write_policy(unit=unit, actor=actor, facts=form.facts)
    except ValidationError as problem:
        prefixed_errors(form, problem)
        return 400
    return 200
