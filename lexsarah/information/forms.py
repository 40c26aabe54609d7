"""What is asked about the yearly information: who was told together, and what is planned."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from casework.improvement.action_forms import PlannedDay
from casework.texts.forms import CleanTextField, DayField, radios
from lexsarah.models import Acknowledgement, Information
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import UnitQuerySet, User


class ToldForm(forms.Form):
    """Those who were told at the same time, how, and on which day."""

    # Each of them is ticked in the row where he or she stands.
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Vilka fick informationen?",
        to_field_name="username",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Kryssa i minst en person.",
            "invalid_choice": "Välj personer i listan.",
            "invalid_pk_value": "Välj personer i listan.",
        },
    )
    how = radios(
        "Hur fick de den?",
        [
            choice
            for choice in Acknowledgement.How.choices
            if choice[0] != Acknowledgement.How.READ
        ],
        "Välj hur de fick informationen.",
    )
    on = DayField(
        label="Vilken dag?",
        initial=timezone.localdate,
        error_messages={"required": "Ange vilken dag."},
    )

    def __init__(
        self,
        *args: Any,
        information: Information,
        people: QuerySet[User],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.information = information
        # Everyone of the unit: who has been noted since the page was opened is no fault of its reader.
        cast(
            "forms.ModelMultipleChoiceField[User]", self.fields["people"]
        ).queryset = people

    @property
    def chosen(self) -> list[str]:
        """Return the accounts that are ticked."""
        return self.data.getlist("people") if isinstance(self.data, QueryDict) else []

    def clean_on(self) -> Any:
        """Refuse a day before there was this information to give."""
        if self.cleaned_data["on"] < self.information.begins_on:
            first = self.information.begins_on.isoformat()
            raise forms.ValidationError(
                f"Ange en dag från och med {first}, då informationen började."
            )
        return self.cleaned_data["on"]


class PlanForm(forms.Form):
    """What everyone in an administration is to know, from which day, and by which day."""

    unit = UnitChoice(label="Förvaltning")
    title = CleanTextField(
        label="Rubrik",
        max_length=120,
        widget=forms.TextInput(),
        error_messages={"required": "Skriv en rubrik."},
    )
    text = CleanTextField(
        label="Text",
        rows=18,
        help_text="Ett förslag som du kan ändra i. En tom rad blir ett nytt stycke.",
        error_messages={"required": "Skriv vad alla ska veta."},
    )
    begins_on = PlannedDay(
        label="Visas från",
        error_messages={"required": "Ange från vilken dag informationen visas."},
    )
    due_on = PlannedDay(
        label="Läst senast",
        help_text="Den som börjar senare har 14 dagar på sig från sin första dag.",
        error_messages={"required": "Ange vilken dag alla ska ha läst den."},
    )

    def __init__(self, *args: Any, units: UnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units)
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def clean_due_on(self) -> Any:
        """Refuse a last day that nobody can keep."""
        if self.cleaned_data["due_on"] < timezone.localdate():
            raise forms.ValidationError("Ange i dag eller en senare dag.")
        return self.cleaned_data["due_on"]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if {"begins_on", "due_on"} <= said.keys() and said["due_on"] < said[
            "begins_on"
        ]:
            self.add_error(
                "due_on",
                "Ange samma dag som informationen visas från, eller en senare.",
            )
        return said
