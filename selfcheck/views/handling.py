"""Pages of self-checks: the list, one check, and the steps of its process."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from casework.register.exports import with_whole
from casework.views.lists import list_of_cases
from casework.views.step_page import StepPage
from organisation.access import SignedInRequest, may
from organisation.models import User
from organisation.rights import Right
from selfcheck.kind import SELF_CHECK
from selfcheck.models import Draw, SelfCheck, Series, State
from selfcheck.recording.recording import survey_results
from selfcheck.register.exports import CHECKS
from selfcheck.register.filtersets import CheckFilter
from selfcheck.review.reviewing import last_time, results_of
from selfcheck.series.measuring import cited_by


@require_safe
def case_list(request: SignedInRequest) -> HttpResponse:
    """Show the self-checks that a person may read."""
    found = CheckFilter(request.GET, user=request.user)
    may_plan = may(request.user, Right.SELFCHECK_PLAN)
    return list_of_cases(
        request,
        found,
        "selfcheck/list.html",
        CHECKS,
        may_plan=may_plan,
        may_check_logs=may(request.user, Right.SELFCHECK_CHECK_LOGS),
    )


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the self-checks, as they are filtered, as a file."""
    found = CheckFilter(request.GET, user=request.user)
    return CHECKS.answer(with_whole(found.qs, request.user), kind)


def _handled(reader: User) -> QuerySet[SelfCheck]:
    return SelfCheck.objects.handled_by(reader).select_related(
        "unit", "owner", "reporter", "template", "series"
    )


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one self-check with its draws, findings, actions and open tasks."""
    case = STEPS.get_read_or_404(request.user, number)
    offer = STEPS.offer(case, request.user)
    before = last_time(case, SelfCheck.objects.handled_by(request.user))
    context = {
        **STEPS.context(case, offer),
        "cited": cited_by(case),
        "series": Series.objects.visible_to(request.user)
        .numbered()
        .filter(checks=case.pk)
        .first(),
        "survey": survey_results(case, before),
        "indicators": case.indicators.all(),
        "draws": case.draws.select_related("drawn_by"),
        "results": results_of(case),
        "is_whole": case.draws.filter(of=Draw.Of.PLACES).exists(),
        "before": before,
        "may_handle": bool(offer.steps) and case.state in {State.RESULT, State.DECIDED},
    }
    return render(request, "selfcheck/detail.html", context)


STEPS = StepPage(SELF_CHECK, _handled)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)
