"""Pages on which a unit plans its self-checks: the year wheel, one plan, and last year's once more."""

from __future__ import annotations

from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casework.cases.showing import show_numbered
from casework.process.workflow import StepRefusedError
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, home_unit, units_for
from organisation.models import Unit, User
from organisation.rights import Right
from selfcheck.models import Plan
from selfcheck.plan import planning
from selfcheck.plan.forms import MoveForm, PlanForm, WithdrawForm, YearForm
from selfcheck.plan.wheel import wheel_of

_WITHDRAWN = "Planen är indragen. Egenkontroller som inte hade börjat är inställda."


@require_http_methods(["GET", "HEAD", "POST"])
def year(request: SignedInRequest) -> HttpResponse:
    """Show the year wheel of a unit and its plans, and copy those of the year before."""
    own = _own_unit_or_404(request)
    is_sent = request.method == "POST"
    asked = YearForm(
        request.POST if is_sent else _asked(request, own), user=request.user
    )
    is_asked = asked.is_valid()
    unit: Unit = asked.cleaned_data.get("enhet") or own
    shown: int = asked.cleaned_data.get("ar") or timezone.localdate().year
    if is_sent and is_asked:
        _copy_to(request, unit, shown)
        return redirect(year_page(unit, shown))
    context = _year_of(request.user, unit, shown) | {"filter": asked}
    return render(
        request, "selfcheck/year.html", context, status=400 if is_sent else 200
    )


def _copy_to(request: SignedInRequest, unit: Unit, shown: int) -> None:
    """Copy the plans of a unit from the year before, and report how many."""
    try:
        count = planning.copy_year(
            actor=request.user, unit=unit, from_year=shown - 1, to_year=shown
        )
    except StepRefusedError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _copied(count, shown - 1))


def _year_of(reader: User, unit: Unit, shown: int) -> dict[str, Any]:
    """Return the plans of a unit for a year, with their year wheel."""
    plans = Plan.objects.visible_to(reader).filter(unit=unit, year=shown)
    listed = list(plans.numbered().select_related("unit", "responsible", "template"))
    wheel = wheel_of(listed, reader) if listed else []
    show_numbered(turn.number for turn in chain.from_iterable(dict(wheel).values()))
    return {
        "heading": f"Årsplan {shown}",
        "unit": unit,
        "year": shown,
        "wheel": wheel,
        "plans": [plan for plan in listed if not plan.withdrawn_reason],
        "withdrawn": [plan for plan in listed if plan.withdrawn_reason],
        "has_ended": unit.valid_to is not None
        and unit.valid_to <= timezone.localdate(),
        "may_change": planning.may_change(reader, unit),
        "new": f"{reverse('selfcheck:new_plan')}?{urlencode({'enhet': unit.code, 'ar': shown})}",
    }


def year_page(unit: Unit, shown: int) -> str:
    """Return the address of a unit's year."""
    return f"{reverse('selfcheck:plan')}?{urlencode({'enhet': unit.code, 'ar': shown})}"


def _asked(request: SignedInRequest, own: Unit) -> QueryDict:
    """Return the address's choice of unit and year, or else the own unit and this year."""
    asked = request.GET.copy()
    asked.setdefault("enhet", own.code)
    asked.setdefault("ar", str(timezone.localdate().year))
    return asked


def _own_unit_or_404(request: SignedInRequest) -> Unit:
    """Return the unit in which a person plans self-checks: the own one, or the uppermost."""
    units, home = units_for(request.user, Right.SELFCHECK_PLAN), home_unit(request.user)
    if home and units.filter(pk=home.pk).exists():
        return home
    uppermost = units.first()
    if uppermost is None:
        raise Http404
    return uppermost


def _copied(count: int, before: int) -> str:
    if not count:
        return f"Det finns inget från {before} att kopiera som inte redan är med."
    what = "1 plan är kopierad" if count == 1 else f"{count} planer är kopierade"
    return f"{what} från {before}. Se över dagarna och vem som ansvarar."


