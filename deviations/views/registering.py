"""The page where what came by telephone, letter or visit is written down for the one it came from."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from deviations import filing
from deviations.models import ContactWay, Deviation
from deviations.process import services
from deviations.reporting.codes import code_for, grouped
from deviations.reporting.forms import RegisterForm
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.shown import show_case


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.DEVIATIONS_REGISTER)
def register(request: SignedInRequest) -> HttpResponse:
    """File for somebody who is outside (OSL 5 kap. 1 §).

    The receipt answers the POST itself, because its code must not stand in an address; sending the form
    again gives the same case and the same receipt.
    """
    if request.method != "POST":
        return render(request, "deviations/register.html", {"form": RegisterForm()})
    form = RegisterForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    token, protected = form.cleaned_data["form_token"], form.cleaned_data["protected"]
    try:
        deviation = filing.register(
            actor=request.user, form_token=token, facts=form.facts, protected=protected
        )
    except services.AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    except filing.NoReaderError:
        form.add_error("unit", form.nobody_reads)
        return _ask(request, form)
    return _receipt(request, deviation)


def _ask(
    request: SignedInRequest, form: RegisterForm, *, again: str = ""
) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    context = {"form": form.renewed() if again else form, "again": again}
    return render(request, "deviations/register.html", context, status=400)


def _receipt(request: SignedInRequest, deviation: Deviation) -> HttpResponse:
    show_case(deviation)
    wants_code = deviation.contact_way == ContactWay.CODE
    context = {
        "deviation": deviation,
        "code": grouped(code_for(deviation.form_token)) if wants_code else "",
        "reads": Deviation.objects.visible_to(request.user)
        .filter(pk=deviation.pk)
        .exists(),
    }
    return render(request, "deviations/register_receipt.html", context)
