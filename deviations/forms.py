"""Forms of deviations: what a citizen writes, what staff report, and what a step asks for."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from typing import Any, Self, cast
from uuid import uuid4

from django import forms
from django.core import signing
from django.db import models
from django.utils import timezone
from personnummer import personnummer

from deviations.models import CauseLevel, Consequence, Deviation, IsDeviation
from deviations.words import (
    CATEGORIES,
    CAUSE_AREAS,
    CITIZEN_KINDS,
    PROCESSES,
    STAFF_KINDS,
    TARGET_GROUPS,
)
from organisation.forms import UnitChoice, offer_units
from organisation.models import EARLIEST, Unit, UnitQuerySet
from organisation.texts import LONGEST_TEXT, clean_text

FORM_LIVES = dt.timedelta(hours=24)
# Ten digits in a row that begin with a zero are a telephone number far more often than a person's.
_PERSONAL_NUMBER = re.compile(
    r"(?<![\d+-])(?!0[1-9]\d{8}(?!\d))((?:19|20)?\d{6})[-+\u2010-\u2015\u2212 ]?(\d{4})(?![\d-])", re.ASCII
)


def holds_personal_number(text: str) -> bool:
    """Tell whether a text seems to hold a Swedish personal number (or a coordination number)."""
    return any(personnummer.valid(day + last) for day, last in _PERSONAL_NUMBER.findall(text))


class CleanTextField(forms.CharField):
    """Free text, cleaned of what nobody can see, at most 8 000 characters."""

    def __init__(self, *, rows: int = 6, **options: Any) -> None:
        options.setdefault("max_length", LONGEST_TEXT)
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)
        self.error_messages["max_length"] = (
            "Texten är %(show_value)d tecken. Korta den till högst %(limit_value)d tecken."
        )

    def to_python(self, value: Any) -> str:
        """Return the cleaned text, which is empty when there is nothing in it to see."""
        text = clean_text(str(value or ""))
        return text if any(c.isprintable() and not c.isspace() for c in text) else ""


class DayField(forms.DateField):
    """A day in the past or today, as a date picker sends it or as Swedes write it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y%m%d"], **options)
        self.error_messages["invalid"] = "Skriv dagen som år-månad-dag, till exempel 2026-03-01."

    def clean(self, value: Any) -> Any:
        """Refuse days that cannot be when something happened."""
        day = super().clean(value)
        if day is not None and day < EARLIEST:
            raise forms.ValidationError("Ange en dag från och med år 1900.")
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError("Ange en dag som har varit, eller i dag.")
        return day


class OnceForm(forms.Form):
    """A form that makes one case however often it is sent, as long as it is sent within a day."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    begun = forms.CharField(
        widget=forms.HiddenInput, initial=lambda: signing.dumps("begun", salt="deviation-form")
    )

    too_old = "Formuläret har varit öppet länge. Läs igenom det du har skrivit och skicka det igen."
    already_sent = (
        "Du har redan skickat det här formuläret, och har ändrat i det sedan dess. "
        "Det du skickade först har vi tagit emot. Skicka igen om du vill lämna det här också."
    )

    def clean_begun(self) -> str:
        """Refuse a form that we did not make, or made more than a day ago."""
        try:
            signing.loads(self.cleaned_data["begun"], salt="deviation-form", max_age=FORM_LIVES)
        except signing.BadSignature as problem:
            raise forms.ValidationError(self.too_old) from problem
        return str(self.cleaned_data["begun"])

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the case."""
        about_the_form = {"form_token", "begun", "website"}
        return {name: value for name, value in self.cleaned_data.items() if name not in about_the_form}

    @property
    def has_personal_number(self) -> bool:
        """Tell whether something typed looks like a personal number."""
        return any(holds_personal_number(self.cleaned_data[name]) for name in ("description", "proposal"))

    @property
    def is_stale(self) -> bool:
        """Tell whether the form itself, rather than an answer in it, is what cannot be taken."""
        return bool(self.errors.keys() & {"form_token", "begun"})

    def renewed(self) -> Self:
        """Return an unsent form with a new token and everything that was typed."""
        typed = {name: self.data.get(name) for name in self.fields if name not in {"form_token", "begun"}}
        return type(self)(initial=typed)


