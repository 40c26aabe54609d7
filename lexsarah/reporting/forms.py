"""What the one who reported adds to a lex Sarah report, when it does not delay the report itself."""

from __future__ import annotations

from django import forms

from casework.texts.forms import CleanTextField, radios
from lexsarah.models import ActOrOmission


class ComplementForm(forms.Form):
    """What the short form did not ask; nothing of it has to be answered."""

    act = radios(
        "Var det något som gjordes, eller något som inte blev gjort?",
        ActOrOmission.choices,
        "Välj ett svar.",
    )
    noticed = CleanTextField(
        label="När och hur upptäcktes det?", required=False, rows=3
    )
    measures_taken = CleanTextField(
        label="Vad har ni redan gjort?",
        required=False,
        rows=3,
        help_text="För den det gäller, och för att det inte ska hända igen.",
    )
    happened_before = CleanTextField(
        label="Har något liknande hänt förut?", required=False, rows=3
    )
    unexpected_death = forms.BooleanField(
        label="Det gäller ett oväntat dödsfall", required=False
    )
    told_police = forms.BooleanField(label="Händelsen är polisanmäld", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["act"].required = False
