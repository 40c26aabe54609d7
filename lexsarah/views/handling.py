"""Pages for those who handle a lex Sarah case: the register, one case, and the steps of its process."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.process.workflow import may_in_case
from casework.register.exports import without_protected
from casework.views.finding import get_case_or_404, shown, shown_first
from casework.views.lists import list_of_cases
from casework.views.step_page import StepPage
from lexsarah.board.policies import rules_over
from lexsarah.kind import LEX_SARAH
from lexsarah.law.deadlines import clocks
from lexsarah.law.laws import reference
from lexsarah.models import LexSarahCase
from lexsarah.process.demands import IMMEDIATE
from lexsarah.process.effects import clock_facts
from lexsarah.process.workflow import BOARD
from lexsarah.register.exports import REGISTER
from lexsarah.register.filtersets import RegisterFilter
from organisation.access import SignedInRequest, roles_of
from organisation.models import User
from organisation.rights import Right
from organisation.shown import show_cases

MOST_SIMILAR = 5
# What the register leads to besides its cases; each page decides for itself who may open it.
_PLACES = (
    ("Vart ska det rapporteras?", "lexsarah:routes", None),
    ("Årets information", "lexsarah:information", None),
    ("Ta emot en rapport", "lexsarah:register", Right.LEXSARAH_READ),
    ("Avstämning", "lexsarah:reconciliation", Right.LEXSARAH_RECONCILE),
    ("Sänkta efter rapport", "deviations:lowered", Right.DEVIATIONS_REVIEW_LOWERED),
    ("Ordning för beslut", "lexsarah:policy", Right.LEXSARAH_ORDER),
)


def _handled(reader: User) -> QuerySet[LexSarahCase]:
    return LexSarahCase.objects.handled_by(reader).select_related(
        "unit", "owner", "reporter"
    )


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the lex Sarah cases that a person may read."""
    held = roles_of(request.user)
    places = [
        (label, name)
        for label, name, right in _PLACES
        if right is None or right.roles & held
    ]
    found = RegisterFilter(request.GET, user=request.user)
    return list_of_cases(request, found, "lexsarah/list.html", REGISTER, places=places)


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the register, as it is filtered, as a file."""
    cases = without_protected(RegisterFilter(request.GET, user=request.user).qs)
    return REGISTER.answer(cases.select_related("unit"), kind)


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one case: what was reported, what the investigation has found, and what is left to do.

    Whoever only reported it is led to the own report.
    """
    case = STEPS.find_read(request.user, number)
    if case is None:
        get_case_or_404(LexSarahCase.objects.visible_to(request.user), number=number)
        return redirect("deviations:mine")
    return render(request, "lexsarah/detail.html", _context(case, request.user))


def _context(case: LexSarahCase, reader: User) -> dict[str, Any]:
    offer = STEPS.offer(case, reader)
    investigates = not case.opening and may_in_case(
        case, reader, Right.LEXSARAH_INVESTIGATE
    )
    today = timezone.localdate()
    running = (
        []
        if case.closed_on
        else clocks(clock_facts(case), rules_over(case.unit).limits)
    )
    similar = (
        LexSarahCase.objects.handled_by(reader).similar_to(case).select_related("unit")
    )
    reports = list(case.reports.select_related("unit", "deviation"))
    show_cases(report.deviation_id for report in reports)
    return {
        **STEPS.context(case, offer),
        "reports": reports,
        "decisions": case.decisions.select_related("meeting"),
        "clocks": [
            {
                "clock": clock,
                "law": reference(clock.law, on=case.received_on).shown,
                "late": clock.is_late(on=today),
            }
            for clock in running
        ],
        "investigates": investigates,
        "may_handle": investigates
        or any(step.task == IMMEDIATE for step in offer.steps),
        "knows_reporter": investigates,
        "similar": shown(similar[:MOST_SIMILAR]),
        "joined": shown(
            LexSarahCase.objects.handled_by(reader).filter(duplicate_of=case.pk)
        ),
        "original": shown_first(
            LexSarahCase.objects.handled_by(reader).filter(duplicates=case.pk)
        ),
    }


STEPS = StepPage(LEX_SARAH, _handled)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it; what a board decides is recorded at its meeting."""
    # Asked first: the secretary, who records it there, does not read the case.
    if elsewhere := next((step.taken_at for step in BOARD if step.name == name), ""):
        return redirect(elsewhere)
    return STEPS.answer(request, number, name)
