"""What is kept of a purged deviation: that a citizen's code was right, and leads nowhere any more."""

from __future__ import annotations

from collections.abc import Collection

from deviations.models import Deviation, PurgedCode


def keep_codes(keys: Collection[int]) -> None:
    """Keep the hashes of the codes of cases that are being purged."""
    purged = Deviation.objects.filter(pk__in=keys)
    codes = (
        purged.exclude(follow_up_hash=None)
        .order_by()
        .values_list("follow_up_hash", flat=True)
    )
    PurgedCode.objects.bulk_create(
        (PurgedCode(hash=code) for code in codes if code), ignore_conflicts=True
    )


def is_purged(hashed: str | None) -> bool:
    """Tell whether a code was the code of a case that has been purged."""
    return bool(hashed) and PurgedCode.objects.filter(hash=hashed).exists()
