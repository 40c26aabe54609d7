"""Pages for those who report: the form, what is begun, and the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from casework.cases.receiving import handler_of
from casework.views.finding import get_case_or_404
from deviations import filing
from deviations.models import Consequence, Deviation, Draft
from deviations.process import services
from deviations.reporting import drafts
from deviations.reporting.forms import DraftForm, ReportForm
from organisation.access import SignedInRequest, chiefs_of, home_unit, role_not_required


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest) -> HttpResponse:
    """Let anyone on the staff report; the form fits a phone."""
    if request.method != "POST":
        return _begin(request)
    form = ReportForm(request.POST)
    if request.POST.get("do") == "draft":
        return _keep(request, form)
    if not form.is_valid():
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    return _send(request, form)


def _send(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    token, protected = form.cleaned_data["form_token"], form.cleaned_data["protected"]
    try:
        deviation = filing.send_report(
            actor=request.user, form_token=token, facts=form.facts, protected=protected
        )
    except services.AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    except filing.NoReaderError:
        form.add_error("unit", form.nobody_reads)
        return _ask(request, form)
    return redirect("deviations:receipt", deviation.number)


def _begin(request: SignedInRequest) -> HttpResponse:
    """Show the form with what is known, or with what a draft says; without one, offer the latest."""
    if (asked := request.GET.get("utkast")) is not None:
        try:
            draft = request.user.drafts.get(token=UUID(asked))
        except (ValueError, Draft.DoesNotExist) as unknown:
            raise Http404 from unknown
        form = ReportForm(initial={**draft.answers, "form_token": draft.token})
        return render(request, "deviations/report.html", {"form": form})
    unit = home_unit(request.user)
    form = ReportForm(initial={"unit": unit.code if unit else None})
    return render(
        request,
        "deviations/report.html",
        {"form": form, "draft": request.user.drafts.first()},
    )


def _ask(
    request: SignedInRequest, form: ReportForm, *, again: str = ""
) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    shown = form
    if again:
        shown = form.renewed()
        if token := form.cleaned_data.get("form_token"):
            drafts.renumber(
                actor=request.user, token=token, new=shown["form_token"].value()
            )
    return render(
        request, "deviations/report.html", {"form": shown, "again": again}, status=400
    )


def _keep(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Keep what is typed as a draft, for those whose browser does not do it by itself."""
    unsent = DraftForm(request.POST)
    try:
        kept = unsent.is_valid() and drafts.keep(
            actor=request.user,
            token=unsent.cleaned_data["form_token"],
            answers=unsent.answers,
        )
    except drafts.NotYoursError as refusal:
        raise Http404 from refusal
    if not kept:
        messages.warning(request, "Skriv något innan du sparar utkastet.")
        return render(
            request, "deviations/report.html", {"form": form.renewed()}, status=400
        )
    messages.success(request, "Utkastet är sparat.")
    return redirect("deviations:drafts")


@require_http_methods(["GET", "HEAD", "POST"])
def own_drafts(request: SignedInRequest) -> HttpResponse:
    """List what a person has begun and not sent; keep what the page sends by itself; remove one."""
    if request.method != "POST":
        return _list_drafts(request)
    unsent = DraftForm(request.POST)
    if not unsent.is_valid():
        return _list_drafts(request, status=400)
    token = unsent.cleaned_data["form_token"]
    if request.POST.get("do") == "remove":
        if not drafts.remove(actor=request.user, token=token):
            raise Http404
        messages.success(request, "Utkastet är borttaget.")
        return redirect("deviations:drafts")
    try:
        kept = drafts.keep(actor=request.user, token=token, answers=unsent.answers)
    except drafts.NotYoursError as refusal:
        raise Http404 from refusal
    if not kept:
        return HttpResponse(status=204)
    said = f"Utkastet sparades kl. {timezone.localtime(kept.updated_at):%H.%M}."
    return HttpResponse(said, status=201, content_type="text/plain; charset=utf-8")


def _list_drafts(request: SignedInRequest, **options: Any) -> HttpResponse:
    context = {"drafts": request.user.drafts.all(), "days_kept": drafts.DAYS_KEPT}
    return render(request, "deviations/drafts.html", context, **options)


@role_not_required
@require_safe
def receipt(request: SignedInRequest, number: str) -> HttpResponse:
    """Tell the reporter the number, who handles it, and what happens next."""
    visible = Deviation.objects.visible_to(request.user).filter(reporter=request.user)
    deviation = get_case_or_404(visible.select_related("unit"), number=number)
    receiver = handler_of(deviation)
    chiefs = [chief for chief in chiefs_of(deviation.unit) if chief.user == receiver]
    context = {
        "deviation": deviation,
        "chief": next(iter(chiefs), None),
        "receiver": receiver,
        "readers": [
            named.user for named in deviation.named_readers.select_related("user")
        ],
        "may_be_misconduct": deviation.consequence != Consequence.NONE,
        "report": deviation.lexsarah_reports.first(),
    }
    return render(request, "deviations/receipt.html", context)
