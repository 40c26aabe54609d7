"""Forms of reports: begin one, write in a section, and choose a tertial."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone

from casework.database.periods import tertial
from casework.texts.forms import CleanTextField
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.rights import Right
from reports.document.markup import MAX_LENGTH, normalise
from reports.outlines.outline import offered_outlines
from reports.tertial.sources import ended_tertials, tertial_named


class BeginForm(forms.Form):
    """Which report: unit, year and outline."""

    unit = UnitChoice()
    year = forms.IntegerField(
        label="År",
        min_value=1990,
        max_value=2199,
        help_text=(
            "Kalenderåret, eller i mallen efter avdelning kvalitetsåret som slutar i augusti. Berättelsen "
            "jämför med åren före."
        ),
        error_messages={
            "required": "Ange vilket år berättelsen gäller.",
            "invalid": "Ange året med fyra siffror, till exempel 2024.",
            "min_value": "Ange ett år från och med 1990.",
            "max_value": "Ange ett år före 2200.",
        },
    )
    template = forms.ChoiceField(
        label="Mall",
        error_messages={
            "required": "Välj en mall.",
            "invalid_choice": "Välj en mall i listan.",
        },
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user, Right.REPORTS_WRITE))
        cast("forms.ChoiceField", self.fields["template"]).choices = offered_outlines()
        self.fields["year"].initial = timezone.localdate().year - 1


class MarkupField(CleanTextField):
    """Text in light markup, cleaned as a report stores it."""

    def to_python(self, value: Any) -> str:
        """Return the text as it will be stored; one that is too long is left whole, to be refused."""
        text = str(value or "")
        return text if len(text) > MAX_LENGTH else normalise(text)


class TextForm(forms.Form):
    """The text of one section, in light markup."""

    text = MarkupField(
        label="Text",
        required=False,
        max_length=MAX_LENGTH,
        rows=18,
        help_text=(
            "Skriv stycken med en tom rad emellan. **fetstil**, *kursiv*, rader som börjar med - blir en "
            "punktlista, ### blir en underrubrik. Tal, bilder, noter och hänvisningar finns att sätta in "
            "bredvid rutan. Lämna tomt om avsnittet inte ska ha någon text."
        ),
        error_messages={
            "max_length": "Texten är %(show_value)d tecken. Korta den till högst %(limit_value)d tecken, "
            "eller dela den på flera avsnitt."
        },
    )
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )


class TertialForm(forms.Form):
    """Which tertial: one of those that have ended and in which anything came in."""

    tertial = forms.ChoiceField(
        label="Tertial",
        error_messages={
            "required": "Välj ett tertial.",
            "invalid_choice": "Välj ett tertial i listan.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = ended_tertials()
        self._choices = [(str(tertial(*at)), f"Tertial {at[1]} {at[0]}") for at in held]
        field = cast("forms.ChoiceField", self.fields["tertial"])
        field.choices = self._choices or [("", "Inget tertial har slutat än")]
        field.required = bool(held)

    def first_choice(self) -> dict[str, str]:
        """Return the choice before any is made: the newest tertial."""
        return {"tertial": self._choices[0][0] if self._choices else ""}

    def clean_tertial(self) -> tuple[int, int] | None:
        """Return the year and number of the tertial."""
        return tertial_named(self.cleaned_data["tertial"])
