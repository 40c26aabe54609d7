"""The verbs of tertial analyses: open them, take a step, and judge a pattern (SOSFS 2011:9 5 kap. 6 §)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from analysis.figures.access import may_split
from analysis.figures.stored import register_begins
from analysis.models import (
    Level,
    Pattern,
    PurgedAnalysis,
    Signal,
    State,
    TertialAnalysis,
    Verdict,
)
from analysis.models.signal import DIMENSIONS, NUMBERS
from analysis.tertial import signals
from analysis.tertial.workflow import workflow_of
from casework.background.notifications import tell_of_opened
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log, log_first
from casework.database.periods import Period, tertial
from casework.database.saving import save_checked
from casework.handling.services import next_numbers
from casework.models import Case
from casework.process.deadlines import next_workday
from casework.process.workflow import StepRefusedError, TooLateError, take
from casework.register.imports import copy_rows
from organisation.access import may
from organisation.models import Unit, UnitQuerySet
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

# A default of the product: the next tertial is then a quarter gone, and can still be changed.
DAYS_TO_ANALYSE = 30
_RENEWED = (*NUMBERS, "parameters")
_OPEN_LOCK = 5_060_908


def title_of(year: int, number: int) -> str:
    """Return what an analysis is called wherever cases are listed."""
    return f"Analys av tertial {number} {year}"


# --- opening ----------------------------------------------------------------------------------
def open_analyses(
    year: int, number: int, *, unit: Unit | None = None, actor: User | None = None
) -> int:
    """Open the analysis of a tertial for each unit that there was, once; return how many are new.

    ``unit`` limits it to a part of the tree.  Raises StepRefusedError when the tertial has not ended, or
    the actor does not compile for the unit, or it is from before the register; the worker has no actor.
    """
    period = tertial(year, number)
    if actor is not None and (
        unit is None or not may(actor, Right.ANALYSIS_COMPILE, unit)
    ):
        raise StepRefusedError("Du sammanställer inte för enheten.")
    if period.end > timezone.localdate():
        raise StepRefusedError("Tertialet har inte slutat än.")
    if unit is not None and period.end <= (register_begins(unit) or period.first):
        raise StepRefusedError("Registret har inga uppgifter från det tertialet.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OPEN_LOCK])
        units = list(units_in(period, unit).exclude(pk__in=analysed(year, number)))
        if units:
            _open(units, year, number, actor)
    return len(units)


def analysed(year: int, number: int) -> set[int]:
    """Return the units whose analysis of a tertial is opened, or was and has been purged since."""
    purged = PurgedAnalysis.objects.filter(year=year, tertial=number)
    opened = TertialAnalysis.objects.of(year, number).order_by()
    return {
        *opened.values_list("about", flat=True),
        *purged.values_list("about", flat=True),
    }


def units_in(period: Period, unit: Unit | None) -> UnitQuerySet:
    """Return the units that were there all or some of a period."""
    units = Unit.objects.below(unit) if unit else Unit.objects.all()
    return units.there(period.first, period.end)


def _open(units: Sequence[Unit], year: int, number: int, actor: User | None) -> None:
    """Open the analyses of some units: as many questions to the database for a thousand as for one."""
    today, period = timezone.localdate(), tertial(year, number)
    due = next_workday(max(period.end, today) + dt.timedelta(days=DAYS_TO_ANALYSE))
    shared = {
        "subject": TertialAnalysis._meta.app_label,
        "title": title_of(year, number),
    }
    cases = Case.objects.bulk_create(
        Case(number=name, unit=unit, received_on=today, due_on=due, **shared)
        for name, unit in zip(
            next_numbers("TA", today.year, len(units)), units, strict=True
        )
    )
    # A case has rows in two tables, and bulk_create writes to one.
    of_all = {"year": year, "tertial": number}
    copy_rows(
        TertialAnalysis,
        [
            {"case_ptr_id": case.pk, "about_id": case.unit_id, **of_all}
            for case in cases
        ],
    )
    log_first(cases, action="open", label="Öppnades", actor=actor, to_state=State.OPEN)
    signals.wait_for_turn()
    add_patterns(year, number)
    tell_of_opened(cases, but=actor)


def add_patterns(year: int, number: int) -> int:
    """Add the new findings of the rules to the open analyses of a tertial; return how many.

    A pattern stays as it was found: what nobody has judged yet gets the figures of today, what has been
    judged keeps those that it was judged by, and none is taken away.  A case is locked before its
    patterns, as by whoever judges one: what is marked as done meanwhile gets nothing more to judge.
    """
    being = (
        TertialAnalysis.objects.of(year, number).filter(state=State.OPEN).order_by("pk")
    )
    cases = {
        case.about_id: case for case in being.select_for_update(of=("self", "case_ptr"))
    }
    there: dict[int, dict[tuple[str, ...], Pattern]] = {
        case.pk: {} for case in cases.values()
    }
    for pattern in Pattern.objects.filter(analysis__in=list(there)):
        there[pattern.analysis_id][_cell(pattern)] = pattern
    found = Signal.objects.filter(
        unit__in=cases, year=year, tertial=number, level=Level.PATTERN
    )
    new: list[Pattern] = []
    changed: list[Pattern] = []
    for signal in found.order_by("unit", "kind", "chance", "pk"):
        case = cases[signal.unit_id]
        known, cell = there[case.pk], _cell(signal)
        if cell not in known:
            known[cell] = Pattern(
                analysis=case, position=len(known) + 1, **_as_found(signal)
            )
            new.append(known[cell])
        elif not known[cell].is_judged and _renew(known[cell], signal):
            changed.append(known[cell])
    _tie_to_earlier(new, year, number)
    Pattern.objects.bulk_create(new)
    Pattern.objects.bulk_update(changed, _RENEWED, batch_size=500)
    return len(new)


def _as_found(signal: Signal) -> dict[str, Any]:
    return {
        name: getattr(signal, name)
        for name in ("kind", "level", *DIMENSIONS, *_RENEWED)
    }


def _renew(pattern: Pattern, signal: Signal) -> bool:
    """Give a pattern the figures of today; tell whether they are others."""
    is_other = False
    for name in _RENEWED:
        value = getattr(signal, name)
        if getattr(pattern, name) != value:
            setattr(pattern, name, value)
            is_other = True
    return is_other


def _cell(found: Pattern | Signal) -> tuple[str, ...]:
    """Return by what a finding is known again: its rule and its cell."""
    return tuple(getattr(found, name) for name in ("kind", *DIMENSIONS))


def _tie_to_earlier(patterns: Sequence[Pattern], year: int, number: int) -> None:
    """Let each new pattern follow the latest of the same cell in an earlier tertial of its unit."""
    earlier = Q(analysis__year__lt=year) | Q(
        analysis__year=year, analysis__tertial__lt=number
    )
    units = {pattern.analysis.about_id for pattern in patterns}
    before = Pattern.objects.filter(earlier, analysis__about__in=units)
    told = before.order_by("analysis__year", "analysis__tertial")
    latest = {}
    for key, about, *cell in told.values_list(
        "pk", "analysis__about", "kind", *DIMENSIONS
    ):
        latest[about, *cell] = key
    for pattern in patterns:
        pattern.follows_id = latest.get((pattern.analysis.about_id, *_cell(pattern)))


# --- judging ----------------------------------------------------------------------------------
def take_step(
    case: TertialAnalysis,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> TertialAnalysis:
    """Take a step of the process; see casework.process.workflow.take for what it refuses."""
    return take(
        workflow_of(case),
        case,
        name,
        actor=actor,
        seen_version=seen_version,
        facts=facts,
    )


def may_judge(case: TertialAnalysis, user: User) -> bool:
    """Tell whether a person judges patterns: the chiefs and compilers of the unit, while it is open."""
    return workflow_of(case).opens("monster", case, user)


def place_of(pattern: Pattern) -> str:
    """Return how the history names a pattern among those of its analysis."""
    return f"Mönster {pattern.position}"


def judge(
    pattern: Pattern,
    *,
    actor: User,
    seen_version: int,
    verdict: Verdict,
    assessment: str,
) -> Pattern:
    """Say what a pattern means and whether it calls for an action (SOSFS 2011:9 5 kap. 6-7 §§).

    Raises TooLateError when somebody else came first, and StepRefusedError when it may not be judged now.
    """
    with transaction.atomic():
        case = TertialAnalysis.objects.select_for_update(of=("self", "case_ptr")).get(
            pk=pattern.analysis_id
        )
        locked = Pattern.objects.select_for_update(of=("self",)).get(pk=pattern.pk)
        if not may_judge(case, actor) or not may_split(
            actor, locked.subject, case.about
        ):
            raise StepRefusedError("Det går inte att bedöma mönstret nu.")
        if (locked.judged_by_id, locked.verdict, locked.assessment) == (
            actor.pk,
            verdict,
            assessment,
        ):
            return locked  # a double click, or the same form sent again
        if locked.version != seen_version:
            raise TooLateError(
                "Någon annan hann före. Läs det nya läget och försök igen."
            )
        before = facts_of(locked)
        locked.verdict, locked.assessment = verdict, assessment
        locked.judged_by, locked.judged_at = actor, timezone.now()
        locked.version += 1
        save_checked(locked)
        said = f"Bedömde mönster {locked.position}: {locked.get_verdict_display()}"
        changes = changes_in(locked, before, place=place_of(locked))
        log(case, action="judge", label=said, actor=actor, changes=changes)
    return locked
