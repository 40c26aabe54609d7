"""The page on which a case is opened in an emergency: a number, a reason, and one answer to all who may not."""

from __future__ import annotations

import datetime as dt
import logging

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.handling.emergency import open_in_emergency
from casework.models import Case, EmergencyOpening
from casework.process.workflow import StepRefusedError
from casework.texts.forms import CleanTextField
from organisation.access import SignedInRequest, right_required
from organisation.rights import Right
from organisation.sign_in.limiter import Limit, SlowDownError, consume, give_back
from organisation.sign_in.waiting import wait

# What is refused is counted for each person: numbers follow each other, and nobody is to try them in turn.
REFUSED = Limit(
    "emergency opening", 5, dt.timedelta(days=1) / 5, longest=dt.timedelta(hours=4)
)

logger = logging.getLogger("organisation.security")


class EmergencyForm(forms.Form):
    """Which case, and why it must be read now."""

    number = forms.CharField(
        label="Ärendets nummer",
        max_length=40,
        help_text="Till exempel KA-2026-0001.",
        error_messages={"required": "Skriv ärendets nummer."},
    )
    reason = CleanTextField(
        label="Varför måste du läsa ärendet nu?",
        rows=3,
        min_length=EmergencyOpening.SHORTEST_REASON,
        help_text=(
            "Kvalitetscontrollern och dataskyddsombudet läser det. Skriv inga namn, adresser eller "
            "personnummer."
        ),
        error_messages={
            "required": "Skriv varför du måste läsa ärendet.",
            "min_length": "Skriv lite mer: minst %(limit_value)d tecken, så att andra förstår varför.",
        },
    )

    def clean_number(self) -> str:
        """Return the number as it is written in a register."""
        return str(self.cleaned_data["number"]).strip().upper()


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.CASES_BREAK_GLASS)
def emergency(request: SignedInRequest) -> HttpResponse:
    """Ask for a number and a reason, and open that case for reading; who may read it is led there."""
    if request.method != "POST":
        typed = request.GET.get("nummer", "").replace("\0", "")[:40]
        return _show(request, EmergencyForm(initial={"number": typed}))
    form = EmergencyForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    number = form.cleaned_data["number"]
    if Case.objects.handled_by(request.user).filter(number=number).exists():
        messages.info(
            request, "Du har rätt att läsa ärendet och behövde inte nödöppna."
        )
        return redirect("casework:case", number)
    return _open(request, form)


def _open(request: SignedInRequest, form: EmergencyForm) -> HttpResponse:
    """Open the case of a form, or say that it cannot be opened; what is refused is counted."""
    who, number = str(request.user.pk), form.cleaned_data["number"]
    try:
        consume(REFUSED, who)
    except SlowDownError as early:
        form.add_error(None, _too_many(early.seconds))
        return wait(_show(request, form), early.seconds)
    try:
        open_in_emergency(
            number, actor=request.user, reason=form.cleaned_data["reason"]
        )
    except StepRefusedError as refusal:
        logger.info("emergency opening refused")
        form.add_error("number", str(refusal))
        return _show(request, form, status=400)
    give_back(REFUSED, who)
    return redirect("casework:case", number)


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    when = "en minut" if minutes == 1 else f"{minutes} minuter"
    return (
        "Du har skrivit flera nummer som inte går att öppna. Kontrollera numret, och försök igen om "
        f"{when}. Är det bråttom: ring kvalitetscontrollern."
    )


def _show(
    request: SignedInRequest, form: EmergencyForm, *, status: int = 200
) -> HttpResponse:
    minutes = int(EmergencyOpening.LASTS.total_seconds() // 60)
    context = {"form": form, "minutes": minutes}
    return render(request, "casework/emergency.html", context, status=status)
