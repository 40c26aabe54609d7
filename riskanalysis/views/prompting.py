"""Pages of the prompts for a risk analysis, and of the answer that none is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from casework.register.filters import PAGE
from casework.views.step_page import attempt
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import show_cases
from riskanalysis.models import PromptAnswer, RiskAnalysis
from riskanalysis.process import services
from riskanalysis.process.forms import DismissForm
from riskanalysis.prompts import Prompt, prompt_at, prompts_for

GONE = "Det är redan besvarat, eller gäller inte längre."


@require_safe
@right_required(Right.RISKANALYSIS_PLAN)
def prompts(request: SignedInRequest) -> HttpResponse:
    """Show the prompts in the units where a person plans analyses, or the earlier answers."""
    shows_answers = request.GET.get("visa") == "besvarade"
    found = prompts_for(request.user)
    answers = PromptAnswer.objects.visible_to(request.user).select_related(
        "unit", "author", "analysis"
    )
    shown: Sequence[Prompt] | QuerySet[PromptAnswer] = found
    readable: set[int] = set()
    if shows_answers:
        shown, readable = answers, _readable(request, answers)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    if shows_answers:
        planned = {answer.analysis_id for answer in cast("Page[PromptAnswer]", page)}
        show_cases(planned & readable)
    context = {
        "shows_answers": shows_answers,
        "page": page,
        "readable": readable,
        "pills": [
            _pill("Att ta ställning till", "", len(found), current=not shows_answers),
            _pill(
                "Besvarade", "?visa=besvarade", answers.count(), current=shows_answers
            ),
        ],
    }
    return render(request, "riskanalysis/prompts.html", context)


def _pill(label: str, query: str, count: int, *, current: bool) -> dict[str, object]:
    url = reverse("riskanalysis:prompts") + query
    return {"label": label, "url": url, "count": count, "current": current}


def _readable(request: SignedInRequest, answers: QuerySet[PromptAnswer]) -> set[int]:
    """Return which of the planned analyses the reader may open."""
    handled = RiskAnalysis.objects.handled_by(request.user).order_by()
    planned = answers.order_by().values("analysis")
    return set(handled.filter(pk__in=planned).values_list("pk", flat=True))


def asked_prompt(request: SignedInRequest) -> Prompt | None:
    """Return the prompt that the address names, while it waits for an answer."""
    asked = {name: request.GET.get(name, "") for name in ("enhet", "anledning", "om")}
    if not asked["anledning"]:
        return None
    return prompt_at(
        request.user,
        code=asked["enhet"],
        kind=asked["anledning"],
        reference=asked["om"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.RISKANALYSIS_PLAN)
def answer_prompt(request: SignedInRequest) -> HttpResponse:
    """Ask why no analysis is needed, and keep the answer."""
    prompt = asked_prompt(request)
    if prompt is None:
        messages.info(request, GONE)
        return redirect("riskanalysis:prompts")
    form = DismissForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status, _ = attempt(
            form,
            lambda: services.dismiss(
                prompt, actor=request.user, reason=form.cleaned_data["reason"]
            ),
        )
        if status == 200:
            messages.success(request, "Svaret är sparat.")
            return redirect("riskanalysis:prompts")
    context = {"form": form, "prompt": prompt}
    return render(request, "riskanalysis/answer_prompt.html", context, status=status)
