"""What a retention decision says, and what is left of a case that was purged under it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone

from casework.kinds import choices
from organisation.models import Unit, sane_dates


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    """Questions about retention decisions."""

    def in_force(self) -> Self:
        """Return the decision that was registered last for each administration and kind of case."""
        newest = (
            RetentionRule.objects.order_by()
            .values("unit", "subject")
            .annotate(newest=Max("pk"))
        )
        return self.filter(pk__in=newest.values("newest"))


class RetentionRule(models.Model):
    """A decision on how long an administration keeps its cases of one kind; the database keeps it as it is.

    SoL has no limit for the municipality's own files: archive law and the own plan decide.  Without a
    registered decision nothing is purged, and a later one without years lets the cases be kept again.
    """

    MOST_YEARS = 100

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="förvaltning"
    )
    subject = models.CharField("slag av ärende", max_length=20, choices=choices)
    years = models.PositiveSmallIntegerField("år efter avslut", null=True, blank=True)
    decision = models.CharField("beslutets nummer", max_length=60)
    decided_on = models.DateField("beslutsdag")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(default=timezone.now)

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        """Latest first."""

        ordering = ["-pk"]
        constraints = [
            sane_dates("decided_on", model="retention"),
            models.CheckConstraint(
                condition=Q(years=None) | Q(years__range=(1, 100)),
                name="retention_years_are_sane",
            ),
            models.CheckConstraint(
                condition=~Q(decision=""), name="retention_names_its_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} ({self.decided_on.isoformat()})"


class Tombstone(models.Model):
    """That a case was there, and under which decision it was purged; the database keeps it as it is.

    A row of the history may be removed when its case has a tombstone, and never otherwise; a case that has
    one is gone when the transaction ends (triggers of casework/migrations).
    """

    # What the case's own row had: its history names it.
    key = models.BigIntegerField(unique=True)
    number = models.CharField("nummer", max_length=40, unique=True)
    subject = models.CharField("slag", max_length=20, choices=choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="enhet"
    )
    rule = models.ForeignKey(RetentionRule, models.PROTECT, related_name="tombstones")
    # By what a row of a register without numbers is known again (casework.handling.purging.imprint).
    imprint = models.CharField(max_length=64, default="", blank=True, editable=False)
    purged_on = models.DateField("gallrades", default=timezone.localdate)

    class Meta:
        """Latest first."""

        ordering = ["-purged_on", "-pk"]
        constraints = [sane_dates("purged_on", model="tombstone")]

    def __str__(self) -> str:
        return self.number
