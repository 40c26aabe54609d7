"""The lists over all kinds of cases, as their readers narrow them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter, Filter

from casework.improvement.action_forms import OwnerChoice, PlannedDay
from casework.kinds import choices, registered
from casework.models import Action, ActionLevel, Case, Routine
from casework.models.action import ActionQuerySet
from casework.models.routine import RoutineQuerySet
from casework.register.filters import holding
from organisation.access import may, paths_for, within
from organisation.lists.filtersets import (
    ListFilter,
    UnitFilter,
    YearFilter,
    choice_filter,
    words_of,
)
from organisation.models import Membership, Unit, User
from organisation.rights import Right
from organisation.texts.cleaning import clean_text

NOBODY = "ingen"


class WordsField(forms.CharField):
    """Words to search for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=100,
            error_messages={"max_length": "Skriv högst %(limit_value)d tecken."},
            widget=forms.TextInput(attrs={"type": "search"}),
            **options,
        )


class WordsFilter(Filter):
    """The cases that hold some words, in any of their own tables."""

    field_class = WordsField

    def filter(self, rows: QuerySet[Any], typed: str | None) -> QuerySet[Any]:
        """Return the cases that hold the words."""
        words = clean_text(typed or "")
        return rows.filter(holding(words, reader=self.parent.user)) if words else rows


class DayFilter(Filter):
    """The rows whose day lies before another, or on it."""

    field_class = PlannedDay


class CaseFilter(ListFilter):
    """A list of cases of one kind: words, unit and year."""

    q = WordsFilter(label="Sök nummer eller ord")
    unit = UnitFilter()
    year = YearFilter("received_on", label="Inkom år")


class HandlerFilter(ChoiceFilter):
    """The cases of one handler, or of none; offered are the chiefs under the reader, and the reader."""

    @property
    def field(self) -> forms.ChoiceField:
        """Return the choice of a handler, with the people that this reader is offered."""
        field: forms.ChoiceField = super().field
        user: User = self.parent.user
        chiefs = Membership.objects.valid().filter(
            within(paths_for(user, Right.CASES_READ), "unit__path"),
            role__in=Right.ORGANISATION_LEAD.roles,
        )
        people = User.objects.filter(Q(pk__in=chiefs.values("user")) | Q(pk=user.pk))
        field.choices = [
            (str(pk), name) for pk, name in people.values_list("pk", "name")
        ]
        return field


def _target_groups() -> Iterator[str]:
    """Return the target groups of every kind of case."""
    return chain.from_iterable(kind.target_groups for kind in registered())


class InboxFilter(CaseFilter):
    """The list that holds cases of all kinds."""

    subject = choice_filter(
        "subject",
        lambda: words_of(choices()),
        label="Slag",
        nothing="Alla slag",
        error="Välj ett slag i listan.",
    )
    target_group = choice_filter(
        "target_group",
        lambda: [(group, group) for group in _target_groups()],
        label="Målgrupp",
        nothing="Alla målgrupper",
        error="Välj en målgrupp i listan.",
    )
    owner = HandlerFilter(
        label="Ansvarig",
        empty_label="Alla",
        null_label="Ingen ännu",
        null_value=NOBODY,
        error_messages={"invalid_choice": "Välj en ansvarig i listan."},
    )
    due_before = DayFilter("due_on", "lte", label="Klart senast")

    class Meta:
        """The order in which the fields stand."""

        model = Case
        fields = ("q", "subject", "unit", "target_group", "owner", "due_before", "year")

    @classmethod
    def readable(cls, user: User) -> QuerySet[Case]:
        """Return the cases that a person may read."""
        return Case.objects.visible_to(user)


class PersonFilter(Filter):
    """The rows of one person."""

    field_class = OwnerChoice


class ActionFilter(ListFilter):
    """The list of actions: person, unit, level, last day and year."""

    owner = PersonFilter(label="Ansvarig", empty_label="Alla")
    unit = UnitFilter("case__unit")
    level = choice_filter(
        "level",
        words_of(ActionLevel.choices),
        label="Riktad till",
        nothing="Alla",
        error="Välj ett alternativ i listan.",
    )
    due_before = DayFilter("due_on", "lt", label="Klar före")
    year = YearFilter("decided_on", label="Beslutades år")

    def __init__(
        self, data: Any, *, user: User, owners: Iterable[int] | None = None
    ) -> None:
        """Offer the people who own an action that may be read: those who were counted, if they were."""
        super().__init__(data, user=user)
        of = (
            self.queryset.order_by().values("owner") if owners is None else list(owners)
        )
        self.filters["owner"].field.queryset = User.objects.filter(pk__in=of)

    @classmethod
    def readable(cls, user: User) -> ActionQuerySet:
        """Return the actions that a person may read."""
        return Action.objects.visible_to(user)


class ConcernedUnitFilter(UnitFilter):
    """The routines that a unit works by: its own, and those of the units above and below it."""

    def filter(self, rows: QuerySet[Any], unit: Unit | None) -> QuerySet[Any]:
        """Return the routines that a unit works by."""
        found: RoutineQuerySet = rows  # type: ignore[assignment]
        return found.concerning(unit) if unit else rows


class RoutineFilter(ListFilter):
    """The register of routines."""

    unit = ConcernedUnitFilter(right=Right.ROUTINES_READ)

    @classmethod
    def readable(cls, user: User) -> RoutineQuerySet:
        """Return the register, for those who read it."""
        return (
            Routine.objects.all()
            if may(user, Right.ROUTINES_READ)
            else Routine.objects.none()
        )
