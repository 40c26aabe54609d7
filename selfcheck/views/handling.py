"""Pages of self-checks: the list, one check, and the steps of its process."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from casework.changes import history_of
from casework.filters import list_of_cases
from casework.forms import NoteForm
from casework.measures import has_action
from casework.stepping import StepPage, Task, tasks_of
from casework.steps import Step
from organisation.access import SignedInRequest, roles_of
from organisation.models import User
from selfcheck import services
from selfcheck.forms import check_step_form
from selfcheck.measuring import cited_by
from selfcheck.models import Draw, Method, SelfCheck, Series, State
from selfcheck.recording import WITH_INDICATORS, survey_results
from selfcheck.reviewing import last_time, results_of
from selfcheck.workflow import (
    RECORDED,
    SURVEYS,
    needs_action,
    needs_answers,
    needs_finding,
    workflow_of,
)

_TASKS = {
    "borja": "Börja",
    "beskriv": "Vad och varför",
    "underlag": "Underlag",
    "fragor": "Svar på frågorna",
    "nyckeltal": "Nyckeltal",
    "platser": "Platser",
    "urval": "Urval",
    "granskning": "Granskning",
    "resultat": "Resultat",
    "slutsats": "Slutsats",
    "atgarder": "Åtgärder",
    "besluta": "Beslut om åtgärder",
    "avsluta": "Avsluta",
}


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the self-checks that a person may read."""
    checks = SelfCheck.objects.visible_to(request.user)
    may_plan = bool(roles_of(request.user) & services.PLANNERS)
    return list_of_cases(request, checks, "selfcheck/list.html", may_plan=may_plan)


def _handled(reader: User) -> QuerySet[SelfCheck]:
    return SelfCheck.objects.handled_by(reader).select_related(
        "unit", "owner", "reporter", "template", "series"
    )


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one self-check with what was drawn and found, what came of it, and what is left."""
    case = get_object_or_404(_handled(request.user), number=number)
    steps = workflow_of(case).open_to(case, request.user)
    before = last_time(case, SelfCheck.objects.handled_by(request.user))
    context = {
        "case": case,
        "cited": cited_by(case),
        "series": Series.objects.visible_to(request.user).numbered().filter(checks=case.pk).first(),
        "survey": survey_results(case, before),
        "indicators": case.indicators.all(),
        "draws": case.draws.select_related("drawn_by"),
        "results": results_of(case),
        "is_whole": case.draws.filter(of=Draw.Of.PLACES).exists(),
        "before": before,
        "tasks": _tasks(case, steps, request.user),
        "other_steps": [step for step in steps if step.name not in _TASKS],
        "may_handle": bool(steps) and case.state in {State.RESULT, State.DECIDED},
        "may_act": bool(steps),
        "notes": case.notes.select_related("author"),
        "note_form": NoteForm(),
        "attachments": case.attachments.defer("content"),
        "log": history_of(case),
    }
    return render(request, "selfcheck/detail.html", context)


def _tasks(case: SelfCheck, steps: list[Step], user: User) -> list[Task]:
    """Return what is left to do; whoever may do nothing has no tasks, nor has a check that is closed."""
    if not steps or case.closed_on:
        return []
    urls = {step.name: reverse("selfcheck:step", args=[case.number, step.name]) for step in steps}
    drawn = case.draws.last()
    if services.may_review(case, user):
        urls["urval"] = reverse("selfcheck:draw", args=[case.number])
        urls["fragor"] = reverse("selfcheck:survey", args=[case.number])
        urls["nyckeltal"] = reverse("selfcheck:indicators", args=[case.number])
        urls["platser"] = reverse("selfcheck:places", args=[case.number])
        if drawn:
            urls["granskning"] = reverse("selfcheck:review", args=[case.number, next_file(case, drawn.count)])
    if case.state in {State.RESULT, State.DECIDED}:
        urls["atgarder"] = reverse("casework:new_action", args=[case.number])
    labels = {name: label for name, label in _TASKS.items() if name in _own(case)}
    return tasks_of(labels, _is_done(case, drawn), urls, optional=_optional(case))


def _own(case: SelfCheck) -> set[str]:
    """Return the names of the tasks that a check has, by how it is made."""
    questions = bool(case.template and case.template.questions)
    pages = {"urval", "granskning"} if questions else set()
    if case.method in SURVEYS:
        pages = {"fragor"}
    elif case.method in WITH_INDICATORS:
        pages |= {"nyckeltal"}
    elif case.method == Method.WALKTHROUGH and questions:
        pages = {"platser", "granskning"}
    elif case.method == Method.LOG_CHECK:
        pages |= {"urval"}  # whose reading is checked is left to chance
    return {step.name for step in workflow_of(case).steps} | {"atgarder"} | pages


def _optional(case: SelfCheck) -> set[str]:
    """Return the tasks that no step of the process asks for: without questions nothing need be answered."""
    found = {"beskriv", "underlag", "nyckeltal"}
    return found if case.template and case.template.questions else found | {"fragor", "urval", "platser"}


def _is_done(case: SelfCheck, drawn: Any) -> dict[str, bool]:
    """Tell which tasks are done: what the process demands is asked as the process asks it."""
    has_result = case.state in {State.RESULT, State.DECIDED, State.CLOSED}
    recorded = [getattr(case, field) for field in RECORDED.get(case.method, ())]
    are_answered = not needs_answers(case)
    return {
        "borja": case.state != State.PLANNED,
        "beskriv": bool(case.why),
        "underlag": all(said not in (None, "") for said in recorded),
        "fragor": are_answered and case.survey_questions.exists(),
        "nyckeltal": case.indicators.exists(),
        "platser": drawn is not None,
        "urval": drawn is not None,
        "granskning": drawn is not None and are_answered,
        "resultat": has_result and not needs_finding(case),
        "slutsats": bool(case.conclusion),
        # Whether an action is needed is known when there is a result.
        "atgarder": has_action(case) or (has_result and not needs_action(case)),
        "besluta": case.state in {State.DECIDED, State.CLOSED},
        "avsluta": case.state == State.CLOSED,
    }


def next_file(case: SelfCheck, count: int) -> int:
    """Return the first drawn file that has a question left, or the first of all."""
    questions = len(case.template.questions) if case.template else 0
    answered: dict[int, int] = {}
    for file in case.answers.values_list("file", flat=True):
        answered[file] = answered.get(file, 0) + 1
    return next((file for file in range(1, count + 1) if answered.get(file, 0) < questions), 1)


STEPS = StepPage("selfcheck", workflow_of, check_step_form, _handled, services.take_step)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)
