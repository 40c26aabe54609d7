"""The choice of a unit, which many forms share, and a person's own settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from allauth.account.forms import ChangePasswordForm as AnyChangePasswordForm
from django import forms
from django.db.models import Prefetch, Q
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.text import capfirst

from organisation.access import own_chief_roles
from organisation.lists.tree import by_name_in_tree
from organisation.models import Membership, Rhythm, Unit, UnitQuerySet, User
from organisation.rights import Right
from organisation.shown.told import SecurityEvent, tell
from organisation.sign_in.limiter import Limit, SlowDownError, consume, give_back
from organisation.sign_in.waiting import too_early

# Whoever sits down at an open session must not find out its password.
PASSWORDS = Limit(
    "change password", 5, dt.timedelta(minutes=5), longest=dt.timedelta(seconds=30)
)


class _InTree(ModelChoiceIterator):  # type: ignore[type-arg]
    """The units of a choice as the tree is read, those beside each other by name."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for unit in by_name_in_tree(self.queryset):
            yield self.choice(unit)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, named by its code; which ones are offered is decided for each form that is shown."""

    iterator = _InTree

    def __init__(self, **options: Any) -> None:
        errors = {
            "required": "Välj en enhet.",
            "invalid_choice": "Välj en enhet i listan.",
        }
        errors |= options.pop("error_messages", {})
        options = {
            "label": "Enhet",
            "to_field_name": "code",
            "empty_label": None,
            **options,
        }
        super().__init__(Unit.objects.none(), error_messages=errors, **options)

    def label_from_instance(self, unit: Unit) -> str:
        """Return the name, with a dash for each level above it."""
        return f"{'– ' * unit.depth}{unit.name}"


def offer_units(form: forms.BaseForm, units: UnitQuerySet) -> UnitChoice:
    """Let a form offer these units; return its field."""
    field = cast("UnitChoice", form.fields["unit"])
    field.queryset = units
    return field


class RhythmForm(forms.Form):
    """How often a person wants mail."""

    rhythm = forms.ChoiceField(
        label="Hur ofta vill du få mejl?",
        choices=[(rhythm.value, rhythm.label.capitalize()) for rhythm in Rhythm],
        widget=forms.RadioSelect,
        help_text="Du får inget mejl när inget har hänt.",
        error_messages={
            "required": "Välj hur ofta.",
            "invalid_choice": "Välj något i listan.",
        },
    )


class OwnRoleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a chief's own roles."""

    def label_from_instance(self, membership: Membership) -> str:
        """Return the role and where it is held."""
        return f"{capfirst(membership.get_role_display())}, {membership.unit}"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person, told from another of the same name by what he or she does and where."""

    def label_from_instance(self, person: User) -> str:
        """Return the name and the person's roles."""
        roles = [
            f"{held.get_role_display()}, {held.unit}"
            for held in person.memberships.all()
        ]
        return f"{person} ({'; '.join(roles)})"


def _day(label: str, **options: Any) -> forms.DateField:
    errors = {
        "required": f"Ange {label.lower()}.",
        "invalid": "Skriv dagen som år-månad-dag, till exempel 2026-03-01.",
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=errors, **options)


class SubstituteForm(forms.Form):
    """Who takes a chief's place, in which role, and between which days."""

    membership = OwnRoleChoice(
        Membership.objects.none(),
        label="Din roll",
        empty_label=None,
        error_messages={
            "required": "Välj en av dina roller.",
            "invalid_choice": "Välj en av dina roller i listan.",
        },
    )
    person = PersonChoice(
        User.objects.none(),
        label="Ersättare",
        to_field_name="username",
        empty_label="Välj person",
        help_text="Alla chefer, och de som arbetar i din egen enhet.",
        error_messages={
            "required": "Välj en person.",
            "invalid_choice": "Välj en person i listan.",
        },
    )
    first = _day("Första dagen", initial=timezone.localdate)
    last = _day(
        "Sista dagen", help_text="Ersättaren har rollen till och med den dagen."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = own_chief_roles(user)
        roles = cast("OwnRoleChoice", self.fields["membership"])
        roles.queryset = own
        chiefs = Q(role__in=Right.ORGANISATION_LEAD.roles)
        near = Membership.objects.valid().filter(
            chiefs | Q(unit__in=own.values("unit"))
        )
        held = Membership.objects.valid().select_related("unit").order_by("pk")
        people = User.objects.filter(
            is_active=True, pk__in=near.order_by().values("user")
        )
        offered = people.exclude(pk=user.pk).prefetch_related(
            Prefetch("memberships", held)
        )
        cast("PersonChoice", self.fields["person"]).queryset = offered


class ChangePasswordForm(AnyChangePasswordForm):
    """A new password for who knows the old one; wrong ones are slowed down."""

    def clean_oldpassword(self) -> str:
        """Look at the old password unless it comes too early after wrong ones."""
        key = str(self.user.pk)
        try:
            consume(PASSWORDS, key)
        except SlowDownError as early:
            tell(SecurityEvent.THROTTLED, self.user.pk)
            raise too_early(early.seconds) from early
        try:
            typed = str(super().clean_oldpassword())
        except forms.ValidationError:
            tell(SecurityEvent.WRONG_PASSWORD, self.user.pk)
            raise
        give_back(PASSWORDS, key)
        return typed
