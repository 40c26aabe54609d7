"""Random draws, and the answers of each drawn file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from selfcheck.models.check import SelfCheck
from selfcheck.models.measuring import Share


class Draw(models.Model):
    """A random draw that anyone can repeat from its record; the database refuses to change or remove it.

    ``drawn`` holds places in the population, counted from 1, in the order drawn; see selfcheck.review.drawing.
    Where every place of a walk-through is gone through, nothing is drawn and there is no seed.
    """

    class Of(models.TextChoices):
        """The kinds of population."""

        FILES = "files", "akter"
        STAFF = "staff", "medarbetare"
        CASES = "cases", "ärenden i Kvalitet"
        PLACES = "places", "platser"

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="draws")
    of = models.CharField("vad som dras", max_length=10, choices=Of)
    population = models.TextField("hur populationen avgränsades")
    size = models.PositiveIntegerField("antal i populationen")
    count = models.PositiveIntegerField("antal som drogs")
    seed = models.CharField("slumpfrö", max_length=64)
    drawn: models.JSONField[list[int]] = models.JSONField(default=list)
    # The case numbers of a population of cases, or the names of places, in the order they were counted.
    members: models.JSONField[list[str]] = models.JSONField(default=list)
    with_protected = models.BooleanField("också skyddade ärenden", default=False)
    # A draw of readings: what was asked of the log (selfcheck.review.asking).
    question: models.JSONField[dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    reason = models.TextField("varför den gjordes om", blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order they were made; the last one counts."""

        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, count__gte=1, count__lte=F("size")),
                name="draw_is_part_of_the_population",
                violation_error_message="Du kan inte dra fler än det finns.",
            ),
            models.CheckConstraint(
                condition=Q(of__in=["files", "staff", "cases", "places"]),
                name="draw_known_kind",
            ),
        ]


class Answer(models.Model):
    """The answer of one file to one question of the template."""

    class Said(models.TextChoices):
        """The four answers; the last two count in neither part of "X av Y"."""

        YES = "yes", "ja"
        NO = "no", "nej"
        NOT_APPLICABLE = "not_applicable", "ej aktuellt"
        NOT_VERIFIABLE = "not_verifiable", "går inte att se"

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="answers")
    # The place of the file among those reviewed, and of the question in the template, both from 1.
    file = models.PositiveSmallIntegerField()
    question = models.PositiveSmallIntegerField()
    said = models.CharField("svar", max_length=20, choices=Said)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once per file and question."""

        ordering = ["file", "question"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_case", "file", "question"], name="answered_once"
            ),
            models.CheckConstraint(
                condition=Q(said__in=["yes", "no", "not_applicable", "not_verifiable"]),
                name="answer_known_word",
            ),
            models.CheckConstraint(
                condition=Q(file__gte=1, question__gte=1), name="answer_has_its_place"
            ),
        ]


class SurveyQuestion(models.Model):
    """One question of a survey: how many answered it, and how many of them as one hopes."""

    check_case = models.ForeignKey(
        SelfCheck, models.PROTECT, related_name="survey_questions"
    )
    position = models.PositiveSmallIntegerField()
    text = models.CharField("fråga", max_length=300)
    answered = models.PositiveIntegerField("antal svar")
    positive = models.PositiveIntegerField("antal positiva svar")

    class Meta:
        """Numbered from 1 within each survey."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_case", "position"], name="survey_question_once"
            ),
            models.CheckConstraint(
                condition=Q(positive__lte=F("answered")),
                name="survey_positive_of_answered",
                violation_error_message="De positiva svaren kan inte vara fler än svaren.",
            ),
        ]

    @property
    def share(self) -> Share:
        """Return how many of those who answered did so as one hopes; derived, never typed."""
        return Share(self.positive, self.answered)


class Indicator(models.Model):
    """A figure that was looked at, and what it was compared with: own value, the other's, from where.

    The same for a comparison, as with open comparisons, and for a review of statistics.
    """

    class Beside(models.TextChoices):
        """The kinds of value to compare with."""

        COUNTRY = "country", "riket"
        ALIKE = "alike", "liknande kommuner"
        BEFORE = "before", "vårt eget förra värde"
        UNIT = "unit", "en annan enhet"
        TARGET = "target", "vårt mål"

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("nyckeltal", max_length=200)
    value = models.DecimalField("eget värde", max_digits=12, decimal_places=2)
    measure = models.CharField("enhet", max_length=30, blank=True)
    year = models.PositiveSmallIntegerField("år")
    beside = models.CharField("jämfört med", max_length=10, choices=Beside, blank=True)
    other = models.DecimalField(
        "deras värde", max_digits=12, decimal_places=2, null=True, blank=True
    )
    source = models.CharField("källa", max_length=200)
    link = models.URLField("länk", blank=True)

    class Meta:
        """Numbered from 1 within each check."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_case", "position"], name="indicator_once"
            ),
            models.CheckConstraint(
                condition=Q(beside="", other=None)
                | (~Q(beside="") & Q(other__isnull=False)),
                name="indicator_compared_with_something",
                violation_error_message="Ange både vad du jämför med och det värdet.",
            ),
            models.CheckConstraint(
                condition=Q(
                    beside__in=["", "country", "alike", "before", "unit", "target"]
                ),
                name="indicator_known_word",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1900, year__lt=2200), name="indicator_sane_year"
            ),
        ]

    @property
    def value_told(self) -> Decimal:
        """Return the own value without decimals that say nothing."""
        return _plain(self.value)

    @property
    def other_told(self) -> Decimal | None:
        """Return the other's value without decimals that say nothing."""
        if self.other is None:
            return None
        return _plain(self.other)

    @property
    def difference(self) -> Decimal | None:
        """Return how much higher the own value is than the other; derived, never typed."""
        if self.other is None:
            return None
        return _plain(self.value - self.other)


def _plain(number: Decimal) -> Decimal:
    """Return 82.5 for 82.50, and 100 for 100.00."""
    whole = number.to_integral_value()
    if number == whole:
        return whole
    return number.normalize()
