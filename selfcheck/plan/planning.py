"""The verbs of the year's plan: add, change, move, withdraw, copy last year's, and open what is due.

SOSFS 2011:9 5 kap. 2 §: self-checks are made as often, and to the extent, that the quality needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from casework.background.notifications import Audience, tell
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.database.today import Today
from casework.models import Notice
from casework.process.deadlines import is_workday, months_after, next_workday
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import chiefs_of, may, people_at_work, roles_over
from organisation.models import Unit
from organisation.rights import Right
from selfcheck.models import Plan, SelfCheck, State
from selfcheck.plan.occasions import occasions
from selfcheck.process.services import make_check, take_step

if TYPE_CHECKING:
    from organisation.models import User

# Defaults of the product: soon enough to be planned, and a reminder comes a week ahead besides.
AHEAD = dt.timedelta(days=30)
FACTS = (
    "title",
    "why",
    "process",
    "template",
    "method",
    "rhythm",
    "first_on",
    "responsible",
)
_SAME_TITLE = "Enheten har redan en plan som heter så det året."


def may_change(user: User, unit: Unit) -> bool:
    """Tell whether a person changes a unit's plan and makes its checks: its chiefs.

    The controller does so for a whole administration, and where there is no chief.
    """
    roles = roles_over(user, unit)
    if roles & Right.SELFCHECK_DO.roles:
        return True
    if not roles & Right.CASES_DEPUTISE.roles:
        return False
    return unit.level == Unit.Level.ADMINISTRATION or not chiefs_of(unit)


# --- one plan ---------------------------------------------------------------------------------
def add_plan(*, actor: User, unit: Unit, facts: Mapping[str, Any]) -> Plan:
    """Plan a self-check for the year of its first day; the same plan added twice is one.

    Raises StepRefusedError when the actor plans nothing there or the unit has ended, and ValidationError
    when the unit has another plan of that name.
    """
    with transaction.atomic():
        _lock_unit(unit, actor)
        year = facts["first_on"].year
        if there := Plan.objects.filter(
            unit=unit, year=year, title=facts["title"]
        ).first():
            if not there.withdrawn_reason and all(
                getattr(there, name) == facts[name] for name in FACTS
            ):
                return there
            raise ValidationError({"title": _SAME_TITLE})
        return Plan.objects.create(
            unit=unit, year=year, **{name: facts[name] for name in FACTS}
        )


def change_plan(
    plan: Plan, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> Plan:
    """Change a plan; begun checks go on, and others that are no longer planned are cancelled.

    Raises TooLateError when somebody else came first.
    """
    with transaction.atomic():
        locked = _lock(plan, actor, seen_version)
        same = Plan.objects.filter(
            unit=locked.unit_id, year=locked.year, title=facts["title"]
        )
        if same.exclude(pk=locked.pk).exists():
            raise ValidationError({"title": _SAME_TITLE})
        before = occasions(locked.first_on, locked.rhythm)
        for name in FACTS:
            setattr(locked, name, facts[name])
        locked.validate_constraints()
        after = occasions(locked.first_on, locked.rhythm)
        if after != before:
            # Days that have passed and are planned first now are nobody's neglect.
            locked.holds_from = timezone.localdate()
            _cancel(locked, actor, "Årsplanen ändrades.", but=after)
        return _save(locked)


def withdraw_plan(plan: Plan, *, actor: User, seen_version: int, reason: str) -> Plan:
    """Withdraw a plan with a reason; its open checks that have not begun are cancelled."""
    with transaction.atomic():
        locked = _lock(plan, actor, seen_version)
        if not reason:
            raise ValidationError({"reason": "Skriv varför den inte ska göras."})
        _cancel(locked, actor, reason)
        locked.withdrawn_reason = reason
        return _save(locked)


def move_plan(plan: Plan, *, actor: User, seen_version: int, unit: Unit) -> Plan:
    """Move a plan to another unit, as when a unit is split; return the new plan.

    Every check goes along to the new plan, and those that have not begun to the new unit: nothing is
    opened twice or forgotten.  The old plan stays, withdrawn, so that its address is its own.
    """
    with transaction.atomic():
        _lock_unit(unit, actor)
        locked = _lock(plan, actor, seen_version)
        if unit.pk == locked.unit_id:
            raise ValidationError({"unit": "Välj en annan enhet än den planen har."})
        if Plan.objects.filter(
            unit=unit, year=locked.year, title=locked.title
        ).exists():
            raise ValidationError({"unit": _SAME_TITLE})
        facts = {name: getattr(locked, name) for name in (*FACTS, "year", "holds_from")}
        moved = Plan.objects.create(unit=unit, copied_from=locked, **facts)
        for check in _unbegun(locked):
            _move(check, moved, actor)
        locked.checks.update(plan=moved)
        locked.withdrawn_reason = f"Flyttades till {unit.name}."
        _save(locked)
        return moved


def _lock_unit(unit: Unit, actor: User) -> None:
    """Let one person at a time add plans to a unit that exists."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if not may(actor, Right.SELFCHECK_PLAN, unit):
        raise StepRefusedError("Din roll ger inte rätt att planera egenkontroller där.")
    if not Unit.objects.valid().filter(pk=unit.pk).exists():
        raise StepRefusedError("Enheten har upphört. Välj en enhet som finns.")


