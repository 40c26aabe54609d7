"""A unit over time, for its chief, and the page of it that hangs on the wall."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from analysis.unit import figures
from analysis.unit.over_time import OwnUnit
from analysis.unit.sheet import Sheet
from analysis.views.forms import WorkspaceForm
from casework.database.periods import tertial
from organisation.access import SignedInRequest, may
from organisation.lists.tree import by_name
from organisation.models import Unit
from organisation.rights import Right

VIEWS = ("enheten", "forsenade", "genomforda", "effekt")  # of the list of actions


def _asked(request: SignedInRequest) -> WorkspaceForm:
    """Return what is asked for; a unit that is not one's own does not exist."""
    if not may(request.user, Right.ANALYSIS_READ):
        raise Http404
    form = WorkspaceForm.asked(request.GET, user=request.user)
    if form.has_error("unit", "invalid_choice"):
        raise Http404
    return form


@require_safe
def unit(request: SignedInRequest) -> HttpResponse:
    """Show a chief the own unit over time: level, causes, actions, handling, beside the administration."""
    form = _asked(request)
    if not form.is_valid():
        return render(request, "analysis/unit.html", {"form": form}, status=400)
    own = _own(form, request)
    causes, routines = own.lines("cause_area"), own.lines("process")
    context = {
        "form": form,
        "own": own,
        "level": figures.level_of(own),
        "causes": figures.bars_of(causes, "Orsaker", "Orsak"),
        "routines": figures.bars_of(
            routines, "Processer och rutiner", "Process eller rutin"
        ),
        "funnel": figures.funnel_of(own),
        "lex_sarah": figures.lex_sarah_of(own),
        "reports": own.count(own.year),
        "reports_url": own.rows(own.unit, own.year),
        "reports_before": own.count(own.year_before),
        "reports_before_url": own.rows(own.unit, own.year_before),
        "actions": own.actions(),
        "action_urls": {view: own.actions_url(view) for view in VIEWS},
        "asked": _address(form),
    }
    return render(request, "analysis/unit.html", context)


@require_safe
def sheet(request: SignedInRequest) -> HttpResponse:
    """Show one page to print for the workplace meeting, with small numbers masked and three questions.

    It is of one workplace: a unit that has others below it shows where their sheets are.
    """
    form = _asked(request)
    if not form.is_valid():
        return render(request, "analysis/unit.html", {"form": form}, status=400)
    own = _own(form, request, alone=True)
    if not own.by_month:
        return render(request, "analysis/unit.html", {"form": form, "own": own})
    chosen = form.cleaned_data
    span = tertial(chosen["year"], chosen["tertial"])
    below = (
        Unit.objects.below(own.unit).exclude(pk=own.unit.pk).there(span.first, span.end)
    )
    context = {
        "sheet": Sheet(own),
        "asked": _address(form),
        "below": [
            (unit.name, _address(form, unit=unit.code))
            for unit in by_name(below.leaves())
        ],
    }
    return render(request, "analysis/unit_sheet.html", context)


def _address(form: WorkspaceForm, **other: str) -> str:
    return urlencode({name: form.data[name] for name in form.fields} | other)


def _own(
    form: WorkspaceForm, request: SignedInRequest, *, alone: bool = False
) -> OwnUnit:
    chosen = form.cleaned_data
    return OwnUnit(
        chosen["unit"],
        chosen["year"],
        chosen["tertial"],
        reader=request.user,
        alone=alone,
    )
