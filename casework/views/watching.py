"""How many recusals and protections there are: those who watch over the units see no more of them."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.cases.keeping_out import hidden_in
from organisation.access import SignedInRequest, paths_for
from organisation.rights import Right


@require_safe
def watching(request: SignedInRequest) -> HttpResponse:
    """Count, unit by unit, from which open cases people are kept out and which are protected."""
    paths = paths_for(request.user, Right.CASES_WATCH)
    if not paths:
        raise Http404
    rows = hidden_in(paths)
    total: Counter[str] = Counter()
    for row in rows:
        total["by_themselves"] += row.by_themselves
        total["by_others"] += row.by_others
        total["protected"] += row.protected
    return render(request, "casework/watching.html", {"rows": rows, "total": total})
