"""Stored figures: what happened, counted per unit and month; pages and reports only read these."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from analysis.counted.countings import DIMENSIONS
from organisation.models import Unit


class CellQuerySet(models.QuerySet["Cell"]):
    """Questions about stored figures."""

    def under(self, unit: Unit) -> Self:
        """Return the cells of a unit and of everything below it."""
        return self.filter(unit__path__startswith=unit.path)


class Counted(models.Model):
    """A count of one combination of dimensions, in one unit and month, by one basis.

    The dimension columns are added from analysis.counted.countings below; "" means unknown.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)ss")
    subject = models.CharField(max_length=20)
    basis = models.CharField(max_length=10)
    month = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        """A part of the tables below."""

        abstract = True


class Cell(Counted):
    """How many cases of one combination of dimensions one unit had in one month, by one basis.

    Sparse: only combinations that occur have a row.  Tertials, years and parent units are sums.
    """

    objects = CellQuerySet.as_manager()

    class Meta:
        """Found by subject, basis, unit and month."""

        indexes = [
            models.Index(
                fields=["subject", "unit", "basis", "month"],
                name="cell_lookup",
                include=["count"],
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1), name="cell_counts_something"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="cell_month_begins_on_the_first"
            ),
        ]


class KeptCell(Counted):
    """What purged cases counted: added to the cells whenever they are counted; rows are only added."""

    class Meta:
        """Found as the cells are counted."""

        indexes = [
            models.Index(
                fields=["subject", "basis", "unit", "month"], name="kept_cell_lookup"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1), name="kept_cell_counts_something"
            )
        ]


for _dimension in DIMENSIONS:
    for _table in (Cell, KeptCell):
        _table.add_to_class(
            _dimension,
            models.CharField(max_length=200, db_default="", default="", blank=True),
        )


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
            models.UniqueConstraint(
                fields=["year", "number"], name="tertial_closed_once"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, 3)), name="tertial_is_one_of_three"
            ),
        ]
