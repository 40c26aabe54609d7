"""The log is parted by month: parts are made ahead, and an alarm tells when one was missing."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from organisation.alarms import raise_alarm
from organisation.models import Alarm


def make_months(*, on: dt.date | None = None) -> int:
    """Make the parts of a day's month and of the three after it in each log; return how many were missing.

    Where rows already lie in a default part the alarm is raised: they are safe there, and no part can be made
    for their month any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_months(%s)", [on or timezone.localdate()])
        (made,) = cursor.fetchone()
        cursor.execute("SELECT audit_default_is_used()")
        (is_used,) = cursor.fetchone()
    if is_used:
        raise_alarm(Alarm.LOG_WITHOUT_MONTH)
    return int(made)
