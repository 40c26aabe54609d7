"""Cases that are known by their numbers alone."""

from __future__ import annotations

from collections.abc import Collection

from casework.database.scopes import reading_beyond
from casework.models import Case


@reading_beyond(
    "what a page knows by its number is noted by its key, also where it opens no case"
)
def keys_of(numbers: Collection[str]) -> list[int]:
    """Return the keys of the cases with some numbers, for the log of what was shown."""
    known = Case.objects.filter(number__in=numbers).order_by()
    return list(known.values_list("pk", flat=True))
