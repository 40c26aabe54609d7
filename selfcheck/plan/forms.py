"""Forms in which a year is planned, and plans are withdrawn, moved, copied and looked up."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone

from casework.improvement.action_forms import OwnerChoice, PlannedDay
from casework.improvement.routine_forms import offer_routines, routine_field
from casework.process.deadlines import next_workday
from casework.texts.forms import CleanTextField, VersionedForm, line, radios
from organisation.access import people_around, units_for
from organisation.lists.forms import UnitChoice, offer_units
from organisation.models import EARLIEST, LATEST, User
from organisation.rights import Right
from selfcheck.models import Method, Plan, Rhythm, Template
from selfcheck.plan.planning import FACTS

DAYS_TO_DO = 30
_WHOLE_YEAR = "Skriv året med fyra siffror."


class TemplateChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A template, by name and the method of its newest version."""

    def __init__(self, **options: Any) -> None:
        errors = {"invalid_choice": "Välj en mall i listan."}
        super().__init__(
            Template.objects.none(),
            required=False,
            to_field_name="code",
            error_messages=errors,
            **options,
        )

    def label_from_instance(self, template: Template) -> str:
        """Return the name, and how a check from the template is made."""
        newest = next(iter(template.versions.all()), None)
        return (
            f"{template.name} ({newest.get_method_display()})"
            if newest
            else template.name
        )


class PlanForm(VersionedForm):
    """One planned self-check: what, why, against which routine, how, how often and by whom."""

    instance: Plan

    title = line("Vad ska kontrolleras?", "Skriv vad som ska kontrolleras.")
    why = CleanTextField(
        label="Varför?",
        required=False,
        rows=2,
        help_text="Till exempel en risk, avvikelser som återkommer eller ett krav i lag.",
    )
    process = routine_field("Vilken process eller rutin kontrolleras?")
    template = TemplateChoice(
        label="Mall",
        empty_label="Ingen mall",
        help_text="Mallens senaste version gäller när egenkontrollen öppnas.",
    )
    method = radios(
        "Hur görs den?",
        Method.choices,
        "Välj hur den görs.",
        help_text="Har du valt en mall är det mallens metod som gäller.",
    )
    rhythm = radios("Hur ofta?", Rhythm.choices, "Välj hur ofta den görs.")
    first_on = PlannedDay(
        label="När ska den vara klar första gången?",
        help_text="Den öppnas av sig själv 30 dagar före.",
        error_messages={"required": "Ange vilken dag den ska vara klar första gången."},
    )
    responsible = OwnerChoice(
        label="Vem ansvarar?",
        required=False,
        to_field_name="username",
        empty_label="Närmaste chef",
        help_text="En chef för enheten får egenkontrollen direkt. Annars får närmaste chef den.",
    )

    class Meta:
        """The fields of a plan."""

        model = Plan
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_routines(self)
        plan, today = self.instance, timezone.localdate()
        offered = Q(withdrawn_on=None) | Q(pk=plan.template_id)
        templates = Template.objects.filter(offered).prefetch_related("versions")
        cast("TemplateChoice", self.fields["template"]).queryset = templates
        around = people_around(plan.unit).order_by().values("pk")
        people = User.objects.filter(
            Q(pk__in=around) | Q(pk=plan.responsible_id)
        ).order_by("name_key", "pk")
        cast("OwnerChoice", self.fields["responsible"]).queryset = people
        # A choice is shown by its code or account, not by its key.
        self.initial["template"], self.initial["responsible"] = (
            plan.template,
            plan.responsible,
        )
        if plan.pk is None:
            self.initial["method"] = Method.WALKTHROUGH
            begins = max(
                today + dt.timedelta(days=DAYS_TO_DO), dt.date(plan.year, 1, 31)
            )
            self.initial["first_on"] = next_workday(begins)

    def clean_first_on(self) -> dt.date:
        """Ask for a day that comes, of the plan's own year once it has one."""
        day: dt.date = self.cleaned_data["first_on"]
        if day < timezone.localdate() and (
            self.instance.pk is None or "first_on" in self.changed_data
        ):
            raise forms.ValidationError("Ange i dag eller en dag som kommer.")
        if self.instance.pk is not None and day.year != self.instance.year:
            raise forms.ValidationError(
                f"Ange en dag {self.instance.year}. Planen gäller det året."
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Take the method from the template, when there is one."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        version = said["template"].versions.first() if said.get("template") else None
        if version:
            said["method"] = version.method
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts of the plan."""
        return {name: self.cleaned_data[name] for name in FACTS}

    def keep_typed(self, fresh: Any) -> list[tuple[str, str]]:
        """Keep the typed values to be sent again; return the stored values that differ from them."""
        theirs = super().keep_typed(fresh)
        chosen = [
            name
            for name in ("template", "responsible")
            if getattr(fresh, name) == self.facts[name]
        ]
        same = {self.fields[name].label for name in chosen}
        return [row for row in theirs if row[0] not in same]


class WithdrawForm(forms.Form):
    """Why a planned check is not to be made."""

    reason = CleanTextField(
        label="Varför ska den inte göras?",
        rows=2,
        error_messages={"required": "Skriv varför den inte ska göras."},
    )
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )


class MoveForm(forms.Form):
    """Which unit makes the check instead."""

    unit = UnitChoice(label="Vilken enhet gör den i stället?", empty_label="Välj enhet")
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000
    )

    def __init__(self, *args: Any, user: User, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_for(user, Right.SELFCHECK_PLAN).valid()
        offer_units(self, units.exclude(pk=plan.unit_id))


class YearForm(forms.Form):
    """The unit and the year to look at, or to copy to."""

    enhet = UnitChoice(label="Enhet")
    ar = forms.IntegerField(
        label="År",
        min_value=EARLIEST.year + 1,
        max_value=LATEST.year - 1,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _WHOLE_YEAR
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitChoice", self.fields["enhet"]).queryset = units_for(
            user, Right.SELFCHECK_PLAN
        )
