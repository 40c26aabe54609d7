"""Forms of annual reports: begin one, and write in a section."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from organisation.access import units_for
from organisation.forms import UnitChoice, offer_units
from reports.access import WRITERS
from reports.markup import MAX_LENGTH
from reports.models import Template


class BeginForm(forms.Form):
    """Which report: unit, year and outline."""

    unit = UnitChoice()
    year = forms.IntegerField(
        label="År",
        min_value=1990,
        max_value=2199,
        help_text="Berättelsen gäller kalenderåret och jämför med de tre åren före.",
        error_messages={
            "required": "Ange vilket år berättelsen gäller.",
            "invalid": "Ange året med fyra siffror, till exempel 2024.",
            "min_value": "Ange ett år från och med 1990.",
            "max_value": "Ange ett år före 2200.",
        },
    )
    template = forms.ChoiceField(
        label="Mall",
        choices=Template.choices,
        error_messages={"required": "Välj en mall.", "invalid_choice": "Välj en mall i listan."},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user, WRITERS))
        self.fields["year"].initial = timezone.localdate().year - 1


class TextForm(forms.Form):
    """The text of one section, in light markup."""

    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=(
            "Skriv stycken med en tom rad emellan. **fetstil**, *kursiv*, rader som börjar med - blir en "
            "punktlista, ### blir en underrubrik. Lämna tomt om avsnittet inte ska ha någon text."
        ),
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)

    def clean_text(self) -> str:
        """Refuse what would be cut off."""
        text: str = self.cleaned_data["text"]
        if len(text) > MAX_LENGTH:
            raise forms.ValidationError(
                f"Texten är {len(text)} tecken. Korta den till högst {MAX_LENGTH} tecken, "
                "eller dela den på flera avsnitt."
            )
        return text
