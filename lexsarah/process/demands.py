"""What a lex Sarah case must be before it goes on, and what is left to do in it until then.

A demand says in Swedish what is missing, or nothing.  The tasks come in the order that they are done
(SoL 27 kap. 5 och 6 §§, SOSFS 2011:5 5 kap.).
"""

from __future__ import annotations

from casework.improvement.actions import needs_action
from casework.process.steps import Demand, Task, always, is_in
from deviations.models import CauseLevel
from lexsarah.law.policy import Rules
from lexsarah.models import DecidedBy, Degree, IvoOutcome, LexSarahCase, State


def is_nothing(case: LexSarahCase) -> bool:
    """Tell whether it is, or is proposed to be, found that nothing went wrong: then little is asked for."""
    return (case.degree or case.proposed_degree) == Degree.NONE


def is_event_described(case: LexSarahCase) -> bool:
    """Tell whether it is said what happened, of which type it is, and how it was noticed."""
    return bool(case.event and case.noticed and case.type)


def are_causes_described(case: LexSarahCase) -> bool:
    """Tell whether it is said why it happened, and where in the organisation the cause lies."""
    return bool(case.causes and case.cause_level)


def is_recurrence_judged(case: LexSarahCase) -> bool:
    """Tell whether it is said if it has happened before and may happen again."""
    return bool(case.happened_before and case.may_recur)


def _stored(case: LexSarahCase) -> LexSarahCase:
    """Return the case as it was before the step that is being taken, which has already changed the other."""
    return LexSarahCase.objects.get(pk=case.pk)


def needs_the_organisation(case: LexSarahCase) -> str:
    """Ask what in the organisation made it possible: an individual is never the whole cause."""
    if case.cause_level == CauseLevel.INDIVIDUAL and not case.organisation_part:
        return "Skriv också vad i organisationen som gjorde det möjligt, under Orsaker."
    return ""


def needs_immediate_measures(case: LexSarahCase) -> str:
    """Ask what was done at once, or that nothing could be (SoL 27 kap. 5 §)."""
    if is_nothing(case) or case.immediate_measures:
        return ""
    return "Skriv först vad som gjordes genast, under Omedelbar åtgärd."


needs_measures = needs_action(
    "Lägg först till minst en åtgärd, eller skriv varför inga fler behövs.",
    reason="no_measures_reason",
    when=lambda case: not is_nothing(case),
)


def needs_deviation(case: LexSarahCase) -> str:
    """Ask for an event to give back to the chief: what an old register holds has none."""
    if case.reports.filter(deviation=None).exists():
        return "Rapporten kom inte från en avvikelse och kan inte skickas tillbaka. Besluta i stället."
    return ""


def needs_no_notification(case: LexSarahCase) -> str:
    """Refuse what would undo, or do again, a notification that has been decided or made."""
    return "Anmälan till IVO är redan beslutad." if _stored(case).ivo_decided_by else ""


def needs_decision_to_notify(case: LexSarahCase) -> str:
    """Ask for the decision that is carried out now, once."""
    if _stored(case).ivo_outcome in {IvoOutcome.CLOSED, IvoOutcome.REMARKS}:
        return "IVO har redan svarat."
    return "" if case.ivo_decided_by else "Anmälan till IVO är inte beslutad."


def needs_notification(case: LexSarahCase) -> str:
    """Ask for the notification that the step follows."""
    return (
        "" if case.ivo_notified_on else "Anteckna först när anmälan skickades till IVO."
    )


def needs_feedback(case: LexSarahCase) -> str:
    """Ask for an answer to the one who reported, or a reason for none."""
    if case.answered_on or case.no_answer_reason:
        return ""
    return "Återkoppla först till den som rapporterade."


def needs_information(case: LexSarahCase) -> str:
    """Ask whether the person concerned has been informed, or why not."""
    if case.degree == Degree.NONE or case.informed_on or case.not_informed_reason:
        return ""
    return "Anteckna först hur den berörda informerades, eller varför inte."


