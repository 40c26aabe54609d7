"""Forms about the persons whom a case concerns; nothing typed in them may hold a personal number."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from casework.texts.forms import CleanTextField
from lexsarah.models import Concerned

LONGEST_LINE = 200


class UnnumberedField(CleanTextField):
    """A text that is refused when it seems to hold a personal number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            refusal="Det ser ut som ett personnummer. Ta bort det.", **options
        )


def _line(label: str, **options: Any) -> UnnumberedField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return UnnumberedField(
        label=label, max_length=LONGEST_LINE, widget=widget, **options
    )


class AddForm(forms.Form):
    """A person whom the case concerns, and where more is kept about him or her."""

    name = _line("Namn", error_messages={"required": "Skriv personens namn."})
    reference = _line(
        "Var finns uppgifterna?",
        required=False,
        help_text="Till exempel numret på personakten. Skriv aldrig personnummer.",
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReadForm(forms.Form):
    """Why the names are read."""

    reason = UnnumberedField(
        label="Varför behöver du läsa namnen?",
        rows=2,
        max_length=1_000,
        help_text="Skälet sparas i ärendet med ditt namn och tiden. Skriv inga namn i det.",
        error_messages={"required": "Skriv varför du behöver läsa namnen."},
    )


class RemoveForm(forms.Form):
    """Who was noted by mistake, by number, and why."""

    person = forms.TypedChoiceField(
        label="Vem ska tas bort?",
        coerce=int,
        error_messages={
            "required": "Välj vem som ska tas bort.",
            "invalid_choice": "Välj en i listan.",
        },
    )
    reason = UnnumberedField(
        label="Varför?",
        rows=2,
        max_length=1_000,
        help_text="Skälet sparas i ärendet. Skriv inga namn i det.",
        error_messages={"required": "Skriv varför personen tas bort."},
    )

    def __init__(self, *args: Any, people: list[Concerned], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [(person.position, f"Person {person.position}") for person in people]
        self.fields["person"].choices = [("", "Välj"), *numbered]  # type: ignore[attr-defined]
