"""Log checks: the readings that a draw brought up, what is remarkable about each, and how it was judged."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.models.reading import Kind
from organisation.models import Unit
from selfcheck.models.check import SelfCheck
from selfcheck.models.reviewing import Draw


class Flag(models.TextChoices):
    """What may be remarkable about a reading: a reason to look closer, never a verdict."""

    GLASS = "glass", "nödöppning"
    NAME = "name", "samma efternamn"
    OWN = "own", "eget ärende"
    FORMER = "former", "tidigare ärende"
    NO_TASK = "no_task", "ingen uppgift i ärendet"
    MASS = "mass", "många ärenden på kort tid"
    NIGHT = "night", "på natten"
    DAY_OFF = "day_off", "på en ledig dag"
    SUBSTITUTE = "substitute", "som ersättare"
    PROTECTED = "protected", "skyddat ärende"


class Verdict(models.TextChoices):
    """What the reviewer says of a reading."""

    MOTIVATED = "motivated", "motiverad läsning"
    UNEXPLAINED = "unexplained", "utan förklaring"
    BREACH = "breach", "misstänkt dataintrång"


class LogSource(models.Model):
    """Another system whose log is uploaded as a file: which of its columns says what, told once."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField("system", max_length=100)
    # The headings of the file, as they stand there; "" where the file does not say it.
    who = models.CharField("vem", max_length=100)
    at = models.CharField("när", max_length=100)
    about = models.CharField("vad", max_length=100)
    place = models.CharField("enhet", max_length=100, blank=True)

    class Meta:
        """Once for each administration and system."""

        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], name="log_source_once_in_a_unit"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UploadedReading(models.Model):
    """One line of another system's log, kept for one check and purged with it; never changed."""

    check_case = models.ForeignKey(
        SelfCheck, models.PROTECT, related_name="uploaded_readings"
    )
    # The file that it came in, in the order they were uploaded, and its line there.
    file = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()
    who = models.CharField(max_length=200)
    at = models.DateTimeField()
    about = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order of the file."""

        ordering = ["file", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_case", "file", "line"], name="uploaded_line_once"
            ),
            models.CheckConstraint(
                condition=Q(file__gte=1, line__gte=1) & ~Q(who="") & ~Q(about=""),
                name="uploaded_line_says_who_and_what",
            ),
        ]


class DrawnReading(models.Model):
    """One reading to be judged, with what was known of it when it was drawn; never changed.

    It is a row of the own log (``reading``) or of an uploaded one.  The facts stand here too: the check is
    kept for longer than the log.  Words that somebody searched for stay sealed in the log alone.
    """

    check_case = models.ForeignKey(
        SelfCheck, models.PROTECT, related_name="drawn_readings"
    )
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="readings")
    position = models.PositiveSmallIntegerField()
    # In the check whatever chance says.
    always = models.BooleanField(default=False)
    reading = models.BigIntegerField(null=True)
    uploaded = models.ForeignKey(
        UploadedReading, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=30, blank=True)
    way = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    cases = ArrayField(models.BigIntegerField(), default=list)
    flags = ArrayField(models.CharField(max_length=10, choices=Flag), default=list)

    class Meta:
        """In the order they are judged."""

        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "position"], name="drawn_reading_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(flags__contained_by=Flag.values),
                name="drawn_reading_known_flags",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="drawn_readings_begin_at_one"
            ),
            models.CheckConstraint(
                condition=Q(reading__isnull=False, person__isnull=False, uploaded=None)
                | Q(reading=None, person=None, uploaded__isnull=False),
                name="drawn_reading_is_of_one_log",
            ),
        ]

    @property
    def remarks(self) -> list[Flag]:
        """Return what is remarkable about it, in the order of the flags."""
        return [flag for flag in Flag if flag in self.flags]


class Judgement(models.Model):
    """What the reviewer said of a reading; never changed, and the last one counts."""

    check_case = models.ForeignKey(SelfCheck, models.PROTECT, related_name="+")
    drawn = models.ForeignKey(DrawnReading, models.PROTECT, related_name="judgements")
    verdict = models.CharField("bedömning", max_length=20, choices=Verdict)
    reason = models.TextField("varför", blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    judged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order they were made."""

        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="judgement_known_verdict"
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.MOTIVATED) | ~Q(reason=""),
                name="judgement_says_why",
                violation_error_message="Skriv varför.",
            ),
        ]