def needs_ivo_to_be_done(case: LexSarahCase) -> str:
    """Ask for everything that IVO waits for, or is waited for (SoL 27 kap. 6 §)."""
    if case.is_to_notify:
        return "Anmäl först till IVO."
    if case.ivo_notified_on and not (
        case.investigation_sent_on or case.ivo_outcome != IvoOutcome.WAITING
    ):
        return "Skicka först hela utredningen till IVO."
    return (
        "Anteckna först IVO:s svar." if case.ivo_outcome == IvoOutcome.WAITING else ""
    )


# --- what is left to do -------------------------------------------------------------------------
_SETTLED = (State.DECIDED, State.CLOSED, State.RETURNED, State.JOINED)
_IVO_HAS_ANSWERED = frozenset({IvoOutcome.CLOSED, IvoOutcome.REMARKS})


def _is_notified(case: LexSarahCase) -> bool:
    return bool(case.ivo_decided_by and case.ivo_notified_on)


def _found_something(case: LexSarahCase) -> bool:
    return case.degree != Degree.NONE


RECEPTION = Task("Ta emot", done=lambda case: case.state != State.REPORTED)
# What an investigation documents: not asked for where nothing went wrong.
IMMEDIATE = Task(
    "Omedelbar åtgärd",
    done=lambda case: bool(case.immediate_measures),
    answers=(needs_immediate_measures,),
    optional=is_nothing,
)
EVENT = Task("Händelsen", done=is_event_described, optional=is_nothing)
CAUSES = Task(
    "Orsaker",
    done=are_causes_described,
    answers=(needs_the_organisation,),
    optional=is_nothing,
)
RECURRENCE = Task("Kan det hända igen?", done=is_recurrence_judged, optional=is_nothing)
ACTIONS = Task(
    "Åtgärder",
    done=lambda case: not is_nothing(case),
    answers=(needs_measures,),
    optional=is_nothing,
    applies=_found_something,
)
PROPOSAL = Task(
    "Förslag till beslut",
    done=is_in(State.PROPOSED, *_SETTLED),
    applies=lambda case: (
        _found_something(case) and case.decided_by != DecidedBy.INVESTIGATOR
    ),
)
NOTIFICATION = Task(
    "Anmälan till IVO",
    done=lambda case: case.ivo_notified_on is not None,
    applies=lambda case: bool(case.ivo_decided_by),
)
WHOLE_INVESTIGATION = Task(
    "Hela utredningen till IVO",
    done=lambda case: case.investigation_sent_on is not None,
    optional=lambda case: case.ivo_outcome in _IVO_HAS_ANSWERED,
    applies=_is_notified,
)
IVO_ANSWER = Task(
    "IVO:s svar",
    done=lambda case: case.ivo_outcome in _IVO_HAS_ANSWERED,
    applies=_is_notified,
)
FEEDBACK = Task("Återkoppling till den som rapporterade", answers=(needs_feedback,))
INFORMATION = Task(
    "Information till den berörda",
    done=lambda case: bool(case.informed_on or case.not_informed_reason),
    answers=(needs_information,),
    applies=_found_something,
)
REGISTRY_NUMBER = Task(
    "Diarienummer", done=lambda case: bool(case.registry_number), optional=always
)
END = Task("Avsluta", done=lambda case: case.closed_on is not None)


def own_decision(rules: Rules) -> Task:
    """Return the task of deciding oneself: under most policies it is only that nothing went wrong."""
    only_none = rules.investigators_own == (Degree.NONE,)
    return Task(
        "Eller: besluta att det inte är något missförhållande"
        if only_none
        else "Eget beslut",
        done=is_in(*_SETTLED),
        applies=lambda case: case.decided_by in {"", DecidedBy.INVESTIGATOR},
    )


def needs_the_six_questions(case: LexSarahCase) -> str:
    """Ask for what an investigation documents (SOSFS 2011:5 5 kap.); a clear "no" needs only its reason."""
    if is_nothing(case):
        return ""
    left = [task.label for task in (EVENT, CAUSES, RECURRENCE) if not task.done(case)]
    return f"Svara först på: {', '.join(left)}." if left else ""


FOUND_OUT: tuple[Demand, ...] = (
    needs_the_six_questions,
    needs_the_organisation,
    needs_immediate_measures,
    needs_measures,
)
