"""What watches by itself: the history of all cases each night, of those just touched every ten minutes."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from audit.sealing.checking import check, has_waited
from audit.sealing.heads import Outside, heads_in
from casework.cases.history import broken_logs
from casework.models import Case, LogEntry
from organisation.alarms import raise_alarm
from organisation.models import Alarm

logger = logging.getLogger(__name__)

LATELY = dt.timedelta(hours=1)
LONGEST_WAIT = dt.timedelta(minutes=10)


def watch_everything() -> bool:
    """Check every case and every seal; raise the alarm and return False where something was changed."""
    return _watched(len(broken_logs()), len(check(_own_heads()).findings))


def watch_lately() -> bool:
    """Check the cases that were touched, and what was sealed, within an hour; and that sealing goes on."""
    since = timezone.now() - LATELY
    # What an anonymous person does is dated by its day alone.
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = LogEntry.objects.filter(Q(at__gte=since) | Q(at=today)).order_by()
    touched = Case.objects.filter(pk__in=lines.values("case"))
    if has_waited(longer_than=LONGEST_WAIT):
        raise_alarm(Alarm.NOTHING_SEALED)
    return _watched(len(broken_logs(touched)), len(check(since=since).findings))


def _watched(broken: int, findings: int) -> bool:
    if not (broken or findings):
        return True
    logger.error("%s histories and %s other things are not whole", broken, findings)
    raise_alarm(Alarm.HISTORY_REWRITTEN)
    return False


def _own_heads() -> list[Outside]:
    """Return the heads in the sealer's file, where this machine has it."""
    path = settings.SEAL_FILE and Path(settings.SEAL_FILE)
    if not path or not path.exists():
        return []
    return heads_in(path.read_text(encoding="utf-8", errors="replace"))
