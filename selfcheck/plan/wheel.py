"""The year wheel of a unit: every planned occasion and its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from selfcheck.models import Plan, SelfCheck, State
from selfcheck.plan.occasions import occasions
from selfcheck.process.signing import BEGINNING

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
        if self.on.year < self.plan.year:
            return 0
        if self.on.year > self.plan.year:
            return 2
        return (self.on.month - 1) // 4


def wheel_of(plans: Iterable[Plan], reader: Any) -> list[tuple[str, list[Turn]]]:
    """Return the occasions of some plans of one year by tertial, in the order of their days."""
    plans = list(plans)
    today = timezone.localdate()
    checks = _checks_of(plans)
    read = set(
        SelfCheck.objects.handled_by(reader)
        .filter(plan__in=plans)
        .values_list("pk", flat=True)
    )
    opened, unopened = [], []
    for plan in plans:
        by_day = checks[plan.pk]
        opened += [_opened(plan, check, today, read) for check in by_day.values()]
        if not plan.withdrawn_reason:
            days = occasions(plan.first_on, plan.rhythm)
            unopened += [
                _unopened(plan, day, today) for day in days if day not in by_day
            ]
    turns = opened + unopened
    turns.sort(key=lambda turn: (turn.on, turn.plan.title))
    by_tertial: list[tuple[str, list[Turn]]] = [(label, []) for label in TERTIALS]
    for turn in turns:
        _, in_tertial = by_tertial[turn.tertial]
        in_tertial.append(turn)
    return by_tertial


def _checks_of(plans: Sequence[Plan]) -> dict[int, dict[dt.date, SelfCheck]]:
    """Return the check of each occasion that has been opened, by plan and day."""
    checks: dict[int, dict[dt.date, SelfCheck]] = {plan.pk: {} for plan in plans}
    for check in SelfCheck.objects.filter(
        plan__in=plans, occasion_on__isnull=False
    ).order_by("pk"):
        if check.plan_id and check.occasion_on:
            checks[check.plan_id][check.occasion_on] = check
    return checks


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
    if day < today:
        return Turn(plan, day, "försenad", "bad")
    return Turn(plan, day, "ej öppnad", "plain")
