"""The facts that the steps of a deviation ask for."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from casework.improvement.routine_forms import offer_routines
from casework.texts.asking_field import AskingField, Asks
from casework.texts.case_forms import OtherCaseField
from casework.texts.forms import CleanTextField, StepForm, radios, step_form
from deviations.models import (
    CauseLevel,
    Consequence,
    Deviation,
    IsDeviation,
    Kind,
    Misconduct,
)
from deviations.process.duplicates import (
    ALREADY_ENDED,
    ELSEWHERE,
    duplicates_of,
    is_itself_one,
    is_told_of,
)
from deviations.process.lowering import ASK_WHY_LOWERED, is_lowered
from deviations.reporting.forms import ReportForm, choice_of, offer_leaves
from deviations.words import CATEGORIES, CAUSE_AREAS, NO_NAMES, PROCESSES, TARGET_GROUPS
from organisation.lists.forms import UnitChoice

WHYS = 5


class WhysWidget(forms.MultiWidget):
    """Five rows, each a question to the answer above it."""

    template_name = "deviations/whys.html"

    def __init__(self) -> None:
        super().__init__(
            [forms.TextInput(attrs={"maxlength": 500}) for _ in range(WHYS)]
        )

    def decompress(self, value: Any) -> list[str]:
        """Return the answers, one for each row."""
        return [*(value or []), *[""] * WHYS][:WHYS]


class WhysField(forms.MultiValueField):
    """The answers to "why?", asked up to five times over."""

    bound_field_class = AskingField
    asks = Asks.AT_THE_FIELD

    def __init__(self, **options: Any) -> None:
        answers = [CleanTextField(required=False, max_length=500) for _ in range(WHYS)]
        super().__init__(
            answers,
            required=False,
            require_all_fields=False,
            widget=WhysWidget(),
            **options,
        )

    def compress(self, data_list: list[str]) -> list[str]:
        """Return the answers that were given."""
        return [answer for answer in data_list if answer]


READ_IT_FOR_OTHERS = "Läs igenom svaret till dem som har rapporterat samma händelse. Ändra det som behövs."


class DeviationStepForm(StepForm):
    """The facts of one step of a deviation."""

    instance: Deviation

    class Meta(StepForm.Meta):
        """The fields are the step's own."""

        model = Deviation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.initial["unit"] = None
            offer_leaves(self, but=self.instance.unit_id)
        if "kind" in self.fields and self.instance.is_from_outside:
            kinds = [
                choice for choice in Kind.choices if choice[0] != Kind.QUALITY_DEVIATION
            ]
            cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        if "misconduct" in self.fields and not self.instance.assessment:
            self.initial["misconduct"] = (
                None  # what others have found is no answer of the unit's
            )
        if isinstance(number := self.fields.get("duplicate_of"), OtherCaseField):
            number.user, number.instance = self.user, self.instance
            self.initial["duplicate_of"] = ""
        if "answer_to_duplicates" in self.fields:
            self._offer_duplicates()
        for field in ("category", "target_group", "cause_area"):
            self.keep_word(field)
        offer_routines(self, last=NO_NAMES)

    def clean(self) -> dict[str, Any]:
        """Ask for the organisation's part of an individual's cause, and for an answer or why not."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        alone = said.get("cause_level") == CauseLevel.INDIVIDUAL and not said.get(
            "organisation_part"
        )
        if alone and "organisation_part" in self.fields:
            self.fields["organisation_part"].required = True
            self.add_error(
                "organisation_part",
                "Skriv vad i organisationen som gjorde det möjligt. En enskild är aldrig hela orsaken.",
            )
        self._ask_why_lowered(said)
        self._ask_for_answer_to_duplicates(said)
        if {"answer", "no_answer_reason"} <= self.fields.keys():
            if not (said.get("answer") or said.get("no_answer_reason")):
                self.add_error(
                    "answer", "Skriv ett svar, eller varför inget svar lämnas."
                )
            elif said.get("answer") and said.get("no_answer_reason"):
                self.add_error("no_answer_reason", "Lämna rutan tom när du svarar.")
        return said

    def _offer_duplicates(self) -> None:
        """Ask what others are told who reported the same event, where there are any who may be told."""
        others = duplicates_of(self.instance) if is_told_of(self.instance) else []
        if not others:
            del self.fields["answer_to_duplicates"]
            return
        count = "En annan" if len(others) == 1 else f"{len(others)} andra"
        waits = sum(bool(other.contact) for other in others)
        help_text = f"{count} har rapporterat samma händelse och läser det här. Skriv inget om varandra."
        if waits:
            help_text += f" {waits} har lämnat kontaktuppgifter: de som handlägger där får en notis."
        # Asked for with an answer, and with none it is not: of what is sent the form says so in its checks.
        self.fields["answer_to_duplicates"].required = not self.is_bound
        self.fields["answer_to_duplicates"].help_text = help_text
        self.initial["answer_to_duplicates"] = next(
            (one.answer for one in others if one.answer), ""
        )

    def _ask_for_answer_to_duplicates(self, said: dict[str, Any]) -> None:
        """Fill in the answer as a proposal for the others, to be read before it is theirs too."""
        proposed, field, message = (
            said.get("answer"),
            "answer_to_duplicates",
            READ_IT_FOR_OTHERS,
        )
        if main := said.get("duplicate_of"):
            whole = Deviation.objects.get(pk=main.pk)
            if not (whole.answer or whole.closed_on):
                return  # answered later, with the other case
            proposed, field = (
                (whole.answer if is_told_of(whole) else ELSEWHERE),
                "answer",
            )
            message = ALREADY_ENDED
        if field not in self.fields or not (proposed or main):
            return
        self.fields[field].required = True
        if said.get(field):
            return
        typed = cast("QueryDict", self.data).copy()
        typed[self.add_prefix(field)] = proposed or ""
        self.data = typed
        self.add_error(field, message)

    def _ask_why_lowered(self, said: dict[str, Any]) -> None:
        """Ask for a reason where the consequences are lowered, and for nothing that would be dropped."""
        if not {"consequence", "lowering_reason"} <= said.keys():
            return
        before = self.initial["consequence"] or ""
        if is_lowered(before, said["consequence"]) and not said["lowering_reason"]:
            self.add_error("lowering_reason", ASK_WHY_LOWERED)
        elif said["lowering_reason"] and said["consequence"] == before:
            self.add_error(
                "lowering_reason",
                "Du har inte ändrat följderna. Ändra dem, eller töm rutan.",
            )


_FIELDS: dict[str, forms.Field] = {
    "unit": UnitChoice(
        label="Vilken enhet ska ta hand om ärendet?",
        empty_label="Välj enhet",
        help_text="Chefen där ser ärendet i sin inkorg. Du kan läsa det tills det är mottaget.",
    ),
    "kind": radios(
        "Vad är det för slags ärende?",
        Kind.choices,
        "Välj vad det är för slags ärende.",
    ),
    "category": choice_of("Kategori", CATEGORIES),
    "target_group": choice_of("Målgrupp", TARGET_GROUPS),
    "consequence": forms.ChoiceField(
        label="Fick det följder för den enskilde?",
        choices=[
            ("", "Välj om du vet"),
            *((c.value, c.label.capitalize()) for c in Consequence),
        ],
        required=False,
        help_text="Vid ja, eller uppenbar risk, blir det genast en lex Sarah-rapport.",
        error_messages={"invalid_choice": "Välj ett av alternativen i listan."},
    ),
    "lowering_reason": CleanTextField(
        label="Varför ändras följderna?",
        required=False,
        rows=3,
        help_text="Behövs när du svarar att följderna var mindre än det som står nu. Skälet syns i "
        "historiken, och kvalitetscontrollern ser alla sänkningar.",
    ),
    "immediate_measures": CleanTextField(
        label="Vad gjorde ni genast?",
        help_text="Till exempel: kontaktade den det gäller, rättade beslutet, stoppade utskicket.",
        error_messages={
            "required": "Skriv vad ni gjorde genast, eller att inget behövdes."
        },
    ),
    "whys": WhysField(
        label="Fem varför",
        help_text="Börja med varför det hände. Fråga sedan varför det svaret kunde bli så. Sluta när du når "
        "något som organisationen kan ändra.",
    ),
    "cause_level": radios(
        "Var i organisationen ligger orsaken?",
        CauseLevel.choices,
        "Välj var i organisationen orsaken ligger.",
    ),
    "cause_area": forms.ChoiceField(
        label="Orsaksområde",
        choices=[("", "Välj"), *((word, word) for word in CAUSE_AREAS)],
        error_messages={"required": "Välj det orsaksområde som passar bäst."},
    ),
    "process": choice_of("Vilken process eller rutin berörs?", PROCESSES),
    "organisation_part": CleanTextField(
        label="Vad i organisationen gjorde det möjligt?",
        required=False,
        rows=4,
        help_text="Behövs när orsaken ligger hos en enskild: rutiner, introduktion, bemanning, system eller "
        "ledning som hade kunnat hindra det.",
    ),
    "is_deviation": radios(
        "Var det en avvikelse?", IsDeviation.choices, "Bedöm om det var en avvikelse."
    ),
    "misconduct": radios(
        "Är det ett missförhållande?",
        Misconduct.choices,
        "Svara på om det är ett missförhållande.",
        help_text="Hotades eller skadades någons liv, säkerhet eller hälsa, av något som gjordes eller inte "
        "blev gjort? Vid ja blir det genast en lex Sarah-rapport, som utredaren tar över.",
    ),
    "assessment": CleanTextField(
        label="Bedömning",
        help_text="Vad hände, varför kunde det hända, och vad visar det om hur vi arbetar?",
        error_messages={"required": "Skriv hur du bedömer händelsen."},
    ),
    "requirement": CleanTextField(
        label="Vilket krav uppfylldes inte?",
        required=False,
        rows=2,
        help_text="Lag, föreskrift, beslut eller rutin.",
    ),
    "answer": CleanTextField(
        label="Svar",
        required=False,
        help_text="Den som rapporterade läser texten precis som den står. Skriv vad ni kom fram till och vad "
        "som ändras.",
    ),
    "answer_to_duplicates": CleanTextField(
        label="Svar till dem som har rapporterat samma händelse",
        required=False,
    ),
    "no_answer_reason": CleanTextField(
        label="Varför lämnas inget svar?",
        required=False,
        rows=2,
        help_text="Fyll i bara om du inte svarar.",
    ),
    "no_action_reason": CleanTextField(
        label="Varför behövs ingen åtgärd?",
        required=False,
        rows=2,
        help_text="Fyll i bara om ingen åtgärd är beslutad.",
    ),
    "duplicate_of": OtherCaseField(
        Deviation,
        itself_one=is_itself_one,
        label="Numret på det ärende som utreds",
        help_text="Till exempel KA-2026-0012. Båda ärendena visar att de hör ihop.",
        error_messages={
            "required": "Skriv numret på det ärende som det här är en dubblett av."
        },
    ),
    "forwarded_to": CleanTextField(
        label="Vart hänvisas ärendet?",
        max_length=200,
        widget=forms.TextInput(),
        error_messages={
            "required": "Skriv vilken myndighet eller verksamhet ärendet hör till."
        },
    ),
    "reason": CleanTextField(
        label="Varför?",
        rows=3,
        help_text="Blir en anteckning i ärendet.",
        error_messages={
            "required": "Skriv varför, så att den som läser ärendet förstår."
        },
    ),
}


def deviation_step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for the facts of a step, as the report does unless a step asks otherwise."""
    known = {**ReportForm.base_fields, **_FIELDS}
    return step_form(DeviationStepForm, known, fields)