@require_http_methods(["GET", "HEAD", "POST"])
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a self-check in a unit."""
    asked = YearForm(_asked(request, _own_unit_or_404(request)), user=request.user)
    if not asked.is_valid():
        raise Http404
    unit: Unit = asked.cleaned_data["enhet"]
    draft = Plan(
        unit=unit, year=max(asked.cleaned_data["ar"], timezone.localdate().year)
    )
    form = PlanForm(request.POST if request.method == "POST" else None, instance=draft)

    def add() -> Plan:
        return planning.add_plan(actor=request.user, unit=unit, facts=form.facts)

    status = 200
    if request.method == "POST":
        status, _ = attempt(form, add)
        if not form.errors:
            messages.success(request, "Egenkontrollen är med i årsplanen.")
            return redirect(year_page(unit, form.cleaned_data["first_on"].year))
    context = {"form": form, "unit": unit, "own": year_page(unit, draft.year)}
    return render(request, "selfcheck/plan.html", context, status=status)


def _get_plan_or_404(
    request: SignedInRequest, unit: str, year: int, place: int
) -> Plan:
    plans = (
        Plan.objects.visible_to(request.user)
        .numbered()
        .select_related("unit", "template", "responsible")
    )
    return get_object_or_404(plans, unit__code=unit, year=year, place=place)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, unit: str, year: int, place: int) -> HttpResponse:
    """Change one plan, withdraw it, or move it to another unit, under an optimistic lock."""
    found = _get_plan_or_404(request, unit, year, place)
    own = year_page(found.unit, year)
    is_open = not found.withdrawn_reason and planning.may_change(
        request.user, found.unit
    )
    if request.method != "POST" and not is_open:
        messages.warning(request, "Du kan inte ändra planen nu.")
        return redirect(own)
    does = request.POST.get("do", "change") if request.method == "POST" else ""
    change, withdraw, move = _forms(request, found, does)
    status, said = 200, ""
    theirs: list[tuple[str, str]] = []
    if does == "withdraw":
        status, _ = attempt(withdraw, lambda: _withdraw(request, found, withdraw))
        said = _WITHDRAWN
        _let_send_again(withdraw, found)
    elif does == "move":
        status, _ = attempt(move, lambda: _move(request, found, move))
        said = "Planen är flyttad."
        _let_send_again(move, found)
    elif does:
        status, theirs = attempt(
            change,
            lambda: _change(request, found, change),
            fresh=lambda: _get_plan_or_404(request, unit, year, place),
        )
        said = "Planen är ändrad."
    if does and status == 200:
        messages.success(request, said)
        return redirect(own)
    context: dict[str, Any] = {
        "form": change,
        "withdraw": withdraw,
        "move": move,
        "theirs": theirs,
    }
    context |= {
        "plan": _get_plan_or_404(request, unit, year, place),
        "own": own,
        "does": does,
    }
    return render(request, "selfcheck/plan.html", context, status=status)


def _let_send_again(form: forms.Form, found: Plan) -> None:
    """Let a form that came too late be sent again with the version that its reader sees now."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen_version"] = str(found.version)  # type: ignore[index]


def _forms(
    request: SignedInRequest, found: Plan, does: str
) -> tuple[PlanForm, WithdrawForm, MoveForm]:
    """Return the three forms of a plan's page: one with the sent values, the others with the stored."""

    def sent(name: str) -> Any:
        return request.POST if does == name else None

    seen = {"seen_version": found.version}
    is_change = does not in {"", "withdraw", "move"}
    change = PlanForm(request.POST if is_change else None, instance=found)
    withdraw = WithdrawForm(sent("withdraw"), initial=seen, auto_id="withdraw_%s")
    move = MoveForm(
        sent("move"), initial=seen, auto_id="move_%s", user=request.user, plan=found
    )
    return change, withdraw, move


def _change(request: SignedInRequest, found: Plan, form: PlanForm) -> None:
    seen = form.cleaned_data["seen_version"]
    planning.change_plan(found, actor=request.user, seen_version=seen, facts=form.facts)


def _withdraw(request: SignedInRequest, found: Plan, form: WithdrawForm) -> None:
    planning.withdraw_plan(found, actor=request.user, **form.cleaned_data)


def _move(request: SignedInRequest, found: Plan, form: MoveForm) -> None:
    planning.move_plan(found, actor=request.user, **form.cleaned_data)
