"""What a report is read from: the register counted to the last change, in one snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone

from analysis.figures.aggregate import waits_to_be_counted
from analysis.tertial import compiling
from organisation.models import Unit

T = TypeVar("T")
# Something comes in every second at most, and counting it takes milliseconds.
TRIES = 10


class StillChangingError(Exception):
    """Something changed between the counting and each reading; the message tells the user in Swedish."""

    def __init__(self) -> None:
        super().__init__(
            "Registret ändras just nu, och allt är inte räknat. Försök igen om en stund."
        )


def read_counted(unit: Unit, read: Callable[[dt.datetime], T]) -> T:
    """Count what has changed, then read everything in one snapshot; ``read`` is told when it was counted.

    In the snapshot nothing under the unit waits to be counted: no number can change between two sentences,
    and no case stands in an appendix and in no number.  Raises StillChangingError.
    """
    for _ in range(TRIES):
        counted_at = timezone.now()
        compiling.catch_up()
        with transaction.atomic():
            if (
                not connection.savepoint_ids
            ):  # inside another transaction the level is already set
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if not waits_to_be_counted(unit):
                return read(counted_at)
    raise StillChangingError
