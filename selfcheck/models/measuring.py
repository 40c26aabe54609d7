"""Measurement series: the same count, or part of a whole, period after period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.dates import MONTHS

from organisation.access import units_for
from organisation.models import Unit
from organisation.rights import Right
from organisation.texts.alphabet import AlphabetKeyField


def name_of(period: str) -> str:
    """Return a period in words: "mars 2024", or the year."""
    year, _, month = period.partition("-")
    if not month:
        return year
    return f"{MONTHS[int(month)].lower()} {year}"


@dataclass(frozen=True)
class Share:
    """So many of so many; ``denominator`` is None for a plain count."""

    numerator: int
    denominator: int | None

    def __str__(self) -> str:
        if self.denominator is None:
            return f"{self.numerator}"
        return f"{self.numerator}/{self.denominator}"

    def plus(self, other: Share) -> Share:
        """Return the sum of parts over the sum of wholes."""
        whole = self.denominator
        if other.denominator is not None:
            whole = (whole or 0) + other.denominator
        return Share(self.numerator + other.numerator, whole)

    @property
    def words(self) -> str:
        """Return the numbers and the derived share in words: "157 av 530, 30 %"."""
        told = f"{self.numerator:,}".replace(",", "\u00a0")
        if self.denominator is None:
            return told
        of = f"{told} av {self.denominator:,}".replace(",", "\u00a0")
        if self.percent is None:
            return of
        return f"{of}, {self.percent} %"

    @property
    def percent(self) -> int | None:
        """Return the share in whole per cent, halves upward; None when there is no share."""
        if not self.denominator:
            return None
        return (200 * self.numerator + self.denominator) // (2 * self.denominator)


class SeriesQuerySet(models.QuerySet["Series"]):
    """Questions about measurement series; every page begins with visible_to."""

    def visible_to(self, user: Any) -> Self:
        """Return the series that a person may read: of the units whose usual cases he or she reads."""
        return self.filter(
            unit__in=units_for(user, Right.CASES_READ).order_by().values("pk")
        )

    def numbered(self) -> Self:
        """Return the series with their place among their unit's, in the order begun: what an address says.

        A series is never removed and never changes unit, so that a place never becomes another's.
        """
        earlier = Series.objects.filter(unit=OuterRef("unit"), pk__lte=OuterRef("pk"))
        counted = earlier.order_by().values("unit").annotate(n=Count("pk")).values("n")
        return self.annotate(place=Subquery(counted))


class Series(models.Model):
    """A count, or a share, that a unit measures period after period."""

    class Every(models.TextChoices):
        """How long its periods are."""

        MONTH = "month", "varje månad"
        YEAR = "year", "varje år"

    class Counts(models.TextChoices):
        """What the product counts by itself, year by year."""

        LOG_CHECKS = "log_checks", "diarieförda loggkontroller"

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="series", verbose_name="enhet"
    )
    title = models.CharField("mätserie", max_length=200)
    title_key = AlphabetKeyField(of="title")
    is_share = models.BooleanField("en andel", default=False)
    every = models.CharField(
        "hur ofta", max_length=10, choices=Every, default=Every.MONTH
    )
    counted = models.CharField("vad som räknas", max_length=200, blank=True)
    whole = models.CharField("av vilka", max_length=200, blank=True)
    source = models.CharField("varifrån talen kommer", max_length=200, blank=True)
    process = models.CharField("process eller rutin", max_length=200, blank=True)
    # From its first counted year nobody types its values; what stands before that was typed.
    counts = models.CharField(
        "räknas av sig själv",
        max_length=20,
        choices=Counts,
        blank=True,
        default="",
        db_default="",
    )
    counted_from = models.PositiveSmallIntegerField(
        "räknas från och med år", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    place: int  # given by SeriesQuerySet.numbered

    objects = SeriesQuerySet.as_manager()

    class Meta:
        """By unit and title, each once."""

        ordering = ["unit__path", "title_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"], name="series_once_in_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(every__in=["month", "year"]), name="series_known_periods"
            ),
            models.CheckConstraint(
                condition=Q(is_share=True) | Q(whole=""),
                name="series_of_counts_has_no_whole",
            ),
            models.CheckConstraint(
                condition=Q(counts="", counted_from=None)
                | Q(
                    counts="log_checks",
                    counted_from__gte=1900,
                    counted_from__lt=2200,
                    every="year",
                    is_share=False,
                ),
                name="series_counts_whole_years",
                violation_error_message="Bara ett antal per år kan räknas av sig självt.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Measurement(models.Model):
    """One point of a measurement series: so many, or so many of so many, in a period.

    ``period`` is a month (2024-04) or a year (2024); ``denominator`` is None for plain counts, and a
    share is always derived, never typed.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="points")
    period = models.CharField("period", max_length=7)
    numerator = models.PositiveIntegerField("antal")
    denominator = models.PositiveIntegerField("av", null=True, blank=True)

    class Meta:
        """One value per series and period."""

        ordering = ["series", "period"]
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="measured_once"),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=F("numerator")),
                name="measured_share_within_one",
                violation_error_message="Antalet kan inte vara större än det som det är en del av.",
            ),
            models.CheckConstraint(
                condition=Q(period__regex=r"^(19|20|21)\d\d(-(0[1-9]|1[0-2]))?$"),
                name="measured_period",
            ),
        ]

    @property
    def share(self) -> Share:
        """Return the two numbers together."""
        return Share(self.numerator, self.denominator)

    @property
    def percent(self) -> int | None:
        """Return the derived share in whole per cent; None for a plain count."""
        return self.share.percent


class MeasurementChange(models.Model):
    """Who gave, changed or removed a value, and from what; the database refuses to change or remove it.

    A numerator of None means that there was, or is, no value.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="changes")
    period = models.CharField(max_length=7)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    from_numerator = models.PositiveIntegerField(null=True)
    from_denominator = models.PositiveIntegerField(null=True)
    to_numerator = models.PositiveIntegerField(null=True)
    to_denominator = models.PositiveIntegerField(null=True)

    class Meta:
        """The newest first."""

        ordering = ["-pk"]

    @property
    def name(self) -> str:
        """Return the period in words."""
        return name_of(self.period)

    @property
    def before(self) -> Share | None:
        """Return the value that there was, if any."""
        if self.from_numerator is None:
            return None
        return Share(self.from_numerator, self.from_denominator)

    @property
    def after(self) -> Share | None:
        """Return the value that there is since, if any."""
        if self.to_numerator is None:
            return None
        return Share(self.to_numerator, self.to_denominator)
