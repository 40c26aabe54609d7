"""Pages on which the analysis of a unit's tertial is made: the analysis, its patterns, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from analysis.counted.subjects import Subject
from analysis.figures.access import may_split
from analysis.kind import TERTIAL_ANALYSIS
from analysis.models import Level, Pattern, Signal, State, TertialAnalysis
from analysis.tertial import services
from analysis.tertial.key_figures import key_figures
from analysis.tertial.pattern_history import (
    chart_of,
    course_of,
    effects_on,
    ends_early,
    period_of,
    rows_of,
)
from analysis.tertial.rule_sentences import counted_as
from analysis.tertial.step_forms import JudgeForm, OpenForm
from casework.improvement import actions
from casework.process.steps import Step
from casework.process.workflow import StepRefusedError
from casework.views.finding import get_case_or_404
from casework.views.step_page import StepPage, TaskLine, attempt
from organisation.access import SignedInRequest, right_required
from organisation.models import User
from organisation.rights import Right


def _handled(reader: User) -> QuerySet[TertialAnalysis]:
    found: QuerySet[TertialAnalysis] = TertialAnalysis.objects.handled_by(reader)
    return found.select_related("unit", "about", "owner", "reporter")


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the analysis of a unit's tertial: figures, patterns, the one before, and open tasks."""
    case = get_case_or_404(_handled(request.user), number=number)
    prefetch_related_objects(
        [case],
        Prefetch("patterns", Pattern.objects.select_related("follows__analysis")),
    )
    patterns = list(case.patterns.all())
    offer = STEPS.offer(case, request.user)
    opened = may_split(request.user, Subject.LEXSARAH, case.about)
    context = {
        **STEPS.context(case, offer, kept_from=set() if opened else _secret(patterns)),
        "figures": key_figures(case.about, case.year, case.tertial),
        "has_units_below": case.about.children.exists(),
        "patterns": patterns,
        "opened": opened,
        "watched": _shown(case, Level.WATCH),
        "eased": _shown(case, Level.FEWER),
        "before": _before(case, request.user),
        "below": _below(case, request.user),
        # What is another's is not among them until it is done.
        "tasks": [task for task in offer.tasks if task.state != TaskLine.LATER],
        "lacking": _lacking(case, offer.steps),
        "may_handle": actions.may_add(case, request.user),
    }
    return render(request, "analysis/tertial.html", context)


def _secret(patterns: list[Pattern]) -> set[str]:
    """Return, as the history names them, the patterns that are judged by those who read lex Sarah alone."""
    return {
        services.place_of(each) for each in patterns if each.subject == Subject.LEXSARAH
    }


def _shown(case: TertialAnalysis, level: Level) -> QuerySet[Signal]:
    """Return what the rules found that is shown and asks for nothing: not sure, or fewer than before."""
    found = Signal.objects.filter(
        unit=case.about, year=case.year, tertial=case.tertial, level=level
    )
    return found.order_by("chance", "pk")


def _before(case: TertialAnalysis, reader: User) -> TertialAnalysis | None:
    """Return the latest earlier analysis of the same unit."""
    earlier = Q(year__lt=case.year) | Q(year=case.year, tertial__lt=case.tertial)
    found = _handled(reader).filter(earlier, about=case.about)
    return found.order_by("-year", "-tertial").first()


def _below(case: TertialAnalysis, reader: User) -> QuerySet[TertialAnalysis]:
    """Return the analyses of the units below, as the tree is read, with the number left to judge."""
    same = TertialAnalysis.objects.handled_by(reader).of(case.year, case.tertial)
    below = same.filter(about__path__startswith=case.about.path).exclude(pk=case.pk)
    found: QuerySet[TertialAnalysis] = below.select_related("about").annotate(
        found=Count("patterns"), left=Count("patterns", filter=Q(patterns__verdict=""))
    )
    return found.order_by("about__path")


def _lacking(case: TertialAnalysis, steps: list[Step]) -> list[str]:
    """Return what the analysis lacks before it can be marked as done."""
    reasons: list[str] = []
    for closing in steps:
        if closing.target == State.DONE:
            reasons += closing.lacks(case)
    return reasons


STEPS = StepPage(TERTIAL_ANALYSIS, _handled)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, number: str, name: str) -> HttpResponse:
    """Ask for what a step needs, and take it."""
    return STEPS.answer(request, number, name)


