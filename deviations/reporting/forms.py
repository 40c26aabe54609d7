"""What a member of staff fills in: to report, to register for somebody else, and to follow an own report."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from casework.improvement.routine_forms import offer_routines
from casework.texts.asking_field import Asks
from casework.texts.forms import CleanTextField, DayField, NoteForm, OnceForm, radios
from deviations.models import (
    Better,
    Channel,
    Consequence,
    ContactWay,
    Kind,
    Misconduct,
    Sender,
)
from deviations.words import CATEGORIES, NO_NAMES, PROCESSES, STAFF_KINDS, TARGET_GROUPS
from organisation.lists.forms import UnitChoice, offer_units
from organisation.lists.tree import by_name, by_name_in_tree
from organisation.models import Unit, UnitQuerySet
from organisation.texts.cleaning import clean_text

_NOT_THERE = "Välj ett av svaren."


def choice_of(label: str, words: tuple[str, ...]) -> forms.ChoiceField:
    choices = [("", "Välj om du vet"), *((word, word) for word in words)]
    errors = {"invalid_choice": "Välj ett av alternativen i listan."}
    return forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages=errors
    )


class ProtectableForm(OnceForm):
    """A form about an event in which somebody may have protected identity (OSL 21 kap. 3 §)."""

    protected = forms.BooleanField(
        label="Det gäller någon med skyddade personuppgifter",
        required=False,
        help_text="Kryssa i om du vet det. Då läses ärendet bara av de närmaste cheferna, högst tre, "
        "och syns inte i sökningar. Skriv ändå varken namn eller adress.",
    )

    nobody_reads = (
        "Ingen kan läsa ett skyddat ärende för den enheten. Välj en annan enhet, eller kontakta "
        "kvalitetscontrollern."
    )

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the case; who may read it is decided when it is filed."""
        return {
            name: value for name, value in super().facts.items() if name != "protected"
        }


