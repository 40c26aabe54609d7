"""How a list is narrowed by its address: the FilterSet that every list, its file and the API build on.

The rows that its reader may read belong to the FilterSet itself: no view can narrow others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.text import capfirst
from django_filters import ChoiceFilter, Filter, FilterSet

from organisation.access import units_for
from organisation.lists.forms import UnitChoice
from organisation.models import Membership, Unit, User
from organisation.rights import Right, Role
from organisation.shown import show_question

# Which view of a list is chosen; it decides rows and order, and is no field of the filter.
VIEW = "visa"


class ListFilter(FilterSet):
    """What a person may read, less by each answer; one that cannot be used narrows nothing and says so."""

    def __init__(self, data: Any, *, user: User) -> None:
        self.user = user
        super().__init__(data, self.readable(user))

    @classmethod
    def readable(cls, user: User) -> QuerySet[Any]:
        """Return the rows that a person may read: where every list begins."""
        raise NotImplementedError

    def filter_queryset(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that fit, and note what was asked for; words are noted apart."""
        typed = {name for name, field in self.form.fields.items() if _is_typed(field)}
        used = {name for name, value in self.form.cleaned_data.items() if value}
        asked = {name: str(self.data.get(name, "")) for name in used}
        show_question(asked, free=typed & used)
        narrowed: QuerySet[Any] = super().filter_queryset(rows)
        return narrowed

    @property
    def is_used(self) -> bool:
        """Tell whether the list is narrowed by anything."""
        self.form.is_valid()
        return any(self.form.cleaned_data.values())

    @classmethod
    def kept(cls, asked: QueryDict, **instead: str) -> str:
        """Return what an address says about view and filter, and nothing else, as a query string."""
        names = (VIEW, *cls.base_filters)
        chosen = {name: instead.get(name, asked.get(name, "")) for name in names}
        return urlencode({name: value for name, value in chosen.items() if value})

    @classmethod
    def pills(
        cls,
        asked: QueryDict,
        labels: Mapping[str, str],
        counts: Mapping[str, int],
        *,
        chosen: str,
    ) -> list[dict[str, Any]]:
        """Return the views of the list, by name, as pills that keep the filter."""
        return [
            {
                "label": label,
                "url": f"?{cls.kept(asked, visa=name)}",
                "current": name == chosen,
                "count": counts[name],
            }
            for name, label in labels.items()
        ]


def _is_typed(field: forms.Field) -> bool:
    """Tell whether an answer is what somebody wrote, and not one of a few."""
    return isinstance(field, forms.CharField)


class YearField(forms.IntegerField):
    """A year that a register can hold."""

    def __init__(self, **options: Any) -> None:
        errors = {
            "invalid": "Ange året med fyra siffror.",
            "min_value": "Ange ett år från och med 1900.",
            "max_value": "Ange ett år före 2200.",
        }
        super().__init__(
            min_value=1900, max_value=2199, error_messages=errors, **options
        )


class YearFilter(Filter):
    """The rows with a day in a year."""

    field_class = YearField

    def __init__(self, field_name: str, *, label: str) -> None:
        super().__init__(field_name, "year", label=label)


class UnitFilter(Filter):
    """The rows of a unit and those below it; offered are the units where the reader has a role."""

    field_class = UnitChoice

    def __init__(
        self, field_name: str = "unit", *, right: Right = Right.ORGANISATION_WORK
    ) -> None:
        super().__init__(field_name, label="Enhet", empty_label="Alla enheter")
        self.right = right

    @property
    def field(self) -> UnitChoice:
        """Return the choice of a unit, with the units that this reader is offered."""
        field: UnitChoice = super().field
        field.queryset = units_for(self.parent.user, self.right)
        return field

    def filter(self, rows: QuerySet[Any], unit: Unit | None) -> QuerySet[Any]:
        """Return the rows of a unit and of those below it."""
        return (
            rows.filter(**{f"{self.field_name}__path__startswith": unit.path})
            if unit
            else rows
        )


def choice_filter(
    field_name: str,
    choices: Any,
    *,
    label: str,
    nothing: str,
    error: str,
    **options: Any,
) -> ChoiceFilter:
    """Return the filter for one of a few words, where ``nothing`` narrows nothing."""
    errors = {"invalid_choice": error}
    return ChoiceFilter(
        field_name,
        label=label,
        choices=choices,
        empty_label=nothing,
        error_messages=errors,
        **options,
    )


def words_of(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    """Return choices with a capital letter first, as a list of options shows them."""
    return [(str(value), str(capfirst(label))) for value, label in choices]


class PeopleFilter(ListFilter):
    """Who holds which role today; everyone who holds a role may know."""

    role = choice_filter(
        "role",
        words_of(Role.choices),
        label="Roll",
        nothing="Alla roller",
        error="Välj en roll i listan.",
    )

    @classmethod
    def readable(cls, user: User) -> QuerySet[Membership]:  # noqa: ARG003 -- the same for everyone
        """Return the roles that hold today."""
        return Membership.objects.valid()
