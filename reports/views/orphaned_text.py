"""What was typed in a section that its author has just lost: nobody's words are gone for that."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import render

from organisation.access import SignedInRequest
from reports.models import AnnualReport

View = Callable[[SignedInRequest, str, int, str, str], HttpResponse]
LOST = "Du skriver inte längre i det här avsnittet, så texten är inte sparad. Kopiera den ur rutan."


def gives_back(view: View) -> View:
    """Answer who no longer writes a section, or whose section is gone, with the text that was sent.

    Others, who neither read the report nor have written in the section, are told nothing: 404.
    """

    @wraps(view)
    def given_back(
        request: SignedInRequest, unit: str, year: int, template: str, section: str
    ) -> HttpResponse:
        try:
            return view(request, unit, year, template, section)
        except Http404:
            typed = request.POST.get("text", "")
            known = AnnualReport.objects.known_to(request.user, section=section)
            about = known.filter(unit__code=unit, year=year, template=template)
            if not typed.strip() or not about.exists():
                raise
        if request.headers.get("X-Draft") == "1":
            return HttpResponse(
                LOST, status=409, content_type="text/plain; charset=utf-8"
            )
        return render(request, "reports/lost.html", {"typed": typed}, status=409)

    return given_back
