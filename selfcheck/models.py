"""Self-checks: systematic follow-up of the own work against its processes and routines."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q

from casework.models import Case
from organisation.models import Unit


class Method(models.TextChoices):
    """How a self-check is done."""

    FILE_REVIEW = "file_review", "granskning av akter"
    MEASUREMENT_SERIES = "measurement_series", "mätserie"
    SURVEY = "survey", "enkät"
    LOG_CHECK = "log_check", "loggkontroll"
    WALKTHROUGH = "walkthrough", "genomgång på plats"
    COMPARISON = "comparison", "jämförelse"
    ATTITUDE = "attitude", "attityder"
    STATISTICS_REVIEW = "statistics_review", "genomgång av statistik"


class SelfCheck(Case):
    """One self-check that was planned or done (SOSFS 2011:9 5 kap. 2 §)."""

    workplace = models.TextField("verksamhet där den gjordes")
    method = models.CharField("metod", max_length=30, choices=Method)
    done_on = models.DateField("genomfördes", null=True, blank=True)
    result = models.TextField("resultat", blank=True)
    met = models.PositiveIntegerField("antal som uppfyller kravet", null=True, blank=True)
    reviewed = models.PositiveIntegerField("antal granskade", null=True, blank=True)

    class Meta:
        """ "X av Y" is whole and possible; what is done has a result."""

        constraints = [
            models.CheckConstraint(condition=Q(method__in=Method.values), name="selfcheck_known_method"),
            models.CheckConstraint(
                condition=Q(met=None, reviewed=None)
                | (Q(met__isnull=False) & Q(reviewed__gte=1) & Q(met__lte=F("reviewed"))),
                name="selfcheck_met_of_reviewed",
                violation_error_message="Antalet som uppfyller kravet kan inte vara fler än de granskade.",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(result="") | Q(reviewed__isnull=False),
                name="selfcheck_done_has_result",
                violation_error_message="En genomförd egenkontroll ska ha ett resultat.",
            ),
        ]

    @property
    def met_of_reviewed(self) -> str:
        """Return "X av Y", the way such results are told."""
        return f"{self.met} av {self.reviewed}"


@dataclass(frozen=True)
class Share:
    """So many of so many; ``denominator`` is None for a plain count."""

    numerator: int
    denominator: int | None

    def __str__(self) -> str:
        return f"{self.numerator}" if self.denominator is None else f"{self.numerator}/{self.denominator}"

    @property
    def percent(self) -> int | None:
        """Return the share in whole per cent, halves upward; None when there is no share."""
        if not self.denominator:
            return None
        return (200 * self.numerator + self.denominator) // (2 * self.denominator)


class Measurement(models.Model):
    """One point of a measurement series: so many, or so many of so many, in a period.

    ``period`` is a month (2024-04) or a year (2024); ``denominator`` is None for plain counts, and a
    share is always derived, never typed.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="measurements")
    title = models.CharField("mätserie", max_length=200)
    period = models.CharField("period", max_length=7)
    numerator = models.PositiveIntegerField("antal")
    denominator = models.PositiveIntegerField("av", null=True, blank=True)

    class Meta:
        """One value per unit, series and period."""

        ordering = ["unit", "title", "period"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "title", "period"], name="measured_once"),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=F("numerator")),
                name="measured_share_within_one",
                violation_error_message="Antalet kan inte vara större än det som det är en del av.",
            ),
            models.CheckConstraint(
                condition=Q(period__regex=r"^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$"), name="measured_period"
            ),
        ]

    @property
    def percent(self) -> int | None:
        """Return the derived share in whole per cent; None for a plain count."""
        return Share(self.numerator, self.denominator).percent
