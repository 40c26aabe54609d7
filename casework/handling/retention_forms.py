"""What is asked about a retention decision."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from casework.handling.retention import administrations
from casework.kinds import choices
from casework.models import RetentionRule
from casework.texts.forms import DayField, line, radios
from organisation.lists.filtersets import words_of
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import Unit, User


class RetentionForm(forms.Form):
    """A decision: about which cases, how long they are kept, and where it is written."""

    unit = UnitChoice(label="Vilken förvaltning gäller beslutet?")
    subject = radios(
        "Vilka ärenden gäller det?", [], "Välj vilka ärenden beslutet gäller."
    )
    years = forms.IntegerField(
        label="Hur många år efter avslut gallras de?",
        required=False,
        min_value=1,
        max_value=RetentionRule.MOST_YEARS,
        help_text="Lämna tomt om beslutet är att ärendena ska sparas. "
        "Det som avslutades i år eller de två åren före gallras aldrig.",
        error_messages={
            "invalid": "Skriv antalet år med siffror, till exempel 10.",
            "min_value": "Skriv minst 1 år, eller lämna tomt om ärendena ska sparas.",
            "max_value": f"Skriv högst {RetentionRule.MOST_YEARS} år, eller lämna tomt om de ska sparas.",
        },
    )
    decision = line(
        "Vilket beslut är det?",
        "Skriv beslutets nummer, till exempel diarienummer och paragraf.",
        longest=60,
        help_text="Till exempel SN-2026-123 § 41.",
    )
    decided_on = DayField(
        label="Vilken dag fattades det?",
        error_messages={"required": "Ange beslutsdagen."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject = cast("forms.ChoiceField", self.fields["subject"])
        subject.choices = words_of(choices())
        offered = [unit.pk for unit in administrations(user)]
        offer_units(self, Unit.objects.filter(pk__in=offered))

    @property
    def facts(self) -> dict[str, Any]:
        """Return the decision as the verb takes it."""
        return dict(self.cleaned_data)