def _lock(plan: Plan, actor: User, seen_version: int) -> Plan:
    locked = (
        Plan.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=plan.pk)
    )
    if not may_change(actor, locked.unit):
        raise StepRefusedError("Chefen för enheten ändrar planen.")
    if locked.version != seen_version:
        raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
    if locked.withdrawn_reason:
        raise StepRefusedError("Planen är indragen.")
    return locked


def _save(locked: Plan) -> Plan:
    locked.version += 1
    locked.save()
    return locked


def _unbegun(plan: Plan) -> list[SelfCheck]:
    """Return the checks of a plan that have not begun, locked."""
    planned = plan.checks.filter(state=State.PLANNED).order_by("pk")
    return list(planned.select_for_update(of=("self", "case_ptr")))


def _cancel(
    plan: Plan, actor: User, reason: str, *, but: list[dt.date] | None = None
) -> None:
    for check in _unbegun(plan):
        if check.occasion_on not in (but or []):
            take_step(
                check,
                "stall-in",
                actor=actor,
                seen_version=check.version,
                facts={"reason": reason},
            )


def _move(check: SelfCheck, plan: Plan, actor: User) -> None:
    """Let a check that has not begun belong to the new unit, where its owner may have no part."""
    before = facts_of(check)
    SelfCheck.objects.filter(pk=check.pk).update(
        unit=plan.unit, version=F("version") + 1
    )
    check.refresh_from_db()
    if check.owner and not may_change(check.owner, plan.unit):
        check.owner = None
        check.save(update_fields=["owner"])
    label, changes = f"Flyttades till {plan.unit.name}", changes_in(check, before)
    log(check, action="move", label=label, actor=actor, changes=changes)
    tell(check, Notice.Kind.NEW, audience=Audience.OWNER, but=actor)


# --- a whole year -----------------------------------------------------------------------------
def copy_year(*, actor: User, unit: Unit, from_year: int, to_year: int) -> int:
    """Copy a unit's plans of another year, except those it has by name; return how many."""
    with transaction.atomic():
        _lock_unit(unit, actor)
        if to_year < timezone.localdate().year:
            raise StepRefusedError("Året har gått. Välj ett år som kommer.")
        has = set(
            Plan.objects.filter(unit=unit, year=to_year).values_list("title", flat=True)
        )
        planned = (
            Plan.objects.going_on()
            .filter(unit=unit, year=from_year)
            .exclude(title__in=has)
        )
        here = set(
            people_at_work()
            .filter(pk__in=planned.values("responsible"))
            .values_list("pk", flat=True)
        )
        copies = [
            _copy(plan, to_year, here)
            for plan in planned.order_by("pk").select_related("template")
        ]
        Plan.objects.bulk_create(copies)
    return len(copies)


