"""Risk analyses: what could happen to those the service is for, before it happens."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models import Case
from organisation.access import units_for
from organisation.models import Unit, sane_dates
from organisation.rights import Right
from riskanalysis.matrix import Level, level, value


class State(models.TextChoices):
    """Where in the process an analysis is; see riskanalysis.process.workflow."""

    PLANNED = "planned", "planerad"
    IN_PROGRESS = "in_progress", "pågår"
    DECIDED = "decided", "beslutad"
    FOLLOWED_UP = "followed_up", "uppföljd"
    CLOSED = "closed", "avslutad"


class Trigger(models.TextChoices):
    """Why the analysis is made (SOSFS 2011:9 5 kap. 1 §)."""

    CHANGE = "change", "en förändring i verksamheten"
    METHOD = "method", "ett nytt arbetssätt eller en ny metod"
    MOVE = "move", "en flytt eller ombyggnad"
    STAFFING = "staffing", "en ändrad bemanning"
    RISKY_MOMENT = "risky_moment", "ett riskfyllt moment i arbetet"
    RECURRING = "recurring", "avvikelser som återkommer"
    INDIVIDUAL = "individual", "en enskild person, utan uppgift om vem"
    OTHER = "other", "något annat"


class Decision(models.TextChoices):
    """The decisions about a risk."""

    ACCEPT = "accept", "acceptera risken"
    ACT = "act", "åtgärda risken"


class RiskAnalysis(Case):
    """An analysis of risks for the quality of the service (SOSFS 2011:9 5 kap. 1 §)."""

    state = models.CharField(
        "läge", max_length=20, choices=State, default=State.PLANNED
    )
    trigger = models.CharField(
        "varför den görs", max_length=20, choices=Trigger, blank=True
    )
    workplace = models.TextField("verksamhet där den gjordes")
    scope = models.TextField("vad som analyseras", blank=True)
    participants = models.TextField("vilka som är med", blank=True)
    planned_on = models.DateField("ska göras senast", null=True, blank=True)
    decided_on = models.DateField("beslutades", null=True, blank=True)
    review_on = models.DateField("följs upp", null=True, blank=True)
    conclusion = models.TextField("slutsats", blank=True)
    # One form filled in once is one analysis.
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    class Meta:
        """State and dates agree."""

        constraints = [
            sane_dates("planned_on", "decided_on", "review_on", model="riskanalysis"),
            models.CheckConstraint(
                condition=Q(state__in=State.values)
                & Q(trigger__in=["", *Trigger.values]),
                name="riskanalysis_known_words",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "in_progress"], decided_on=None)
                | Q(
                    state__in=["decided", "followed_up", "closed"],
                    decided_on__isnull=False,
                ),
                name="riskanalysis_state_agrees_with_decision",
            ),
        ]

    @property
    def state_label(self) -> str:
        """Return where the analysis stands, in words."""
        return str(self.get_state_display())


class Risk(models.Model):
    """One risk in three parts: the event, why, and what it can lead to; valued 1-4 by 1-4.

    A risk is never removed: what was wrong is crossed out, and says why.
    """

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="risks")
    position = models.PositiveSmallIntegerField(default=1)
    event = models.TextField("händelse")
    cause = models.TextField("orsak")
    consequence = models.TextField("konsekvens")
    probability = models.PositiveSmallIntegerField("sannolikhet")
    severity = models.PositiveSmallIntegerField("allvarlighet")
    decision = models.CharField("beslut", max_length=10, choices=Decision, blank=True)
    reason = models.TextField("skäl", blank=True)
    residual_probability = models.PositiveSmallIntegerField(
        "sannolikhet efteråt", null=True, blank=True
    )
    residual_severity = models.PositiveSmallIntegerField(
        "allvarlighet efteråt", null=True, blank=True
    )
    crossed_out = models.TextField("varför den är struken", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    form_token = models.UUIDField(unique=True, null=True, editable=False)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        """Numbered from 1 within each analysis; both scales run from 1 to 4."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "position"], name="risk_position_once"
            ),
            models.CheckConstraint(
                condition=Q(probability__range=(1, 4)) & Q(severity__range=(1, 4)),
                name="risk_scales_run_from_1_to_4",
                violation_error_message="Välj ett värde mellan 1 och 4.",
            ),
            models.CheckConstraint(
                condition=Q(residual_probability=None, residual_severity=None)
                | Q(
                    residual_probability__range=(1, 4), residual_severity__range=(1, 4)
                ),
                name="residual_risk_is_whole",
                violation_error_message="Välj både sannolikhet och konsekvens efteråt.",
            ),
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(decision="act")
                | Q(decision="accept") & ~Q(reason=""),
                name="accepted_risk_has_a_reason",
                violation_error_message="Skriv varför risken accepteras.",
            ),
        ]

    def __str__(self) -> str:
        """Return the risk as the documents write it."""
        return f"Risk för {self.event} på grund av {self.cause}, vilket kan leda till {self.consequence}"

    @property
    def value(self) -> int:
        """Return probability times severity, 1-16."""
        return value(self.probability, self.severity)

    @property
    def level(self) -> Level:
        """Return how high the risk is, in words."""
        return level(self.probability, self.severity)

    @property
    def residual_level(self) -> Level | None:
        """Return the level of the risk after the measures, or None before it is judged."""
        if self.residual_probability is None or self.residual_severity is None:
            return None
        return level(self.residual_probability, self.residual_severity)


class Reason(models.TextChoices):
    """The reasons for a risk analysis found in the records; see riskanalysis.prompts."""

    UNIT = "enhet", "enheten upphör"
    ROUTINE = "rutin", "ny rutin eller ny version"
    ACTION = "atgard", "åtgärd som ändrar arbetet"
    RECURRING = "aterkommer", "avvikelser som återkommer"
    YEARLY = "arlig", "ingen riskanalys i år"


class PromptAnswerQuerySet(models.QuerySet["PromptAnswer"]):
    """Queries of the answers to prompts."""

    def visible_to(self, user: Any) -> Self:
        """Return the answers about the units whose usual cases a person reads."""
        return self.filter(
            unit__in=units_for(user, Right.CASES_READ).order_by().values("pk")
        )


class PromptAnswer(models.Model):
    """What came of one prompt: an analysis, or a reason why none is needed; the database keeps it as it is.

    A prompt is known by unit, kind and reference: it is worked out from the records and has no row.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="enhet"
    )
    kind = models.CharField("slag", max_length=20, choices=Reason)
    reference = models.CharField(max_length=250)
    # Why the analysis was prompted, as it was said then.
    words = models.TextField("vad som hade hänt")
    analysis = models.ForeignKey(
        RiskAnalysis, models.PROTECT, null=True, related_name="prompted_by"
    )
    reason = models.TextField("varför ingen behövs", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    on = models.DateField("besvarades", default=timezone.localdate)

    objects = PromptAnswerQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(fields=["unit", "kind"], name="prompt_answer_unit_kind")
        ]
        constraints = [
            sane_dates("on", model="prompt_answer"),
            models.CheckConstraint(
                condition=Q(kind__in=Reason.values), name="prompt_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(analysis__isnull=False, reason="")
                | Q(analysis=None) & ~Q(reason=""),
                name="prompt_answer_is_one_of_two",
            ),
        ]

    def __str__(self) -> str:
        return self.words
