"""Risk analyses: what could happen to those the service is for, before it happens."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.models import Case
from organisation.models import sane_dates


class RiskAnalysis(Case):
    """An analysis of risks for the quality of the service (SOSFS 2011:9 5 kap. 1 §)."""

    workplace = models.TextField("verksamhet där den gjordes")
    decided_on = models.DateField("beslutades", null=True, blank=True)

    class Meta:
        """Dates are possible."""

        constraints = [sane_dates("decided_on", model="riskanalysis")]


class Risk(models.Model):
    """One risk in three parts: the event, why, and what it can lead to; valued 1-4 by 1-4."""

    analysis = models.ForeignKey(RiskAnalysis, models.PROTECT, related_name="risks")
    event = models.TextField("händelse")
    cause = models.TextField("orsak")
    consequence = models.TextField("konsekvens")
    probability = models.PositiveSmallIntegerField("sannolikhet")
    severity = models.PositiveSmallIntegerField("allvarlighet")

    class Meta:
        """Both scales run from 1 to 4."""

        constraints = [
            models.CheckConstraint(
                condition=Q(probability__range=(1, 4)) & Q(severity__range=(1, 4)),
                name="risk_scales_run_from_1_to_4",
                violation_error_message="Välj ett värde mellan 1 och 4.",
            )
        ]

    @property
    def value(self) -> int:
        """Return probability times severity, 1-16."""
        return self.probability * self.severity