def _copy(plan: Plan, year: int, here: Collection[int]) -> Plan:
    """Return a plan for another year; ``here`` are those who still work and go on being responsible."""
    facts = {name: getattr(plan, name) for name in FACTS}
    facts["first_on"] = _workday_of(
        year, months_after(plan.first_on, 12 * (year - plan.year))
    )
    if plan.template and plan.template.withdrawn_on:
        facts["template"] = None
    if plan.responsible_id not in here:
        facts["responsible"] = None
    return Plan(unit_id=plan.unit_id, year=year, copied_from=plan, **facts)


def _workday_of(year: int, day: dt.date) -> dt.date:
    """Return the first working day from a day, or the last one before it when that is another year's."""
    found = next_workday(day)
    while found.year != year or not is_workday(found):
        found -= dt.timedelta(days=1)
    return found


# --- what is due ------------------------------------------------------------------------------
def open_due(
    *, today: dt.date | None = None, tick: Callable[[int, str], None] | None = None
) -> int:
    """Open the planned checks whose day lies within 30 days; return how many.

    Worked out from the days alone: each is opened once, however often, late or by how many it is done.
    A unit that has ended opens nothing until its plans are moved.
    """
    today = today or timezone.localdate()
    plans = Plan.objects.going_on().filter(
        unit__in=Unit.objects.valid(on=today).order_by().values("pk"),
        first_on__lte=today + AHEAD,
    )
    # No occasion of an earlier year than the last can wait for longer than a worker is away.
    keys = list(
        plans.filter(year__gte=today.year - 1)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    opened = 0
    for done, key in enumerate(keys):
        if tick:
            tick(100 * done // len(keys), "Öppnar planerade egenkontroller")
        opened += _open(key, today)
    return opened


def planned_lately() -> QuerySet[Any]:
    """Return the checks of plans that may still open occasions: without its check one would open again."""
    lately = SelfCheck.objects.filter(plan__year__gte=ExtractYear(Today()) - 1)
    return lately.order_by().values_list("pk", flat=True)


def _open(key: int, today: dt.date) -> int:
    with transaction.atomic():
        plan = (
            Plan.objects.select_for_update(of=("self",))
            .select_related("unit", "template")
            .get(pk=key)
        )
        if plan.withdrawn_reason:
            return 0
        there = set(plan.checks.values_list("occasion_on", flat=True))
        due = [
            day
            for day in occasions(plan.first_on, plan.rhythm)
            if plan.holds_from <= day <= today + AHEAD and day not in there
        ]
        for day in due:
            _open_check(plan, day)
        return len(due)


def _open_check(plan: Plan, day: dt.date) -> SelfCheck:
    """Open the check of one occasion, from the newest version of the plan's template."""
    version = plan.template.versions.first() if plan.template else None
    owner = plan.responsible
    if owner and not may_change(owner, plan.unit):
        owner = None  # has left, or does not handle checks there: then the nearest chiefs do
    check = make_check(
        plan=plan,
        occasion_on=day,
        planned_on=day,
        unit=plan.unit,
        workplace=plan.unit.name,
        title=plan.title,
        why=plan.why,
        process=plan.process,
        method=version.method if version else plan.method,
        template=version,
        owner=owner,
    )
    log(
        check,
        action="plan",
        label="Öppnades enligt årsplanen",
        actor=None,
        to_state=check.state,
    )
    tell(check, Notice.Kind.NEW, audience=Audience.HANDLERS)
    if owner:
        tell(check, Notice.Kind.ASSIGNED, audience=Audience.OWNER)
    return check
