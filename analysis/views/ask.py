"""Ask the register freely: a question becomes a table, a chart, a file, and an address to share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from analysis.ask.files import as_csv, as_excel
from analysis.ask.forms import AskForm, SaveQuestionForm, suggested_periods
from analysis.ask.table import Answer, TooWideError, answer, chart_of, title_of
from analysis.counted.questions import Question
from analysis.counted.vocabulary import BASES, SPLITS, SUBJECTS
from analysis.figures.rows import is_behind
from analysis.models import SavedQuestion
from analysis.views.rows import facts_of
from casework.register.saved_queries import SavedQueries
from organisation.access import SignedInRequest, right_required
from organisation.lists.exports import CSV, EXCEL, Files
from organisation.rights import Right

LINES_ON_A_PAGE = 100
QUESTIONS = SavedQueries(
    SavedQuestion,
    most=30,
    full="Du har redan 30 sparade frågor. Ta bort en som du inte använder.",
)


def _answered(request: SignedInRequest) -> tuple[AskForm, Answer | None]:
    """Read the question in the address, the first choice when it has none, and answer it."""
    form = AskForm(request.GET or None, user=request.user)
    if not form.is_bound:
        form = AskForm(form.first_choice(), user=request.user)
    if not form.is_valid():
        return form, None
    try:
        return form, answer(
            form.cleaned_data["question"], masked=form.cleaned_data["masked"]
        )
    except TooWideError as error:
        form.add_error("columns", str(error))
        return form, None


@require_safe
@right_required(Right.ANALYSIS_READ)
def ask(request: SignedInRequest) -> HttpResponse:
    """Show the form and, when it is filled in, the answer; pages only read what the worker has counted."""
    form, found = _answered(request)
    saved = SavedQuestion.objects.filter(user=request.user)
    context: dict[str, Any] = {"form": form, "pills": _pills(form), "saved": saved}
    if found is None:
        return render(request, "analysis/ask.html", context, status=400)
    question: Question = form.cleaned_data["question"]
    *lines, total = found.lines
    query = kept(request.GET)
    context |= {
        "question": question,
        "title": title_of(question),
        "facts": facts_of(question),
        "answer": found,
        "total": total,
        "page": Paginator(lines, LINES_ON_A_PAGE).get_page(request.GET.get("page")),
        "chart": chart_of(question, found),
        "is_behind": is_behind(question),
        "periods": suggested_periods(question.period),
        "query": query,
        "files": Files(
            f"{reverse('analysis:ask_excel')}?{query}",
            f"{reverse('analysis:ask_csv')}?{query}",
        ),
    }
    return render(request, "analysis/ask.html", context)


def kept(asked: QueryDict) -> str:
    """Return what an address asks, and nothing else, as a query string."""
    chosen = {name: str(asked.get(name, "")) for name in AskForm.addresses()}
    return urlencode({name: value for name, value in chosen.items() if value})


def _pills(form: AskForm) -> list[dict[str, Any]]:
    """Return the subjects to choose among; unit and period are kept, what only one subject has is not."""
    stays = {}
    for name in ("enhet", "period"):
        if form.data.get(name):
            stays[name] = str(form.data[name])
    chosen = str(form.data.get("amne", ""))
    pills = []
    for subject in SUBJECTS.values():
        url = f"?{urlencode({'amne': subject.slug, **stays})}"
        is_chosen = subject.slug == chosen
        pills.append(
            {"label": subject.label, "url": url, "current": is_chosen, "count": None}
        )
    return pills


@require_safe
@right_required(Right.ANALYSIS_READ)
def excel(request: SignedInRequest) -> HttpResponse:
    """Give the table as an Excel file."""
    form, found = _answered(request)
    if found is None:
        return _ask_again(request)
    return _file(as_excel(found, _about(form.cleaned_data["question"])), EXCEL, "xlsx")


@require_safe
@right_required(Right.ANALYSIS_READ)
def csv(request: SignedInRequest) -> HttpResponse:
    """Give the table as text parted by semicolons."""
    _, found = _answered(request)
    if found is None:
        return _ask_again(request)
    return _file(as_csv(found), CSV, "csv")


def _ask_again(request: SignedInRequest) -> HttpResponse:
    """Redirect to the page that explains the fault of the question."""
    return redirect(f"{reverse('analysis:ask')}?{kept(request.GET)}")


def _file(content: bytes, media_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    name = f"tabell-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _about(question: Question) -> list[tuple[str, str]]:
    """Return in words what a file answers."""
    counted = f"{SUBJECTS[question.subject].label}, {BASES[question.basis].label}"
    facts = [("Vad som räknas", counted), *facts_of(question)]
    if question.by:
        split = ", ".join(SPLITS[name].label.lower() for name in question.by)
        facts.append(("Uppdelat på", split))
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.ANALYSIS_READ)
def saved(request: SignedInRequest) -> HttpResponse:
    """Keep the question in the address under a name, and remove those that are no longer used."""
    query = kept(request.GET)
    if request.method == "POST" and "remove" in request.POST:
        removing = SaveQuestionForm({"name": request.POST["remove"]}, query=query)
        if removing.is_valid() and QUESTIONS.remove(
            actor=request.user, name=removing.cleaned_data["name"]
        ):
            messages.success(request, "Frågan är borttagen.")
        return redirect(f"{reverse('analysis:saved_questions')}?{query}")
    form = SaveQuestionForm(
        request.POST if request.method == "POST" else None, query=query
    )
    if form.is_valid():
        try:
            QUESTIONS.save(
                actor=request.user, name=form.cleaned_data["name"], query=query
            )
        except ValidationError as full:
            form.add_error("name", full)
        else:
            messages.success(
                request, f"Frågan ”{form.cleaned_data['name']}” är sparad."
            )
            return redirect(f"{reverse('analysis:ask')}?{query}")
    context = {
        "form": form,
        "query": query,
        "saved": SavedQuestion.objects.filter(user=request.user),
    }
    return render(
        request, "analysis/ask_saved.html", context, status=400 if form.errors else 200
    )
