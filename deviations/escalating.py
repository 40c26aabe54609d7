"""A deviation that is a misconduct, or a tangible risk of one, becomes a lex Sarah report (SoL 27 kap. 2 §).

It happens at once, in the transaction of the choice that says so, and nobody but the lex Sarah
investigator takes it back.  What receives it lies above this app and listens to ``misconduct_reported``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from casework.changes import Facts, changes_in, facts_of
from casework.deadlines import next_workday
from casework.history import log
from casework.models import Circle, Notice
from casework.notifications import Audience, tell
from casework.workflow import StepRefusedError
from deviations.duplicates import ELSEWHERE, answer_duplicates
from deviations.models import MARKED, MISCONDUCT_OF, Consequence, Deviation, IsDeviation, Misconduct, State
from deviations.workflow import ENDED, INVESTIGATED

if TYPE_CHECKING:
    from organisation.models import User

# Sent within the transaction, with deviation, actor and grounds; a receiver that raises undoes the choice.
misconduct_reported = Signal()

DAYS_TO_INVESTIGATE = 30


class NobodyReceivesError(Exception):
    """This installation has nothing that receives lex Sarah reports: none may be thought to be sent."""


def marked_by(facts: Mapping[str, Any], before: Deviation | None = None) -> Misconduct | None:
    """Return what a set of facts says the event is, when it is to be reported and was not said before."""
    said = facts.get("misconduct")
    if said in MARKED and (before is None or before.misconduct != said):
        return Misconduct(said)
    consequence = facts.get("consequence")
    if not consequence or (before is not None and before.consequence == consequence):
        return None
    return MISCONDUCT_OF.get(Consequence(consequence))


def may_escalate(deviation: Deviation) -> bool:
    """Tell whether an event can be reported now: whatever has become of it, unless it already is."""
    return deviation.state != State.ESCALATED


def escalate(deviation: Deviation, *, actor: User | None, misconduct: Misconduct, grounds: str = "") -> bool:
    """Report an event under lex Sarah, once however often it is asked for, also when it is closed.

    ``grounds`` says why, when something was found out later; tells whether it was reported with them.
    Raises NobodyReceivesError when nothing receives it.
    """
    with transaction.atomic():
        locked = Deviation.objects.select_for_update(of=("self", "case_ptr")).get(pk=deviation.pk)
        if not may_escalate(locked):
            return False
        _mark(locked, misconduct, "escalate", "Blev en lex Sarah-rapport", actor)
        if not misconduct_reported.send(Deviation, deviation=locked, actor=actor, grounds=grounds):
            raise NobodyReceivesError
    return True


def resume(deviation: Deviation, *, actor: User) -> None:
    """Let an event be investigated under lex Sarah again, in the same case, when it is to be decided anew.

    What has become a report anew since then is left as it is.
    """
    with transaction.atomic():
        locked = Deviation.objects.select_for_update(of=("self", "case_ptr")).get(pk=deviation.pk)
        if may_escalate(locked):
            marked = locked.misconduct in MARKED
            misconduct = Misconduct(locked.misconduct) if marked else Misconduct.YES
            _mark(locked, misconduct, "resume", "Utreds igen enligt lex Sarah", actor)


def take_back(deviation: Deviation, *, actor: User) -> None:
    """Let the chief go on with an event that the lex Sarah investigator has found not to be one."""
    with transaction.atomic():
        locked = _escalated(deviation)
        before = facts_of(locked)
        was_begun = locked.state_before in INVESTIGATED | ENDED
        locked.state = State.UNDER_INVESTIGATION if was_begun else locked.state_before
        locked.circle, locked.misconduct = Circle.USUAL, Misconduct.NO
        locked.due_on = next_workday(timezone.localdate() + dt.timedelta(days=DAYS_TO_INVESTIGATE))
        _save(locked, "come-back", "Kom tillbaka från lex Sarah", actor, before)
        tell(locked, Notice.Kind.RECEIVED, audience=Audience.HANDLERS, but=actor)


def settle(deviation: Deviation, *, actor: User, words: str) -> None:
    """Close an event that a lex Sarah case has decided on; ``words`` say where to read how."""
    with transaction.atomic():
        locked = _escalated(deviation)
        before = facts_of(locked)
        locked.state, locked.closed_on = State.CLOSED, timezone.localdate()
        locked.circle = Circle.LEX_SARAH
        locked.is_deviation, locked.assessment = IsDeviation.YES, locked.assessment or words
        _save(locked, "settle", "Avgjordes enligt lex Sarah", actor, before)
        answer_duplicates(locked, actor=actor, answer=ELSEWHERE, again=False)


def give_answer(deviation: Deviation, *, actor: User, answer: str) -> None:
    """Let the one who reported read the answer that was given in the lex Sarah case."""
    with transaction.atomic():
        locked = Deviation.objects.select_for_update(of=("self", "case_ptr")).get(pk=deviation.pk)
        before = facts_of(locked)
        locked.answer, locked.answered_on = answer, timezone.localdate()
        _save(locked, "answer", "Återkopplades", actor, before)
        tell(locked, Notice.Kind.ANSWERED, audience=Audience.REPORTER, but=actor)
        answer_duplicates(locked, actor=actor, answer=ELSEWHERE)


def _mark(locked: Deviation, misconduct: Misconduct, action: str, label: str, actor: User | None) -> None:
    before, state_before = facts_of(locked), locked.state
    locked.state = State.ESCALATED
    locked.state_before, locked.misconduct = state_before, misconduct
    locked.circle = Circle.LEX_SARAH
    locked.owner = locked.closed_on = locked.due_on = locked.duplicate_of = None
    locked.version += 1
    locked.save()
    # Of what an anonymous person does, the day alone is kept.
    at = None if actor else locked.created_at
    log(
        locked,
        action=action,
        label=label,
        actor=actor,
        from_state=state_before,
        to_state=locked.state,
        at=at,
        changes=changes_in(locked, before),
    )


def _escalated(deviation: Deviation) -> Deviation:
    locked = Deviation.objects.select_for_update(of=("self", "case_ptr")).get(pk=deviation.pk)
    if locked.state != State.ESCALATED:
        raise StepRefusedError("Händelsen är ingen lex Sarah-rapport just nu.")
    return locked


def _save(locked: Deviation, action: str, label: str, actor: User, before: Facts) -> None:
    locked.version += 1
    locked.save()
    changes = changes_in(locked, before)
    log(locked, action=action, label=label, actor=actor, to_state=locked.state, changes=changes)
