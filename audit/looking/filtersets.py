"""What lists of readings are narrowed by: a period, in which shape it was read, and by whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import Filter

from audit.looking.access import Looked, readings_by
from audit.looking.days import within_days
from audit.models import Reading
from audit.models.reading import Kind
from casework.improvement.action_forms import PlannedDay
from organisation.lists.filtersets import ListFilter, choice_filter, words_of
from organisation.models import User


class FromDay(Filter):
    """The readings of a day and of those after it."""

    field_class = PlannedDay

    def filter(self, rows: QuerySet[Any], day: dt.date | None) -> QuerySet[Any]:
        """Return the readings since the day began."""
        return within_days(rows, day, None)


class ToDay(Filter):
    """The readings of a day and of those before it."""

    field_class = PlannedDay

    def filter(self, rows: QuerySet[Any], day: dt.date | None) -> QuerySet[Any]:
        """Return the readings until the day had ended."""
        return within_days(rows, None, day)


class ReaderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of those who have read a case, by name and user name."""

    def __init__(self, **options: Any) -> None:
        errors = {"invalid_choice": "Välj en person i listan."}
        super().__init__(User.objects.none(), error_messages=errors, **options)

    def label_from_instance(self, person: User) -> str:
        """Return the name, with the account for those who share one."""
        return f"{person.name} ({person.username})"


class ReaderFilter(Filter):
    """The readings of one person."""

    field_class = ReaderChoice


class ReadingFilter(ListFilter):
    """Readings that a person may see, by period and shape; what they are of says which (audit.looking.access)."""

    first = FromDay(label="Från och med")
    last = ToDay(label="Till och med")
    kind = choice_filter(
        "kind",
        words_of(Kind.choices),
        label="Sätt",
        nothing="Alla sätt",
        error="Välj ett sätt i listan.",
    )

    def _begin(self, data: Any, user: User, rows: QuerySet[Reading]) -> None:
        """Begin with the readings of one case or of one person: there is no list of everybody's."""
        self.user = user
        super(ListFilter, self).__init__(data, rows)


class ReadingsFilter(ReadingFilter):
    """What an employee has read."""

    def __init__(self, data: Any, *, user: User, person: User) -> None:
        self._begin(data, user, readings_by(user, person))


class ReadersFilter(ReadingFilter):
    """Who has read a case."""

    person = ReaderFilter(label="Person", empty_label="Alla")

    def __init__(self, data: Any, *, user: User, looked: Looked) -> None:
        """Offer those who have read it."""
        rows = looked.readings()
        self._begin(data, user, rows)
        readers = rows.order_by().values("person")
        self.filters["person"].field.queryset = User.objects.filter(pk__in=readers)
