"""Who decides what in lex Sarah, when they meet, and what they have decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lexsarah.law.policy import Body, Degree, Limits, Rules
from lexsarah.models.case import DecidedBy, LexSarahCase
from organisation.models import Unit, sane_dates


class Policy(models.Model):
    """How an administration decides and what it promises itself; rows are only added, and the last one holds.

    The law says *genast* and *snarast* where it gives no number: the limits here are the administration's
    own.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="förvaltning"
    )
    finding_by = models.CharField(
        "vem avgör om det är ett missförhållande", max_length=20, choices=Body
    )
    measures_by = models.CharField(
        "vem godkänner åtgärderna", max_length=20, choices=Body
    )
    serious_by = models.CharField(
        "vem avgör om det är allvarligt och anmäls", max_length=20, choices=Body
    )
    chair_may_decide = models.BooleanField(
        "ordföranden får besluta om anmälan", default=True
    )
    chief_keeps_reading = models.BooleanField(
        "chefen läser medan utredaren utreder", default=True
    )
    receive_days = models.PositiveSmallIntegerField("ta emot", default=0)
    measures_days = models.PositiveSmallIntegerField("omedelbara åtgärder", default=1)
    investigate_days = models.PositiveSmallIntegerField(
        "utreda och besluta", default=60
    )
    notify_days = models.PositiveSmallIntegerField("anmäla till IVO", default=1)
    feedback_days = models.PositiveSmallIntegerField("återkoppla", default=10)
    board_name = models.CharField("nämndens namn", max_length=200, blank=True)
    contact_name = models.CharField("kontaktperson", max_length=200, blank=True)
    contact_phone = models.CharField("telefon", max_length=60, blank=True)
    contact_email = models.EmailField("e-post", blank=True)
    contact_address = models.TextField("postadress", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding_by__in=Body.values)
                & Q(measures_by__in=Body.values)
                & Q(serious_by__in=Body.values),
                name="policy_known_bodies",
            ),
            models.CheckConstraint(
                condition=Q(investigate_days__gte=1),
                name="policy_leaves_time_to_investigate",
            ),
        ]

    @property
    def rules(self) -> Rules:
        """Return the policy as plain data, from which the process is made."""
        return Rules(
            finding_by=Body(self.finding_by),
            measures_by=Body(self.measures_by),
            serious_by=Body(self.serious_by),
            chair_may_decide=self.chair_may_decide,
            chief_keeps_reading=self.chief_keeps_reading,
            limits=Limits(
                receive=self.receive_days,
                measures=self.measures_days,
                investigate=self.investigate_days,
                notify=self.notify_days,
                feedback=self.feedback_days,
            ),
        )


class Meeting(models.Model):
    """A day on which a body decides; its list is every case that then waits for it."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="förvaltning"
    )
    body = models.CharField("vilka som sammanträder", max_length=20, choices=DecidedBy)
    on = models.DateField("dag")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        """Latest first; a body meets once a day."""

        ordering = ["-on", "body"]
        constraints = [
            sane_dates("on", model="meeting"),
            models.UniqueConstraint(
                fields=["unit", "body", "on"], name="meeting_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(body__in=["committee", "board"]),
                name="meeting_of_committee_or_board",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_body_display().capitalize()} {self.on.isoformat()}"


class Decision(models.Model):
    """One decision in a case; the database refuses to change or remove it.

    What was wrong is decided again, and both are there to be read.
    """

    class Outcome(models.TextChoices):
        """What was decided: the case itself, that it goes back, or that IVO is told before it is done."""

        DECIDED = "decided", "beslut"
        SENT_BACK = "sent_back", "återremiss"
        NOTIFY = "notify", "beslut om anmälan"

    case = models.ForeignKey(LexSarahCase, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    body = models.CharField("beslutsfattare", max_length=20, choices=DecidedBy)
    on = models.DateField("beslutsdag")
    paragraph = models.CharField("paragraf", max_length=20, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    degree = models.CharField("bedömning", max_length=30, choices=Degree, blank=True)
    approves_measures = models.BooleanField("åtgärderna är tillräckliga", null=True)
    notifies = models.BooleanField("anmäls till IVO", default=False)
    reason = models.TextField("skäl", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order they were recorded."""

        ordering = ["pk"]
        constraints = [
            sane_dates("on", model="decision"),
            models.CheckConstraint(
                condition=Q(body__in=DecidedBy.values), name="decision_known_body"
            ),
            models.CheckConstraint(
                condition=Q(outcome="decided", degree__in=Degree.values)
                | Q(outcome="sent_back", degree="", notifies=False) & ~Q(reason="")
                | Q(outcome="notify", degree="", notifies=True),
                name="decision_says_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(notifies=False)
                | Q(degree__in=["", "tangible_risk_serious", "serious_misconduct"]),
                name="decision_notifies_what_is_serious",
            ),
        ]
