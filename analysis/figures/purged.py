"""What is kept of purged cases: their counts, so that no figure changes, and which tertials were analysed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from analysis.counted.countings import COUNTINGS
from analysis.figures.aggregate import keeping
from analysis.models import PurgedAnalysis, TertialAnalysis


def keep_counts(keys: Collection[int]) -> None:
    """Keep what cases that are being purged count, by the declarations that the cells are counted by."""
    with connection.cursor() as cursor:
        for counting in COUNTINGS:
            cursor.execute(keeping(counting), [list(keys)])


def keep_analysed(keys: Collection[int]) -> None:
    """Keep which tertials of which units the analyses that are being purged were about: they are done."""
    purged = TertialAnalysis.objects.filter(pk__in=keys)
    said = purged.order_by().values("about_id", "year", "tertial")
    PurgedAnalysis.objects.bulk_create(
        (PurgedAnalysis(**one) for one in said), ignore_conflicts=True
    )
