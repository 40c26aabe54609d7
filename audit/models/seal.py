"""What the sealer has seen: a chain of heads, and under each the hashes of the rows that were new."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from casework.models import Case


class Seal(models.Model):
    """One head of the chain: it covers all rows sealed with it, the guards of that minute and the head before it.

    Written by the sealer alone (audit.sealing.sealing), and never changed.  The head needs no key to compute,
    so whoever has one from outside can check all before it; the signature does.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    # Every transaction that had ended when the sealer began has a lower number (pg_snapshot_xmax).
    snapshot_end = models.BigIntegerField()
    # What refuses changes, by what it guards; only where it differs from the seal before.
    guards = models.JSONField(null=True)
    guards_hash = models.CharField(max_length=64)
    # Why somebody accepted changed guards or a restored database; "" from the sealer by itself.
    note = models.TextField(blank=True)
    previous = models.CharField(max_length=64, blank=True)
    head = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    class Meta:
        """In the order of the chain."""

        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["number"], condition=~Q(note=""), name="seals_accepted"
            ),
            models.Index(
                fields=["number"],
                condition=Q(guards__isnull=False),
                name="seals_with_guards",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1), name="seal_begins_at_one"
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | ~Q(previous=""),
                name="seal_names_the_one_before",
            ),
        ]

    def __str__(self) -> str:
        return f"försegling {self.number}"


class SealedRows(models.Model):
    """Rows of one table that were sealed together, in the order of their ids, each with its own hash.

    A hash for each row says which row was changed, and lets purged rows be explained one by one.
    """

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="rows")
    table = models.CharField(max_length=63)
    # What of a row is hashed: a column that a migration adds means that all its rows are sealed anew.
    columns = ArrayField(models.CharField(max_length=63))
    # The rows were there before they could be sealed, so the seal says nothing of when they were written.
    is_first = models.BooleanField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField())
    # Which case each row goes with when that is purged; null where the table's rows stay.
    cases = ArrayField(models.BigIntegerField(null=True))
    hashes = ArrayField(models.BinaryField())

    class Meta:
        """In the order they were sealed; found from the end of a table."""

        ordering = ["seal", "pk"]
        indexes = [models.Index(fields=["table", "last"], name="sealed_rows_of_table")]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1, last__gte=F("first")),
                name="sealed_rows_are_some",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.first}-{self.last}"


class CaseSalt(models.Model):
    """What makes the hashes of a case's rows impossible to guess at, once the case is purged and this with it."""

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="+"
    )
    value = models.BinaryField()
