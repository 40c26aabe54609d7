"""Complaints, views and quality deviations: one model, told apart by kind and by who reports."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.database.encrypted_fields import SealedTextField
from casework.models import Case, CaseQuerySet
from organisation.models import sane_dates


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
    ORAL = "oral", "muntligt"
    WRITTEN = "written", "skriftligt"


class Consequence(models.TextChoices):
    """What the event meant for the person it concerns."""

    NONE = "none", "nej"
    POSSIBLE = "possible", "vet inte, eller det hade kunnat bli följder"
    TANGIBLE_RISK = "tangible_risk", "nej, men risken var uppenbar och konkret"
    OCCURRED = "occurred", "ja"


class Misconduct(models.TextChoices):
    """What the unit says: is it a misconduct, or a tangible risk of one (SoL 27 kap. 2 §)?"""

    NO = "no", "nej"
    RISK = "tangible_risk", "nej, men en påtaglig risk för ett missförhållande"
    YES = "misconduct", "ja"


# How much an answer about the consequences says; nothing said is as little as "nej".
GRAVITY = {
    "": 0,
    Consequence.NONE: 0,
    Consequence.POSSIBLE: 1,
    Consequence.TANGIBLE_RISK: 2,
    Consequence.OCCURRED: 3,
}
MARKED = (Misconduct.RISK, Misconduct.YES)
# What somebody says of the consequences that makes the event one to report.
MISCONDUCT_OF = {
    Consequence.TANGIBLE_RISK: Misconduct.RISK,
    Consequence.OCCURRED: Misconduct.YES,
}


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
    """Where in the process a deviation is; see deviations.process.workflow."""

    REPORTED = "reported", "ny"
    ASSIGNED = "assigned", "fördelad"
    TRANSFERRED = "transferred", "överlämnad"
    UNDER_INVESTIGATION = "under_investigation", "utreds"
    ACTIONS_DECIDED = "actions_decided", "åtgärder beslutade"
    FOLLOWED_UP = "followed_up", "uppföljd"
    ANSWERED = "answered", "besvarad"
    ESCALATED = "escalated", "lex Sarah"
    CLOSED = "closed", "avslutad"
    FORWARDED = "forwarded", "hänvisad vidare"
    MOVED = "moved", "flyttad till personakt"
    DUPLICATE = "duplicate", "dubblett"


class Sender(models.TextChoices):
    """Who it comes from, when it comes from outside."""

    SERVICE_USER = "service_user", "den det gäller"
    RELATIVE = "relative", "närstående"
    AUTHORITY = "authority", "myndighet"
    ASSOCIATION = "association", "förening"
    OTHER = "other", "annan"


class ContactWay(models.TextChoices):
    """How the one outside wants the answer."""

    CODE = "code", "med kod"
    EMAIL = "email", "med e-post"
    PHONE = "phone", "per telefon"
    LETTER = "letter", "med brev"
    NONE = "none", "inget svar"


class Better(models.TextChoices):
    """What the reporter says afterwards."""

    YES = "yes", "ja"
    NO = "no", "nej"
    UNKNOWN = "unknown", "vet inte"


class DeviationQuerySet(CaseQuerySet["Deviation"]):
    """Questions about deviations."""

    def similar_to(self, case: Deviation) -> Self:
        """Return the cases of a year back that share category, or routine and unit, with a case.

        Newest first; cases with protected identity are never among them.
        """
        alike = Q()
        if case.category:
            alike |= Q(category=case.category)
        if case.process:
            alike |= Q(process=case.process, unit=case.unit_id)
        if not alike:
            return self.none()
        since = case.received_on - dt.timedelta(days=365)
        near = self.unprotected().filter(
            alike, received_on__gte=since, received_on__lte=case.received_on
        )
        return near.exclude(pk=case.pk).order_by("-received_on", "-number")


class Deviation(Case):
    """A complaint or view from outside or from staff, or a quality deviation."""

    state = models.CharField(
        "läge", max_length=30, choices=State, default=State.REPORTED
    )
    kind = models.CharField("vad det gäller", max_length=30, choices=Kind)
    reported_by = models.CharField("från", max_length=10, choices=ReportedBy)
    channel = models.CharField("inkom genom", max_length=20, choices=Channel)
    category = models.CharField("kategori", max_length=100, blank=True)
    description = models.TextField("vad som hände")
    proposal = models.TextField("eget förslag", blank=True)
    consequence = models.CharField(
        "följder för den enskilde", max_length=20, choices=Consequence, blank=True
    )
    cause_area = models.CharField("orsaksområde", max_length=100, blank=True)
    cause_level = models.CharField(
        "orsakens nivå", max_length=20, choices=CauseLevel, blank=True
    )
    is_deviation = models.CharField(
        "var det en avvikelse", max_length=10, choices=IsDeviation, blank=True
    )
    misconduct = models.CharField(
        "missförhållande", max_length=20, choices=Misconduct, blank=True
    )
    # Where it stood when it became a lex Sarah report: where it goes on if it comes back.
    state_before = models.CharField(
        max_length=30, choices=State, blank=True, editable=False
    )
    requirement = models.TextField("krav som inte uppfylldes", blank=True)
    assessment = models.TextField("bedömning", blank=True)
    immediate_measures = models.TextField("omedelbara åtgärder", blank=True)
    whys = ArrayField(
        models.TextField(), default=list, db_default=[], size=5, verbose_name="varför"
    )
    organisation_part = models.TextField("organisationens del", blank=True)
    no_action_reason = models.TextField("varför ingen åtgärd behövs", blank=True)
    answer = models.TextField("svar", blank=True)
    no_answer_reason = models.TextField("varför inget svar lämnas", blank=True)
    answered_on = models.DateField("besvarades", null=True, blank=True)
    forwarded_to = models.CharField("hänvisad till", max_length=200, blank=True)
    sender = models.CharField("avsändare", max_length=20, choices=Sender, blank=True)
    contact_way = models.CharField(
        "vill ha svar", max_length=10, choices=ContactWay, blank=True
    )
    contact = SealedTextField("kontaktuppgifter", blank=True)
    language = models.CharField("språk", max_length=10, default="sv", db_default="sv")
    better = models.CharField(
        "blev det bättre", max_length=10, choices=Better, blank=True
    )
    search_words = models.GeneratedField(
        expression=SearchVector(
            "description", "proposal", "assessment", config="swedish"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    # One form filled in once is one case, however often it is sent.
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    follow_up_hash = models.CharField(
        max_length=64, null=True, unique=True, editable=False
    )

    objects = DeviationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        """State and dates agree, and nothing is said that its kind cannot say."""

        indexes = [GinIndex(fields=["search_words"], name="deviation_words")]
        constraints = [
            sane_dates("answered_on", model="deviation"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="deviation_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="deviation_known_state"
            ),
            models.CheckConstraint(
                condition=Q(reported_by__in=ReportedBy.values),
                name="deviation_known_reported_by",
            ),
            models.CheckConstraint(
                condition=Q(kind="quality_deviation", reported_by="staff")
                | ~Q(kind="quality_deviation"),
                name="quality_deviation_comes_from_staff",
                violation_error_message="En kvalitetsavvikelse rapporteras av personal.",
            ),
            models.CheckConstraint(
                condition=~Q(state="escalated") | Q(misconduct__in=MARKED),
                name="escalated_deviation_is_marked",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(is_deviation=""),
                name="closed_deviation_is_assessed",
                violation_error_message="Bedöm om det var en avvikelse innan du avslutar.",
            ),
            models.CheckConstraint(
                condition=Q(is_deviation__in=["", *IsDeviation.values])
                & Q(consequence__in=["", *Consequence.values])
                & Q(cause_level__in=["", *CauseLevel.values])
                & Q(sender__in=["", *Sender.values])
                & Q(contact_way__in=["", *ContactWay.values])
                & Q(misconduct__in=["", *Misconduct.values])
                & Q(better__in=["", *Better.values]),
                name="deviation_known_words",
            ),
        ]

    @property
    def is_from_outside(self) -> bool:
        """Tell whether a citizen, a relative or an authority wrote it, not the staff."""
        return self.reported_by == ReportedBy.OUTSIDE

    @property
    def awaits_other_answer(self) -> bool:
        """Tell whether it is to be answered with the case that it duplicates."""
        return self.state == State.DUPLICATE and not self.answered_on


class Draft(models.Model):
    """A report that a member of staff has begun; it becomes a case when it is sent, and nothing before."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts"
    )  # own notes
    answers: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ["-updated_at"]


class PurgedCode(models.Model):
    """The hash of a code by which nobody can follow a case any more: whoever has the code is told so."""

    hash = models.CharField(primary_key=True, max_length=64)
