"""How every list of one kind of case is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from casework.register.filters import CappedPaginator
from casework.register.filtersets import CaseFilter
from organisation.access import SignedInRequest
from organisation.lists.exports import Table
from organisation.shown import show_cases


def list_of_cases(
    request: SignedInRequest,
    found: CaseFilter,
    template: str,
    file: Table,
    **context: Any,
) -> HttpResponse:
    """Show one page of a list, and where it is given as a file; the number of queries is constant."""
    page = CappedPaginator(found.qs.select_related("unit", "owner")).get_page(
        request.GET.get("page")
    )
    show_cases((case.pk for case in page.object_list), count=page.paginator.count)
    files = file.files(found.kept(request.GET))
    return render(
        request, template, {"filter": found, "page": page, "files": files, **context}
    )
