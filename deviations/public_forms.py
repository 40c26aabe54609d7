"""What citizens fill in: the form of a complaint or view, and the code that leads back to it."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.forms import CleanTextField, DayField, OnceForm
from deviations.words import CITIZEN_KINDS
from organisation.forms import UnitChoice, offer_units
from organisation.models import Unit


class ComplainForm(OnceForm):
    """What a citizen writes; two answers are needed."""

    kind = forms.ChoiceField(
        label="Vad vill du göra?",
        choices=CITIZEN_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad du vill göra.", "invalid_choice": "Välj ett av svaren."},
    )
    description = CleanTextField(
        label="Vad hände, eller vad vill du säga?",
        help_text="Berätta med egna ord. Skriv inte personnummer, och inte andra personers namn.",
        rows=8,
        error_messages={"required": "Skriv vad som hände eller vad du vill säga."},
    )
    occurred_on = DayField(label="När hände det?", required=False, help_text="En ungefärlig dag räcker.")
    unit = UnitChoice(
        label="Vilken verksamhet gäller det?",
        required=False,
        empty_label="Vet inte",
        error_messages={"invalid_choice": "Välj en verksamhet i listan, eller Vet inte."},
    )
    proposal = CleanTextField(label="Vad skulle vi kunna göra bättre?", required=False, rows=4)
    website = forms.CharField(required=False, label="Lämna det här fältet tomt")

    field_order = ("kind", "description", "occurred_on", "unit", "proposal")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Unit.objects.valid().filter(level=Unit.Level.DEPARTMENT)
        offer_units(self, departments).label_from_instance = str  # type: ignore[assignment,method-assign]

    def clean_website(self) -> str:
        """Only a machine fills in a field that nobody sees."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Lämna fältet tomt och skicka igen.")
        return ""

    def clean_unit(self) -> Unit:
        """Let the whole administration have what nobody knows where it belongs."""
        unit = self.cleaned_data["unit"] or Unit.objects.valid().filter(parent=None).first()
        if unit is None:
            raise forms.ValidationError("E-tjänsten är inte öppen än. Ring kommunens växel i stället.")
        return unit


class FollowForm(forms.Form):
    """The code on the receipt."""

    code = CleanTextField(
        label="Din kod",
        max_length=None,
        help_text="28 bokstäver och siffror. Mellanslag och små bokstäver spelar ingen roll.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Skriv koden som står på kvittot."},
    )
