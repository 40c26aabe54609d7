"""The spine that all cases share, their append-only history, their actions, and the jobs to do."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisation.access import ANALYSTS, CHIEFS, within
from organisation.models import Membership, Role, Unit, sane_dates

CaseT = TypeVar("CaseT", bound="Case")


class Subject(models.TextChoices):
    """What a case is about; the value is the name of the app that owns the rest of the case."""

    DEVIATIONS = "deviations", "avvikelse"
    LEXSARAH = "lexsarah", "lex Sarah"
    SELFCHECK = "selfcheck", "egenkontroll"
    RISKANALYSIS = "riskanalysis", "riskanalys"


# Who reads the cases of their own part of the tree; everyone else reads what they reported
# themselves.  Lex Sarah is narrower (OSL 26 kap. 1 §).
READERS: dict[str, frozenset[Role]] = {
    Subject.DEVIATIONS: CHIEFS | ANALYSTS,
    Subject.LEXSARAH: CHIEFS | {Role.LEX_INVESTIGATOR, Role.QUALITY_CONTROLLER},
    Subject.SELFCHECK: CHIEFS | ANALYSTS,
    Subject.RISKANALYSIS: CHIEFS | ANALYSTS,
}


class CaseQuerySet(models.QuerySet[CaseT]):
    """Questions about cases; every list and every page begins with visible_to."""

    def visible_to(self, user: Any) -> Self:
        """Return the cases that a person may read: own reports, and those that a role opens."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        held = Membership.objects.valid().filter(user=user).values_list("role", "unit__path")
        paths = {
            subject: {path for role, path in held if role in roles} for subject, roles in READERS.items()
        }
        readable = Q(reporter=user)
        for subject, allowed in paths.items():
            if allowed:
                readable |= Q(subject=subject) & within(sorted(allowed), "unit__path")
        return self.filter(readable)

    def open(self) -> Self:
        """Return the cases that nobody has closed."""
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        """Return the cases that are closed."""
        return self.exclude(closed_on=None)

    def overdue(self, *, on: dt.date | None = None) -> Self:
        """Return the open cases whose last day has passed."""
        return self.open().filter(due_on__lt=on or timezone.localdate())


class Case(models.Model):
    """What every case has, whatever it is about; its own app adds the rest in a child table.

    Dates are local days (Europe/Stockholm) without time of day: statistics count days, and an
    anonymous report must not be traceable by the minute.
    """

    number = models.CharField("nummer", max_length=40, unique=True)
    subject = models.CharField("slag", max_length=20, choices=Subject)
    title = models.TextField("rubrik")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name="enhet")
    target_group = models.CharField("målgrupp", max_length=100, blank=True)
    process = models.CharField("process eller rutin", max_length=200, blank=True)
    occurred_on = models.DateField("händelsen inträffade", null=True, blank=True)
    received_on = models.DateField("inkom")
    due_on = models.DateField("klart senast", null=True, blank=True)
    closed_on = models.DateField("avslutades", null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reported_cases"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_cases"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        """Newest first; number breaks ties so that pages never overlap."""

        ordering = ["-received_on", "-number"]
        indexes = [
            models.Index(fields=["subject", "unit", "received_on"], name="case_subject_unit_received"),
            models.Index(fields=["-received_on", "-number"], name="case_newest_first"),
            models.Index(fields=["due_on"], condition=Q(closed_on=None), name="case_open_due"),
        ]
        constraints = [
            sane_dates("occurred_on", "received_on", "due_on", "closed_on", model="case"),
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="case_known_subject"),
            models.CheckConstraint(
                condition=Q(occurred_on=None) | Q(occurred_on__lte=F("received_on")),
                name="case_occurs_before_it_is_received",
                violation_error_message="Händelsen kan inte ha inträffat efter att den rapporterades.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("received_on")),
                name="case_closes_after_it_is_received",
                violation_error_message="Ärendet kan inte avslutas före den dag det kom in.",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """The last number given in one series and year, locked while the next one is taken."""

    prefix = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        """One row per series and year."""

        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_year")]


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


class ActionLevel(models.TextChoices):
    """At whom or what the measure is aimed."""

    INDIVIDUAL = "individual", "enskild medarbetare"
    GROUP = "group", "arbetsgrupp"
    UNIT = "unit", "enhet"
    DEPARTMENT = "department", "avdelning"
    ADMINISTRATION = "administration", "förvaltning"
    BOARD = "board", "nämnd"


class Action(models.Model):
    """An improvement measure that came out of a case (SOSFS 2011:9 5 kap. 7-8 §§)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="actions")
    text = models.TextField("vad som ska göras")
    category = models.CharField("slag av åtgärd", max_length=100, blank=True)
    level = models.CharField("nivå", max_length=20, choices=ActionLevel, blank=True)
    improved_routine = models.TextField("process eller rutin som förbättrats", blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    decided_on = models.DateField("beslutades")
    due_on = models.DateField("klar senast", null=True, blank=True)
    done_on = models.DateField("genomfördes", null=True, blank=True)

    class Meta:
        """Oldest decision first."""

        ordering = ["decided_on", "pk"]
        constraints = [
            sane_dates("decided_on", "due_on", "done_on", model="action"),
            models.CheckConstraint(
                condition=Q(level__in=[*ActionLevel.values, ""]), name="action_known_level"
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__gte=F("decided_on")),
                name="action_done_after_it_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Recount(models.Model):
    """A mark, written by the database itself, that a unit's figures for a subject have changed.

    Marks are only ever added, and removed by the transaction that has counted again: two writers
    never wait for each other and no change can slip between them.
    """

    subject = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")  # a mark means nothing without its unit


class JobQuerySet(models.QuerySet["Job"]):
    """Questions about background work."""

    def pending(self) -> Self:
        """Return the jobs that are neither done nor given up."""
        return self.filter(done_at=None, failed_at=None)

    def to_send(self, *, at: dt.datetime) -> Self:
        """Return the pending jobs that nobody works on and that were not sent lately."""
        return self.pending().filter(Q(leased_until=None) | Q(leased_until__lt=at), send_after__lte=at)


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
            models.Index(fields=["send_after"], condition=Q(done_at=None, failed_at=None), name="job_to_send")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "arguments"],
                condition=Q(done_at=None, failed_at=None),
                name="job_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(failed_at=None), name="job_is_done_or_failed"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent_within_100"),
        ]

    @property
    def is_running(self) -> bool:
        """Tell whether the job is still to be done."""
        return self.done_at is None and self.failed_at is None
