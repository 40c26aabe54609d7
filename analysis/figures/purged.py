"""What is kept of purged cases: their counts, so that no figure changes, and which tertials were analysed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from analysis.counted.countings import COUNTINGS
from analysis.figures.aggregate import keeping
from analysis.models import PurgedAnalysis, TertialAnalysis
from casework.models import Tombstone


def keep_counts(tombstones: Iterable[Tombstone]) -> None:
    """Keep what cases that are being purged count, by the declarations that the cells are counted by."""
    keys = [tombstone.key for tombstone in tombstones]
    with connection.cursor() as cursor:
        for counting in COUNTINGS:
            cursor.execute(keeping(counting), [keys])


def keep_analysed(tombstones: Iterable[Tombstone]) -> None:
    """Keep which tertials of which units the analyses that are being purged were about: they are done."""
    purged = TertialAnalysis.objects.filter(
        pk__in=[tombstone.key for tombstone in tombstones]
    )
    said = purged.order_by().values("about_id", "year", "tertial")
    PurgedAnalysis.objects.bulk_create(
        (PurgedAnalysis(**one) for one in said), ignore_conflicts=True
    )
