"""The register of processes and routines (SOSFS 2011:9 4 kap. 2-4 §§)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from organisation.access import paths_above
from organisation.models import Unit, sane_dates
from organisation.texts.alphabet import AlphabetKeyField


class RoutineQuerySet(models.QuerySet["Routine"]):
    """Questions about the register."""

    def current(self) -> Self:
        """Return the routines that apply: those that nobody has withdrawn."""
        return self.filter(withdrawn_on=None)

    def concerning(self, unit: Unit) -> Self:
        """Return a unit's own routines, and those of the units above and below it."""
        return self.filter(
            Q(unit__path__in=paths_above(unit)) | Q(unit__path__startswith=unit.path)
        )


class Routine(models.Model):
    """A process or a routine that the organisation has described and somebody keeps.

    Cases name it by its name, which therefore never changes: under another name it is another routine.
    """

    class Kind(models.TextChoices):
        """A process says what is done, a routine how one part of it is done, and by whom."""

        PROCESS = "process", "process"
        ROUTINE = "rutin", "rutin"

    code = models.SlugField("kod", max_length=60, unique=True)
    name = models.CharField("namn", max_length=200)
    name_key = AlphabetKeyField(of="name")
    kind = models.CharField("slag", max_length=10, choices=Kind, default=Kind.ROUTINE)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="routines", verbose_name="enhet"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="routines",
    )
    edition = models.CharField("version", max_length=20, blank=True)
    # Since when the way of working is new; unknown for what applied before it was registered.
    edition_on = models.DateField(
        "versionen gäller från", null=True, blank=True, editable=False
    )
    review_on = models.DateField("ses över senast", null=True, blank=True)
    description = models.TextField("beskrivning", blank=True)
    registered_on = models.DateField("registrerades", default=timezone.localdate)
    withdrawn_on = models.DateField("slutade gälla", null=True, blank=True)
    # Counts the changes: whoever saves on top of another's change is told so.
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = RoutineQuerySet.as_manager()

    class Meta:
        """By name; of those that apply no two have the same, however it is spelt."""

        ordering = ["name_key", "pk"]
        constraints = [
            sane_dates(
                "edition_on",
                "review_on",
                "registered_on",
                "withdrawn_on",
                model="routine",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["process", "rutin"]), name="routine_known_kind"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="routine_has_a_name"),
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(withdrawn_on=None),
                name="routine_name_once_among_those_that_apply",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_to_be_reviewed(self, *, on: dt.date | None = None) -> bool:
        """Tell whether the last day to look the routine over has passed, or was never set."""
        return self.review_on is None or self.review_on < (on or timezone.localdate())

    @property
    def review(self) -> tuple[str, str]:
        """Return in Swedish how the review stands, and the tone to say it in; nothing when it is in time."""
        if self.withdrawn_on:
            return "gäller inte längre", "neutral"
        if self.review_on is None:
            return "ingen dag bestämd", "warn"
        return ("ska ses över", "bad") if self.is_to_be_reviewed() else ("", "neutral")
