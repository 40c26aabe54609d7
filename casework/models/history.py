"""The history of a case: lines that are only ever added, and what each of them changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
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
            models.UniqueConstraint(
                fields=["case", "sequence"], name="log_sequence_once"
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="log_begins_at_one"
            ),
        ]


class Change(models.Model):
    """One fact that a line of the history replaced, before and after; the database refuses to change it.

    A value stands as it is stored, people and units by the name that they had.  The line's digest covers
    its changes.  What is kept sealed in its own table (``sealed``) is only said to have changed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="changes")
    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="changes")
    position = models.PositiveSmallIntegerField()
    # Whose fact it is: the label of the model, and in words which of the case's rows; "" for the case itself.
    model = models.CharField(max_length=80)
    row = models.CharField(max_length=80, blank=True)
    field = models.CharField(max_length=80)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    sealed = models.BooleanField(default=False)

    class Meta:
        """Numbered from 1 within each line of the history."""

        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "position"], name="change_position_once"
            ),
            models.CheckConstraint(
                condition=Q(sealed=True) | ~Q(before=F("after")),
                name="change_changes_something",
            ),
            models.CheckConstraint(
                condition=Q(sealed=False) | Q(before="", after=""),
                name="change_tells_nothing_sealed",
            ),
        ]
