"""The verbs of tertial analyses: open them, take a step, and judge a pattern (SOSFS 2011:9 5 kap. 6 §)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from analysis.figures import register_begins
from analysis.models import Level, Pattern, Signal, State, TertialAnalysis, Verdict
from analysis.models.signal import DIMENSIONS, NUMBERS
from analysis.workflow import workflow_of
from casework.deadlines import next_workday
from casework.history import log
from casework.models import Notice, Subject
from casework.notifications import Audience, tell
from casework.periods import Period, tertial
from casework.services import next_number
from casework.workflow import StepRefusedError, TooLateError, is_recused, take
from organisation.access import ANALYSTS, CHIEFS, holds, roles_over
from organisation.models import Unit, UnitQuerySet

if TYPE_CHECKING:
    from organisation.models import User

# A default of the product: the next tertial is then a quarter gone, and can still be changed.
DAYS_TO_ANALYSE = 30
JUDGES = CHIEFS | ANALYSTS
_OPEN_LOCK = 5_060_908


def title_of(year: int, number: int) -> str:
    """Return what an analysis is called wherever cases are listed."""
    return f"Analys av tertial {number} {year}"


# --- opening ----------------------------------------------------------------------------------
def may_open(user: User, unit: Unit) -> bool:
    """Tell whether a person opens the analyses of a unit: whoever compiles for it."""
    return holds(user, ANALYSTS, unit)


def open_analyses(year: int, number: int, *, unit: Unit | None = None, actor: User | None = None) -> int:
    """Open the analysis of a tertial for each unit that there was, once; return how many are new.

    ``unit`` limits it to a part of the tree.  Raises StepRefusedError when the tertial has not ended, or
    the actor does not compile for the unit, or it is from before the register; the worker has no actor.
    """
    period = tertial(year, number)
    if actor is not None and (unit is None or not may_open(actor, unit)):
        raise StepRefusedError("Du sammanställer inte för enheten.")
    if period.end > timezone.localdate():
        raise StepRefusedError("Tertialet har inte slutat än.")
    if unit is not None and period.end <= (register_begins(unit) or period.first):
        raise StepRefusedError("Registret har inga uppgifter från det tertialet.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OPEN_LOCK])
        has = set(TertialAnalysis.objects.of(year, number).values_list("about", flat=True))
        units = [each for each in units_in(period, unit) if each.pk not in has]
        for each in units:
            _open(each, year, number, actor)
    return len(units)


def units_in(period: Period, unit: Unit | None) -> UnitQuerySet:
    """Return the units that were there all or some of a period."""
    units = Unit.objects.below(unit) if unit else Unit.objects.all()
    return units.there(period.first, period.end)


def _open(unit: Unit, year: int, number: int, actor: User | None) -> TertialAnalysis:
    today, period = timezone.localdate(), tertial(year, number)
    due = next_workday(max(period.end, today) + dt.timedelta(days=DAYS_TO_ANALYSE))
    case = TertialAnalysis.objects.create(
        number=next_number("TA", today.year),
        subject=Subject.ANALYSIS,
        title=title_of(year, number),
        unit=unit,
        about=unit,
        year=year,
        tertial=number,
        received_on=today,
        due_on=due,
    )
    log(case, action="open", label="Öppnades", actor=actor, to_state=case.state)
    add_patterns(case)
    tell(case, Notice.Kind.NEW, audience=Audience.CHIEFS, but=actor)
    return case


def add_patterns(case: TertialAnalysis) -> int:
    """Add to an open analysis the patterns that the rules have found since; return how many are new.

    A pattern stays as it was found: what nobody has judged yet gets the figures of today, what has been
    judged keeps those that it was judged by, and none is taken away.  The case is locked before its
    patterns, as whoever judges one does: what is marked as done meanwhile gets nothing more to judge.
    """
    locked = TertialAnalysis.objects.select_for_update(of=("self", "case_ptr"))
    if not locked.filter(pk=case.pk, state=State.OPEN).exists():
        return 0
    there = {_cell(pattern): pattern for pattern in case.patterns.all()}
    signals = Signal.objects.filter(
        unit=case.about, year=case.year, tertial=case.tertial, level=Level.PATTERN
    ).order_by("kind", "chance", "pk")
    new: list[Pattern] = []
    for signal in signals:
        numbers = {name: getattr(signal, name) for name in (*NUMBERS, "parameters")}
        if (pattern := there.get(_cell(signal))) is None:
            cell = {name: getattr(signal, name) for name in ("kind", *DIMENSIONS)}
            position = len(there) + len(new) + 1
            follows = _earlier(case, cell)
            new.append(
                Pattern(
                    analysis=case,
                    position=position,
                    level=signal.level,
                    follows=follows,
                    **cell,
                    **numbers,
                )
            )
        elif not pattern.is_judged:
            Pattern.objects.filter(pk=pattern.pk, verdict="").update(**numbers)
    Pattern.objects.bulk_create(new)
    return len(new)


def _cell(found: Pattern | Signal) -> tuple[str, ...]:
    return tuple(getattr(found, name) for name in ("kind", *DIMENSIONS))


def _earlier(case: TertialAnalysis, cell: Mapping[str, str]) -> Pattern | None:
    """Return the latest pattern of the same cell in an earlier tertial of the unit."""
    earlier = Q(analysis__year__lt=case.year) | Q(
        analysis__year=case.year, analysis__tertial__lt=case.tertial
    )
    same = Pattern.objects.filter(earlier, analysis__about=case.about, **cell)
    return same.order_by("analysis__year", "analysis__tertial").last()


# --- judging ----------------------------------------------------------------------------------
def take_step(
    case: TertialAnalysis, name: str, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> TertialAnalysis:
    """Take a step of the process; see casework.workflow.take for what it refuses."""
    return take(workflow_of(case), case, name, actor=actor, seen_version=seen_version, facts=facts)


def may_judge(case: TertialAnalysis, user: User) -> bool:
    """Tell whether a person judges patterns: the chiefs and compilers of the unit, while it is open."""
    judges = bool(roles_over(user, case.unit) & JUDGES) and not is_recused(case, user)
    return judges and case.state == State.OPEN


def judge(pattern: Pattern, *, actor: User, seen_version: int, verdict: Verdict, assessment: str) -> Pattern:
    """Say what a pattern means and whether it calls for an action (SOSFS 2011:9 5 kap. 6-7 §§).

    Raises TooLateError when somebody else came first, and StepRefusedError when it may not be judged now.
    """
    with transaction.atomic():
        case = TertialAnalysis.objects.select_for_update(of=("self", "case_ptr")).get(pk=pattern.analysis_id)
        locked = Pattern.objects.select_for_update(of=("self",)).get(pk=pattern.pk)
        if not may_judge(case, actor):
            raise StepRefusedError("Det går inte att bedöma mönstret nu.")
        if (locked.judged_by_id, locked.verdict, locked.assessment) == (actor.pk, verdict, assessment):
            return locked  # a double click, or the same form sent again
        if locked.version != seen_version:
            raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
        locked.verdict, locked.assessment = verdict, assessment
        locked.judged_by, locked.judged_at = actor, timezone.now()
        locked.version += 1
        locked.validate_constraints()
        locked.save()
        said = f"Bedömde mönster {locked.position}: {locked.get_verdict_display()}"
        log(case, action="judge", label=said, actor=actor)
    return locked
