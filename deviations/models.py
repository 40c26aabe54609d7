"""Complaints, views and quality deviations: one model, told apart by kind and by who reports."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from casework.models import Case


class Kind(models.TextChoices):
    """What was reported (SOSFS 2011:9 5 kap. 3 §)."""

    COMPLAINT = "complaint", "klagomål"
    SUGGESTION = "suggestion", "synpunkt"
    IMPROVEMENT_IDEA = "improvement_idea", "förbättringsförslag"
    PRAISE = "praise", "beröm"
    QUALITY_DEVIATION = "quality_deviation", "kvalitetsavvikelse"


class ReportedBy(models.TextChoices):
    """From where it was reported."""

    OUTSIDE = "outside", "utomstående"
    STAFF = "staff", "personal"


class Channel(models.TextChoices):
    """How it reached the administration."""

    E_SERVICE = "e_service", "e-tjänst"
    SYSTEM = "system", "verksamhetens system"
    PHONE = "phone", "telefon"
    LETTER = "letter", "brev"
    FOLDER = "folder", "folder"
    VISIT = "visit", "besök"
    IVO = "ivo", "via IVO"


class Consequence(models.TextChoices):
    """What the event meant for the person it concerns."""

    NONE = "none", "nej"
    POSSIBLE = "possible", "vet inte, eller det hade kunnat bli följder"
    OCCURRED = "occurred", "ja"


class CauseLevel(models.TextChoices):
    """Where in the organisation the cause lies."""

    SYSTEM = "system", "organisation"
    TEAM = "team", "arbetsgrupp"
    INDIVIDUAL = "individual", "enskild"


class IsDeviation(models.TextChoices):
    """The assessment: did the organisation fail what law and decisions demand?"""

    YES = "yes", "ja"
    PARTLY = "partly", "delvis"
    NO = "no", "nej"


class State(models.TextChoices):
    """Where in the process a deviation is; see deviations.workflow."""

    REPORTED = "reported", "ny"
    UNDER_INVESTIGATION = "under_investigation", "utreds"
    CLOSED = "closed", "avslutad"


class Deviation(Case):
    """A complaint or view from outside or from staff, or a quality deviation."""

    state = models.CharField("läge", max_length=30, choices=State, default=State.REPORTED)
    kind = models.CharField("vad det gäller", max_length=30, choices=Kind)
    reported_by = models.CharField("från", max_length=10, choices=ReportedBy)
    channel = models.CharField("inkom genom", max_length=20, choices=Channel)
    category = models.CharField("kategori", max_length=100, blank=True)
    description = models.TextField("vad som hände")
    proposal = models.TextField("eget förslag", blank=True)
    consequence = models.CharField("följder för den enskilde", max_length=20, choices=Consequence, blank=True)
    cause_area = models.CharField("orsaksområde", max_length=100, blank=True)
    cause_level = models.CharField("orsakens nivå", max_length=20, choices=CauseLevel, blank=True)
    is_deviation = models.CharField("var det en avvikelse", max_length=10, choices=IsDeviation, blank=True)
    assessment = models.TextField("bedömning", blank=True)
    answer = models.TextField("svar", blank=True)
    # One form filled in once is one case, however often it is sent.
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    follow_up_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        """State and dates agree, and nothing is said that its kind cannot say."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="deviation_known_kind"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="deviation_known_state"),
            models.CheckConstraint(
                condition=Q(reported_by__in=ReportedBy.values), name="deviation_known_reported_by"
            ),
            models.CheckConstraint(
                condition=Q(kind="quality_deviation", reported_by="staff") | ~Q(kind="quality_deviation"),
                name="quality_deviation_comes_from_staff",
                violation_error_message="En kvalitetsavvikelse rapporteras av personal.",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(is_deviation=""),
                name="closed_deviation_is_assessed",
                violation_error_message="Bedöm om det var en avvikelse innan du avslutar.",
            ),
            models.CheckConstraint(
                condition=Q(is_deviation__in=["", *IsDeviation.values])
                & Q(consequence__in=["", *Consequence.values])
                & Q(cause_level__in=["", *CauseLevel.values]),
                name="deviation_known_words",
            ),
        ]
