"""What whoever runs the product must know: said once in the log, and on the health page for a day.

An alarm is a row, so that every process tells of what one of them has met.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg import Connection

from organisation.models import Alarm

logger = logging.getLogger(__name__)
SHOWN_FOR = dt.timedelta(days=1)
_SECONDS_BETWEEN = 600

WORDS = {
    Alarm.NO_CLIENT_ADDRESS: (
        "X-Forwarded-For is missing or unreadable though TRUSTED_PROXIES says that a proxy sets it: "
        "all visitors are counted as one"
    ),
    Alarm.MANY_FILINGS: (
        "more complaints came in than ALL_FILINGS_AN_HOUR: each citizen now waits a minute before sending"
    ),
    Alarm.LOG_WITHOUT_MONTH: (
        "readings are kept in the default partition of the log: the daily task that makes its months has not run"
    ),
    Alarm.HISTORY_REWRITTEN: (
        "rows that are only added to have been changed: run manage.py verify_log, and call whoever is responsible"
    ),
    Alarm.NOTHING_SEALED: (
        "nothing has been sealed for ten minutes: start the sealer (docs/drift.md)"
    ),
}
# When this process last stored each alarm: a fault that every request meets costs one write in ten minutes.
_stored: dict[str, float] = {}

_SOUND = """
INSERT INTO organisation_sounded AS s (name, at) VALUES (%(name)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET at = excluded.at
RETURNING (SELECT at FROM organisation_sounded WHERE name = %(name)s)
"""


def raise_alarm(alarm: Alarm) -> None:
    """Store that something is wrong, and log it unless that has been done within a day."""
    if time.monotonic() - _stored.get(alarm, -_SECONDS_BETWEEN) < _SECONDS_BETWEEN:
        return
    # The hour is enough: what sounds may be a complaint, whose minute nobody is to know.
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_SOUND, {"name": alarm.value, "now": now})
        (before,) = cursor.fetchone()
    _stored[alarm] = time.monotonic()
    if before is None or before < now - SHOWN_FOR:
        logger.warning("%s: %s", alarm.value, WORDS[alarm])


_SOUNDING = "SELECT name FROM organisation_sounded WHERE at > %s ORDER BY name"


def alarms(link: Connection[Any]) -> list[str]:
    """Return what is wrong now, in words, asked by a connection that is not Django's."""
    return [
        WORDS[Alarm(name)]
        for (name,) in link.execute(_SOUNDING, [timezone.now() - SHOWN_FOR])
    ]
