"""The process of a lex Sarah case as a table, made from the administration's policy (SoL 27 kap.).

Who decides which degree follows from the rules; ``law`` is the code of a reference in laws.toml.
"""

from __future__ import annotations

from functools import cache

from casework.background.notifications import Audience
from casework.models import Circle, Notice
from casework.process.steps import Step
from casework.process.workflow import Workflow
from lexsarah.board.policies import rules_over
from lexsarah.law.policy import Body, Rules
from lexsarah.models import Degree, LexSarahCase, State
from lexsarah.process import changes, effects
from lexsarah.process.demands import (
    FOUND_OUT,
    PROPOSAL,
    RECEPTION,
    needs_no_notification,
    own_decision,
)
from lexsarah.process.steps import AFTERWARDS, INVESTIGATION
from lexsarah.process.words import CHAIRS_DECISION, OWN_DECISION
from organisation.rights import Right


def _reception(rules: Rules) -> Step:
    """Return the step that begins an investigation: the policy says whether the chiefs go on reading."""
    circle = Circle.FEW if rules.chief_keeps_reading else Circle.INVESTIGATOR
    return Step(
        name="ta-emot",
        label="Ta emot och börja utreda",
        did="Togs emot av utredaren",
        sources=frozenset({State.REPORTED}),
        target=State.INVESTIGATING,
        right=Right.LEXSARAH_INVESTIGATE,
        law="investigate",
        dates=("begun_on",),
        takes_over=True,
        also=lambda *_: {"circle": circle},
        task=RECEPTION,
    )


_PROPOSAL = Step(
    name="foresla",
    label="Lägg fram förslag till beslut",
    did="Förslag till beslut lades fram",
    sources=frozenset({State.INVESTIGATING}),
    target=State.PROPOSED,
    right=Right.LEXSARAH_INVESTIGATE,
    law="document",
    required=("proposed_degree", "assessment", "summary"),
    optional=("no_measures_reason",),
    dates=("investigated_on",),
    demands=FOUND_OUT,
    tells=((Notice.Kind.TO_DECIDE, Audience.DECIDERS),),
    task=PROPOSAL,
)
BOARD = (
    Step(
        name="dra-tillbaka",
        label="Dra tillbaka förslaget",
        did="Förslaget drogs tillbaka",
        sources=frozenset({State.PROPOSED}),
        target=State.INVESTIGATING,
        right=Right.LEXSARAH_INVESTIGATE,
        law="document",
        required=("reason",),
        clears=("investigated_on",),
    ),
    Step(
        name="beslut",
        label="Anteckna beslutet",
        did="Beslutades",
        sources=frozenset({State.PROPOSED}),
        target=State.DECIDED,
        right=Right.LEXSARAH_RECORD_DECISION,
        unread=True,
        law="document",
        required=("degree", "body", "on"),
        optional=("notifies",),
        beside=("body", "on", "notifies"),
        also=changes.decided_by_others,
        tells=(
            (Notice.Kind.ASSIGNED, Audience.CHIEFS),
            (Notice.Kind.MESSAGE, Audience.OWNER),
        ),
        after=effects.settle_events,
        taken_at="lexsarah:meetings",
    ),
    Step(
        name="aterremiss",
        label="Återremiss",
        did="Återremitterades",
        sources=frozenset({State.PROPOSED}),
        target=State.INVESTIGATING,
        right=Right.LEXSARAH_RECORD_DECISION,
        unread=True,
        law="document",
        required=("reason",),
        clears=("investigated_on",),
        tells=((Notice.Kind.RECEIVED, Audience.OWNER),),
        taken_at="lexsarah:meetings",
    ),
)

_CHAIR = Step(
    name="ordforande",
    label="Ordföranden beslutar om anmälan",
    did="Ordföranden beslutade om anmälan till IVO",
    sources=frozenset({State.INVESTIGATING, State.PROPOSED}),
    target=None,
    right=Right.LEXSARAH_RECORD_CHAIR,
    unread=True,
    law="notify",
    required=("on",),
    optional=("paragraph", "motive"),
    beside=("on", "paragraph", "motive"),
    demands=(needs_no_notification,),
    also=changes.decided_by_chair,
    warning=CHAIRS_DECISION,
    tells=((Notice.Kind.URGENT, Audience.OWNER),),
    after=effects.record_chair,
)


def _own(rules: Rules) -> Step:
    """Return the investigator's own decision, by the name that fits what he or she may decide."""
    return Step(
        name="besluta",
        label="Besluta",
        did="Beslutades av utredaren",
        sources=frozenset({State.INVESTIGATING}),
        target=State.DECIDED,
        right=Right.LEXSARAH_INVESTIGATE,
        law="document",
        required=("degree", "assessment"),
        optional=("no_measures_reason",),
        dates=("decided_on", "investigated_on"),
        demands=FOUND_OUT,
        also=changes.decide_alone,
        task=own_decision(rules),
        warning=OWN_DECISION,
        tells=((Notice.Kind.ASSIGNED, Audience.CHIEFS),),
        after=effects.record_own,
    )


def _decision(rules: Rules) -> tuple[Step, ...]:
    """Return the ways to a decision that a policy gives: the investigator's own, a board's, the chair's.

    What was put before a board under an earlier policy is still decided there, or withdrawn.
    """
    asks_others = any(rules.body_for(degree) != Body.INVESTIGATOR for degree in Degree)
    ways = ((_PROPOSAL,) if asks_others else ()) + (
        (_own(rules),) if rules.investigators_own else ()
    )
    return ways + BOARD + ((_CHAIR,) if rules.chair_may_decide else ())


@cache
def workflow_for(rules: Rules) -> Workflow[LexSarahCase]:
    """Return the process that follows from a policy."""
    return Workflow(
        LexSarahCase,
        (_reception(rules), *INVESTIGATION, *_decision(rules), *AFTERWARDS),
        after=effects.follow,
        ended=frozenset({State.CLOSED, State.RETURNED, State.JOINED}),
    )


def workflow_of(case: LexSarahCase) -> Workflow[LexSarahCase]:
    """Return the process that a case follows today."""
    return workflow_for(rules_over(case.unit))
