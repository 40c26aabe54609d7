"""What was drawn to be reviewed, and what each file answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from selfcheck.models.check import SelfCheck


class Draw(models.Model):
    """A random draw that anyone can repeat from its record; the database refuses to change or remove it.

    ``drawn`` holds places in the population, counted from 1, in the order drawn; see selfcheck.drawing.
    """

    class Of(models.TextChoices):
        """What the population is made of."""

        FILES = "files", "akter"
        STAFF = "staff", "medarbetare"
        CASES = "cases", "ärenden i Kvalitet"

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="draws")
    of = models.CharField("vad som dras", max_length=10, choices=Of)
    population = models.TextField("hur populationen avgränsades")
    size = models.PositiveIntegerField("antal i populationen")
    count = models.PositiveIntegerField("antal som drogs")
    seed = models.CharField("slumpfrö", max_length=64)
    drawn: models.JSONField[list[int]] = models.JSONField(default=list)
    # The case numbers of a population of cases, in the order they were counted.
    members: models.JSONField[list[str]] = models.JSONField(default=list)
    with_protected = models.BooleanField("också skyddade ärenden", default=False)
    reason = models.TextField("varför den gjordes om", blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
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
            models.CheckConstraint(condition=Q(of__in=["files", "staff", "cases"]), name="draw_known_kind"),
        ]


class Answer(models.Model):
    """What one file answered to one question of the template."""

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
    said = models.CharField(max_length=20, choices=Said)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once per file and question."""

        ordering = ["file", "question"]
        constraints = [
            models.UniqueConstraint(fields=["check_case", "file", "question"], name="answered_once"),
            models.CheckConstraint(
                condition=Q(said__in=["yes", "no", "not_applicable", "not_verifiable"]),
                name="answer_known_word",
            ),
            models.CheckConstraint(condition=Q(file__gte=1, question__gte=1), name="answer_has_its_place"),
        ]


class SurveyQuestion(models.Model):
    """One question of a survey: how many answered it, and how many of them as one hopes."""

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="survey_questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField("fråga", max_length=300)
    answered = models.PositiveIntegerField("antal svar")
    positive = models.PositiveIntegerField("antal positiva svar")

    class Meta:
        """Numbered from 1 within each survey."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["check_case", "position"], name="survey_question_once"),
            models.CheckConstraint(
                condition=Q(positive__lte=F("answered")),
                name="survey_positive_of_answered",
                violation_error_message="De positiva svaren kan inte vara fler än svaren.",
            ),
        ]
