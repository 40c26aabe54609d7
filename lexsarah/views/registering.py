"""The page where a report that a colleague has made in words or on paper is written down."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from deviations.filing import NoReaderError
from deviations.process.services import AlreadyFiledError
from lexsarah.models import LexSarahCase, LexSarahReport
from lexsarah.reporting.register_forms import ReceiveForm, WhereForm
from lexsarah.reporting.registering import register_report
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import show_case


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.LEXSARAH_RECEIVE)
def register(request: SignedInRequest) -> HttpResponse:
    """Ask which unit it is about, then what was told; the answer to the POST is the receipt itself.

    Sending the form again gives the same report and the same receipt.
    """
    asked = request.POST if request.method == "POST" else request.GET
    where = WhereForm(
        asked if request.method == "POST" or "unit" in asked else None,
        user=request.user,
    )
    unit = where.cleaned_data["unit"] if where.is_valid() else None
    if unit is None and not where.is_bound:
        unit = where.only
    if unit is None:
        status = 400 if request.method == "POST" else 200
        return render(
            request, "lexsarah/register_where.html", {"form": where}, status=status
        )
    if request.method != "POST":
        return render(
            request,
            "lexsarah/register.html",
            {"form": ReceiveForm(unit=unit, actor=request.user)},
        )
    return _take(request, ReceiveForm(request.POST, unit=unit, actor=request.user))


def _take(request: SignedInRequest, form: ReceiveForm) -> HttpResponse:
    if not form.is_valid():
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    said = form.cleaned_data
    try:
        report = register_report(
            actor=request.user,
            reporter=said["reporter"],
            form_token=said["form_token"],
            facts=form.facts,
            protected=said["protected"],
        )
    except AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    except NoReaderError:
        form.add_error(None, form.nobody_reads)
        return _ask(request, form)
    return _receipt(request, report)


def _ask(
    request: SignedInRequest, form: ReceiveForm, *, again: str = ""
) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    context = {
        "form": form.renewed(unit=form.unit, actor=form.actor) if again else form,
        "again": again,
    }
    return render(request, "lexsarah/register.html", context, status=400)


def _receipt(request: SignedInRequest, report: LexSarahReport) -> HttpResponse:
    show_case(report.case)
    reads = (
        LexSarahCase.objects.handled_by(request.user).filter(pk=report.case_id).exists()
    )
    return render(
        request, "lexsarah/register_receipt.html", {"report": report, "reads": reads}
    )
