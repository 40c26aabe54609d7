"""What is left to do in a lex Sarah case, as the list that the investigator and the chief work through."""

from __future__ import annotations

from django.urls import reverse

from casework.stepping import Task, tasks_of
from casework.steps import Step
from lexsarah.demands import (
    are_causes_described,
    is_event_described,
    is_nothing,
    is_recurrence_judged,
    needs_feedback,
    needs_measures,
    needs_the_organisation,
)
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


# What the six questions and the rest of an investigation answer: not asked for where nothing went wrong.
_FOUND_OUT = frozenset({"omedelbart", "handelsen", "orsaker", "upprepning", "atgarder"})


def _is_done(case: LexSarahCase) -> dict[str, bool]:
    """Tell which tasks are done: what the process demands is asked as the process asks it."""
    return {
        "ta-emot": case.state != State.REPORTED,
        "omedelbart": bool(case.immediate_measures),
        "handelsen": is_event_described(case),
        "orsaker": are_causes_described(case) and not needs_the_organisation(case),
        "upprepning": is_recurrence_judged(case),
        "atgarder": not (is_nothing(case) or needs_measures(case)),
        "foresla": case.state in {State.PROPOSED, *_AFTER},
        "besluta": case.state in _AFTER,
        "anmald": case.ivo_notified_on is not None,
        "komplettera": case.investigation_sent_on is not None,
        "ivo-svar": case.ivo_outcome in {IvoOutcome.CLOSED, IvoOutcome.REMARKS},
        "aterkoppla": not needs_feedback(case),
        "informera": bool(case.informed_on or case.not_informed_reason),
        "diariefor": bool(case.registry_number),
        "avsluta": case.closed_on is not None,
    }


def _optional(case: LexSarahCase) -> set[str]:
    """Return the tasks that the process does not ask for in a case as it stands."""
    found = {"diariefor"}
    if is_nothing(case):
        found |= _FOUND_OUT
    if case.ivo_outcome in {IvoOutcome.CLOSED, IvoOutcome.REMARKS}:
        found.add("komplettera")  # IVO has answered without it
    return found


def tasks(case: LexSarahCase, open_steps: list[Step]) -> list[Task]:
    """Return the tasks of a case; whoever may do nothing in it has none, nor has a case that is closed.

    What IVO waits for is a task when something is to be notified, and a case that was found to be nothing
    asks for no measures.
    """
    if not open_steps or case.closed_on:
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
    return tasks_of(labels, _is_done(case), urls, optional=_optional(case))


def other_steps(open_steps: list[Step]) -> list[Step]:
    """Return the steps that are no task of their own: ways out of the usual order, which are taken here."""
    return [step for step in open_steps if step.name not in _LABELS and step.name not in AT_A_MEETING]
