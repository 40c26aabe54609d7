"""The history of a case: lines that are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.case import Case


class LogEntry(models.Model):
    """One line of a case's history; the database refuses to change or remove it.

    Each entry carries a digest over itself and the one before it, so a line that was removed or
    changed behind the database's back is found by ``manage.py verify_log``.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="log")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        """Numbered from 1 within each case, without gaps."""

        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="log_sequence_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="log_begins_at_one"),
        ]
