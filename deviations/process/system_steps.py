"""The steps of a deviation that the product takes: to lex Sarah and back (SoL 27 kap. 2 §).

They follow from what somebody says of the event, or from what becomes of its lex Sarah case
(deviations.process.to_lexsarah).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.background.notifications import Audience
from casework.models import Circle, Notice
from casework.process.deadlines import next_workday
from casework.process.steps import Step
from deviations.models import Deviation, IsDeviation, Misconduct, State
from deviations.process.demands import ENDED, INVESTIGATED, OPEN
from deviations.process.duplicates import ELSEWHERE, answer_duplicates, say_elsewhere

if TYPE_CHECKING:
    from organisation.models import User

LAW = "SoL 27 kap. 2 §"
DAYS_TO_INVESTIGATE = 30
_ESCALATED = frozenset({State.ESCALATED})
# Where it goes on if it comes back: whatever had been found out is investigated further.
_BACK: dict[str, str] = dict.fromkeys(INVESTIGATED | ENDED, State.UNDER_INVESTIGATION)


def _to_lexsarah(case: Deviation, *_: object) -> dict[str, Any]:
    return {"state_before": case.state, "circle": Circle.FEW}


def _back_to_the_chief(case: Deviation, *_: object) -> dict[str, Any]:
    return {
        "state": _BACK.get(case.state_before, case.state_before),
        "circle": Circle.USUAL,
        "misconduct": Misconduct.NO,
        "due_on": next_workday(
            timezone.localdate() + dt.timedelta(days=DAYS_TO_INVESTIGATE)
        ),
    }


def _as_decided(
    case: Deviation, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    return {
        "circle": Circle.FEW,
        "is_deviation": IsDeviation.YES,
        "assessment": case.assessment or facts["words"],
    }


def _tell_duplicates(case: Deviation, _facts: object, actor: User | None) -> None:
    answer_duplicates(case, actor=actor, answer=ELSEWHERE)


def _escalation(name: str, label: str, did: str) -> Step:
    return Step(
        name=name,
        label=label,
        did=did,
        sources=OPEN | ENDED,
        target=State.ESCALATED,
        law=LAW,
        system=True,
        required=("misconduct",),
        clears=("owner", "closed_on", "due_on", "duplicate_of"),
        also=_to_lexsarah,
    )


ESCALATE = _escalation(
    "escalate", "Blir en lex Sarah-rapport", "Blev en lex Sarah-rapport"
)
RESUME = _escalation(
    "resume", "Utreds igen enligt lex Sarah", "Utreds igen enligt lex Sarah"
)
COME_BACK = Step(
    name="come-back",
    label="Kommer tillbaka från lex Sarah",
    did="Kom tillbaka från lex Sarah",
    sources=_ESCALATED,
    target=None,
    targets=OPEN - INVESTIGATED | {State.UNDER_INVESTIGATION},
    law=LAW,
    system=True,
    also=_back_to_the_chief,
    tells=((Notice.Kind.RECEIVED, Audience.HANDLERS),),
)
SETTLE = Step(
    name="settle",
    label="Avgörs enligt lex Sarah",
    did="Avgjordes enligt lex Sarah",
    sources=_ESCALATED,
    target=State.CLOSED,
    law=LAW,
    system=True,
    required=("words",),
    beside=("words",),
    dates=("closed_on",),
    also=_as_decided,
    after=say_elsewhere,
)
# The one who reported reads what was answered in the lex Sarah case, wherever the event is by then.
GIVE_ANSWER = Step(
    name="answer",
    label="Återkopplas från lex Sarah",
    did="Återkopplades",
    sources=OPEN | ENDED | _ESCALATED,
    target=None,
    law="SOSFS 2011:9 6 kap. 3 §",
    system=True,
    required=("answer",),
    dates=("answered_on",),
    after=_tell_duplicates,
    tells=((Notice.Kind.ANSWERED, Audience.REPORTER),),
)
SYSTEM_STEPS = (ESCALATE, RESUME, COME_BACK, SETTLE, GIVE_ANSWER)
