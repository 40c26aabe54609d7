"""What is kept of purged cases: their counts, so that no figure changes when they go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from analysis.aggregate import COUNTINGS, keeping
from casework.models import Tombstone


def keep_counts(*, tombstones: Iterable[Tombstone], **_signal: Any) -> None:
    """Keep what cases that are being purged count, by the declarations that the cells are counted by."""
    keys = [tombstone.key for tombstone in tombstones]
    with connection.cursor() as cursor:
        for counting in COUNTINGS:
            cursor.execute(keeping(counting), [keys])
