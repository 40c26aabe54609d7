"""The workspace of a tertial: what came in, what stands out, what is judged, and who is done."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analysis.tertial import overview as work
from analysis.tertial.key_figures import key_figures
from analysis.tertial.scope import Scope
from analysis.unit import figures as unit_figures
from analysis.unit.over_time import OwnUnit
from analysis.views.forms import WorkspaceForm
from organisation.access import SignedInRequest, may, right_required
from organisation.models import User
from organisation.rights import Right

UNITS_ON_A_PAGE = 25
UNITS_SHOWN_FIRST = 6
_DIMENSIONS = (
    ("cause_area", "Orsaker", "orsak"),
    ("process", "Processer och rutiner", "rutin"),
)


@require_safe
@right_required(Right.ANALYSIS_READ)
def workspace(request: SignedInRequest) -> HttpResponse:
    """Show one tertial of a part of the organisation to those who work with its figures."""
    form = WorkspaceForm.asked(request.GET, user=request.user)
    if not form.is_valid():
        return render(request, "analysis/workspace.html", {"form": form}, status=400)
    chosen = form.cleaned_data
    scope = Scope(chosen["unit"], chosen["year"], chosen["tertial"])
    figures = key_figures(scope.unit, scope.year, scope.number)
    context = {"form": form, "scope": scope, "key_figures": figures}
    context |= _below_figures(scope, request.user, request.GET.get("page"))
    return render(request, "analysis/workspace.html", context)


def _below_figures(scope: Scope, reader: User, page: str | None) -> dict[str, Any]:
    """Return what stands below the key figures: units, causes, patterns and how far the work is."""
    units = work.units_of(scope)
    shown = Paginator(work.rows_of(scope, units), UNITS_ON_A_PAGE).get_page(page)
    found, tally = work.findings(scope, reader), work.tally(scope, reader)
    own = OwnUnit(
        scope.unit, scope.year, scope.number, reader=reader, known=scope.known
    )
    return {
        "level": unit_figures.level_of(own),
        "page": shown,
        "heat": work.heat(scope, list(shown)),
        "silent": work.silent_units(scope, units),
        "tables": [
            (label, heading, *work.bars(scope, name))
            for name, label, heading in _DIMENSIONS
        ],
        "findings": found.units[:UNITS_SHOWN_FIRST],
        "more_findings": found.units[UNITS_SHOWN_FIRST:],
        "found": found,
        "watched": work.watched(scope),
        "analyses": work.shown_analyses(scope, reader, tally["all"]),
        "tally": tally,
        "may_open": scope.is_over
        and may(reader, Right.ANALYSIS_COMPILE, scope.unit)
        and work.is_left_to_open(scope),
        "handled": own.handled(),
        "actions": own.actions_left(),
        "actions_url": own.actions_url("enheten"),
        "has_document": scope.is_over
        and may(reader, Right.REPORTS_READ_UNMASKED, scope.unit),
    }
