"""What authors have said of the numbers in their texts, so that nobody is asked twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from organisation.models import sane_dates


class KeptNumber(models.Model):
    """That an author was asked about a number in a text and let it stand.

    The row knows the text by a keyed hash: it holds neither text nor number. It goes with a purged text.
    """

    class Said(models.TextChoices):
        """What the author answered."""

        TELEPHONE = "telephone", "är ett telefonnummer"
        BELONGS = "belongs", "ska stå kvar"

    text = models.CharField(max_length=64, editable=False)
    said = models.CharField("svar", max_length=20, choices=Said)
    said_on = models.DateField("dag", default=timezone.localdate)

    class Meta:
        """One answer of a kind for each text."""

        constraints = [
            models.UniqueConstraint(
                fields=["text", "said"], name="kept_number_once_for_each_text"
            ),
            models.CheckConstraint(
                condition=Q(said__in=["telephone", "belongs"]),
                name="kept_number_known_answer",
            ),
            sane_dates("said_on", model="kept_number"),
        ]

    def __str__(self) -> str:
        return self.get_said_display()
