"""The rows behind a number, as far as the reader may read them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analysis.ask.forms import QuestionForm
from analysis.counted.countings import DIMENSIONS
from analysis.counted.questions import Question
from analysis.counted.vocabulary import (
    BASES,
    SUBJECTS,
    counted,
    period_in_words,
    value_in_words,
)
from analysis.figures.rows import case_of, is_behind, readable, shown
from analysis.figures.stored import number, number_purged
from analysis.views.exports import rows_behind, table_behind
from casework.register.filters import CappedPaginator
from casework.register.inbox import MOST_ROWS
from organisation.access import SignedInRequest, may
from organisation.rights import Right
from organisation.shown import show_cases, show_question

_DAYS = {"actions": "Beslutades"}


def _asked(request: SignedInRequest) -> QuestionForm:
    """Return the form as the address fills it in, or else with the first choice."""
    if not may(request.user, Right.ANALYSIS_READ):
        raise Http404
    form = QuestionForm(request.GET or None, user=request.user)
    if form.is_bound:
        return form
    return QuestionForm(form.first_choice(), user=request.user)


@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """Show the rows of a number: how many are counted, and those that the reader may read."""
    form = _asked(request)
    if not form.is_valid():
        return render(request, "analysis/rows.html", {"form": form}, status=400)
    question: Question = form.cleaned_data["question"]
    count = number(question)
    paginator = CappedPaginator(readable(question, reader=request.user))
    page = paginator.get_page(request.GET.get("page"))
    show_cases(map(case_of, page.object_list), count=paginator.found)
    show_question({name: request.GET.get(name, "") for name in form.fields})
    context = {
        "form": form,
        "question": question,
        "files": table_behind(question).files(request.GET.urlencode()),
        "count": count,
        "counted": counted(question.subject, question.basis, count),
        "says": _who_reads(count, number_purged(question), paginator),
        "heading": f"{SUBJECTS[question.subject].label}, {BASES[question.basis].label}",
        "facts": facts_of(question),
        "day": _DAYS.get(question.subject, "Inkom"),
        "page": page,
        "rows": [shown(found) for found in page.object_list],
        "is_behind": is_behind(question),
        "ask": f"{reverse('analysis:ask')}?{request.GET.urlencode()}",
    }
    return render(request, "analysis/rows.html", context)


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the rows of a number that the reader may read as a file."""
    form = _asked(request)
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('analysis:rows')}?{request.GET.urlencode()}")
    question = form.cleaned_data["question"]
    show_question({name: request.GET.get(name, "") for name in form.fields})
    return table_behind(question).answer(rows_behind(question, request.user), kind)


def facts_of(question: Question) -> list[tuple[str, str]]:
    """Return in words what decides a number."""
    unit = question.unit.name
    if ("unit", question.unit.code) in question.where:
        unit += ", inget under den"
    facts = [("Enhet", unit), ("Period", period_in_words(question.period))]
    for name, value in question.where:
        if name in DIMENSIONS:
            facts.append((DIMENSIONS[name].label, value_in_words(name, value)))
    return facts


def _who_reads(count: int, purged: int, paginator: CappedPaginator) -> str:
    """Say how many of the counted rows are left, and how many of those the reader may read."""
    left = _who_reads_what_is_left(count - purged, paginator)
    if not purged:
        return left
    return f"{purged} av dem är gallrade. {left}"


def _who_reads_what_is_left(count: int, paginator: CappedPaginator) -> str:
    """Say how many of the rows the reader may read, as far as a list is leafed through."""
    found: Any = paginator.found
    if not count:
        return ""
    if found > MOST_ROWS:
        return (
            f"Listan visar de {MOST_ROWS} senaste. Begränsa frågan för att se de andra."
        )
    if found == count:
        return ""
    if not found:
        return "Du får inte läsa något av det, men talen är för alla som arbetar med statistiken."
    return f"Du får läsa {found} av dem. De andra läses av färre, eller hör till en annan enhets utredning."
