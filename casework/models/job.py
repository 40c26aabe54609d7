"""Background work as rows: marks to recount, and jobs that must happen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from organisation.models import Unit


class Recount(models.Model):
    """A mark, written by the database itself, that a unit's figures for a subject have changed.

    Marks are only ever added, and removed by the transaction that has counted again: two writers
    never wait for each other and no change can slip between them.
    """

    subject = models.CharField(max_length=20)
    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="+"
    )  # a mark means nothing without its unit


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about background work."""

    def pending(self) -> Self:
        """Return the jobs that are neither done nor given up."""
        return self.filter(done_at=None, failed_at=None)

    def to_send(self, *, at: dt.datetime) -> Self:
        """Return the pending jobs that nobody works on and that were not sent lately."""
        return self.pending().filter(
            Q(leased_until=None) | Q(leased_until__lt=at), send_after__lte=at
        )


class Job(models.Model):
    """Something that must happen, written in the transaction of the change that causes it.

    The row, not the message broker, is what makes it happen: a sweep sends it until it is done.
    ``arguments`` holds ids only, never personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        """Oldest first; the same work waits only once."""

        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=Q(done_at=None, failed_at=None),
                name="job_to_send",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "arguments"],
                condition=Q(done_at=None, failed_at=None),
                name="job_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(failed_at=None),
                name="job_is_done_or_failed",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="job_percent_within_100"
            ),
        ]

    @property
    def is_running(self) -> bool:
        """Tell whether the job is still to be done."""
        return self.done_at is None and self.failed_at is None

    @property
    def is_cancelled(self) -> bool:
        """Tell whether somebody stopped the job: given up, and with no problem to tell of."""
        return self.failed_at is not None and not self.problem
