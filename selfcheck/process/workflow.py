"""The process of a self-check, as a table (SOSFS 2011:9 5 kap. 2 §); the method says what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from casework.background.notifications import Audience
from casework.improvement.actions import has_action, needs_effect
from casework.improvement.actions import needs_action as action_needed
from casework.models import Notice
from casework.process.steps import NEW_ACTION, Page, Step, Task, always, at, is_in
from casework.process.workflow import Workflow
from organisation.rights import Right
from selfcheck.methods import METHODS, Asks, Method, asks
from selfcheck.models import WITH_FAULTS, Finding, SelfCheck, State
from selfcheck.process.signing import (
    BEGINNING,
    READINGS_PAGE,
    SIGN,
    WITH_RESULT,
    count_again,
    draws_by_hand,
    needs_signature,
)
from selfcheck.review.reviewing import next_file

if TYPE_CHECKING:
    from organisation.models import User

LAW = "SOSFS 2011:9 5 kap. 2 §"


# --- what a check must be before it goes on ---------------------------------------------------
def needs_answers(case: SelfCheck) -> str:
    """Ask for an answer to each question of the template, for each file that was drawn or in the survey."""
    if (
        case.answered is not None
        and case.survey_questions.filter(answered__gt=case.answered).exists()
    ):
        return f"En fråga har fler svar än de {case.answered} som svarade. Rätta under Svar på frågorna."
    if case.template is None or not case.template.questions:
        return ""
    if asks(case.method, Asks.SURVEY_ANSWERS):
        is_told = case.survey_questions.count() >= len(case.template.questions)
        return (
            ""
            if is_told
            else "Skriv först hur många som svarade på varje fråga, under Svar på frågorna."
        )
    return _left_to_answer(case)


def _left_to_answer(case: SelfCheck) -> str:
    """Say how many questions about drawn files have no answer; readings are judged without questions."""
    drawn = case.draws.last()
    if drawn is None:
        return "Dra först vad som ska granskas, under Urval."
    if drawn.question or case.template is None:
        return ""
    left = (
        drawn.count * len(case.template.questions)
        - case.answers.filter(file__lte=drawn.count).count()
    )
    if not left:
        return ""
    lacking = (
        "En fråga är inte besvarad" if left == 1 else f"{left} frågor är inte besvarade"
    )
    return f"{lacking} än, under Granskning."


def needs_conclusion(case: SelfCheck) -> str:
    """Ask for a conclusion (SOSFS 2011:9 7 kap. 1 §)."""
    return (
        "" if case.conclusion else "Skriv först vad resultatet visar, under Slutsats."
    )


needs_action = action_needed(
    "Lägg till en åtgärd, eller skriv varför ingen behövs.",
    reason="no_action_reason",
    when=lambda case: case.finding in WITH_FAULTS,
)


def needs_finding(case: SelfCheck) -> str:
    """Ask for a result that can be told before the check is closed."""
    if case.finding == Finding.NOT_COMPILED:
        return "Sammanställ först resultatet."
    return ""


# --- what is left to do -------------------------------------------------------------------------
def _has_questions(case: SelfCheck) -> bool:
    return bool(case.template and case.template.questions)


def _has_none(case: SelfCheck) -> bool:
    return not _has_questions(case)


def _is_drawn(case: SelfCheck) -> bool:
    return case.draws.exists()


def _needs_no_draw_by_hand(case: SelfCheck) -> bool:
    return _has_none(case) or not _is_drawn(case)


def _has_questions_by_hand(case: SelfCheck) -> bool:
    return _has_questions(case) and draws_by_hand(case)


def _is_recorded(case: SelfCheck) -> bool:
    said = [getattr(case, field) for field in METHODS[case.method].records]
    return None not in said and "" not in said


BEGUN = Task("Börja", done=lambda case: case.state != State.PLANNED)
RECORD = Task("Underlag", done=_is_recorded, optional=always)
DESCRIPTION = Task("Vad och varför", done=lambda case: bool(case.why), optional=always)
# Without questions nothing need be answered.
SURVEY_ANSWERS = Task(
    "Svar på frågorna",
    done=lambda case: case.survey_questions.exists(),
    answers=(needs_answers,),
    optional=_has_none,
)
INDICATORS = Task(
    "Nyckeltal", done=lambda case: case.indicators.exists(), optional=always
)
PLACES = Task("Platser", done=_is_drawn, applies=_has_questions)
SAMPLE = Task("Urval", done=_is_drawn, applies=_has_questions)
WHOSE_READING = Task(
    "Urval för hand",
    done=_is_drawn,
    optional=_needs_no_draw_by_hand,
    applies=draws_by_hand,
)
REVIEW = Task(
    "Granskning",
    done=_is_drawn,
    answers=(needs_answers,),
    applies=_has_questions_by_hand,
)
RESULT = Task(
    "Resultat", done=is_in(*WITH_RESULT, State.CLOSED), answers=(needs_finding,)
)
CONCLUSION = Task("Slutsats", answers=(needs_conclusion,))
# Whether an action is needed is known when there is a result.
ACTIONS = Task(
    "Åtgärder",
    done=lambda case: has_action(case) or case.state in WITH_RESULT | {State.CLOSED},
    answers=(needs_action,),
)
DECISION = Task("Beslut om åtgärder", done=is_in(State.DECIDED, State.CLOSED))
END = Task("Avsluta", done=is_in(State.CLOSED))


def _review_page(case: SelfCheck, _user: User) -> str:
    """Return the address of the first drawn file that has a question left; there is none before a draw."""
    drawn = case.draws.last()
    if drawn is None or drawn.question:
        return ""
    return reverse("selfcheck:review", args=[case.number, next_file(case, drawn.count)])


# --- what follows from a step -----------------------------------------------------------------
def _due(case: SelfCheck, facts: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {"due_on": facts.get("planned_on") or case.planned_on}


def _done(case: SelfCheck, *_: object) -> dict[str, Any]:
    """Note the day, and the counts of a review file by file, which are never typed."""
    counted = count_answers(case)
    return {"due_on": None, "done_on": case.done_on or timezone.localdate()} | counted


def count_answers(case: SelfCheck) -> dict[str, int]:
    """Return "X av Y" of a file review over all questions: yes of yes and no."""
    said = list(
        case.answers.filter(said__in=["yes", "no"]).values_list("said", flat=True)
    )
    if not said:
        return {}
    return {"met": said.count("yes"), "reviewed": len(said)}


_BEGIN = Step(
    name="borja",
    label="Börja egenkontrollen",
    did="Egenkontrollen började",
    sources=frozenset({State.PLANNED}),
    target=State.ONGOING,
    right=Right.SELFCHECK_DO,
    law=LAW,
    takes_over=True,
    task=BEGUN,
)
_DESCRIBED = (
    Step(
        name="beskriv",
        label="Vad och varför",
        did="Egenkontrollen beskrevs",
        sources=BEGINNING,
        target=None,
        right=Right.SELFCHECK_DO,
        law=LAW,
        required=("title", "workplace"),
        optional=("why", "process"),
        task=DESCRIPTION,
    ),
    Step(
        name="flytta-fram",
        label="Ändra sista dagen",
        did="Sista dagen ändrades",
        sources=BEGINNING,
        target=None,
        right=Right.SELFCHECK_DO,
        law=LAW,
        required=("planned_on", "reason"),
        also=_due,
    ),
)
_CANCEL = Step(
    name="stall-in",
    label="Gör den inte",
    did="Ställdes in",
    sources=BEGINNING,
    target=State.CANCELLED,
    right=Right.SELFCHECK_DO,
    law=LAW,
    required=("reason",),
    dates=("closed_on",),
    clears=("due_on",),
    demands=(needs_signature,),
)
_AFTERWARDS = (
    Step(
        name="slutsats",
        label="Slutsats",
        did="Slutsatsen skrevs",
        sources=WITH_RESULT,
        target=None,
        right=Right.SELFCHECK_DO,
        law="SOSFS 2011:9 5 kap. 6 §",
        required=("conclusion",),
        task=CONCLUSION,
    ),
    Page(
        name="atgarder",
        sources=WITH_RESULT,
        right=Right.SELFCHECK_DO,
        address=NEW_ACTION,
        task=ACTIONS,
    ),
    Step(
        name="besluta",
        label="Besluta om åtgärder",
        did="Åtgärderna beslutades",
        sources=frozenset({State.RESULT}),
        target=State.DECIDED,
        right=Right.SELFCHECK_DO,
        law="SOSFS 2011:9 5 kap. 7 §",
        optional=("no_action_reason",),
        demands=(needs_finding, needs_conclusion, needs_action),
        task=DECISION,
    ),
    Step(
        name="avsluta",
        label="Avsluta",
        did="Avslutades",
        sources=frozenset({State.DECIDED}),
        target=State.CLOSED,
        right=Right.SELFCHECK_DO,
        law="SOSFS 2011:9 5 kap. 8 § och 7 kap. 1 §",
        dates=("closed_on",),
        demands=(needs_effect,),
        task=END,
    ),
    Step(
        name="oppna-igen",
        label="Öppna igen",
        did="Öppnades igen",
        sources=frozenset({State.CLOSED}),
        target=State.RESULT,
        right=Right.SELFCHECK_REOPEN,
        law="SOSFS 2011:9 3 kap. 2 §",
        required=("reason",),
        clears=("closed_on",),
        tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
    ),
)


def _page(name: str, task: Task, address: Callable[[SelfCheck, User], str]) -> Page:
    return Page(
        name=name,
        sources=BEGINNING,
        right=Right.SELFCHECK_DO,
        task=task,
        address=address,
    )


PAGES = {
    Asks.SURVEY_ANSWERS: _page("fragor", SURVEY_ANSWERS, at("selfcheck:survey")),
    Asks.INDICATORS: _page("nyckeltal", INDICATORS, at("selfcheck:indicators")),
    Asks.PLACES: _page("platser", PLACES, at("selfcheck:places")),
    Asks.SAMPLE: _page("urval", SAMPLE, at("selfcheck:draw")),
    Asks.READINGS: READINGS_PAGE,
    Asks.WHOSE_READING: _page("urval", WHOSE_READING, at("selfcheck:draw")),
    Asks.REVIEW: _page("granskning", REVIEW, _review_page),
}


def _record(method: str) -> Step:
    """Return the step that records what a method needs besides its result."""
    return Step(
        name="underlag",
        label="Underlag",
        did="Underlaget antecknades",
        sources=BEGINNING | {State.RESULT},
        target=None,
        right=Right.SELFCHECK_DO,
        law=LAW,
        required=METHODS[method].records,
        task=RECORD,
    )


def _result(method: str) -> Step:
    """Return the step for the result: counts from elsewhere are not asked for."""
    return Step(
        name="resultat",
        label="Resultat",
        did="Resultatet antecknades",
        sources=frozenset({State.ONGOING, State.RESULT}),
        target=State.RESULT,
        right=Right.SELFCHECK_DO,
        law="SOSFS 2011:9 7 kap. 1 §",
        required=("finding", "result"),
        optional=() if METHODS[method].is_counted_elsewhere else ("met", "reviewed"),
        demands=(needs_answers, needs_signature),
        also=_done,
        task=RESULT,
    )


@cache
def workflow_for(method: str) -> Workflow[SelfCheck]:
    """Return the process of a method."""
    records = (_record(method),) if METHODS[method].records else ()
    return Workflow(
        SelfCheck,
        (
            _BEGIN,
            *_DESCRIBED,
            *records,
            _CANCEL,
            *(PAGES[page] for page in METHODS[method].asks),
            *((SIGN,) if Asks.READINGS in METHODS[method].asks else ()),
            _result(method),
            *_AFTERWARDS,
        ),
        after=count_again if method == Method.LOG_CHECK else None,
        ended=frozenset({State.CLOSED, State.CANCELLED}),
    )


def workflow_of(case: SelfCheck) -> Workflow[SelfCheck]:
    """Return the process that a check follows."""
    return workflow_for(case.method)
