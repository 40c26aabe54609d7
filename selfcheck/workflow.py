"""The process of a self-check, as a table (SOSFS 2011:9 5 kap. 2 §); the method says what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils import timezone

from casework.measures import has_action, needs_effect
from casework.models import Notice
from casework.notifications import Audience
from casework.steps import Step
from casework.workflow import Workflow
from organisation.access import CHIEFS
from organisation.models import Role
from selfcheck.models import WITH_FAULTS, Finding, Method, SelfCheck, State

BEGINNING = frozenset({State.PLANNED, State.ONGOING})
WITH_RESULT = frozenset({State.RESULT, State.DECIDED})
LAW = "SOSFS 2011:9 5 kap. 2 §"

# What each method records besides its result.
RECORDED: dict[str, tuple[str, ...]] = {
    Method.LOG_CHECK: ("system", "period_from", "period_to", "registry_number"),
    Method.MEASUREMENT_SERIES: ("series", "period_from", "period_to"),
    Method.SURVEY: ("invited", "answered"),
    Method.ATTITUDE: ("invited", "answered"),
}
# Attitudes are asked for as a survey is; in both, each question says how many answered it.
SURVEYS = frozenset({Method.SURVEY, Method.ATTITUDE})


# --- what a check must be before it goes on ---------------------------------------------------
def needs_answers(case: SelfCheck) -> str:
    """Ask for an answer to each question of the template, for each file that was drawn or in the survey."""
    if case.answered is not None and case.survey_questions.filter(answered__gt=case.answered).exists():
        return f"En fråga har fler svar än de {case.answered} som svarade. Rätta under Svar på frågorna."
    if case.template is None or not case.template.questions:
        return ""
    if case.method in SURVEYS:
        is_told = case.survey_questions.count() >= len(case.template.questions)
        return "" if is_told else "Skriv först hur många som svarade på varje fråga, under Svar på frågorna."
    drawn = case.draws.last()
    if drawn is None:
        return "Dra först vad som ska granskas, under Urval."
    left = drawn.count * len(case.template.questions) - case.answers.filter(file__lte=drawn.count).count()
    return f"{left} frågor är inte besvarade än, under Granskning." if left else ""


def needs_conclusion(case: SelfCheck) -> str:
    """Ask what the result shows (SOSFS 2011:9 7 kap. 1 §)."""
    return "" if case.conclusion else "Skriv först vad resultatet visar, under Slutsats."


def needs_action(case: SelfCheck) -> str:
    """Ask for an action when there were faults, or a reason for none (SOSFS 2011:9 5 kap. 7 §)."""
    if case.finding not in WITH_FAULTS or case.no_action_reason:
        return ""
    if has_action(case):
        return ""
    return "Lägg till en åtgärd, eller skriv varför ingen behövs."


def needs_finding(case: SelfCheck) -> str:
    """Ask for a result that can be told before the check is closed."""
    if case.finding == Finding.NOT_COMPILED:
        return "Sammanställ först resultatet."
    return ""


# --- what follows from a step -----------------------------------------------------------------
def _due(case: SelfCheck, facts: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {"due_on": facts.get("planned_on") or case.planned_on}


def _done(case: SelfCheck, *_: object) -> dict[str, Any]:
    """Note the day; what was reviewed file by file is counted, never typed."""
    counted = count_answers(case)
    return {"due_on": None, "done_on": case.done_on or timezone.localdate()} | counted


def count_answers(case: SelfCheck) -> dict[str, int]:
    """Return "X av Y" of a file review over all questions: yes of yes and no."""
    said = list(case.answers.filter(said__in=["yes", "no"]).values_list("said", flat=True))
    return {"met": said.count("yes"), "reviewed": len(said)} if said else {}


@cache
def workflow_for(method: str) -> Workflow[SelfCheck]:
    """Return the process of a method."""
    recorded = RECORDED.get(method, ())
    steps = [
        Step(
            name="borja",
            label="Börja egenkontrollen",
            did="Egenkontrollen började",
            sources=frozenset({State.PLANNED}),
            target=State.ONGOING,
            roles=CHIEFS,
            law=LAW,
            takes_over=True,
        ),
        *_DESCRIBED,
        Step(
            name="resultat",
            label="Resultat",
            did="Resultatet antecknades",
            sources=frozenset({State.ONGOING, State.RESULT}),
            target=State.RESULT,
            roles=CHIEFS,
            law="SOSFS 2011:9 7 kap. 1 §",
            required=("finding", "result"),
            optional=() if method in {*SURVEYS, Method.MEASUREMENT_SERIES} else ("met", "reviewed"),
            demands=(needs_answers,),
            also=_done,
        ),
        *_AFTERWARDS,
    ]
    if recorded:
        steps.insert(
            3,
            Step(
                name="underlag",
                label="Underlag",
                did="Underlaget antecknades",
                sources=BEGINNING | {State.RESULT},
                target=None,
                roles=CHIEFS,
                law=LAW,
                required=recorded,
            ),
        )
    return Workflow(SelfCheck, tuple(steps))


_DESCRIBED = (
    Step(
        name="beskriv",
        label="Vad och varför",
        did="Egenkontrollen beskrevs",
        sources=BEGINNING,
        target=None,
        roles=CHIEFS,
        law=LAW,
        required=("title", "workplace"),
        optional=("why", "process"),
    ),
    Step(
        name="flytta-fram",
        label="Ändra sista dagen",
        did="Sista dagen ändrades",
        sources=BEGINNING,
        target=None,
        roles=CHIEFS,
        law=LAW,
        required=("planned_on", "reason"),
        also=_due,
    ),
    Step(
        name="stall-in",
        label="Gör den inte",
        did="Ställdes in",
        sources=BEGINNING,
        target=State.CANCELLED,
        roles=CHIEFS,
        law=LAW,
        required=("reason",),
        dates=("closed_on",),
        clears=("due_on",),
    ),
)
_AFTERWARDS = (
    Step(
        name="slutsats",
        label="Slutsats",
        did="Slutsatsen skrevs",
        sources=WITH_RESULT,
        target=None,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 6 §",
        required=("conclusion",),
    ),
    Step(
        name="besluta",
        label="Besluta om åtgärder",
        did="Åtgärderna beslutades",
        sources=frozenset({State.RESULT}),
        target=State.DECIDED,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 7 §",
        optional=("no_action_reason",),
        demands=(needs_finding, needs_conclusion, needs_action),
    ),
    Step(
        name="avsluta",
        label="Avsluta",
        did="Avslutades",
        sources=frozenset({State.DECIDED}),
        target=State.CLOSED,
        roles=CHIEFS,
        law="SOSFS 2011:9 5 kap. 8 § och 7 kap. 1 §",
        dates=("closed_on",),
        demands=(needs_effect,),
    ),
    Step(
        name="oppna-igen",
        label="Öppna igen",
        did="Öppnades igen",
        sources=frozenset({State.CLOSED}),
        target=State.RESULT,
        roles=CHIEFS | {Role.QUALITY_CONTROLLER},
        law="SOSFS 2011:9 3 kap. 2 §",
        required=("reason",),
        clears=("closed_on",),
        tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
    ),
)


def workflow_of(case: SelfCheck) -> Workflow[SelfCheck]:
    """Return the process that a check follows."""
    return workflow_for(case.method)
