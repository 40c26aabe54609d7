"""What is asked about a routine, and the field in which a case names one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Prefetch, Q

from casework.improvement.action_forms import PlannedDay
from casework.improvement.routines import (
    NAME_IS_TAKEN,
    editable_units,
    is_taken,
    names_of,
    standing_names,
)
from casework.models import Routine
from casework.texts.forms import CleanTextField, VersionedForm, line, radios
from organisation.lists.forms import PersonChoice, UnitChoice, offer_units
from organisation.models import Membership, Unit, User
from organisation.rights import Right


class RoutineForm(VersionedForm):
    """A process or routine: who keeps it, which version applies, and when it is looked over."""

    name = line(
        "Vad heter den?",
        "Skriv vad processen eller rutinen heter.",
        help_text="Namnet går inte att ändra sedan: ärendena hänvisar till det.",
    )
    kind = radios(
        "Vad är det?", Routine.Kind.choices, "Välj om det är en process eller en rutin."
    )
    unit = UnitChoice(label="Vilken enhet äger den?", empty_label="Välj enhet")
    owner = PersonChoice(
        User.objects.none(),
        label="Vem ansvarar för innehållet?",
        to_field_name="username",
        required=False,
        empty_label="Ingen än",
        error_messages={"invalid_choice": "Välj en person i listan."},
    )
    edition = line(
        "Vilken version gäller?",
        longest=20,
        help_text="Till exempel 2.1 eller 2026-03.",
    )
    review_on = PlannedDay(
        label="När ska den ses över senast?",
        error_messages={"required": "Ange vilken dag den ska ses över senast."},
    )
    description = CleanTextField(
        label="Vad gäller den?",
        required=False,
        rows=4,
        help_text="Skriv gärna var den finns att läsa.",
    )
    is_new = forms.BooleanField(
        label="Arbetssättet är nytt",
        required=False,
        help_text="Inte bara nytt i registret. Då kan det behövas en riskanalys.",
    )

    class Meta:
        """All that the register says of a routine."""

        model = Routine
        fields = (
            "name",
            "kind",
            "unit",
            "owner",
            "edition",
            "review_on",
            "description",
        )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, kept = editable_units(user), self.instance.unit_id
        offer_units(
            self, Unit.objects.filter(Q(pk__in=units.values("pk")) | Q(pk=kept))
        )
        held = Membership.objects.valid().select_related("unit").order_by("pk")
        able = (
            Membership.objects.valid()
            .filter(role__in=Right.ROUTINES_READ.roles)
            .order_by()
            .values("user")
        )
        people = User.objects.filter(
            Q(is_active=True, pk__in=able) | Q(pk=self.instance.owner_id)
        )
        owners = cast("PersonChoice", self.fields["owner"])
        owners.queryset = people.prefetch_related(Prefetch("memberships", held))
        if self.instance.pk:  # a routine keeps its name
            del self.fields["name"], self.fields["is_new"]
            self.initial["unit"] = self.instance.unit.code
            self.initial["owner"] = (
                self.instance.owner.username if self.instance.owner else None
            )

    def clean_name(self) -> str:
        """Ask for a name that no routine that applies has."""
        name = " ".join(self.cleaned_data["name"].split())
        if is_taken(name):
            raise forms.ValidationError(NAME_IS_TAKEN)
        return name

    @property
    def facts(self) -> dict[str, Any]:
        """Return what is said of the routine."""
        return {
            name: self.cleaned_data[name]
            for name in self.Meta.fields
            if name in self.cleaned_data
        }


def routine_field(
    label: str, *, nothing: str = "Ingen vald", **options: Any
) -> forms.ChoiceField:
    """Return the field in which a case names a routine; offer_routines fills it for each form shown."""
    errors = {
        "invalid_choice": "Välj ett av alternativen i listan.",
        **options.pop("error_messages", {}),
    }
    options = {"required": False, **options}
    return forms.ChoiceField(
        label=label, choices=[("", nothing)], error_messages=errors, **options
    )


def offer_routines(
    form: forms.BaseForm,
    words: Iterable[str] | None = None,
    *,
    last: Iterable[str] = (),
) -> None:
    """Let a form offer the words that always stand, then the register's names, and what the case says."""
    field = form.fields.get("process")
    if isinstance(field, forms.ChoiceField):
        names = names_of(standing_names() if words is None else words, last=last)
        nothing, *_ = cast("Iterable[tuple[str, str]]", field.choices)
        field.choices = [nothing, *((name, name) for name in names)]
        if isinstance(form, VersionedForm):
            form.keep_word("process")
