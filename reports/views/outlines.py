"""Pages on which a quality controller makes the municipality's own outlines, without code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from reports.models import OwnOutline
from reports.outlines import editing
from reports.outlines.forms import HeadingsForm, OutlineForm
from reports.outlines.outline import Outline, offered_outlines, read_outline
from reports.views.access import sent

NOT_YET = "Svara på frågan vid rubriken, och spara igen."


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.REPORTS_OUTLINE)
def outline_list(request: SignedInRequest) -> HttpResponse:
    """Show the outlines, and make an own one from any of them."""
    form = OutlineForm(sent(request))
    if form.is_valid():
        try:
            own = editing.begin_outline(**form.cleaned_data, actor=request.user)
        except editing.OutlineError as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(
                request, f"Mallen {own.name} är gjord. Ändra den så att den passar er."
            )
            return redirect("reports:outline", own.slug)
    own_ones = set(OwnOutline.objects.values_list("slug", flat=True))
    outlines = [(slug, name, slug in own_ones) for slug, name in offered_outlines()]
    status = 400 if form.errors else 200
    return render(
        request,
        "reports/outlines.html",
        {"form": form, "outlines": outlines},
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.REPORTS_OUTLINE)
def outline(request: SignedInRequest, outline: str) -> HttpResponse:
    """Show an own outline, and change its sections, their order and headings; every button keeps it all."""
    own = get_object_or_404(OwnOutline, slug=outline)
    shown, seen, status, problem = read_outline(own.data), own.version, 200, ""
    form = HeadingsForm(outline=shown)
    if request.method == "POST":
        answer = request.POST.dict()
        claimed = _number(answer.get("seen", ""))
        form = HeadingsForm(request.POST, outline=shown)
        if not form.is_valid():
            shown = editing.typed(shown, answer)
            return _page(
                request, own, shown, form, seen=claimed, problem=NOT_YET, status=400
            )
        shown = editing.typed(shown, answer | form.written)
        try:
            changed = editing.changed(shown, answer.get("do", ""), answer)
            editing.keep_outline(own, changed, seen=claimed)
        except editing.OutlineError as error:
            seen, status, problem = claimed, 400, str(error)
        except editing.OutlineChangedError:
            status = 409
            problem = "Någon annan har ändrat mallen medan du arbetade. Spara igen om det som står här ska gälla."
        else:
            messages.success(request, "Mallen är sparad.")
            return redirect("reports:outline", own.slug)
    return _page(request, own, shown, form, seen=seen, problem=problem, status=status)


def _number(text: str) -> int:
    """Return the version that a form claims to have seen; 0 where it is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _page(
    request: SignedInRequest,
    own: OwnOutline,
    shown: Outline,
    form: HeadingsForm,
    *,
    seen: int,
    problem: str,
    status: int,
) -> HttpResponse:
    """Show an outline with its sections and what can be added."""
    context = {
        "own": own,
        "seen": seen,
        "problem": problem,
        "form": form,
        "rows": form.rows(shown),
        "parts": editing.offered_parts(shown),
        "used": editing.reports_in(own),
    }
    return render(request, "reports/outline.html", context, status=status)