class ReportForm(ProtectableForm):
    """What a member of staff reports, on one page; who is concerned is never asked."""

    kind = radios(
        "Vad gäller det?",
        STAFF_KINDS,
        "Välj vad det gäller.",
        initial=STAFF_KINDS[0][0],
    )
    description = CleanTextField(
        label="Vad hände?",
        help_text="Beskriv händelsen utan namn och personnummer. Skriv också om något inte blev gjort.",
        rows=7,
        error_messages={"required": "Skriv vad som hände."},
    )
    occurred_on = DayField(
        label="När hände det?",
        error_messages={"required": "Ange vilken dag det hände eller upptäcktes."},
    )
    unit = UnitChoice(label="Var hände det?", empty_label="Välj enhet")
    consequence = radios(
        "Fick det följder för någons liv, säkerhet eller hälsa?",
        Consequence.choices,
        "Svara på om någon drabbades.",
        help_text="Vid ja, eller uppenbar risk, blir det genast en lex Sarah-rapport. Du behöver inte skriva "
        "en till.",
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
    proposal = CleanTextField(
        label="Hur skulle det kunna undvikas nästa gång?", required=False, rows=3
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].initial = timezone.localdate
        offer_leaves(self)
        offer_routines(self, last=NO_NAMES)


class DraftForm(forms.Form):
    """An unsent report: the answers as they stand, right or wrong."""

    form_token = forms.UUIDField()

    @property
    def answers(self) -> dict[str, str]:
        """Return what was typed, cleaned of what cannot be stored."""
        asked = ReportForm.base_fields.keys() - {"form_token", "begun"}
        return {
            name: clean_text(str(self.data.get(name, ""))) for name in sorted(asked)
        }


class RegisterForm(ProtectableForm):
    """What came by telephone, letter or visit, written down for the one it came from."""

    channel = forms.ChoiceField(
        label="Hur kom det in?",
        choices=[
            (
                channel.value,
                channel.label.capitalize() if channel != Channel.IVO else "Via IVO",
            )
            for channel in (
                Channel.PHONE,
                Channel.LETTER,
                Channel.FOLDER,
                Channel.VISIT,
                Channel.IVO,
            )
        ],
        error_messages={
            "required": "Välj hur det kom in.",
            "invalid_choice": _NOT_THERE,
        },
    )
    received_on = DayField(
        label="När kom det in?",
        error_messages={"required": "Ange vilken dag det kom in."},
    )
    kind = radios(
        "Vad är det?",
        [choice for choice in Kind.choices if choice[0] != Kind.QUALITY_DEVIATION],
        "Välj vad det är.",
        initial=Kind.COMPLAINT,
    )
    description = CleanTextField(
        label="Vad säger personen?",
        help_text="Skriv så nära personens egna ord som du kan, utan personnummer och andras namn.",
        rows=7,
        error_messages={"required": "Skriv vad personen säger."},
    )
    proposal = CleanTextField(
        label="Personens förslag på förbättring", required=False, rows=3
    )
    occurred_on = DayField(
        label="När hände det?", required=False, help_text="En ungefärlig dag räcker."
    )
    unit = UnitChoice(
        label="Vilken enhet gäller det?", required=False, empty_label="Vet inte"
    )
    sender = forms.ChoiceField(
        label="Vem hör av sig?",
        choices=[
            ("", "Vet inte"),
            *((sender.value, sender.label.capitalize()) for sender in Sender),
        ],
        required=False,
        error_messages={"invalid_choice": "Välj ett av alternativen i listan."},
    )
    contact_way = radios(
        "Hur vill personen ha svar?",
        ContactWay.choices,
        "Fråga hur personen vill ha svar, och välj det.",
    )
    contact = CleanTextField(
        label="Kontaktuppgifter",
        asks=Asks.NEVER,
        required=False,
        rows=2,
        max_length=300,
        help_text="Bara när svaret ska gå med e-post, per telefon eller med brev. Uppgifterna krypteras.",
    )

    field_order = ("channel", "received_on", "kind", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate
        offer_leaves(self, nothing="Vet inte")

    def clean_unit(self) -> Unit:
        """Let the whole administration have what nobody knows where it belongs."""
        unit = (
            self.cleaned_data["unit"]
            or Unit.objects.valid().filter(parent=None).first()
        )
        if unit is None:
            raise ValidationError(
                "Det finns ingen organisation inlagd. Kontakta den som sköter Kvalitet hos er."
            )
        return unit

    def clean(self) -> dict[str, Any]:
        """Keep contact details only where they are needed, and the days in order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            said.get("occurred_on")
            and said.get("received_on")
            and said["occurred_on"] > said["received_on"]
        ):
            self.add_error(
                "occurred_on", "Ange en dag före eller samma dag som det kom in."
            )
        if "contact" in said and (
            problem := _contact_problem(said.get("contact_way"), said["contact"])
        ):
            self.add_error("contact", problem)
        return said


class MessageForm(NoteForm):
    """What the one who reported wants to add or ask."""

    text = CleanTextField(
        label="Skriv mer, eller fråga något",
        rows=4,
        error_messages={"required": "Skriv något först."},
    )


class MisconductForm(forms.Form):
    """What makes an event one to report under lex Sarah."""

    misconduct = radios(
        "Vad är det?",
        [
            (
                Misconduct.YES,
                "Ett missförhållande: någons liv, säkerhet eller hälsa hotades eller skadades",
            ),
            (Misconduct.RISK, "En påtaglig risk: det är uppenbart att det kan hända"),
        ],
        "Välj vad det är.",
    )
    grounds = CleanTextField(
        label="Varför är det ett missförhållande?",
        rows=4,
        help_text="Skriv det som inte redan står i rapporten. Skriv inga namn och personnummer.",
        error_messages={
            "required": "Skriv varför det är ett missförhållande eller en påtaglig risk."
        },
    )


class BetterForm(forms.Form):
    """What the one who reported says when the case is closed."""

    better = radios("Blev det bättre?", Better.choices, "Välj ett svar.")


def _contact_problem(way: str | None, contact: str) -> str:
    """Return in Swedish what is wrong with contact details, or "" when nothing is."""
    missing = {
        ContactWay.EMAIL: "Skriv e-postadressen.",
        ContactWay.PHONE: "Skriv telefonnumret.",
        ContactWay.LETTER: "Skriv namn och postadress.",
    }
    if way in missing and not contact:
        return missing[ContactWay(way)]
    if way in {ContactWay.CODE, ContactWay.NONE} and contact:
        return "Ta bort kontaktuppgifterna, eller välj att personen vill ha svar på det sättet."
    if way == ContactWay.EMAIL:
        try:
            validate_email(contact)
        except ValidationError:
            return "Skriv e-postadressen som namn@exempel.se."
    return ""


def offer_leaves(
    form: forms.BaseForm,
    *,
    nothing: str = "Välj enhet",
    but: int | None = None,
    among: UnitQuerySet | None = None,
) -> None:
    """Let a form offer the units that cases belong to, but one; what is offered is what is taken."""
    kept = None if among is None else set(among.values_list("pk", flat=True))
    groups = _by_department(but=but, kept=kept)
    codes: list[str] = []
    for _, units in groups:
        codes += dict(units)
    offer_units(form, Unit.objects.filter(code__in=codes)).choices = [
        ("", nothing),
        *groups,
    ]


def _by_department(
    *, but: int | None, kept: set[int] | None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the codes and names of the units that cases belong to, by the name of their department."""
    units = by_name_in_tree(Unit.objects.valid())
    names = {unit.path: unit.name for unit in units}
    parents = {unit.parent_id for unit in units}

    def department(unit: Unit) -> str:
        path = "/".join(unit.path.split("/")[:2]) + "/"
        return names.get(path, unit.name)

    left_out = parents | {but}
    leaves = [unit for unit in units if unit.pk not in left_out]
    if kept is not None:
        leaves = [unit for unit in leaves if unit.pk in kept]
    groups = []
    for name, group in groupby(leaves, key=department):
        groups.append((name, [(unit.code, unit.name) for unit in by_name(group)]))
    return groups
