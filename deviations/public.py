"""Pages for citizens: no login, no cookie, no script, and nothing stored before the last button.

The forms carry no CSRF token, since a visitor without a session has nothing that another site could
misuse; a signed time and an unseen field keep the simplest machines out.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from deviations import services
from deviations.codes import code_for, grouped, hash_of
from deviations.models import Deviation, Kind
from deviations.public_forms import ComplainForm, FollowForm
from deviations.words import CITIZEN_KINDS


@login_not_required
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """Tell what can be done here before anything is asked."""
    return render(request, "deviations/complain.html")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Ask, show the answers to be checked, and file them: one address, and what is typed is carried along.

    The receipt answers the last POST itself, because its code must not stand in an address; sending
    it again gives the same case and the same receipt.
    """
    if request.method != "POST":
        return render(request, "deviations/complain_form.html", {"form": ComplainForm()})
    form = ComplainForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, again=form.too_old if form.is_stale else "")
    step = request.POST.get("do")
    if step == "change":
        return render(request, "deviations/complain_form.html", {"form": form})
    if step != "send":
        context = {"form": form, "answers": _answers(form)}
        return render(request, "deviations/complain_check.html", context)
    try:
        deviation = services.file_from_public(form_token=form.cleaned_data["form_token"], facts=form.facts)
    except services.AlreadyFiledError:
        return _ask(request, form, again=form.already_sent)
    context = {"deviation": deviation, "code": grouped(code_for(deviation.form_token))}
    return render(request, "deviations/complain_receipt.html", context)


def _answers(form: ComplainForm) -> list[tuple[str, str, Any]]:
    """Return the fields of a form with what they ask and what was answered, as words."""
    given = form.cleaned_data
    return [
        ("kind", "Vad du vill göra", dict(CITIZEN_KINDS)[Kind(given["kind"])]),
        ("description", "Det du skrev", given["description"]),
        ("occurred_on", "När det hände", date_format(given["occurred_on"]) if given["occurred_on"] else ""),
        ("unit", "Verksamhet", given["unit"] if form.data.get("unit") else "Vet inte"),
        ("proposal", "Vad vi kan göra bättre", given["proposal"]),
    ]


def _ask(request: HttpRequest, form: ComplainForm, *, again: str) -> HttpResponse:
    """Show what was typed with its errors, or, with a reason to send again, in a new form."""
    context = {"form": form.renewed() if again else form, "again": again}
    return render(request, "deviations/complain_form.html", context, status=400)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Show where a case stands to whoever has its code; a wrong code and an unknown one look the same."""
    if request.method != "POST":
        return render(request, "deviations/follow.html", {"form": FollowForm()})
    form = FollowForm(request.POST)
    if form.is_valid():
        stored = hash_of(form.cleaned_data["code"])
        found = Deviation.objects.filter(follow_up_hash=stored).first() if stored else None
        if found is not None:
            return render(request, "deviations/followed.html", {"deviation": found})
        form.add_error("code", "Koden stämmer inte. Kontrollera varje tecken mot ditt kvitto.")
    return render(request, "deviations/follow.html", {"form": form}, status=400)
