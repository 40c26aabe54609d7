"""What is written and attached while a case is handled."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.case import Case
from organisation.models import sane_dates


class Note(models.Model):
    """Something written in a case; the database refuses to change or remove it.

    What is wrong is corrected by a new note.  A note without author comes from a citizen, and is dated
    by the day alone.
    """

    class Kind(models.TextChoices):
        """Who reads it: the handlers alone, or also the one who reported."""

        INTERNAL = "internal", "intern anteckning"
        TO_REPORTER = "to_reporter", "till den som rapporterade"
        FROM_REPORTER = "from_reporter", "från den som rapporterade"

    class Nature(models.TextChoices):
        """What an investigation must keep apart (SOSFS 2011:5 5 kap.)."""

        FACT = "fact", "faktisk uppgift"
        ASSESSMENT = "assessment", "bedömning"

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(default=timezone.now)
    # What a note of an investigation says besides: where it comes from, since when, and who wrote it as what.
    nature = models.CharField(
        "slag av uppgift", max_length=20, choices=Nature, blank=True, db_default=""
    )
    source = models.CharField("källa", max_length=200, blank=True, db_default="")
    learnt_on = models.DateField("uppgiften lämnades", null=True, blank=True)
    author_title = models.CharField("som", max_length=120, blank=True, db_default="")
    # One form sent twice is one note.
    form_token = models.UUIDField(unique=True, null=True, editable=False)

    class Meta:
        """In the order they were written."""

        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["internal", "to_reporter", "from_reporter"]),
                name="note_known_kind",
            ),
            models.CheckConstraint(
                condition=~Q(author=None) | ~Q(kind="to_reporter"),
                name="note_to_reporter_has_author",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(nature="")
                | Q(nature__in=["fact", "assessment"])
                & ~Q(source="")
                & ~Q(author_title=""),
                name="note_of_an_investigation_is_whole",
            ),
            sane_dates("learnt_on", model="note"),
        ]


class Attachment(models.Model):
    """A file in a case, kept in the database; nobody can open it until it has been found clean."""

    class State(models.TextChoices):
        """What the scan has said."""

        PENDING = "pending", "kontrolleras"
        CLEAN = "clean", "kontrollerad"
        INFECTED = "infected", "stoppad: innehåller skadlig kod"

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField("filnamn", max_length=150)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64)
    content = models.BinaryField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Numbered from 1 within each case: what an address says instead of a file name."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"], name="attachment_position_once"
            ),
            models.UniqueConstraint(
                fields=["case", "checksum"], name="attachment_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "clean", "infected"]),
                name="attachment_known_state",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0), name="attachment_is_not_empty"
            ),
        ]
