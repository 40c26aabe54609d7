"""How many log checks the plan of a year asks for, and how many are done, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from organisation.models import Unit, UnitQuerySet
from selfcheck.models import Method, Plan, SelfCheck
from selfcheck.plan.occasions import occasions


@dataclass(frozen=True)
class Expected:
    """The log checks of a unit in a year: registered ones, of those that its plan asks for."""

    unit: Unit
    done: int
    planned: int


def log_checks_in(units: UnitQuerySet, year: int) -> list[Expected]:
    """Return done of planned for the units that plan, or have done, log checks in a year."""
    planned: dict[int, int] = {}
    plans = Plan.objects.going_on().filter(
        unit__in=units.order_by().values("pk"), year=year, method=Method.LOG_CHECK
    )
    for plan in plans:
        due = len(occasions(plan.first_on, plan.rhythm))
        planned[plan.unit_id] = planned.get(plan.unit_id, 0) + due
    done = dict(
        SelfCheck.objects.filter(
            unit__in=units.order_by().values("pk"),
            method=Method.LOG_CHECK,
            done_on__year=year,
        )
        .exclude(registry_number="")
        .order_by()
        .values_list("unit")
        .annotate(n=Count("pk"))
    )
    named = Unit.objects.filter(pk__in={*planned, *done}).order_by("path")
    return [
        Expected(unit, done.get(unit.pk, 0), planned.get(unit.pk, 0)) for unit in named
    ]
