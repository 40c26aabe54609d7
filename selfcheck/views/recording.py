"""Pages on which the findings of a check without a draw are recorded: survey, figures, places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.views.finding import get_case_or_404
from casework.views.step_page import attempt
from organisation.access import SignedInRequest
from selfcheck.methods import Asks, asks
from selfcheck.models import SelfCheck
from selfcheck.process import services
from selfcheck.recording import recording
from selfcheck.recording.recording_forms import IndicatorForm, PlacesForm, SurveyForm


def _get_check_or_404(request: SignedInRequest, number: str) -> SelfCheck:
    handled = SelfCheck.objects.handled_by(request.user).select_related(
        "unit", "template__template"
    )
    return get_case_or_404(handled, number=number)


def _is_open(request: SignedInRequest, case: SelfCheck) -> bool:
    """Tell whether a page is there for a person; the form itself answers a late submission."""
    return request.method == "POST" or services.may_review(case, request.user)


def _turn_away(request: SignedInRequest, case: SelfCheck) -> HttpResponse:
    """Redirect a person who may not record in the check now, or from a page its method lacks."""
    messages.warning(request, "Du kan inte anteckna det i egenkontrollen nu.")
    return redirect("selfcheck:detail", case.number)


@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask how many answered each question of a survey, and how many of them as one hopes."""
    case = _get_check_or_404(request, number)
    if not asks(case.method, Asks.SURVEY_ANSWERS) or not _is_open(request, case):
        return _turn_away(request, case)
    sent = request.POST if request.method == "POST" else None

    def save(form: Any) -> None:
        seen = form.cleaned_data["seen_version"]
        recording.record_survey(
            case, actor=request.user, seen_version=seen, questions=form.questions
        )

    return _rows(
        request,
        case,
        SurveyForm(sent, instance=case),
        save,
        saved="Svaren är sparade.",
        page="survey",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def indicators(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for the figures looked at, each with its comparison."""
    case = _get_check_or_404(request, number)
    if not asks(case.method, Asks.INDICATORS) or not _is_open(request, case):
        return _turn_away(request, case)
    sent = request.POST if request.method == "POST" else None

    def save(form: Any) -> None:
        seen = form.cleaned_data["seen_version"]
        recording.record_indicators(
            case, actor=request.user, seen_version=seen, indicators=form.indicators
        )

    form = IndicatorForm(sent, instance=case)
    return _rows(
        request, case, form, save, saved="Nyckeltalen är sparade.", page="indicators"
    )


def _rows(
    request: SignedInRequest,
    case: SelfCheck,
    form: SurveyForm | IndicatorForm,
    save: Callable[[Any], None],
    *,
    saved: str,
    page: str,
) -> HttpResponse:
    """Show a form of rows and save it, under an optimistic lock that keeps typed values."""
    status, theirs = 200, list[tuple[str, str]]()
    if request.method == "POST":
        handled = SelfCheck.objects.handled_by(request.user)
        status, theirs = attempt(
            form, lambda: save(form), fresh=lambda: handled.get(pk=case.pk)
        )
        if not form.errors:
            messages.success(request, saved)
            more = request.POST.get("do") == "more"
            return redirect(
                f"selfcheck:{page}" if more else "selfcheck:detail", case.number
            )
    context = {"case": case, "form": form, "theirs": theirs}
    return render(request, f"selfcheck/{page}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask which places a walk-through goes through; the questions are then answered for each."""
    case = _get_check_or_404(request, number)
    has_questions = case.template is not None and bool(case.template.questions)
    is_walk = asks(case.method, Asks.PLACES) and has_questions
    if not is_walk or not _is_open(request, case):
        return _turn_away(request, case)
    drawn = case.draws.last()
    listed = {"places": "\n".join(drawn.members)} if drawn else {}
    form = PlacesForm(
        request.POST if request.method == "POST" else None, initial=listed
    )
    status = 200
    if request.method == "POST":
        status, _ = attempt(
            form,
            lambda: recording.list_places(
                case, actor=request.user, **form.cleaned_data
            ),
        )
        if not form.errors:
            messages.success(request, "Platserna är sparade.")
            return redirect("selfcheck:review", number, 1)
    return render(
        request, "selfcheck/places.html", {"case": case, "form": form}, status=status
    )
