"""Pages for those who report: the form and the receipt."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from deviations import services
from deviations.forms import ReportForm
from deviations.models import Consequence, Deviation
from organisation.access import SignedInRequest, chiefs_of, home_unit


def _get_deviation_or_404(request: SignedInRequest, number: str) -> Deviation:
    visible = Deviation.objects.visible_to(request.user).select_related("unit", "reporter", "owner")
    return get_object_or_404(visible, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest) -> HttpResponse:
    """Let anyone on the staff report; the form fits a phone."""
    if request.method != "POST":
        unit = home_unit(request.user)
        form = ReportForm(initial={"unit": unit.code if unit else None})
        return render(request, "deviations/report.html", {"form": form})
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    if form.has_personal_number and request.POST.get("do") != "anyway":
        return render(request, "deviations/report.html", {"form": form, "personal_number": True})
    token = form.cleaned_data["form_token"]
    try:
        deviation = services.file_from_staff(actor=request.user, form_token=token, facts=form.facts)
    except services.AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    return redirect("deviations:receipt", deviation.number)


def _ask(request: SignedInRequest, form: ReportForm, *, again: str) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    context = {"form": form.renewed() if again else form, "again": again}
    return render(request, "deviations/report.html", context, status=400)


@require_safe
def receipt(request: SignedInRequest, number: str) -> HttpResponse:
    """Tell the reporter the number, who handles it, and what happens next."""
    deviation = _get_deviation_or_404(request, number)
    if deviation.reporter != request.user:
        raise Http404
    context = {
        "deviation": deviation,
        "chief": next(iter(chiefs_of(deviation.unit)), None),
        "may_be_misconduct": deviation.consequence != Consequence.NONE,
    }
    return render(request, "deviations/receipt.html", context)
