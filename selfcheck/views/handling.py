"""Pages of self-checks: the list with its measurement series, one check, and the steps of its process."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from casework.filters import list_of_cases
from casework.forms import NoteForm
from casework.models import READERS, Circle
from casework.stepping import StepPage, Task, tasks_of
from casework.workflow import Step
from organisation.access import SignedInRequest, roles_of, units_for
from organisation.models import User
from selfcheck import services
from selfcheck.forms import check_step_form
from selfcheck.models import Measurement, SelfCheck, State
from selfcheck.reviewing import last_time, results_of
from selfcheck.workflow import workflow_of

POINTS_SHOWN = 24
_TASKS = {
    "borja": "Börja",
    "beskriv": "Vad och varför",
    "underlag": "Underlag",
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
    """Show the self-checks that a person may read, and the newest points of the series."""
    readable = units_for(request.user, READERS[Circle.USUAL])
    points = Measurement.objects.filter(unit__in=readable).select_related("unit")
    newest = points.order_by("-period", "title", "unit__path")[:POINTS_SHOWN]
    checks = SelfCheck.objects.visible_to(request.user)
    may_plan = bool(roles_of(request.user) & services.PLANNERS)
    return list_of_cases(request, checks, "selfcheck/list.html", points=newest, may_plan=may_plan)


def _handled(reader: User) -> QuerySet[SelfCheck]:
    return SelfCheck.objects.handled_by(reader).select_related("unit", "owner", "reporter", "template")


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one self-check with what was drawn and found, what came of it, and what is left."""
    case = get_object_or_404(_handled(request.user), number=number)
    steps = workflow_of(case).open_to(case, request.user)
    context = {
        "case": case,
        "draws": case.draws.select_related("drawn_by"),
        "results": results_of(case),
        "before": last_time(case, SelfCheck.objects.handled_by(request.user)),
        "tasks": _tasks(case, steps, request.user),
        "other_steps": [step for step in steps if step.name not in _TASKS],
        "may_handle": bool(steps) and case.state in {State.RESULT, State.DECIDED},
        "may_act": bool(steps),
        "notes": case.notes.select_related("author"),
        "note_form": NoteForm(),
        "attachments": case.attachments.defer("content"),
        "log": case.log.select_related("actor").order_by("-sequence"),
    }
    return render(request, "selfcheck/detail.html", context)


def _tasks(case: SelfCheck, steps: list[Step], user: User) -> list[Task]:
    """Return what is left to do; whoever may do nothing has no tasks."""
    if not steps:
        return []
    urls = {step.name: reverse("selfcheck:step", args=[case.number, step.name]) for step in steps}
    drawn = case.draws.last()
    if services.may_review(case, user):
        urls["urval"] = reverse("selfcheck:draw", args=[case.number])
        if drawn:
            urls["granskning"] = reverse("selfcheck:review", args=[case.number, next_file(case, drawn.count)])
    if case.state in {State.RESULT, State.DECIDED}:
        urls["atgarder"] = reverse("casework:new_action", args=[case.number])
    labels = {name: label for name, label in _TASKS.items() if name in _own(case)}
    return tasks_of(labels, _is_done(case, drawn), urls)


def _own(case: SelfCheck) -> set[str]:
    reviews = {"urval", "granskning"} if case.template and case.template.questions else set()
    return {step.name for step in workflow_of(case).steps} | {"atgarder"} | reviews


def _is_done(case: SelfCheck, drawn: Any) -> dict[str, bool]:
    questions = len(case.template.questions) if case.template else 0
    has_result = case.state in {State.RESULT, State.DECIDED, State.CLOSED}
    return {
        "borja": case.state != State.PLANNED,
        "beskriv": bool(case.why),
        "underlag": bool(case.system or case.invited),
        "urval": drawn is not None,
        "granskning": drawn is not None and case.answers.count() >= drawn.count * questions,
        "resultat": has_result,
        "slutsats": bool(case.conclusion),
        "atgarder": case.actions.filter(rejected_on=None).exists() or bool(case.no_action_reason),
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
