"""The form in which an own outline is begun."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from reports.outlining import offered_outlines


class OutlineForm(forms.Form):
    """What the new outline is called, and which one it begins as."""

    name = forms.CharField(
        label="Vad ska mallen heta?",
        max_length=80,
        error_messages={
            "required": "Skriv vad mallen ska heta.",
            "max_length": "Namnet är för långt. Skriv högst 80 tecken.",
        },
    )
    base = forms.ChoiceField(
        label="Vilken mall ska den börja som?",
        error_messages={"required": "Välj en mall.", "invalid_choice": "Välj en mall i listan."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["base"]).choices = offered_outlines()
