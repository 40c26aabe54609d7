"""Forms in which a risk analysis is planned and made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casework.improvement.action_forms import PlannedDay
from casework.improvement.routine_forms import offer_routines, routine_field
from casework.texts.forms import (
    CleanTextField,
    OnceForm,
    StepForm,
    VersionedForm,
    WithoutIdentity,
    line,
    radios,
    step_form,
)
from organisation.access import units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import User
from organisation.rights import Right
from riskanalysis.matrix import PROBABILITY, SEVERITY
from riskanalysis.models import Decision, Risk, RiskAnalysis, Trigger

WITHOUT_IDENTITY = (
    "Ta bort personnumret: en riskanalys skrivs utan uppgift om vem det gäller."
)


def _scale(
    label: str, words: dict[int, str], required: str, *, needed: bool = True
) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[(number, f"{number} – {word}") for number, word in words.items()],
        coerce=int,
        empty_value=None,
        required=needed,
        widget=forms.RadioSelect,
        error_messages={"required": required, "invalid_choice": "Välj ett av svaren."},
    )


class _WithoutIdentity(WithoutIdentity):
    """A form about work, not about persons."""

    refusal = WITHOUT_IDENTITY


class PlanForm(_WithoutIdentity, OnceForm):
    """A new risk analysis: its title, place, reason and day."""

    title = line(
        "Vad ska analyseras?",
        "Skriv vad som ska analyseras.",
        help_text="Till exempel: flytten av mottagningen, eller sommarbemanningen.",
    )
    unit = UnitChoice(label="Vilken enhet ansvarar?", empty_label="Välj enhet")
    trigger = radios(
        "Varför görs analysen?", Trigger.choices, "Välj varför analysen görs."
    )
    workplace = line(
        "Vilken verksamhet gäller det?",
        "Skriv vilken verksamhet det gäller.",
        longest=300,
    )
    participants = CleanTextField(
        label="Vilka ska vara med?",
        required=False,
        rows=2,
        help_text="Gärna både chef och medarbetare.",
    )
    planned_on = PlannedDay(
        label="När ska den vara klar?",
        error_messages={"required": "Ange vilken dag den ska vara klar."},
    )

    field_order = ("title", "trigger", "unit", "workplace")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_units(self, units_for(user, Right.RISKANALYSIS_PLAN).valid())


class DismissForm(_WithoutIdentity, forms.Form):
    """Why no analysis is needed."""

    reason = CleanTextField(
        label="Varför behövs ingen riskanalys?",
        rows=3,
        help_text="Till exempel: bara språket ändrades, eller så finns risken i en annan analys.",
        error_messages={"required": "Skriv varför ingen riskanalys behövs."},
    )


class RiskForm(_WithoutIdentity, forms.ModelForm):  # type: ignore[type-arg]
    """One risk in the words of the documents, with its value and the decision about it."""

    event = CleanTextField(
        label="Risk för vad?",
        rows=2,
        help_text="Händelsen.",
        error_messages={"required": "Skriv vad som kan hända."},
    )
    cause = CleanTextField(
        label="På grund av vad?",
        rows=2,
        help_text="Orsaken.",
        error_messages={"required": "Skriv varför det kan hända."},
    )
    consequence = CleanTextField(
        label="Vad kan det leda till?",
        rows=2,
        help_text="Konsekvensen för brukaren.",
        error_messages={"required": "Skriv vad det kan leda till för brukaren."},
    )
    probability = _scale(
        "Hur sannolikt är det?", PROBABILITY, "Välj hur sannolikt det är."
    )
    severity = _scale(
        "Hur allvarlig är konsekvensen?",
        SEVERITY,
        "Välj hur allvarlig konsekvensen är.",
    )
    decision = radios(
        "Vad gör ni åt risken?", Decision.choices, "Välj vad ni gör åt risken."
    )
    reason = CleanTextField(
        label="Varför accepteras den?",
        required=False,
        rows=2,
        help_text="Behövs när risken accepteras.",
    )

    class Meta:
        """All of a risk but its number."""

        model = Risk
        fields: tuple[str, ...] = (
            "event",
            "cause",
            "consequence",
            "probability",
            "severity",
            "decision",
            "reason",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "decision"
        ].required = False  # a risk may be written down before it is decided about

    def clean(self) -> dict[str, Any]:
        """Ask why a risk is accepted."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("decision") == Decision.ACCEPT and not said.get("reason"):
            self.add_error("reason", "Skriv varför risken accepteras.")
        return said


class NewRiskForm(RiskForm):
    """A risk that is written down; the form counts once."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)


class ChangeRiskForm(RiskForm, VersionedForm):
    """A stored risk to change, under an optimistic lock, or to cross out."""

    crossed_out = CleanTextField(
        label="Varför ska risken strykas?",
        required=False,
        rows=2,
        help_text="Fyll i bara om den ska bort.",
    )

    class Meta(RiskForm.Meta):
        """Also why it is crossed out."""

        fields = (*RiskForm.Meta.fields, "crossed_out")


class ResidualForm(VersionedForm):
    """How high a risk is after the measures."""

    residual_probability = _scale(
        "Hur sannolikt är det nu?", PROBABILITY, "Välj hur sannolikt det är nu."
    )
    residual_severity = _scale(
        "Hur allvarlig är konsekvensen nu?", SEVERITY, "Välj hur allvarlig den är nu."
    )

    class Meta:
        """The two values."""

        model = Risk
        fields = ("residual_probability", "residual_severity")


class AnalysisStepForm(_WithoutIdentity, StepForm):
    """The facts of one step of a risk analysis."""

    class Meta(StepForm.Meta):
        """The fields are the step's own."""

        model = RiskAnalysis

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_routines(self)

    def clean_review_on(self) -> Any:
        """Ask for a day after the analysis came."""
        day = self.cleaned_data["review_on"]
        if day is not None and day < self.instance.received_on:
            raise ValidationError("Ange en dag efter att analysen började.")
        return day


_FIELDS: dict[str, forms.Field] = {
    "title": line("Vad analyseras?", "Skriv vad som analyseras."),
    "trigger": PlanForm.base_fields["trigger"],
    "workplace": PlanForm.base_fields["workplace"],
    "scope": CleanTextField(
        label="Vad ingår, och vad ingår inte?", required=False, rows=3
    ),
    "participants": CleanTextField(label="Vilka är med?", required=False, rows=2),
    "process": routine_field("Vilken process eller rutin gäller det?"),
    "planned_on": PlanForm.base_fields["planned_on"],
    "review_on": PlannedDay(
        label="När följer ni upp?",
        error_messages={"required": "Ange vilken dag ni följer upp."},
    ),
    "conclusion": CleanTextField(label="Slutsats", required=False, rows=4),
    "reason": CleanTextField(
        label="Varför?", rows=3, error_messages={"required": "Skriv varför."}
    ),
}


def analysis_step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for the facts of a step; a follow-up is nothing without its conclusion."""
    known = dict(_FIELDS)
    if fields == ("conclusion",):
        known["conclusion"] = CleanTextField(
            label="Vad visar uppföljningen?",
            rows=4,
            error_messages={"required": "Skriv vad uppföljningen visar."},
        )
    return step_form(AnalysisStepForm, known, fields)
