"""That a text was blanked in a row that is only ever added to, under whose decision, and what proves the rest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from casework.models.case import Case


class Blanking(models.Model):
    """One text that was struck out of the history; the database keeps this as it is, and it goes with its case.

    What stood there is left as a keyed hash.  Only a function of the owner's writes a row and blanks the text
    (casework.handling.blanking_functions): words in a history are else neither changed nor removed.
    """

    # What may be empty and leads to a case whose readers read the row (casework.cases.policies).
    read_with = ("case",)

    # None where the row belongs to no case.
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="blankings")
    place = models.CharField("tabell", max_length=63)
    row = models.BigIntegerField("rad")
    field = models.CharField("kolumn", max_length=63)
    # What stood there, by casework.handling.purging.imprint.
    imprint = models.CharField(max_length=64)
    # What stands there now, and a hash of the whole row as it was left: nothing more may change in it.
    stands = models.TextField(blank=True)
    left_as = models.CharField(max_length=64)
    # Of a line of the history: its seal, which stays, and what the seal would be of what stands there now.
    seal = models.CharField(max_length=64, blank=True)
    resealed = models.CharField(max_length=64, blank=True)
    reason = models.TextField("varför")
    decision = models.CharField("beslutets nummer", max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A text is blanked once, for a reason and under a decision."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "row", "field"], name="blanked_once"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decision=""),
                name="blanking_says_why_and_by_what",
            ),
            models.CheckConstraint(
                condition=Q(imprint__regex="^[0-9a-f]{64}$"),
                name="blanking_leaves_a_hash",
            ),
            models.CheckConstraint(
                condition=Q(seal="", resealed="")
                | Q(seal__regex="^[0-9a-f]{64}$", resealed__regex="^[0-9a-f]{64}$"),
                name="blanking_seals_both_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.row} {self.field} ({self.decision})"
