"""Lex Sarah: the reports that staff must make, and the case in which they are investigated."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.models import Case
from deviations.models import Deviation
from organisation.models import Unit, sane_dates


class Degree(models.TextChoices):
    """What the investigation found (SOSFS 2011:5 2 kap. 3 §, SoL 27 kap. 2 och 6 §§)."""

    NONE = "none", "inget missförhållande"
    TANGIBLE_RISK = "tangible_risk", "påtaglig risk för missförhållande"
    MISCONDUCT = "misconduct", "missförhållande"
    TANGIBLE_RISK_SERIOUS = "tangible_risk_serious", "påtaglig risk för allvarligt missförhållande"
    SERIOUS_MISCONDUCT = "serious_misconduct", "allvarligt missförhållande"


SERIOUS = (Degree.TANGIBLE_RISK_SERIOUS, Degree.SERIOUS_MISCONDUCT)


class DecidedBy(models.TextChoices):
    """Who decides, by the delegation of the board."""

    INVESTIGATOR = "investigator", "lex Sarah-utredare"
    COMMITTEE = "committee", "arbetsutskottet"
    CHAIR = "chair", "ordföranden"
    BOARD = "board", "nämnden"


class IvoOutcome(models.TextChoices):
    """What came back from the supervisory authority IVO."""

    WAITING = "waiting", "väntar"
    CLOSED = "closed", "avslutat utan åtgärd"
    REMARKS = "remarks", "avslutat med kritik"


class LexSarahCase(Case):
    """An investigation of a misconduct or a tangible risk; several reports may join one case."""

    type = models.CharField("typ av händelse", max_length=100)
    decided_on = models.DateField("beslutades", null=True, blank=True)
    decided_by = models.CharField("beslutades av", max_length=20, choices=DecidedBy, blank=True)
    degree = models.CharField("bedömning", max_length=30, choices=Degree, blank=True)
    ivo_decided_by = models.CharField("anmälan beslutades av", max_length=20, choices=DecidedBy, blank=True)
    ivo_notified_on = models.DateField("anmäldes till IVO", null=True, blank=True)
    ivo_outcome = models.CharField("IVO:s svar", max_length=20, choices=IvoOutcome, blank=True)

    class Meta:
        """A decision has a date, a body and a degree, or it is not a decision."""

        constraints = [
            sane_dates("decided_on", "ivo_notified_on", model="lexsarah"),
            models.CheckConstraint(
                condition=Q(decided_on=None, decided_by="", degree="")
                | (
                    Q(decided_on__isnull=False)
                    & Q(decided_by__in=DecidedBy.values)
                    & Q(degree__in=Degree.values)
                ),
                name="lexsarah_decision_is_whole",
                violation_error_message="Ett beslut ska ha datum, beslutsfattare och bedömning.",
            ),
            models.CheckConstraint(
                condition=Q(ivo_notified_on=None, ivo_decided_by="", ivo_outcome="")
                | (
                    Q(ivo_notified_on__isnull=False)
                    & Q(ivo_decided_by__in=DecidedBy.values)
                    & Q(ivo_outcome__in=IvoOutcome.values)
                ),
                name="lexsarah_notification_is_whole",
                violation_error_message="En anmälan till IVO ska ha datum, beslutsfattare och utfall.",
            ),
            models.CheckConstraint(
                condition=Q(ivo_notified_on=None) | Q(degree__in=["", *SERIOUS]),
                name="lexsarah_only_serious_goes_to_ivo",
                violation_error_message="Bara allvarliga missförhållanden och risker för sådana anmäls.",
            ),
        ]

    @property
    def state_label(self) -> str:
        """Return where the case stands, in words."""
        if self.closed_on:
            return "avslutad"
        return "beslutad" if self.decided_on else "utreds"


class LexSarahReport(models.Model):
    """One report of a misconduct or a tangible risk (SoL 27 kap. 2 §)."""

    case = models.ForeignKey(LexSarahCase, models.PROTECT, related_name="reports")
    number = models.CharField("nummer", max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    occurred_on = models.DateField("inträffade", null=True, blank=True)
    received_on = models.DateField("inkom")
    description = models.TextField("vad som hände")
    deviation = models.ForeignKey(
        Deviation, models.PROTECT, null=True, blank=True, related_name="lexsarah_reports"
    )

    class Meta:
        """Oldest first."""

        ordering = ["received_on", "number"]
        constraints = [
            sane_dates("occurred_on", "received_on", model="lexsarah_report"),
            models.CheckConstraint(
                condition=Q(occurred_on=None) | Q(occurred_on__lte=F("received_on")),
                name="lexsarah_report_occurs_before_it_is_received",
            ),
        ]
