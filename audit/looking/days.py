"""Readings of a period: days are those here, whatever the clock of the database says."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Reading


def midnight(day: dt.date) -> dt.datetime:
    """Return when a day begins here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def within_days(
    rows: QuerySet[Reading], first: dt.date | None, last: dt.date | None
) -> QuerySet[Reading]:
    """Return the readings from the beginning of one day to the end of another."""
    if first:
        rows = rows.filter(at__gte=midnight(first))
    if last:
        rows = rows.filter(at__lt=midnight(last + dt.timedelta(days=1)))
    return rows
