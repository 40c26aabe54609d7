"""Stored figures: what happened, counted per unit and month; pages and reports only read these."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from analysis.dimensions import DIMENSIONS
from organisation.models import Unit


class CellQuerySet(models.QuerySet["Cell"]):
    """Questions about stored figures."""

    def under(self, unit: Unit) -> Self:
        """Return the cells of a unit and of everything below it."""
        return self.filter(unit__path__startswith=unit.path)


class Cell(models.Model):
    """How many cases of one combination of dimensions one unit had in one month, by one basis.

    Sparse: only combinations that occur have a row.  Tertials, years and parent units are sums.
    The dimension columns are added from analysis.dimensions below; "" means unknown.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cells")
    subject = models.CharField(max_length=20)
    basis = models.CharField(max_length=10)
    month = models.DateField()
    count = models.PositiveIntegerField()

    objects = CellQuerySet.as_manager()

    class Meta:
        """Found by subject, basis, unit and month."""

        indexes = [
            models.Index(fields=["subject", "unit", "basis", "month"], name="cell_lookup", include=["count"])
        ]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="cell_counts_something"),
            models.CheckConstraint(condition=Q(month__day=1), name="cell_month_begins_on_the_first"),
        ]


for _dimension in DIMENSIONS:
    Cell.add_to_class(_dimension, models.CharField(max_length=200, db_default="", default="", blank=True))


class TertialClose(models.Model):
    """A tertial that has been compiled whole (SOSFS 2011:9 5 kap. 6 §), and how much it held."""

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField()
    cases = models.PositiveIntegerField()

    class Meta:
        """Each tertial is closed once."""

        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="tertial_closed_once"),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="tertial_is_one_of_three"),
        ]
