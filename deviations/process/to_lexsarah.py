"""A deviation that is a misconduct, or a tangible risk of one, becomes a lex Sarah report (SoL 27 kap. 2 §).

It happens at once, in the transaction of the choice that says so, and nobody but the lex Sarah
investigator takes it back.  What receives it lies above this app: the kind of
case that ``receives`` deviations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from casework.kinds import receiver_of
from casework.process.steps import Step
from casework.process.workflow import take_by_system
from deviations.models import (
    MARKED,
    MISCONDUCT_OF,
    Consequence,
    Deviation,
    Misconduct,
    State,
)
from deviations.process.system_steps import (
    COME_BACK,
    ESCALATE,
    GIVE_ANSWER,
    RESUME,
    SETTLE,
)
from deviations.process.workflow import workflow_of

if TYPE_CHECKING:
    from organisation.models import User


class NobodyReceivesError(Exception):
    """This installation has nothing that receives lex Sarah reports: none may be thought to be sent."""


def marked_by(
    facts: Mapping[str, Any], before: Deviation | None = None
) -> Misconduct | None:
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


def escalate(
    deviation: Deviation,
    *,
    actor: User | None,
    misconduct: Misconduct,
    grounds: str = "",
) -> bool:
    """Report an event under lex Sarah, once however often it is asked for, also when it is closed.

    ``grounds`` says why, when something was found out later; tells whether it was reported with them.
    Raises NobodyReceivesError when nothing receives it.
    """
    with transaction.atomic():
        locked = workflow_of(deviation).lock(deviation.pk)
        if not may_escalate(locked):
            return False
        # Of what an anonymous person does, the day alone is kept.
        at = None if actor else locked.created_at
        marked = _take(locked, ESCALATE, actor, {"misconduct": misconduct}, at=at)
        receive = receiver_of(Deviation)
        if receive is None:
            raise NobodyReceivesError
        receive(deviation=marked, actor=actor, grounds=grounds)
    return True


def resume(deviation: Deviation, *, actor: User) -> None:
    """Let an event be investigated under lex Sarah again, in the same case, when it is to be decided anew.

    What has become a report anew since then is left as it is.
    """
    with transaction.atomic():
        locked = workflow_of(deviation).lock(deviation.pk)
        if may_escalate(locked):
            said = locked.misconduct if locked.misconduct in MARKED else Misconduct.YES
            _take(locked, RESUME, actor, {"misconduct": said})


def take_back(deviation: Deviation, *, actor: User) -> None:
    """Let the chief go on with an event that the lex Sarah investigator has found not to be one."""
    _take(deviation, COME_BACK, actor)


def settle(deviation: Deviation, *, actor: User, words: str) -> None:
    """Close an event that a lex Sarah case has decided on; ``words`` say where to read how."""
    _take(deviation, SETTLE, actor, {"words": words})


def give_answer(deviation: Deviation, *, actor: User, answer: str) -> None:
    """Let the one who reported read the answer that was given in the lex Sarah case."""
    _take(deviation, GIVE_ANSWER, actor, {"answer": answer})


def _take(
    deviation: Deviation,
    step: Step,
    actor: User | None,
    facts: Mapping[str, Any] | None = None,
    *,
    at: dt.datetime | None = None,
) -> Deviation:
    return take_by_system(
        workflow_of(deviation), deviation, step.name, actor=actor, facts=facts, at=at
    )
