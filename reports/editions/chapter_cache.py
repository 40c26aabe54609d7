"""The cache of chapters that were laid out: in the database, so that every machine has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from reports.models import LaidOutChapter

# A chapter is 50-200 kB: some 40 MB at most.
MOST = 400
KEPT = dt.timedelta(days=30)


class ChapterShelf:
    """The cache that reports are laid out from; what is missing is laid out again."""

    def find(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return the chapters that are cached, and note that they are of use."""
        here = LaidOutChapter.objects.filter(pk__in=keys)
        here.update(used_at=timezone.now())
        return {key: bytes(piece) for key, piece in here.values_list("key", "piece")}

    def keep(self, key: str, piece: bytes) -> None:
        """Cache a chapter at once: what a killed worker has done so far, the next one finds."""
        with transaction.atomic():
            now = timezone.now()
            LaidOutChapter.objects.update_or_create(
                pk=key, defaults={"piece": piece, "used_at": now}
            )
            too_many = LaidOutChapter.objects.order_by("-used_at").values_list(
                "pk", flat=True
            )[MOST:]
            LaidOutChapter.objects.filter(pk__in=list(too_many)).delete()


def clear_shelf() -> int:
    """Remove the chapters that no edition has used for long; return how many."""
    removed, _ = LaidOutChapter.objects.filter(
        used_at__lt=timezone.now() - KEPT
    ).delete()
    return removed
