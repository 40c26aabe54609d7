"""Pages for the one who has reported a misconduct."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from casework.database.scopes import reading_beyond
from casework.process.workflow import StepRefusedError
from casework.views.finding import get_case_or_404
from deviations.models import Deviation
from lexsarah.models import LexSarahReport
from lexsarah.process import services
from lexsarah.reporting.forms import ComplementForm
from organisation.access import SignedInRequest, role_not_required


@role_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def complement(request: SignedInRequest, report: str) -> HttpResponse:
    """Let the one who reported add what the short form did not ask."""
    own = request.user.lexsarah_reports.filter(deviation__isnull=False).select_related(
        "case"
    )
    with reading_beyond("one's own report, of a case that one need not read"):
        made: LexSarahReport = get_object_or_404(own, number=report)
    deviation = get_case_or_404(
        Deviation.objects.visible_to(request.user), pk=made.deviation_id
    )
    initial = {name: getattr(made, name) for name in services.SAID_BY_REPORTER}
    form = ComplementForm(
        request.POST if request.method == "POST" else None, initial=initial
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.complement(made, actor=request.user, facts=form.cleaned_data)
        except StepRefusedError as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, "Rapporten är kompletterad.")
            return redirect("deviations:own", deviation.number)
    elif request.method == "POST":
        status = 400
    return render(
        request,
        "lexsarah/complement.html",
        {"report": made, "deviation": deviation, "form": form},
        status=status,
    )
