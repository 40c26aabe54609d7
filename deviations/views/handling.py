"""Pages for those who handle a deviation: the case, the steps of its process, and what is written in it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.models import Case
from casework.process.deadlines import workdays_between
from casework.process.workflow import is_recused
from casework.views.finding import get_case_or_404, shown, shown_first
from casework.views.step_page import Offer, StepPage
from deviations.kind import DEVIATION
from deviations.models import Deviation, State
from deviations.process.demands import ASSESSMENT, RECEPTION
from deviations.process.to_lexsarah import may_escalate
from deviations.process.workflow import SORT
from organisation.access import SignedInRequest, roles_over
from organisation.models import User
from organisation.rights import Right

MOST_SIMILAR = 5


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show a case with its facts, dialogue and history, and what is left to do; a mere reporter sees less."""
    deviation = STEPS.find_read(request.user, number)
    if deviation is None:
        get_case_or_404(Deviation.objects.visible_to(request.user), number=number)
        return redirect("deviations:own", number)
    offer = STEPS.offer(deviation, request.user)
    may_handle = any(step.task in (RECEPTION, ASSESSMENT) for step in offer.steps)
    # What has become a lex Sarah report is the investigator's, also the dialogue with the reporter.
    is_escalated = deviation.state == State.ESCALATED and not is_recused(
        deviation, request.user
    )
    investigates = (
        is_escalated
        and not deviation.opening
        and bool(deviation.handler_roles & roles_over(request.user, deviation.unit))
    )
    context = {
        **STEPS.context(deviation, offer),
        **_to_do(offer),
        "may_handle": may_handle,
        "writes_to_reporter": may_handle or investigates,
        "may_act": bool(offer.steps) or investigates,
        "knows_reporter": _knows_reporter(deviation, request.user),
        **_similar(deviation, request.user),
        "lexsarah": shown(
            Case.objects.handled_by(request.user).filter(
                pk__in=deviation.lexsarah_reports.order_by().values("case")
            )
        ),
        "may_report_misconduct": not deviation.opening and may_escalate(deviation),
        "duplicates": shown(
            Case.objects.handled_by(request.user).filter(duplicate_of=deviation.pk)
        ),
        "original": shown_first(
            Case.objects.handled_by(request.user).filter(duplicates=deviation.pk)
        ),
        "workdays": workdays_between(timezone.localdate(), deviation.due_on)
        if deviation.due_on
        else None,
    }
    return render(request, "deviations/detail.html", context)


def _to_do(offer: Offer) -> dict[str, Any]:
    """Return what is left to do: who sorts cases and investigates none is there to take one step, first."""
    may_investigate = any(step.task == RECEPTION for step in offer.steps)
    if may_investigate or SORT not in offer.steps:
        return {"first_step": None, "tasks": offer.tasks, "other_steps": offer.others}
    others = [step for step in offer.others if step != SORT]
    return {
        "first_step": SORT,
        "tasks": [task for task in offer.tasks if task.url],
        "other_steps": others,
    }


def _knows_reporter(deviation: Deviation, reader: User) -> bool:
    """Tell whether a reader may know who reported: those who are to give feedback (OSL 26 kap. 5 §).

    Whoever reads in an emergency never does.
    """
    if deviation.opening:
        return False
    knowing = Right.ORGANISATION_LEAD.roles | deviation.handler_roles
    return bool(knowing & roles_over(reader, deviation.unit)) and not is_recused(
        deviation, reader
    )


def _similar(deviation: Deviation, reader: User) -> dict[str, Any]:
    """Return a few similar cases that the reader may open, the unit's own first, and how many those are."""
    facts = ("unit", "number", "title", "protected", "received_on", "unit__name")
    similar = (
        Deviation.objects.handled_by(reader)
        .similar_to(deviation)
        .select_related("unit")
        .only(*facts)
    )
    here = similar.filter(unit=deviation.unit_id)
    nearest = shown(here[:MOST_SIMILAR])
    elsewhere = similar.exclude(unit=deviation.unit_id)
    nearest += shown(elsewhere[: MOST_SIMILAR - len(nearest)])
    return {"similar": nearest, "similar_here": here.count()}


def _handled(reader: User) -> QuerySet[Deviation]:
    return Deviation.objects.handled_by(reader).select_related(
        "unit", "reporter", "owner"
    )


STEPS = StepPage(DEVIATION, _handled)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)
