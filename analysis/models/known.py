"""Of which time the register is whole: outside it a count is not known, which is something else than none."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from organisation.models import Unit


class RegisterPeriod(models.Model):
    """From when until when a part of the register is whole, or is known to be missing, and why.

    It holds for a unit and all below it.  ``basis``, ``reported_by`` and ``decided_by`` are "" where it holds
    for each: deviations are told apart by who reported, and decisions of lex Sarah by who decided.
    What says that something is missing goes before what says that it is there.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="register_periods")
    subject = models.CharField(max_length=20)
    basis = models.CharField(max_length=10, blank=True)
    reported_by = models.CharField(max_length=10, blank=True)
    decided_by = models.CharField(max_length=20, blank=True)
    is_known = models.BooleanField(default=True)
    first = models.DateField()
    end = models.DateField(
        null=True, blank=True
    )  # the first day after it; nothing while it goes on
    reason = models.CharField(max_length=200)

    class Meta:
        """Whole months; the earliest first."""

        ordering = ["first", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "unit",
                    "subject",
                    "basis",
                    "reported_by",
                    "decided_by",
                    "first",
                ],
                name="register_period_begins_once",
            ),
            models.CheckConstraint(
                condition=Q(first__day=1) & (Q(end=None) | Q(end__day=1)),
                name="register_period_of_months",
            ),
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("first")),
                name="register_period_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="register_period_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(decided_by="")
                | Q(subject="lexsarah", basis="decided", reported_by=""),
                name="register_period_of_decisions",
            ),
        ]

    @property
    def part(self) -> str:
        """Return which of the registers of its subject it is of, or "" for all of them."""
        return self.reported_by or self.decided_by
