"""What a member of staff fills in to report."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils import timezone

from casework.forms import CleanTextField, DayField, OnceForm
from deviations.models import Consequence
from deviations.words import CATEGORIES, PROCESSES, STAFF_KINDS, TARGET_GROUPS
from organisation.forms import UnitChoice, offer_units
from organisation.models import Unit


def choice_of(label: str, words: tuple[str, ...]) -> forms.ChoiceField:
    choices = [("", "Välj om du vet"), *((word, word) for word in words)]
    errors = {"invalid_choice": "Välj ett av alternativen i listan."}
    return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=errors)


class ReportForm(OnceForm):
    """What a member of staff reports, on one page."""

    kind = forms.ChoiceField(
        label="Vad gäller det?",
        choices=STAFF_KINDS,
        initial=STAFF_KINDS[0][0],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad det gäller.", "invalid_choice": "Välj ett av svaren."},
    )
    description = CleanTextField(
        label="Vad hände?",
        help_text="Beskriv händelsen utan namn och personnummer. Skriv också om något inte blev gjort.",
        rows=7,
        error_messages={"required": "Skriv vad som hände."},
    )
    occurred_on = DayField(
        label="När hände det?", error_messages={"required": "Ange vilken dag det hände eller upptäcktes."}
    )
    unit = UnitChoice(label="Var hände det?", empty_label="Välj enhet")
    consequence = forms.ChoiceField(
        label="Fick det följder för någons liv, säkerhet eller hälsa?",
        choices=[(c.value, c.label.capitalize()) for c in Consequence],
        widget=forms.RadioSelect,
        error_messages={"required": "Svara på om någon drabbades.", "invalid_choice": "Välj ett av svaren."},
    )
    process = forms.ChoiceField(
        label="Vilken process eller rutin berörs?",
        choices=[("", "Välj"), *((word, word) for word in PROCESSES)],
        help_text="Välj Vet inte om du är osäker. Svaret visar vilka rutiner som behöver bli bättre.",
        error_messages={
            "required": "Välj process eller rutin, eller Vet inte.",
            "invalid_choice": "Välj ett av alternativen i listan.",
        },
    )
    category = choice_of("Vilken kategori passar bäst?", CATEGORIES)
    target_group = choice_of("Vilken målgrupp gäller det?", TARGET_GROUPS)
    proposal = CleanTextField(label="Hur skulle det kunna undvikas nästa gång?", required=False, rows=3)

    field_order = ("kind", "description", "occurred_on", "unit", "consequence", "process")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].initial = timezone.localdate
        offer_units(self, Unit.objects.valid().leaves()).choices = units_by_department()


def units_by_department() -> list[tuple[str, Any]]:
    """Return the units that cases belong to, in groups by department."""
    units = list(Unit.objects.valid())
    names = {unit.path: unit.name for unit in units}
    parents = {unit.parent_id for unit in units}

    def department(unit: Unit) -> str:
        path = "/".join(unit.path.split("/")[:2]) + "/"
        return names.get(path, unit.name)

    leaves = [unit for unit in units if unit.pk not in parents]
    groups = [(name, [(u.code, u.name) for u in group]) for name, group in groupby(leaves, key=department)]
    return [("", "Välj enhet"), *groups]
