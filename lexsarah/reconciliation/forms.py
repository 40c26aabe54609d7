"""Which year is reconciled."""

from __future__ import annotations

from django import forms


class YearForm(forms.Form):
    """A year; without one it is this year."""

    year = forms.IntegerField(
        label="Markerades år",
        required=False,
        min_value=1900,
        max_value=2199,
        error_messages={
            "invalid": "Ange året med fyra siffror.",
            "min_value": "Ange ett år från och med 1900.",
            "max_value": "Ange ett år före 2200.",
        },
    )
