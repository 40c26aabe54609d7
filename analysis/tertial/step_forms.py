"""What is asked when a tertial is analysed: the facts of a step, what a pattern means, which tertial."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from analysis.models import Pattern, TertialAnalysis, Verdict
from casework.database.periods import tertial_of, tertials_before
from casework.texts.forms import (
    CleanTextField,
    StepForm,
    VersionedForm,
    WithoutIdentity,
    radios,
    step_form,
)
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import Unit, User
from organisation.rights import Right

WITHOUT_IDENTITY = (
    "Ta bort personnumret: en analys skrivs utan uppgift om vem det gäller."
)


class _WithoutIdentity(WithoutIdentity):
    """A form about work, not about persons."""

    refusal = WITHOUT_IDENTITY


class JudgeForm(_WithoutIdentity, VersionedForm):
    """The verdict on a pattern, and its assessment (SOSFS 2011:9 5 kap. 6-7 §§)."""

    assessment = CleanTextField(
        label="Vad betyder mönstret?",
        rows=5,
        help_text="Vad ligger bakom, och varför behövs en åtgärd eller ingen? Skriv utan namn.",
        error_messages={"required": "Skriv vad mönstret betyder."},
    )
    verdict = radios(
        "Vad gör ni åt det?", Verdict.choices, "Välj om det behövs en åtgärd."
    )

    class Meta:
        """The two that are judged."""

        model = Pattern
        fields = ("assessment", "verdict")


class AnalysisStepForm(_WithoutIdentity, StepForm):
    """The facts of one step of an analysis."""

    class Meta(StepForm.Meta):
        """The fields are the step's own."""

        model = TertialAnalysis


_FIELDS: dict[str, forms.Field] = {
    "chief_note": CleanTextField(
        label="Vad säger siffrorna om din enhet?",
        help_text="Vad känner du igen, vad förvånar, och vad har påverkat tertialet? Några meningar räcker.",
        error_messages={"required": "Skriv vad siffrorna säger om enheten."},
    ),
    "conclusion": CleanTextField(
        label="Vilken slutsats drar ni?",
        help_text="Vad ska enheten göra annorlunda, eller fortsätta med? Slutsatsen följer med till årets "
        "kvalitetsberättelse.",
        error_messages={"required": "Skriv vilken slutsats ni drar."},
    ),
    "no_action_reason": CleanTextField(
        label="Varför behövs ingen åtgärd?",
        rows=3,
        error_messages={"required": "Skriv varför ingen åtgärd behövs."},
    ),
    "reason": CleanTextField(
        label="Varför öppnas analysen igen?",
        rows=3,
        error_messages={"required": "Skriv varför."},
    ),
}


def analysis_step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for the facts of a step."""
    return step_form(AnalysisStepForm, _FIELDS, fields)


_TERTIALS = (
    (1, "Tertial 1, januari–april"),
    (2, "Tertial 2, maj–augusti"),
    (3, "Tertial 3, september–december"),
)


class OpenForm(forms.Form):
    """The part of the organisation and the tertial whose analyses are opened."""

    unit = UnitChoice(label="Enhet, med dem som ligger under")
    year = forms.IntegerField(
        label="År",
        min_value=1990,
        max_value=2199,
        error_messages={
            "required": "Ange ett år.",
            "invalid": "Ange året med fyra siffror, till exempel 2026.",
            "min_value": "Ange ett år från och med 1990.",
            "max_value": "Ange ett år före 2200.",
        },
    )
    tertial = forms.TypedChoiceField(
        label="Tertial",
        choices=_TERTIALS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Välj ett tertial.",
            "invalid_choice": "Välj ett av tertialen.",
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_for(user, Right.ANALYSIS_COMPILE)
        offer_units(self, units)
        year, number = tertials_before(*tertial_of(timezone.localdate()), 1)[0]
        self.initial = {
            "unit": _first(units),
            "year": year,
            "tertial": number,
            **self.initial,
        }


def _first(units: Any) -> str | None:
    unit: Unit | None = units.first()
    return unit.code if unit else None
