"""What is left to do in a lex Sarah case, as the list that the investigator and the chief work through."""

from __future__ import annotations

from django.urls import reverse

from casework.stepping import Task, tasks_of
from casework.workflow import Step
from lexsarah.models import Degree, IvoOutcome, LexSarahCase, State
from lexsarah.policies import rules_over, workflow_of
from lexsarah.workflow import AT_A_MEETING

# In the order they are done (SoL 27 kap. 5 och 6 §§, SOSFS 2011:5 5 kap.).
_LABELS = {
    "ta-emot": "Ta emot",
    "omedelbart": "Omedelbar åtgärd",
    "handelsen": "Händelsen",
    "orsaker": "Orsaker",
    "upprepning": "Kan det hända igen?",
    "atgarder": "Åtgärder",
    "foresla": "Förslag till beslut",
    "besluta": "Eget beslut",
    "anmald": "Anmälan till IVO",
    "komplettera": "Hela utredningen till IVO",
    "ivo-svar": "IVO:s svar",
    "aterkoppla": "Återkoppling till den som rapporterade",
    "informera": "Information till den berörda",
    "diariefor": "Diarienummer",
    "avsluta": "Avsluta",
}
_IVO = ("anmald", "komplettera", "ivo-svar")
_AFTER = {State.DECIDED, State.CLOSED, State.RETURNED, State.JOINED}


def _is_done(case: LexSarahCase, *, has_actions: bool) -> dict[str, bool]:
    return {
        "ta-emot": case.state != State.REPORTED,
        "omedelbart": bool(case.immediate_measures),
        "handelsen": bool(case.event and case.noticed and case.type),
        "orsaker": bool(case.causes and case.cause_level),
        "upprepning": bool(case.happened_before and case.may_recur),
        "atgarder": has_actions or bool(case.no_measures_reason),
        "foresla": case.state in {State.PROPOSED, *_AFTER},
        "besluta": case.state in _AFTER,
        "anmald": case.ivo_notified_on is not None,
        "komplettera": case.investigation_sent_on is not None,
        "ivo-svar": case.ivo_outcome in {IvoOutcome.CLOSED, IvoOutcome.REMARKS},
        "aterkoppla": bool(case.answered_on or case.no_answer_reason),
        "informera": bool(case.informed_on or case.not_informed_reason),
        "diariefor": bool(case.registry_number),
        "avsluta": case.closed_on is not None,
    }


def tasks(case: LexSarahCase, open_steps: list[Step], *, has_actions: bool) -> list[Task]:
    """Return the tasks of a case; whoever may do nothing in it has none.

    What IVO waits for is a task when something is to be notified, and a case that was found to be nothing
    asks for no measures.
    """
    if not open_steps:
        return []
    urls = {step.name: reverse("lexsarah:step", args=[case.number, step.name]) for step in open_steps}
    if "orsaker" in urls or case.state == State.DECIDED:
        urls["atgarder"] = reverse("casework:new_action", args=[case.number])
    names = {step.name for step in workflow_of(case).steps} | {"atgarder"}
    if not case.ivo_decided_by:
        names -= set(_IVO)
    elif not case.ivo_notified_on:
        names -= {"komplettera", "ivo-svar"}
        urls.pop("komplettera", None)
    if case.degree == Degree.NONE:
        names -= {"atgarder", "informera", "foresla"}
    if case.decided_by:
        names -= {"besluta"} if case.decided_by != "investigator" else {"foresla"}
    labels = {name: label for name, label in _LABELS.items() if name in names}
    if "besluta" in labels and rules_over(case.unit).investigators_own == (Degree.NONE,):
        labels["besluta"] = "Eller: besluta att det inte är något missförhållande"
    return tasks_of(labels, _is_done(case, has_actions=has_actions), urls)


def other_steps(open_steps: list[Step]) -> list[Step]:
    """Return the steps that are no task of their own: ways out of the usual order, which are taken here."""
    return [step for step in open_steps if step.name not in _LABELS and step.name not in AT_A_MEETING]
