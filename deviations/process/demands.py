"""What a deviation must be before it goes on, and what is left to do with it until then.

In the order of SOSFS 2011:9 5 kap. 3 and 5-8 §§.  A demand says in Swedish what is missing, or nothing.
"""

from __future__ import annotations

from casework.improvement.actions import needs_action as action_needed
from casework.process.steps import Task, always, is_in
from deviations.models import CauseLevel, Deviation, IsDeviation, State

NEW = frozenset({State.REPORTED, State.ASSIGNED})
INVESTIGATED = frozenset(
    {
        State.UNDER_INVESTIGATION,
        State.ACTIONS_DECIDED,
        State.FOLLOWED_UP,
        State.ANSWERED,
    }
)
OPEN = NEW | INVESTIGATED | {State.TRANSFERRED}
ENDED = frozenset({State.CLOSED, State.FORWARDED, State.MOVED, State.DUPLICATE})


def needs_assessment(case: Deviation) -> str:
    """Ask whether it was a deviation, and why (SOSFS 2011:9 5 kap. 3 §)."""
    if case.is_deviation and case.assessment:
        return ""
    return "Bedöm först om det var en avvikelse."


def needs_cause_in_the_organisation(case: Deviation) -> str:
    """Ask what in the organisation made the event possible: an individual is never the whole cause."""
    # What was judged to be no deviation needs neither cause nor action: the assessment is the reason.
    if case.is_deviation == IsDeviation.NO:
        return ""
    if not case.cause_level:
        return "Beskriv först orsaken."
    if case.cause_level == CauseLevel.INDIVIDUAL and not case.organisation_part:
        return "Skriv också vad i organisationen som gjorde det möjligt, under Orsak."
    return ""


needs_action = action_needed(
    "Lägg till en åtgärd, eller skriv varför ingen behövs.",
    reason="no_action_reason",
    when=lambda case: case.is_deviation != IsDeviation.NO,
)


def needs_answer(case: Deviation) -> str:
    """Ask for an answer to the one who reported, or a reason for none."""
    return (
        ""
        if case.answer or case.no_answer_reason
        else "Svara först, eller skriv varför inget svar lämnas."
    )


# --- what is left to do ------------------------------------------------------------------------
RECEPTION = Task(
    "Ta emot", done=lambda case: case.state not in NEW | {State.TRANSFERRED}
)
# Good to have, and no step of the process asks for them.
FACTS = Task(
    "Slag, kategori och rutin",
    done=lambda case: bool(case.category and case.process),
    optional=always,
)
IMMEDIATE = Task(
    "Omedelbar åtgärd", done=lambda case: bool(case.immediate_measures), optional=always
)
CAUSE = Task(
    "Orsak",
    done=lambda case: bool(case.cause_level),
    answers=(needs_cause_in_the_organisation,),
    # What was found to be no deviation needs no cause.
    optional=lambda case: not needs_cause_in_the_organisation(case),
)
ASSESSMENT = Task("Bedömning", answers=(needs_assessment,))
ACTIONS = Task("Åtgärder", answers=(needs_action,))
DECISION = Task(
    "Beslut om åtgärder", done=is_in(*ENDED, State.ACTIONS_DECIDED, State.FOLLOWED_UP)
)
ANSWER = Task("Svar", done=is_in(State.ANSWERED), answers=(needs_answer,))
FEEDBACK = Task("Återkoppling", answers=(needs_answer,))
END = Task("Avsluta", done=is_in(*ENDED))
