"""Pages of risk analyses: the list, one analysis, and the steps of its process."""

from __future__ import annotations

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
from riskanalysis import services
from riskanalysis.forms import analysis_step_form
from riskanalysis.matrix import SEVERITY, matrix
from riskanalysis.models import RiskAnalysis, State
from riskanalysis.prompts import PLANNERS, prompts_for
from riskanalysis.workflow import needs_actions, needs_decisions, needs_risks, workflow_of

PROMPTS_SHOWN = 5
_TASKS = {
    "borja": "Börja analysen",
    "beskriv": "Vad och vilka",
    "risker": "Risker",
    "atgarder": "Åtgärder",
    "besluta": "Beslut",
    "folj-upp": "Uppföljning",
    "avsluta": "Avsluta",
}


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the risk analyses that a person may read, and what prompts new ones."""
    visible = RiskAnalysis.objects.visible_to(request.user)
    may_plan = bool(roles_of(request.user) & PLANNERS)
    found = prompts_for(request.user) if may_plan else []
    return list_of_cases(
        request,
        visible,
        "riskanalysis/list.html",
        may_plan=may_plan,
        prompts=found[:PROMPTS_SHOWN],
        prompted=len(found),
    )


def _handled(reader: User) -> QuerySet[RiskAnalysis]:
    return RiskAnalysis.objects.handled_by(reader).select_related("unit", "owner", "reporter")


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one risk analysis with its risks on the matrix, what is done about them, and what is left."""
    case = get_object_or_404(_handled(request.user), number=number)
    steps = workflow_of(case).open_to(case, request.user)
    tasks = _tasks(case, steps, request.user)
    risks = list(case.risks.all())
    counted = [risk for risk in risks if not risk.crossed_out]
    context = {
        "case": case,
        "risks": risks,
        "rows": matrix({risk.position: (risk.probability, risk.severity) for risk in counted}),
        "columns": SEVERITY.values(),
        "tasks": tasks,
        "other_steps": [step for step in steps if step.name not in _TASKS],
        "may_write_risks": services.may_write_risks(case, request.user),
        "may_judge_risks": services.may_judge_risks(case, request.user),
        "may_handle": bool(steps) and case.closed_on is None,
        "may_act": bool(steps),
        "notes": case.notes.select_related("author"),
        "note_form": NoteForm(),
        "attachments": case.attachments.defer("content"),
        "log": history_of(case),
    }
    return render(request, "riskanalysis/detail.html", context)


def _tasks(case: RiskAnalysis, steps: list[Step], user: User) -> list[Task]:
    """Return what is left to do, asked as the process asks it; whoever may do nothing has no tasks."""
    if not steps or case.closed_on:
        return []
    urls = {step.name: reverse("riskanalysis:step", args=[case.number, step.name]) for step in steps}
    if services.may_write_risks(case, user):
        urls["risker"] = reverse("riskanalysis:new_risk", args=[case.number])
        urls["atgarder"] = reverse("casework:new_action", args=[case.number])
    are_judged = not (needs_risks(case) or needs_decisions(case))
    decided = case.state in {State.DECIDED, State.FOLLOWED_UP, State.CLOSED}
    done = {
        "borja": case.state != State.PLANNED,
        "beskriv": bool(case.trigger),
        "risker": are_judged,
        # While it is not said what is done about each risk, nobody knows whether an action is needed.
        "atgarder": has_action(case) or (are_judged and not needs_actions(case)),
        "besluta": decided,
        "folj-upp": case.state in {State.FOLLOWED_UP, State.CLOSED},
        "avsluta": case.state == State.CLOSED,
    }
    return tasks_of(_TASKS, done, urls, optional={"beskriv"})


STEPS = StepPage("riskanalysis", workflow_of, analysis_step_form, _handled, services.take_step)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)
