"""Measurement series: the same count, or part of a whole, period after period."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q

from organisation.models import Unit


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
