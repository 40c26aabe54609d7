"""What whoever watches over the units sees of recusals and protections: how many there are, no more."""

from __future__ import annotations

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
    columns = ("by_themselves", "by_others", "protected")
    total = {name: sum(getattr(row, name) for row in rows) for name in columns}
    return render(request, "casework/watching.html", {"rows": rows, "total": total})
