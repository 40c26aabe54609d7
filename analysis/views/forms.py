"""What a person asks of the overview: which unit and which year."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils import timezone

from analysis.figures.stored import newest_year
from casework.database.periods import tertial_of, tertials_before
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.rights import Right


class OverviewForm(forms.Form):
    """Unit and year; both have a default, so the page always has something to show."""

    unit = UnitChoice()
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
        self._units = units_for(user, Right.ANALYSIS_READ)
        offer_units(self, self._units)

    @classmethod
    def asked(cls, given: QueryDict, *, user: Any) -> Self:
        """Return the form as the address fills it in, or else with the first choice."""
        form = cls(given, user=user)
        if any(name in given for name in form.fields):
            return form
        return cls(form.first_choice(), user=user)

    def first_choice(self) -> dict[str, Any]:
        """Return the first choice: the uppermost unit, and its newest year."""
        unit = self._units.first()
        if unit is None:
            return {"unit": "", "year": timezone.localdate().year}
        return {"unit": unit.code, "year": newest_year(unit)}


class CoverageForm(OverviewForm):
    """The part of the organisation and the year that coverage is shown for."""

    visa = forms.CharField(required=False, widget=forms.HiddenInput)


class WorkspaceForm(OverviewForm):
    """The part of the organisation and the tertial that is worked with."""

    tertial = forms.TypedChoiceField(
        label="Tertial",
        choices=[
            (1, "1 januari–april"),
            (2, "2 maj–augusti"),
            (3, "3 september–december"),
        ],
        coerce=int,
        error_messages={
            "required": "Välj ett tertial.",
            "invalid_choice": "Välj tertial 1, 2 eller 3.",
        },
    )

    def first_choice(self) -> dict[str, Any]:
        """Return the uppermost unit and the tertial to work with: the last that has ended or has any."""
        chosen = super().first_choice()
        year, number = tertial_of(timezone.localdate())
        ended = tertials_before(year, number, 1)[0]
        if chosen["year"] < ended[0]:
            ended = chosen["year"], 3
        return chosen | {"year": ended[0], "tertial": ended[1]}
