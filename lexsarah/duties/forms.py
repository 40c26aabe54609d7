"""Forms about the other duties that an event brings: what applies, since when, and when it was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from casework.database.periods import STOCKHOLM
from casework.texts.forms import CleanTextField, DayField, radios
from lexsarah.models import OtherDuty


class ClockField(forms.TimeField):
    """A time of day, as a time picker sends it or as Swedes write it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(
            widget=widget, input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **options
        )
        self.error_messages["invalid"] = (
            "Skriv tiden som timme och minut, till exempel 14.05."
        )


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the point in time of a local day and time (Europe/Stockholm).

    Of an hour that comes twice the first is meant: then nothing is later than it seems.  Raises
    ValidationError for a time in the hour that summer time takes away, and for one that has not been.
    """
    local = dt.datetime.combine(day, time.replace(fold=0), STOCKHOLM)
    at = local.astimezone(dt.UTC)
    if at.astimezone(STOCKHOLM).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise forms.ValidationError(
            "Den tiden fanns inte: klockan ställdes fram då. Ange en timme senare."
        )
    if at > timezone.now():
        raise forms.ValidationError("Ange en tid som har varit.")
    return at


class _MomentForm(forms.Form):
    """A form that asks for a day and a time, named ``<name>_on`` and ``<name>_time``."""

    def clean_moment(self, name: str) -> dt.datetime | None:
        """Return the point in time, or None when it is not answered; errors stand at the time."""
        day, time = (
            self.cleaned_data.get(f"{name}_on"),
            self.cleaned_data.get(f"{name}_time"),
        )
        if day is None or time is None:
            return None
        try:
            return moment(day, time)
        except forms.ValidationError as problem:
            self.add_error(f"{name}_time", problem)
            return None


class NoteDutyForm(_MomentForm):
    """A duty that applies to the event, and since when that is known."""

    kind = radios(
        "Vad gäller händelsen också?", OtherDuty.Kind.choices, "Välj vad som gäller."
    )
    known_on = DayField(
        label="Vilken dag blev det känt?",
        initial=timezone.localdate,
        help_text="Dagen då någon hos er förstod vad som hade hänt. Då börjar tiden räknas.",
        error_messages={"required": "Ange vilken dag det blev känt."},
    )
    known_time = ClockField(
        label="Vilken tid?",
        error_messages={"required": "Ange ungefär vilken tid det blev känt."},
    )

    def leave_out(self, noted: set[str]) -> None:
        """Offer only what is not noted yet; what is sent twice is still understood."""
        field: Any = self.fields["kind"]
        field.choices = [
            (kind, label) for kind, label in field.choices if kind not in noted
        ]

    def clean(self) -> dict[str, Any]:
        """Put day and time together."""
        return {**self.cleaned_data, "known_at": self.clean_moment("known")}


class SettleDutyForm(_MomentForm):
    """When a duty was done and where, or why it need not be."""

    done_on = DayField(label="Vilken dag gjordes det?", required=False)
    done_time = ClockField(label="Vilken tid?", required=False)
    reference = CleanTextField(
        label="Diarienummer eller mottagare",
        required=False,
        max_length=200,
        widget=forms.TextInput(),
    )
    reason = CleanTextField(
        label="Eller: varför görs det inte?",
        required=False,
        rows=2,
        max_length=2_000,
        help_text="Fyll i bara om det inte ska göras. Skriv inga namn.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a whole point in time or a reason, and not both."""
        said = self.cleaned_data
        done_at = self.clean_moment("done")
        self._ask_for_rest("done_on", "done_time", "Ange också vilken tid det gjordes.")
        self._ask_for_rest("done_time", "done_on", "Ange också vilken dag det gjordes.")
        if done_at and said.get("reason"):
            self.add_error("reason", "Lämna rutan tom när det är gjort.")
        if not self.errors and not done_at and not said.get("reason"):
            self.add_error(
                "done_on", "Ange när det gjordes, eller skriv varför det inte görs."
            )
        return {**said, "done_at": done_at}

    def _ask_for_rest(self, given: str, other: str, message: str) -> None:
        """Ask for the other half of a point in time when only one is given."""
        said = self.cleaned_data
        if said.get(given) and not said.get(other) and other not in self.errors:
            self.add_error(other, message)
