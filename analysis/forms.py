"""What a person asks of the overview: which unit and which year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from analysis.access import READERS
from organisation.access import units_for
from organisation.models import Unit


class OverviewForm(forms.Form):
    """Unit and year; both have a default, so the page always has something to show."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Enhet",
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": "Välj en enhet i listan.", "required": "Välj en enhet."},
    )
    year = forms.IntegerField(
        label="År",
        min_value=1990,
        max_value=2199,
        error_messages={
            "required": "Ange ett år.",
            "invalid": "Ange året med fyra siffror, till exempel 2024.",
            "min_value": "Ange ett år från och med 1990.",
            "max_value": "Ange ett år före 2200.",
        },
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_for(user, READERS)

    def first_choice(self) -> dict[str, Any]:
        """Return what is shown before anything is chosen: the uppermost unit and this year."""
        unit = self.fields["unit"].queryset.first()
        return {"unit": unit.code if unit else "", "year": timezone.localdate().year}
