"""The year wheel of a unit: every occasion that is planned, and what has become of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from selfcheck.models import Plan, SelfCheck, State
from selfcheck.occasions import occasions
from selfcheck.workflow import BEGINNING

TERTIALS = ("Januari till april", "Maj till augusti", "September till december")
_STATES = {State.PLANNED: ("planerad", "neutral"), State.ONGOING: ("pågår", "info")}


@dataclass(frozen=True)
class Turn:
    """One occasion of a plan: its last day, where it stands, and the number of its check to who reads it."""

    plan: Plan
    on: dt.date
    state: str
    tone: str
    number: str = ""

    @property
    def tertial(self) -> int:
        """Return which part of the plan's year the day lies in, from 0; a moved day may lie outside."""
        if self.on.year != self.plan.year:
            return 0 if self.on.year < self.plan.year else 2
        return (self.on.month - 1) // 4


def wheel_of(plans: Iterable[Plan], reader: Any) -> list[tuple[str, list[Turn]]]:
    """Return the occasions of some plans of one year by tertial, in the order of their days."""
    plans = list(plans)
    today = timezone.localdate()
    checks: dict[tuple[int, dt.date], SelfCheck] = {
        (check.plan_id, check.occasion_on): check
        for check in SelfCheck.objects.filter(plan__in=plans, occasion_on__isnull=False).order_by("pk")
        if check.plan_id and check.occasion_on
    }
    read = set(SelfCheck.objects.handled_by(reader).filter(plan__in=plans).values_list("pk", flat=True))
    turns = [_opened(plan, check, today, read) for plan in plans for check in _checks_of(plan, checks)]
    turns += [
        _unopened(plan, day, today)
        for plan in plans
        if not plan.withdrawn_reason
        for day in occasions(plan.first_on, plan.rhythm)
        if (plan.pk, day) not in checks
    ]
    turns.sort(key=lambda turn: (turn.on, turn.plan.title))
    return [
        (label, [turn for turn in turns if turn.tertial == place]) for place, label in enumerate(TERTIALS)
    ]


def _checks_of(plan: Plan, checks: dict[tuple[int, dt.date], SelfCheck]) -> list[SelfCheck]:
    return [check for (key, _), check in checks.items() if key == plan.pk]


def _opened(plan: Plan, check: SelfCheck, today: dt.date, read: set[int]) -> Turn:
    day = check.planned_on or check.occasion_on or plan.first_on
    number = check.number if check.pk in read else ""
    if not number:
        # Whoever is kept from the check learns that it is there, and no more (FL 16-18 §§).
        return Turn(plan, day, "öppnad", "neutral")
    if check.state == State.CANCELLED:
        return Turn(plan, day, "ställs in", "neutral", number)
    if check.state in BEGINNING and day < today:
        return Turn(plan, day, "försenad", "bad", number)
    return Turn(plan, day, *_STATES.get(State(check.state), ("klar", "good")), number)


def _unopened(plan: Plan, day: dt.date, today: dt.date) -> Turn:
    if day < plan.holds_from:
        return Turn(plan, day, "hade passerat när planen gjordes", "plain")
    return Turn(plan, day, *(("försenad", "bad") if day < today else ("ej öppnad", "plain")))
