"""What is asked when a colleague's report is written down: first which unit, then what was told."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Prefetch
from django.utils import timezone

from casework.texts.forms import CleanTextField, DayField, radios
from deviations.models import MISCONDUCT_OF, Channel, Consequence
from deviations.reporting.forms import ProtectableForm, offer_leaves
from organisation.access import people_around, units_for
from organisation.lists.forms import PersonChoice, UnitChoice
from organisation.models import Membership, Unit, UnitQuerySet, User
from organisation.rights import Right


class WhereForm(forms.Form):
    """The unit that a report is about, among those for which a person receives reports."""

    unit = UnitChoice(label="Vilken enhet gäller det?", empty_label="Välj enhet")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_leaves(self, among=units_for(user, Right.LEXSARAH_RECEIVE))

    @property
    def only(self) -> Unit | None:
        """Return the unit when there is no other to choose."""
        offered = cast("UnitQuerySet", cast("UnitChoice", self.fields["unit"]).queryset)
        units = list(offered[:2])
        return units[0] if len(units) == 1 else None


class ReceiveForm(ProtectableForm):
    """What a colleague has told of a misconduct, or of a tangible risk of one."""

    reporter = PersonChoice(
        User.objects.none(),
        label="Vem rapporterar?",
        to_field_name="username",
        required=False,
        empty_label="Personen vill inte säga sitt namn",
        help_text="Den du väljer kan följa och komplettera rapporten, och deltar inte i utredningen.",
        error_messages={"invalid_choice": "Välj en person i listan."},
    )
    channel = radios(
        "Hur lämnades rapporten?",
        [
            (channel.value, str(channel.label))
            for channel in (Channel.ORAL, Channel.WRITTEN)
        ],
        "Välj hur rapporten lämnades.",
        initial=Channel.ORAL,
    )
    received_on = DayField(
        label="När lämnades den?",
        initial=timezone.localdate,
        error_messages={"required": "Ange vilken dag rapporten lämnades."},
    )
    description = CleanTextField(
        label="Vad hände?",
        help_text="Skriv så nära personens egna ord som du kan, utan namn och personnummer.",
        rows=7,
        error_messages={"required": "Skriv vad som hände."},
    )
    occurred_on = DayField(
        label="När hände det?", required=False, help_text="En ungefärlig dag räcker."
    )
    consequence = radios(
        "Fick det följder för någons liv, säkerhet eller hälsa?",
        [choice for choice in Consequence.choices if choice[0] in MISCONDUCT_OF],
        "Svara på om någon drabbades.",
        help_text="Annars är det en avvikelse, som rapporteras under Rapportera.",
    )

    field_order = (
        "reporter",
        "channel",
        "received_on",
        "description",
        "occurred_on",
        "consequence",
        "protected",
    )

    def __init__(self, *args: Any, unit: Unit, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.actor = unit, actor
        self.fields["protected"].help_text = (
            "Kryssa i om du vet det. Då läses ärendet bara av utredare och närmaste chef, högst tre, och "
            "syns inte i sökningar. Skriv ändå varken namn eller adress."
        )
        held = Membership.objects.valid().select_related("unit").order_by("pk")
        people = (
            people_around(unit)
            .exclude(pk=actor.pk)
            .prefetch_related(Prefetch("memberships", held))
        )
        cast("PersonChoice", self.fields["reporter"]).queryset = people

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            said.get("occurred_on")
            and said.get("received_on")
            and said["occurred_on"] > said["received_on"]
        ):
            self.add_error(
                "occurred_on",
                "Ange en dag före eller samma dag som rapporten lämnades.",
            )
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says about the event; who told of it is no part of that."""
        said = {
            name: value for name, value in super().facts.items() if name != "reporter"
        }
        return said | {"unit": self.unit}
