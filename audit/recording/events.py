"""From what is told of an account to its row in the log of security events."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.dispatch import receiver
from django.utils import timezone

from audit.models.event import ONCE_AN_HOUR
from organisation.shown.told import SecurityEvent as What
from organisation.shown.told import happened, page_asked

# What is noted once an hour is there already the second time, when nothing waits for the disk.  The first time
# must not wait either, or how long an answer takes would tell whether a typed name is somebody's: a crash may
# lose the last second of these.
_WRITE = """
INSERT INTO audit_securityevent (at, what, account_id, role, page, count)
SELECT %(at)s::timestamptz, %(what)s, %(account)s::bigint, '', %(page)s, %(count)s::integer
FROM set_config('synchronous_commit', CASE WHEN %(hurries)s THEN 'off'
    ELSE current_setting('synchronous_commit') END, true)
ON CONFLICT DO NOTHING
"""


@receiver(happened)
def write_event(
    what: What, account: int | None, count: int | None, *, by_day: bool, **_signal: Any
) -> None:
    """Write what happened, at once; raises what the database raises, so that nothing happens unseen."""
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "at": _when(what, by_day=by_day),
                "what": what.value,
                "account": account,
                "page": page_asked(),
                "count": count,
                "hurries": what in ONCE_AN_HOUR,
            },
        )


def _when(what: What, *, by_day: bool) -> dt.datetime:
    """Return when it happened: of what is noted once an hour the hour, of a visitor the local day."""
    now = timezone.localtime()
    if by_day:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    if what in ONCE_AN_HOUR:
        return now.replace(minute=0, second=0, microsecond=0)
    return now
