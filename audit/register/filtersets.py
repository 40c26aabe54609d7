"""How the list of security events is narrowed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import Filter

from audit.models import SecurityEvent
from audit.register.events import events_for
from casework.improvement.action_forms import OwnerChoice, PlannedDay
from organisation.access import units_for
from organisation.lists.filtersets import ListFilter, choice_filter, words_of
from organisation.models import Membership, User
from organisation.rights import Right
from organisation.shown.told import SecurityEvent as What


class AccountFilter(Filter):
    """What an account did, and what happened to its roles."""

    field_class = OwnerChoice

    @property
    def field(self) -> OwnerChoice:
        """Return the choice of a person, with those who have had a role in the reader's units."""
        field: OwnerChoice = super().field
        units = units_for(self.parent.user, Right.LOG_SEE_EVENTS).order_by()
        held = Membership.objects.filter(unit__in=units.values("pk"))
        field.queryset = User.objects.filter(pk__in=held.values("user"))
        return field

    def filter(
        self, rows: QuerySet[SecurityEvent], person: User | None
    ) -> QuerySet[SecurityEvent]:
        """Return the events of a person."""
        return rows.filter(Q(account=person) | Q(about=person)) if person else rows


class DayOf(Filter):
    """The events from the beginning of a local day on, or until its end."""

    field_class = PlannedDay

    def filter(
        self, rows: QuerySet[SecurityEvent], day: dt.date | None
    ) -> QuerySet[SecurityEvent]:
        """Return the events on one side of a day, asked by time: so the months are found."""
        if day is None:
            return rows
        if self.lookup_expr == "gte":
            return rows.filter(at__gte=_midnight(day))
        return rows.filter(at__lt=_midnight(day + dt.timedelta(days=1)))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


class EventFilter(ListFilter):
    """The list of security events: what happened, to which account, and between which days."""

    what = choice_filter(
        "what",
        words_of(What.choices),
        label="Händelse",
        nothing="Alla händelser",
        error="Välj en händelse i listan.",
    )
    account = AccountFilter(label="Konto", empty_label="Alla konton")
    first = DayOf("at", "gte", label="Från och med")
    last = DayOf("at", "lte", label="Till och med")

    @classmethod
    def readable(cls, user: User) -> QuerySet[Any]:
        """Return the events that a person may read, with whom and where they are about."""
        return events_for(user).select_related("account", "about", "unit")
