"""The process of a lex Sarah case as a table, made from the administration's policy (SoL 27 kap.).

Who decides which degree follows from the rules; ``law`` is the code of a reference in laws.toml.
"""

from __future__ import annotations

from functools import cache

from casework.measures import needs_effect
from casework.models import Circle, Notice
from casework.notifications import Audience
from casework.steps import Step
from casework.workflow import Workflow
from lexsarah import changes
from lexsarah.demands import (
    FOUND_OUT,
    needs_decision_to_notify,
    needs_deviation,
    needs_feedback,
    needs_information,
    needs_ivo_to_be_done,
    needs_no_notification,
    needs_notification,
)
from lexsarah.models import Degree, LexSarahCase, State
from lexsarah.rules import Body, Rules
from lexsarah.words import CHAIRS_DECISION, OWN_DECISION
from organisation.access import CHIEFS
from organisation.models import Role

BEGUN = frozenset({State.INVESTIGATING, State.PROPOSED, State.DECIDED})
OPEN = BEGUN | {State.REPORTED}
UNDECIDED = OPEN - {State.PROPOSED, State.DECIDED}
INVESTIGATOR, SECRETARY = frozenset({Role.LEX_INVESTIGATOR}), frozenset({Role.BOARD_SECRETARY})


def _reception(rules: Rules) -> Step:
    """Return the step that begins an investigation: the policy says whether the chiefs go on reading."""
    circle = Circle.LEX_SARAH if rules.chief_keeps_reading else Circle.INVESTIGATOR
    return Step(
        name="ta-emot",
        label="Ta emot och börja utreda",
        did="Togs emot av utredaren",
        sources=frozenset({State.REPORTED}),
        target=State.INVESTIGATING,
        roles=INVESTIGATOR,
        law="investigate",
        dates=("begun_on",),
        takes_over=True,
        also=lambda *_: {"circle": circle},
    )


_INVESTIGATION = (
    Step(
        name="ta-over",
        label="Ta över utredningen",
        did="Utredningen togs över",
        sources=BEGUN,
        target=None,
        roles=INVESTIGATOR,
        law="investigate",
        takes_over=True,
    ),
    Step(
        name="omedelbart",
        label="Omedelbar åtgärd",
        did="Omedelbar åtgärd beskrevs",
        sources=OPEN,
        target=None,
        roles=CHIEFS | INVESTIGATOR,
        law="investigate",
        required=("immediate_measures",),
        also=changes.first_day,
        tells=((Notice.Kind.MESSAGE, Audience.OWNER),),
    ),
    Step(
        name="handelsen",
        label="Händelsen",
        did="Händelsen beskrevs",
        sources=frozenset({State.INVESTIGATING}),
        target=None,
        roles=INVESTIGATOR,
        law="document",
        required=("type", "area", "event", "noticed"),
        optional=("happened", "unexpected_death"),
    ),
    Step(
        name="orsaker",
        label="Orsaker",
        did="Orsakerna beskrevs",
        sources=frozenset({State.INVESTIGATING}),
        target=None,
        roles=INVESTIGATOR,
        law="document",
        required=("cause_level", "cause_area", "causes"),
        optional=("organisation_part",),
    ),
    Step(
        name="upprepning",
        label="Kan det hända igen?",
        did="Upprepning bedömdes",
        sources=frozenset({State.INVESTIGATING}),
        target=None,
        roles=INVESTIGATOR,
        law="document",
        required=("happened_before", "may_recur"),
        optional=("other_findings",),
    ),
    Step(
        name="foga-till",
        label="Foga till ett annat ärende",
        did="Fogades till ett annat ärende",
        sources=UNDECIDED,
        target=State.JOINED,
        roles=INVESTIGATOR,
        law="investigate",
        required=("duplicate_of",),
        dates=("closed_on",),
        also=changes.read_by_chiefs,
        demands=(needs_no_notification,),
    ),
    Step(
        name="skicka-tillbaka",
        label="Skicka tillbaka till chefen",
        did="Skickades tillbaka till chefen",
        sources=UNDECIDED,
        target=State.RETURNED,
        roles=INVESTIGATOR,
        law="investigate",
        required=("reason",),
        dates=("closed_on",),
        also=changes.read_by_chiefs,
        demands=(needs_deviation, needs_no_notification),
    ),
)


_PROPOSAL = Step(
    name="foresla",
    label="Lägg fram förslag till beslut",
    did="Förslag till beslut lades fram",
    sources=frozenset({State.INVESTIGATING}),
    target=State.PROPOSED,
    roles=INVESTIGATOR,
    law="document",
    required=("proposed_degree", "assessment", "summary"),
    optional=("no_measures_reason",),
    dates=("investigated_on",),
    demands=FOUND_OUT,
    tells=((Notice.Kind.TO_DECIDE, Audience.DECIDERS),),
)
_BOARD = (
    Step(
        name="dra-tillbaka",
        label="Dra tillbaka förslaget",
        did="Förslaget drogs tillbaka",
        sources=frozenset({State.PROPOSED}),
        target=State.INVESTIGATING,
        roles=INVESTIGATOR,
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
        roles=SECRETARY,
        unread=True,
        law="document",
        required=("degree", "body", "on"),
        optional=("notifies",),
        beside=("body", "on", "notifies"),
        also=changes.decided_by_others,
        tells=((Notice.Kind.ASSIGNED, Audience.CHIEFS), (Notice.Kind.MESSAGE, Audience.OWNER)),
    ),
    Step(
        name="aterremiss",
        label="Återremiss",
        did="Återremitterades",
        sources=frozenset({State.PROPOSED}),
        target=State.INVESTIGATING,
        roles=SECRETARY,
        unread=True,
        law="document",
        required=("reason",),
        clears=("investigated_on",),
        tells=((Notice.Kind.RECEIVED, Audience.OWNER),),
    ),
)

