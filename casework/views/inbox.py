"""The inbox: what is to be done, found and filtered, and the way to a case by its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.views.decorators.http import require_safe

from casework.handling.emergency import opened_in_emergency
from casework.kinds import kind_of, report_page
from casework.models import Action, Case
from casework.register.exports import inbox_rows, inbox_table
from casework.register.filters import CappedPaginator
from casework.register.filtersets import InboxFilter
from casework.register.inbox import (
    MOST_ROWS,
    View,
    assignable_by,
    chiefs_over_any,
    counts_of,
    due_in_words,
    in_order,
    state_in_words,
    views_of,
    with_names,
)
from organisation.access import SignedInRequest, may, paths_for
from organisation.models import User
from organisation.rights import Right
from organisation.shown import show_cases

# What a person types who means one case, such as KA-2026-0001.
_IS_NUMBER = re.compile(r"[^\W\d_]{1,10}-\d{4}-\d{1,10}")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the filter, the views it can be seen in, and the one that is chosen."""

    filter: InboxFilter
    views: list[View]
    chosen: View

    @property
    def cases(self) -> QuerySet[Case]:
        """Return the cases of the chosen view, in its order."""
        return in_order(self.filter.qs.filter(self.chosen.which), self.chosen.name)


def asked(user: User, query: QueryDict) -> Asked:
    """Return what a query string of the inbox asks for."""
    return _in_view(InboxFilter(query, user=user), user, query.get("visa"))


def _in_view(found: InboxFilter, user: User, name: str | None) -> Asked:
    """Return what a filter finds, in the view of a name or else in the first."""
    views = views_of(user)
    chosen = next((view for view in views if view.name == name), views[0])
    return Asked(found, views, chosen)


def _of_number(found: InboxFilter, user: User) -> Case | None:
    """Return the case whose number is all that a person asks for, if he or she may read it."""
    number = found.form.cleaned_data.get("q") if found.is_used else None
    if not number:
        return None
    cases = Case.objects.visible_to(user)
    return cases.filter(number__in={number, number.upper()}).first()


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the cases that a person may see, by whose turn it is; an exact number leads to its case."""
    searched = InboxFilter(request.GET, user=request.user)
    if found := _of_number(searched, request.user):
        return redirect(kind_of(found.subject).page, found.number)
    view = _in_view(searched, request.user, request.GET.get("visa"))
    counts = counts_of(view.filter.qs, view.views)
    paginator = CappedPaginator(with_names(view.cases), known=counts[view.chosen.name])
    page = paginator.get_page(request.GET.get("page"))
    is_calm = (
        view.chosen == view.views[0]
        and not page.object_list
        and not view.filter.is_used
    )
    show_cases((case.pk for case in page.object_list), count=paginator.count)
    query = InboxFilter.kept(request.GET)
    context = {
        "report": reverse(report_page()),
        "filter": view.filter,
        "chosen": view.chosen,
        "pills": _pills(request, view, counts),
        "page": page,
        "query": query,
        "files": inbox_table().files(query),
        "saved": request.user.saved_filters.all(),
        "calm": _what_comes(request) if is_calm else None,
        "most": MOST_ROWS,
        "emergency": _emergency_for(request, searched, page.object_list),
        **_rows(request, list(page.object_list)),
    }
    if context["people"] and page.has_other_pages():
        context["assignable"] = (
            view.cases.filter(assignable_by(request.user))
            .order_by()[: MOST_ROWS + 1]
            .count()
        )
    return render(request, "casework/inbox.html", context)


def _emergency_for(
    request: SignedInRequest, searched: InboxFilter, found: object
) -> str:
    """Return where to open the case of a number that led nowhere, for who may, or "".

    It is offered alike whether there is such a case or not.
    """
    number = searched.form.cleaned_data.get("q", "") if searched.is_used else ""
    if found or not _IS_NUMBER.fullmatch(number):
        return ""
    if not may(request.user, Right.CASES_BREAK_GLASS):
        return ""
    return f"{reverse('casework:emergency')}?{urlencode({'nummer': number.upper()})}"


def _pills(
    request: SignedInRequest, found: Asked, counts: dict[str, int]
) -> list[dict[str, Any]]:
    most = CappedPaginator.most
    return [
        {
            "label": view.label,
            "url": f"?{InboxFilter.kept(request.GET, visa=view.name)}",
            "current": view == found.chosen,
            "count": min(counts[view.name], most)
            if view == found.views[-1]
            else counts[view.name],
            "more": view == found.views[-1] and counts[view.name] > most,
        }
        for view in found.views
    ]


def _rows(request: SignedInRequest, cases: list[Case]) -> dict[str, Any]:
    """Return what the table says of each case, and to whom those that the reader may assign can go."""
    today, own = (
        timezone.localdate(),
        tuple(paths_for(request.user, Right.CASES_ASSIGN)),
    )
    rows, assignable = [], []
    for case in cases:
        mine = (
            bool(own)
            and case.unit.path.startswith(own)
            and case.reporter_id != request.user.pk
        )
        may_assign = mine and case.closed_on is None and not case.circle
        assignable += [case.unit] if may_assign else []
        words, tone = due_in_words(case, today)
        rows.append(
            {
                "case": case,
                "state": state_in_words(case),
                "due": words,
                "tone": tone,
                "may_assign": may_assign,
            }
        )
    return {"rows": rows, "people": chiefs_over_any(assignable) if own else []}


def _what_comes(request: SignedInRequest) -> str:
    """Say which actions are next to be followed up, when there is nothing else to do."""
    waiting = Action.objects.visible_to(request.user).awaiting_effect().order_by()
    months = waiting.annotate(month=TruncMonth("effect_due_on")).values("month")
    first = months.annotate(count=Count("pk")).order_by("month").first()
    if first is None:
        return ""
    count, month = first["count"], dateformat.format(first["month"], "F")
    actions = "1 åtgärd" if count == 1 else f"{count} åtgärder"
    if first["month"] < timezone.localdate().replace(day=1):
        return f"{actions} skulle ha följts upp i {month} {first['month'].year}."
    return f"{actions} ska följas upp i {month}."


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give the cases of the chosen view, as they are filtered, as a file."""
    cases = asked(request.user, request.GET).cases
    return inbox_table().answer(inbox_rows(cases, request.user), kind)


@require_safe
def case(request: SignedInRequest, number: str) -> HttpResponse:
    """Lead to the page of the app that owns a case."""
    visible = Case.objects.visible_to(request.user).filter(number=number).first()
    found = visible or opened_in_emergency(Case, number, reader=request.user)
    if found is None:
        raise Http404
    return redirect(kind_of(found.subject).page, number=found.number)
