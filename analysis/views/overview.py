"""What came in per tertial, and where the organisation does what SOSFS 2011:9 asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from analysis.charts.charts import Chart, grouped_bars, number
from analysis.counted.catalogue import (
    COMPLETED,
    INVESTIGATIONS,
    NOTIFIED,
    REPORTS,
    TOLD_EACH_TERTIAL,
)
from analysis.counted.indicators import OVERVIEW, Indicator
from analysis.counted.questions import BASES, Question
from analysis.counted.vocabulary import UNKNOWN
from analysis.coverage.paragraphs import (
    PARAGRAPHS,
    coverage_of,
    leaves_among,
    tally,
    tree_of,
)
from analysis.coverage.planned import planned_in
from analysis.figures.access import OPEN_BASES, may_split
from analysis.figures.known import Known
from analysis.figures.stored import number as number_of
from analysis.figures.stored import rows
from analysis.models import TertialClose
from analysis.views.exports import paragraphs_table, plans_table
from analysis.views.forms import CoverageForm, OverviewForm
from casework.database.periods import Period, calendar_year, tertial
from casework.improvement.routines import never_checked
from organisation.access import SignedInRequest, may, right_required
from organisation.lists.exports import Table
from organisation.models import Unit, User
from organisation.rights import Right

UNITS_ON_A_PAGE = 25
_LEX_SARAH = (REPORTS, COMPLETED, INVESTIGATIONS, NOTIFIED)


@require_safe
@right_required(Right.ANALYSIS_READ)
def overview(request: SignedInRequest) -> HttpResponse:
    """Show what came in, tertial by tertial; pages only read what the worker has counted."""
    form = OverviewForm.asked(request.GET, user=request.user)
    if not form.is_valid():
        return render(request, "analysis/overview.html", {"form": form}, status=400)
    unit, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "year_before": year - 1,
        "charts": [
            (line.label, _by_tertial(line, unit, year)) for line in TOLD_EACH_TERTIAL
        ],
        "lexsarah": _lexsarah(unit, year, reader=request.user),
        "closed": TertialClose.objects.filter(year=year),
    }
    return render(request, "analysis/overview.html", context)


def _lexsarah(
    unit: Unit, year: int, *, reader: User
) -> list[tuple[str, list[int | None]]]:
    """Return what each count of lex Sarah says, for the year before and the year: of different cases.

    What was notified to IVO is what was found serious: it is told to those who read every case.
    """
    known = Known(unit)
    told = BASES["lexsarah"] if may_split(reader, "lexsarah", unit) else OPEN_BASES
    before, now = calendar_year(year - 1), calendar_year(year)
    rows = []
    for line in _LEX_SARAH:
        if line.basis in told:
            totals = [
                _total(line.asked(unit, before), known),
                _total(line.asked(unit, now), known),
            ]
            rows.append((line.said(OVERVIEW).label, totals))
    return rows


def _total(question: Question, known: Known) -> int | None:
    """Return a count, or None where the register does not know it."""
    count = number_of(question)
    if known.tells_count(
        count, question.unit, question.subject, question.basis, question.period
    ):
        return count
    return None


def _by_tertial(line: Indicator, unit: Unit, year: int) -> Chart:
    """Draw what came in each tertial of a year and of the year before."""
    whole = Period(calendar_year(year - 1).first, calendar_year(year).end)
    counts: Counter[dt.date] = Counter()
    for month, count in rows(line.asked(unit, whole, "month")):
        counts[dt.date.fromisoformat(f"{month}-01")] += int(count)
    known = Known(unit)

    def told(period: Period) -> int | None:
        count = sum(counts[month] for month in period.months)
        if known.tells_count(
            count, unit, line.subject, line.basis, period, where=line.where
        ):
            return count
        return None

    series, totals = [], []
    for shown in (year - 1, year):
        series.append((str(shown), [told(tertial(shown, n)) for n in (1, 2, 3)]))
        total = told(calendar_year(shown))
        totals.append(UNKNOWN if total is None else number(total))
    before, now = totals
    title = f"{line.label}: {now} år {year}, {before} år {year - 1}"
    return grouped_bars(
        title, ["Tertial 1", "Tertial 2", "Tertial 3"], series, heading="Tertial"
    )


def _coverage_asked(request: SignedInRequest) -> CoverageForm:
    if not may(request.user, Right.ANALYSIS_READ):
        raise Http404
    return CoverageForm.asked(request.GET, user=request.user)


@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    """Show for each unit which paragraphs of SOSFS 2011:9 its records cover; each cell opens its rows."""
    form = _coverage_asked(request)
    if not form.is_valid():
        return render(request, "analysis/coverage.html", {"form": form}, status=400)
    unit, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    shows_plans = form.cleaned_data["visa"] == "planer"
    table, rows, told = _chosen_view(form, request.user)
    context = {
        "form": form,
        "unit": unit,
        "year": year,
        "shows_plans": shows_plans,
        "pills": _views_of_coverage(request, unit, year, shows_plans=shows_plans),
        "page": Paginator(rows, UNITS_ON_A_PAGE).get_page(request.GET.get("page")),
        "files": table.files(request.GET.urlencode()),
        **told,
    }
    return render(request, "analysis/coverage.html", context)


@require_safe
def coverage_export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the chosen view of coverage as a file."""
    form = _coverage_asked(request)
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('analysis:coverage')}?{request.GET.urlencode()}")
    table, rows, _ = _chosen_view(form, request.user)
    return table.answer(rows, kind)


# A view of coverage: its file, its rows, and what its page tells beside them.
CoverageView = tuple[Table, list[Any], dict[str, Any]]


def _chosen_view(form: CoverageForm, reader: User) -> CoverageView:
    asked = form.cleaned_data
    units = tree_of(asked["unit"], asked["year"])
    if asked["visa"] == "planer":
        return _plans(units, asked["year"], reader)
    return _paragraphs(units, asked["year"], reader)


def _paragraphs(units: list[Unit], year: int, reader: User) -> CoverageView:
    rows = coverage_of(units, year, reader=reader)
    return paragraphs_table(), rows, {"paragraphs": PARAGRAPHS, "tally": tally(rows)}


def _plans(units: list[Unit], year: int, reader: User) -> CoverageView:
    columns, rows = planned_in(units, year, reader=reader)
    leaves = {leaf.pk for leaf in leaves_among(units)}
    shown = [row for row in rows if row.total or row.unit.pk in leaves]
    without = sum(row.total is None for row in shown)
    return plans_table(columns), shown, {"columns": columns, "without": without}


def _views_of_coverage(
    request: SignedInRequest, unit: Unit, year: int, *, shows_plans: bool
) -> list[dict[str, Any]]:
    """Return the ways to look at coverage; the register of routines shows those never checked."""
    asked = {"unit": unit.code, "year": str(year)}
    paragraphs = f"{reverse('analysis:coverage')}?{urlencode(asked)}"
    unchecked = urlencode({"visa": "okontrollerade", "unit": unit.code})
    return [
        {
            "label": "Paragrafer",
            "url": paragraphs,
            "current": not shows_plans,
            "count": None,
        },
        {
            "label": "Planerade egenkontroller",
            "url": f"{paragraphs}&visa=planer",
            "current": shows_plans,
            "count": None,
        },
        {
            "label": "Rutiner som aldrig kontrollerats",
            "url": f"{reverse('casework:routines')}?{unchecked}",
            "current": False,
            "count": len(never_checked(unit, reader=request.user)),
        },
    ]
