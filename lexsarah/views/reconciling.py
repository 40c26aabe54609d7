"""The reconciliation list: what units have marked, and whether it has reached the investigator."""

from __future__ import annotations

from itertools import chain

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.cases.showing import show_numbered
from casework.database.scopes import reading_beyond
from casework.register.filters import PAGE
from lexsarah.reconciliation import reconciling
from lexsarah.reconciliation.forms import YearForm
from organisation.access import SignedInRequest


@require_safe
@reading_beyond("marks and counts of all units, which its own rule names or not")
def reconciliation(request: SignedInRequest) -> HttpResponse:
    """Set what units have marked in a year against what an investigator has received."""
    reader, today = request.user, timezone.localdate()
    paths = reconciling.paths_of(reader)
    if not paths:
        raise Http404
    form = YearForm(
        {"year": request.GET.get("year", "").replace("\0", "") or today.year}
    )
    year = (
        int(form.cleaned_data["year"] or today.year) if form.is_valid() else today.year
    )
    marked = reconciling.marked_in(year, paths=paths, reader=reader)
    page = Paginator(marked, PAGE).get_page(request.GET.get("page"))
    lines = reconciling.lines_of(page.object_list, reader=reader, today=today)
    problems = reconciling.problems_over(paths, reader=reader, today=today)
    first = chain.from_iterable(problem.first for problem in problems)
    named = (line.number for line in lines)
    show_numbered(chain(named, (one.number for one in first)))
    context = {
        "form": form,
        "year": year,
        "summary": reconciling.summary_of(marked),
        "page": page,
        "lines": lines,
        "problems": problems,
        "before": reconciling.before_the_system(year, paths=paths),
    }
    return render(request, "lexsarah/reconciliation.html", context)
