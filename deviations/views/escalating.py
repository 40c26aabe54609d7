"""The page on which anyone who may read an event reports it as a misconduct."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.views.finding import get_case_or_404
from deviations.models import Deviation, Misconduct
from deviations.process.to_lexsarah import escalate, may_escalate
from deviations.reporting.forms import MisconductForm
from organisation.access import SignedInRequest

_REPORTED_ALREADY = (
    "Någon annan hann rapportera händelsen enligt lex Sarah. Det du skrev är inte skickat. Kopiera texten "
    "och lämna den till lex Sarah-utredaren."
)


@require_http_methods(["GET", "HEAD", "POST"])
def report_misconduct(request: SignedInRequest, number: str) -> HttpResponse:
    """Report an event under lex Sarah, whatever has become of it (SoL 27 kap. 2 §).

    Everyone who may read it may, and must, also the one who reported it first.
    """
    visible = Deviation.objects.visible_to(request.user).select_related("unit")
    deviation = get_case_or_404(visible, number=number)
    is_sent = request.method == "POST"
    if not is_sent and not may_escalate(deviation):
        messages.info(request, "Händelsen är redan rapporterad enligt lex Sarah.")
        return redirect("deviations:detail", number)
    form, status = (
        MisconductForm(request.POST if is_sent else None),
        400 if is_sent else 200,
    )
    if is_sent and form.is_valid():
        misconduct, grounds = (
            Misconduct(form.cleaned_data["misconduct"]),
            form.cleaned_data["grounds"],
        )
        if escalate(
            deviation, actor=request.user, misconduct=misconduct, grounds=grounds
        ):
            messages.success(
                request,
                "Händelsen är rapporterad enligt lex Sarah. Utredaren har fått den.",
            )
            still_read = visible.filter(pk=deviation.pk).exists()
            return (
                redirect("deviations:detail", number)
                if still_read
                else redirect("casework:inbox")
            )
        form.add_error(None, _REPORTED_ALREADY)
        status = 409
    return render(
        request,
        "deviations/misconduct.html",
        {"case": deviation, "form": form},
        status=status,
    )
