"""The yearly information to staff about the duty to report, and the proof of it (SoL 27 kap. 3 §)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organisation.models import Unit, sane_dates


class Information(models.Model):
    """What everyone on the staff of an administration is to know by a day; one each time it is given."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="förvaltning"
    )
    title = models.CharField("rubrik", max_length=120)
    text = models.TextField("text")
    begins_on = models.DateField("visas från")
    due_on = models.DateField("klart senast")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Latest first; one begins on a day."""

        ordering = ["-begins_on", "-pk"]
        constraints = [
            sane_dates("begins_on", "due_on", model="information"),
            models.UniqueConstraint(
                fields=["unit", "begins_on"], name="information_begins_once"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("begins_on")),
                name="information_ends_after_it_begins",
                violation_error_message="Sista dagen kan inte vara före den första.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="information_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Acknowledgement(models.Model):
    """The proof that one person has been informed; the database refuses to change or remove it."""

    class How(models.TextChoices):
        """How the person got to know it."""

        READ = "read", "läste själv"
        MEETING = "meeting", "på arbetsplatsträff"
        START = "start", "vid introduktionen"

    information = models.ForeignKey(
        Information, models.PROTECT, related_name="acknowledgements"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField("dag")
    how = models.CharField("hur", max_length=10, choices=How)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once per person and information."""

        constraints = [
            sane_dates("on", model="acknowledgement"),
            models.UniqueConstraint(
                fields=["information", "user"], name="acknowledged_once"
            ),
            models.CheckConstraint(
                condition=Q(how__in=["read", "meeting", "start"]),
                name="acknowledgement_known_how",
            ),
        ]
