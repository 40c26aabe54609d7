"""How a text will look, with its numbers, before it is saved."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from organisation.access import SignedInRequest
from reports.document import Text
from reports.forms import TextForm
from reports.markup import to_html
from reports.tokens import filled, offered
from reports.views.finding import compiled, writable, written


@require_POST
def preview(request: SignedInRequest, unit: str, year: int, template: str, section: str) -> HttpResponse:
    """Show what was typed as it will look, with the box to go on writing in; nothing is saved."""
    report = writable(request, unit, year, template, section=section)
    document = compiled(report)
    found = next((each for each in written(document) if each.key == section), None)
    if found is None:
        raise Http404
    form = TextForm(request.POST)
    context = {"report": report, "section": found, "form": form, "offered": list(offered(document, found))}
    if not form.is_valid():
        return render(request, "reports/write.html", context, status=400)
    text = filled(document, found, Text(form.cleaned_data["text"], suggested=False))
    # reports.markup lets only its own few tags through.
    context |= {"text": text, "html": mark_safe(to_html(text.markup))}  # noqa: S308
    return render(request, "reports/preview.html", context)