class ComplainForm(OnceForm):
    """What a citizen writes; two answers are needed."""

    kind = forms.ChoiceField(
        label="Vad vill du göra?",
        choices=CITIZEN_KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad du vill göra.", "invalid_choice": "Välj ett av svaren."},
    )
    description = CleanTextField(
        label="Vad hände, eller vad vill du säga?",
        help_text="Berätta med egna ord. Skriv inte personnummer, och inte andra personers namn.",
        rows=8,
        error_messages={"required": "Skriv vad som hände eller vad du vill säga."},
    )
    occurred_on = DayField(label="När hände det?", required=False, help_text="En ungefärlig dag räcker.")
    unit = UnitChoice(
        label="Vilken verksamhet gäller det?",
        required=False,
        empty_label="Vet inte",
        error_messages={"invalid_choice": "Välj en verksamhet i listan, eller Vet inte."},
    )
    proposal = CleanTextField(label="Vad skulle vi kunna göra bättre?", required=False, rows=4)
    website = forms.CharField(required=False, label="Lämna det här fältet tomt")

    field_order = ("kind", "description", "occurred_on", "unit", "proposal")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Unit.objects.valid().filter(level=Unit.Level.DEPARTMENT)
        offer_units(self, departments).label_from_instance = str  # type: ignore[assignment,method-assign]

    def clean_website(self) -> str:
        """Only a machine fills in a field that nobody sees."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Lämna fältet tomt och skicka igen.")
        return ""

    def clean_unit(self) -> Unit:
        """Let the whole administration have what nobody knows where it belongs."""
        unit = self.cleaned_data["unit"] or Unit.objects.valid().filter(parent=None).first()
        if unit is None:
            raise forms.ValidationError("E-tjänsten är inte öppen än. Ring kommunens växel i stället.")
        return unit


class FollowForm(forms.Form):
    """The code on the receipt."""

    code = CleanTextField(
        label="Din kod",
        max_length=None,
        help_text="28 bokstäver och siffror. Mellanslag och små bokstäver spelar ingen roll.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Skriv koden som står på kvittot."},
    )


def _words(label: str, words: tuple[str, ...]) -> forms.ChoiceField:
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
    category = _words("Vilken kategori passar bäst?", CATEGORIES)
    target_group = _words("Vilken målgrupp gäller det?", TARGET_GROUPS)
    proposal = CleanTextField(label="Hur skulle det kunna undvikas nästa gång?", required=False, rows=3)

    field_order = ("kind", "description", "occurred_on", "unit", "consequence", "process")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].initial = timezone.localdate
        offer_units(self, Unit.objects.valid().leaves()).choices = _by_department()


def _by_department() -> list[tuple[str, Any]]:
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


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts that a step of the process asks for; made for each step by step_form."""

    instance: Deviation
    seen_state = forms.CharField(widget=forms.HiddenInput, max_length=40)

    class Meta:
        """The fields are the step's own."""

        model = Deviation
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, units: UnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.initial["unit"] = None
            offer_units(self, units.valid().exclude(pk=self.instance.unit_id))


_STEP_FIELDS: dict[str, forms.Field] = {
    "unit": UnitChoice(
        label="Vilken enhet ska ta hand om ärendet?",
        empty_label="Välj enhet",
        help_text="Chefen där ser ärendet i sin inkorg.",
    ),
    "is_deviation": forms.ChoiceField(
        label="Var det en avvikelse?",
        choices=[(c.value, c.label.capitalize()) for c in IsDeviation],
        widget=forms.RadioSelect,
        error_messages={"required": "Bedöm om det var en avvikelse."},
    ),
    "assessment": CleanTextField(
        label="Bedömning",
        help_text="Vad hände, varför kunde det hända, och vad visar det om hur vi arbetar?",
        error_messages={"required": "Skriv hur du bedömer händelsen."},
    ),
    "cause_area": _words("Orsaksområde", CAUSE_AREAS),
    "cause_level": forms.ChoiceField(
        label="Var i organisationen ligger orsaken?",
        choices=[("", "Välj om du vet"), *((c.value, c.label.capitalize()) for c in CauseLevel)],
        required=False,
    ),
    "answer": CleanTextField(
        label="Svar till den som rapporterade",
        required=False,
        help_text="Den som lämnade ett klagomål läser svaret med sin kod.",
    ),
}


def step_form(fields: tuple[str, ...]) -> type[StepForm]:
    """Return the form that asks for a step's facts."""
    made = forms.modelform_factory(Deviation, StepForm, fields=fields, formfield_callback=_field_of_step)
    return cast("type[StepForm]", made)


def _field_of_step(field: models.Field[Any, Any], **_options: Any) -> forms.Field:
    return _STEP_FIELDS[field.name]
