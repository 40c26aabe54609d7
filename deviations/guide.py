"""What is left to do with a deviation, as the list of tasks that a chief works through."""

from __future__ import annotations

from django.urls import reverse

from casework.stepping import Task, tasks_of
from casework.workflow import Step
from deviations.models import Deviation, State
from deviations.workflow import (
    ENDED,
    NEW,
    needs_action,
    needs_answer,
    needs_assessment,
    needs_cause_in_the_organisation,
    workflow_of,
)

ACCEPT = "ta-emot"  # how a case that was handed over begins
SORT = "fordela"  # how a case comes to the unit that is to investigate it

# In the order they are done (SOSFS 2011:9 5 kap. 3 and 6-8 §§); each process has its own of some.
_LABELS = {
    "utred": "Ta emot",
    "ratta": "Slag, kategori och rutin",
    "omedelbart": "Omedelbar åtgärd",
    "orsak": "Orsak",
    "bedom": "Bedömning",
    "atgarder": "Åtgärder",
    "besluta": "Beslut om åtgärder",
    "svara": "Svar",
    "aterkoppla": "Återkoppling",
    "avsluta": "Avsluta",
}


# Good to have, and no step of the process asks for it.
_OPTIONAL = frozenset({"ratta", "omedelbart"})


def _is_done(case: Deviation) -> dict[str, bool]:
    """Tell which tasks are done: what the process demands is asked as the process asks it."""
    answered = not needs_answer(case)
    return {
        "utred": case.state not in NEW | {State.TRANSFERRED},
        "ratta": bool(case.category and case.process),
        "omedelbart": bool(case.immediate_measures),
        "orsak": bool(case.cause_level) and not needs_cause_in_the_organisation(case),
        "bedom": not needs_assessment(case),
        "atgarder": not needs_action(case),
        "besluta": case.state in ENDED | {State.ACTIONS_DECIDED, State.FOLLOWED_UP},
        "svara": answered and case.state == State.ANSWERED,
        "aterkoppla": answered,
        "avsluta": case.state in ENDED,
    }


def first_step(open_steps: list[Step]) -> Step | None:
    """Return the step that somebody who sorts cases, and investigates none, is there to take."""
    by_name = {step.name: step for step in open_steps}
    return None if "utred" in by_name else by_name.get(SORT)


def tasks(case: Deviation, open_steps: list[Step]) -> list[Task]:
    """Return the tasks of a case, each with how far it is and, when it is open, where it is done.

    Whoever may do nothing in the case has no tasks, and nothing is left to do in one that has ended.
    """
    if not open_steps or case.state in ENDED:
        return []
    urls = {step.name: reverse("deviations:step", args=[case.number, step.name]) for step in open_steps}
    if ACCEPT in urls:
        urls["utred"] = urls[ACCEPT]
    if "bedom" in urls:
        urls["atgarder"] = reverse("casework:new_action", args=[case.number])
    own = {step.name for step in workflow_of(case).steps} | {"atgarder"}
    labels = {name: label for name, label in _LABELS.items() if name in own}
    # What was found to be no deviation needs no cause.
    optional = _OPTIONAL if needs_cause_in_the_organisation(case) else _OPTIONAL | {"orsak"}
    found = tasks_of(labels, _is_done(case), urls, optional=optional)
    # Whoever only sorts sees what is his or hers: the rest is for those who investigate.
    return [task for task in found if task.url] if first_step(open_steps) else found


def other_steps(open_steps: list[Step]) -> list[Step]:
    """Return the steps that are no task of their own: ways out of the usual order."""
    first = first_step(open_steps)
    return [step for step in open_steps if step.name not in {*_LABELS, ACCEPT} and step != first]