# --- a pattern --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def pattern(request: SignedInRequest, number: str, place: int) -> HttpResponse:
    """Show a pattern with its figures, and ask for a verdict and an assessment."""
    case = get_case_or_404(_handled(request.user), number=number)
    rows = Pattern.objects.filter(analysis=case).select_related(
        "analysis__about", "judged_by"
    )
    found = get_object_or_404(rows, position=place)
    is_sent, opened = (
        request.method == "POST",
        may_split(request.user, found.subject, case.about),
    )
    if is_sent and not opened:
        raise Http404
    # The form writes into its row: the page shows another.
    form = JudgeForm(request.POST if is_sent else None, instance=rows.get(pk=found.pk))
    status = 200
    theirs: list[tuple[str, str]] = []
    if is_sent:
        status, theirs = _judge(form, found, request)
        if not form.errors:
            messages.success(request, f"Mönster {place} är bedömt.")
            return redirect(_next(case, request))
    context = {
        "case": case,
        "pattern": found,
        "opened": opened,
        "form": None,
        "theirs": theirs,
        "left": _left(case, request.user).exclude(pk=found.pk).count(),
    }
    if opened:
        context |= _known_of(found, request.user)
        if is_sent or services.may_judge(case, request.user):
            context["form"] = form
    return render(request, "analysis/pattern.html", context, status=status)


def _known_of(found: Pattern, reader: User) -> dict[str, Any]:
    """Return the counts of a pattern's cell, the actions against it, and their effect."""
    course, follows = course_of(found), found.follows
    if follows and not _handled(reader).filter(patterns=follows).exists():
        follows = None  # found in an analysis that the reader takes no part in
    return {
        "rows_url": rows_of(found),
        "period": period_of(found),
        "counted": counted_as(found),
        "has_units_below": found.analysis.about.children.exists(),
        "chart": chart_of(found, course),
        "ends_early": ends_early(found, course),
        "done": effects_on(found, course, reader=reader),
        "follows": follows,
    }


def _judge(
    form: JudgeForm, found: Pattern, request: SignedInRequest
) -> tuple[int, list[tuple[str, str]]]:
    """Judge the pattern as the form says; return the answer's status, and what another has written."""
    if not form.is_valid():
        return 400, []
    said = {name: form.cleaned_data[name] for name in ("verdict", "assessment")}
    seen = form.cleaned_data["seen_version"]
    return attempt(
        form,
        lambda: services.judge(found, actor=request.user, seen_version=seen, **said),
        fresh=lambda: Pattern.objects.get(pk=found.pk),
    )


def _left(case: TertialAnalysis, user: User) -> QuerySet[Pattern]:
    """Return the patterns that nobody has judged, of those that a person may judge."""
    left = Pattern.objects.filter(analysis=case, verdict="")
    if may_split(user, Subject.LEXSARAH, case.about):
        return left
    return left.exclude(subject=Subject.LEXSARAH)


def _next(case: TertialAnalysis, request: SignedInRequest) -> str:
    """Return where to go when a pattern is judged: to the next one when that was asked for."""
    left = _left(case, request.user).first()
    if request.POST.get("do") == "next" and left:
        return reverse("analysis:pattern", args=[case.number, left.position])
    return reverse("analysis:detail", args=[case.number])


# --- opening ----------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.ANALYSIS_COMPILE)
def open_tertial(request: SignedInRequest) -> HttpResponse:
    """Open the analyses of a tertial that has ended, for those who compile; opened ones stay."""
    is_sent = request.method == "POST"
    form = OpenForm(request.POST if is_sent else None, user=request.user)
    if is_sent and form.is_valid():
        said = form.cleaned_data
        try:
            new = services.open_analyses(
                said["year"], said["tertial"], unit=said["unit"], actor=request.user
            )
        except StepRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _opened(new))
            return redirect(_of_unit(request.user, said))
    return render(
        request, "analysis/open.html", {"form": form}, status=400 if is_sent else 200
    )


def _opened(new: int) -> str:
    if not new:
        return "Analyserna fanns redan."
    if new == 1:
        return "En analys är öppnad."
    return f"{new} analyser är öppnade."


def _of_unit(reader: User, said: dict[str, Any]) -> str:
    """Return the address of the analysis of the chosen unit, or of the workspace when there is none."""
    same = TertialAnalysis.objects.handled_by(reader).of(said["year"], said["tertial"])
    found = same.filter(about=said["unit"]).first()
    if found is None:
        return reverse("analysis:overview")
    return reverse("analysis:detail", args=[found.number])
