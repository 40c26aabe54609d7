"""The page on which anyone who may read an event reports it as a misconduct."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from deviations.escalating import escalate, may_escalate
from deviations.forms import MisconductForm
from deviations.models import Deviation, Misconduct
from organisation.access import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def report_misconduct(request: SignedInRequest, number: str) -> HttpResponse:
    """Report an event under lex Sarah, whatever has become of it (SoL 27 kap. 2 §).

    Everyone who may read it may, and must, also the one who reported it first.
    """
    visible = Deviation.objects.visible_to(request.user).select_related("unit")
    deviation = get_object_or_404(visible, number=number)
    if not may_escalate(deviation):
        messages.info(request, "Händelsen är redan rapporterad enligt lex Sarah.")
        return redirect("deviations:detail", number)
    form = MisconductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        misconduct = Misconduct(form.cleaned_data["misconduct"])
        escalate(deviation, actor=request.user, misconduct=misconduct, grounds=form.cleaned_data["grounds"])
        messages.success(request, "Händelsen är rapporterad enligt lex Sarah. Utredaren har fått den.")
        still_read = visible.filter(pk=deviation.pk).exists()
        return redirect("deviations:detail", number) if still_read else redirect("casework:inbox")
    status = 400 if form.errors else 200
    return render(request, "deviations/misconduct.html", {"case": deviation, "form": form}, status=status)
