"""What the rules find in the figures of a tertial, with the numbers and limits that they found it by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from analysis.rules.patterns import NAMES
from organisation.models import Unit


class Kind(models.TextChoices):
    """The rules, by what they tell; see analysis.rules.patterns."""

    RISE = "rise", "ökning"
    CONCENTRATED = "concentrated", "koncentration"
    RECURRING = "recurring", "återkommer"
    REPEATED = "repeated", "trots åtgärd"
    EASED = "eased", "färre efter åtgärd"


class Level(models.TextChoices):
    """How sure a rule is: a pattern is judged, what is watched or has eased is only shown."""

    PATTERN = "pattern", "mönster"
    WATCH = "watch", "bevaka"
    FEWER = "fewer", "färre"


class Found(models.Model):
    """A finding of a rule: the columns that a signal and a pattern share.

    ``count`` of the tertial (of twelve months when it recurs) stands against ``before`` in so many earlier
    ``periods``, or ``count`` of ``whole`` against ``before`` of ``periods`` elsewhere when concentrated.
    Dimensions that are "" were not part of what was counted.
    """

    kind = models.CharField("slag", max_length=20, choices=Kind)
    level = models.CharField("säkerhet", max_length=10, choices=Level)
    subject = models.CharField(max_length=20, default="deviations")
    target_group = models.CharField("målgrupp", max_length=100, blank=True)
    category = models.CharField("kategori", max_length=200, blank=True)
    cause_area = models.CharField("orsak", max_length=200, blank=True)
    process = models.CharField("process eller rutin", max_length=200, blank=True)
    type = models.CharField("typ", max_length=200, blank=True)
    count = models.PositiveIntegerField()
    whole = models.PositiveIntegerField(null=True)
    before = models.PositiveIntegerField(null=True)
    periods = models.PositiveIntegerField(null=True)
    chance = models.FloatField(null=True)
    false_share = models.FloatField(null=True)
    # The limits of the rules that day, so that anybody can find it again.
    parameters = models.JSONField(default=dict)

    class Meta:
        """No table: signals and patterns have their own."""

        abstract = True


# By what a cell is told apart: of lex Sarah by its type, of all else as the rules name it.
NARROWINGS = (*NAMES, "type")
DIMENSIONS = ("subject", *NARROWINGS)
NUMBERS = ("count", "whole", "before", "periods", "chance", "false_share")


class Signal(Found):
    """A finding in a tertial by the figures of today; made again when they change."""

    year = models.PositiveSmallIntegerField()
    tertial = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="signals")

    class Meta:
        """Each rule finds a cell once a tertial; the surest first."""

        ordering = ["year", "tertial", "level", F("chance").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "tertial", "unit", "kind", *DIMENSIONS],
                name="signal_found_once",
            ),
            models.CheckConstraint(
                condition=Q(tertial__range=(1, 3)), name="signal_of_one_of_three"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values) & Q(level__in=Level.values),
                name="signal_known_words",
            ),
        ]
