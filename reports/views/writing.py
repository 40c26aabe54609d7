"""Pages on which a text is written: the box with its numbers, how it will look, and what is not saved yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from organisation.access import SignedInRequest
from reports.document.blocks import Document, Section, Text
from reports.document.markup import normalise
from reports.life import services
from reports.models import AnnualReport, Block, TextDraft
from reports.outlines.written_sections import written_keys
from reports.tokens.filling import filled
from reports.tokens.permission import beyond_reach
from reports.tokens.placing import placeable
from reports.tokens.references import link, places_in
from reports.tokens.tokens import offered
from reports.views.access import (
    DECIDED,
    address,
    compiled,
    may_write,
    section_of,
    writable,
)
from reports.views.life_forms import DraftForm
from reports.views.orphaned_text import gives_back
from reports.writing import authoring
from reports.writing.author_help import beside
from reports.writing.forms import TextForm

NOT_KEPT = "Utkastet gick inte att spara. Korta texten om den är lång, och försök igen."


@require_http_methods(["GET", "HEAD", "POST"])
@gives_back
def write(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Write the text of a section; what has been typed and not saved stands in the box again."""
    report = writable(request, unit, year, template, section=section)
    if not report.is_open and request.method != "POST":
        messages.warning(request, DECIDED)
        return redirect(address(report, "standing"))
    document = compiled(report)
    found = section_of(document, section)
    text = found.written_text
    kept = authoring.own_draft(report, section, request.user, saved=text.typed)
    theirs, status = None, 200
    if request.method == "POST":
        form = TextForm(request.POST)
        theirs, status = _save(request, report, found, form)
        if status == 302:
            return redirect(report)
        if theirs:
            form = TextForm(
                initial={"text": request.POST["text"], "seen_version": theirs.version}
            )
    else:
        form = TextForm(initial=_begun_from(report, section, text, kept))
    context = {
        "form": form,
        "theirs": theirs,
        "suggested": text.suggested,
        "kept": kept if request.method != "POST" else None,
        **_at_hand(request, report, document, found),
    }
    return render(request, "reports/write.html", context, status=status)


def _at_hand(
    request: SignedInRequest, report: AnnualReport, document: Document, section: Section
) -> dict[str, Any]:
    """Return what stands around the box: who else writes, what to put in, and what was said before."""
    numbers = list(offered(document, section))
    return {
        "report": report,
        "section": section,
        "writing": authoring.writing_now(report, section.key, but=request.user),
        "remarks": report.comments.filter(
            section=section.key, resolved_at=None
        ).count(),
        "offered": numbers,
        "placeable": placeable(document, section, numbers),
        "places": list(places_in(document)),
        "beside": beside(report, document, section, reader=request.user),
    }


def _begun_from(
    report: AnnualReport, section: str, text: Text, kept: TextDraft | None
) -> dict[str, str | int]:
    """Return what stands in the box: what the author typed and has not saved, else the text that counts."""
    if kept:
        return {"text": kept.text, "seen_version": kept.seen_version}
    newest = report.blocks.filter(section=section).order_by("-version").first()
    return {"text": text.typed, "seen_version": newest.version if newest else 0}


def _is_fit(
    request: SignedInRequest, report: AnnualReport, section: Section, form: TextForm
) -> bool:
    """Tell whether a text can be used; who has been given the section alone asks for no other units."""
    if form.is_valid() and not may_write(request, report):
        beyond = beyond_reach(
            report, section, form.cleaned_data["text"], author=request.user
        )
        if beyond:
            told = " ".join(beyond)
            form.add_error(
                "text",
                "Du kan hämta siffror om det som avsnittet handlar om och om din egen verksamhet. Ta bort "
                f"{told} eller be den som håller ihop berättelsen att sätta in det.",
            )
    return form.is_valid()


def _save(
    request: SignedInRequest, report: AnnualReport, section: Section, form: TextForm
) -> tuple[Block | None, int]:
    """Keep what was written; return what another has written meanwhile, and the status of the answer."""
    if not _is_fit(request, report, section, form):
        return None, 400
    try:
        services.write(
            report, section=section.key, **form.cleaned_data, actor=request.user
        )
    except services.TextChangedError as changed:
        return changed.newest, 409
    except services.DecidedError:
        form.add_error(None, DECIDED)
        return None, 409
    messages.success(request, f"Texten i avsnitt {section.title} är sparad.")
    return None, 302


@require_POST
@gives_back
def preview(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Show what was typed as it will look, with the box to go on writing in; nothing is saved."""
    report = writable(request, unit, year, template, section=section)
    document = compiled(report)
    found = section_of(document, section)
    form = TextForm(request.POST)
    context = {"form": form, **_at_hand(request, report, document, found)}
    if not _is_fit(request, report, found, form):
        return render(request, "reports/write.html", context, status=400)
    typed = Text(normalise(form.cleaned_data["text"]), suggested=False)
    at = next(
        place for place, block in enumerate(found.blocks) if isinstance(block, Text)
    )
    found.blocks[at] = filled(document, found, typed)
    link(document)
    return render(
        request, "reports/preview.html", {**context, "text": found.written_text}
    )


@require_POST
@gives_back
def draft(
    request: SignedInRequest, unit: str, year: int, template: str, section: str
) -> HttpResponse:
    """Keep what has been typed so far; from a script it is answered without a page."""
    report = writable(request, unit, year, template, section=section)
    # Asked for every few seconds: the figures of the report are not put together for it.
    if section not in written_keys(report):
        raise Http404
    quiet = request.headers.get("X-Draft") == "1"
    form = DraftForm(request.POST)
    if "drop" in request.POST:
        authoring.drop_draft(report, section=section, actor=request.user)
        messages.success(request, "Utkastet är borta. Texten som gäller står i rutan.")
    elif not form.is_valid() or not report.is_open:
        said, status = (DECIDED, 409) if form.is_valid() else (NOT_KEPT, 400)
        if quiet:
            return HttpResponse(
                said, status=status, content_type="text/plain; charset=utf-8"
            )
        messages.warning(request, said)
    elif "opened" in request.POST:
        authoring.note_opened(report, section=section, actor=request.user)
        return HttpResponse(status=204)
    else:
        authoring.keep_draft(
            report, section=section, **form.cleaned_data, actor=request.user
        )
        if quiet:
            said = f"Utkastet sparades kl. {timezone.localtime():%H.%M}."
            return HttpResponse(said, content_type="text/plain; charset=utf-8")
        messages.success(
            request, "Utkastet är sparat. Bara du ser det, tills du sparar texten."
        )
    return redirect(address(report, "write", section))