AT_A_MEETING = frozenset({"beslut", "aterremiss"})
_OWN = Step(
    name="besluta",
    label="Besluta",
    did="Beslutades av utredaren",
    sources=frozenset({State.INVESTIGATING}),
    target=State.DECIDED,
    roles=INVESTIGATOR,
    law="document",
    required=("degree", "assessment"),
    optional=("no_measures_reason",),
    dates=("decided_on", "investigated_on"),
    demands=FOUND_OUT,
    also=changes.decide_alone,
    warning=OWN_DECISION,
    tells=((Notice.Kind.ASSIGNED, Audience.CHIEFS),),
)
_CHAIR = Step(
    name="ordforande",
    label="Ordföranden beslutar om anmälan",
    did="Ordföranden beslutade om anmälan till IVO",
    sources=frozenset({State.INVESTIGATING, State.PROPOSED}),
    target=None,
    roles=INVESTIGATOR | SECRETARY,
    unread=True,
    law="notify",
    required=("on",),
    optional=("paragraph", "motive"),
    beside=("on", "paragraph", "motive"),
    demands=(needs_no_notification,),
    also=changes.decided_by_chair,
    warning=CHAIRS_DECISION,
    tells=((Notice.Kind.URGENT, Audience.OWNER),),
)


def _decision(rules: Rules) -> tuple[Step, ...]:
    """Return the ways to a decision that a policy gives: the investigator's own, a board's, the chair's.

    What was put before a board under an earlier policy is still decided there, or withdrawn.
    """
    asks_others = any(rules.body_for(degree) != Body.INVESTIGATOR for degree in Degree)
    ways = ((_OWN,) if rules.investigators_own else ()) + ((_PROPOSAL,) if asks_others else ()) + _BOARD
    return ways + ((_CHAIR,) if rules.chair_may_decide else ())


_STEPS_AFTERWARDS = (
    Step(
        name="anmald",
        label="Anmälan är skickad till IVO",
        did="Anmäldes till IVO",
        sources=BEGUN,
        target=None,
        roles=INVESTIGATOR,
        law="notify",
        required=("ivo_notified_on",),
        optional=("registry_number",),
        demands=(needs_decision_to_notify,),
        also=changes.notify,
    ),
    Step(
        name="komplettera",
        label="Hela utredningen är skickad till IVO",
        did="Hela utredningen skickades till IVO",
        sources=frozenset({State.PROPOSED, State.DECIDED}),
        target=None,
        roles=INVESTIGATOR,
        law="complete",
        required=("investigation_sent_on",),
        demands=(needs_notification,),
    ),
    Step(
        name="ivo-svar",
        label="IVO:s svar",
        did="IVO:s svar antecknades",
        sources=BEGUN,
        target=None,
        roles=INVESTIGATOR,
        law="notify",
        required=("ivo_outcome", "ivo_answered_on"),
        optional=("ivo_registry_number", "ivo_remarks"),
        demands=(needs_notification,),
        tells=((Notice.Kind.MESSAGE, Audience.CHIEFS),),
    ),
    Step(
        name="aterkoppla",
        label="Återkoppla till den som rapporterade",
        did="Återkopplades till den som rapporterade",
        sources=BEGUN,
        target=None,
        roles=INVESTIGATOR,
        law="feedback",
        optional=("answer", "no_answer_reason"),
        also=changes.date_the_answer,
    ),
    Step(
        name="informera",
        label="Information till den berörda",
        did="Information till den berörda antecknades",
        sources=BEGUN,
        target=None,
        roles=CHIEFS | INVESTIGATOR,
        law="document",
        optional=("informed_on", "informed_how", "not_informed_reason", "noted_in_file"),
    ),
    Step(
        name="diariefor",
        label="Diarienummer",
        did="Diarienumret antecknades",
        sources=OPEN,
        target=None,
        roles=INVESTIGATOR,
        law="register",
        required=("registry_number",),
    ),
    Step(
        name="gor-om",
        label="Ta om beslutet",
        did="Beslutet ska tas om",
        sources=frozenset({State.DECIDED}),
        target=State.INVESTIGATING,
        roles=INVESTIGATOR,
        law="document",
        required=("reason",),
        clears=("decided_on", "investigated_on"),
        also=lambda *_: {"decided_by": "", "degree": ""},
    ),
    Step(
        name="avsluta",
        label="Avsluta",
        did="Avslutades",
        sources=frozenset({State.DECIDED}),
        target=State.CLOSED,
        roles=INVESTIGATOR,
        law="follow_up",
        dates=("closed_on",),
        demands=(needs_feedback, needs_information, needs_ivo_to_be_done, needs_effect),
    ),
    Step(
        name="oppna-igen",
        label="Öppna igen",
        did="Öppnades igen",
        sources=frozenset({State.CLOSED}),
        target=State.DECIDED,
        roles=INVESTIGATOR | {Role.QUALITY_CONTROLLER},
        law="follow_up",
        required=("reason",),
        clears=("closed_on",),
    ),
)


@cache
def workflow_for(rules: Rules) -> Workflow[LexSarahCase]:
    """Return the process that follows from a policy."""
    return Workflow(LexSarahCase, (_reception(rules), *_INVESTIGATION, *_decision(rules), *_STEPS_AFTERWARDS))
