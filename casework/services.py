"""The verbs that all cases share: take a number, decide an action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, transaction

from casework.history import log
from casework.models import Action, Case

if TYPE_CHECKING:
    from organisation.models import User

_TAKE_NUMBER = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = casework_numberseries.last + 1 RETURNING last
"""
_KEEP_AHEAD = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, year) DO UPDATE SET last = greatest(casework_numberseries.last, excluded.last)
"""


def next_number(prefix: str, year: int) -> str:
    """Take the next public number of a series, such as KA-2026-0001.

    The series is locked until the caller's transaction ends, and a rollback gives the number back:
    there are no gaps and no doubles, however many file at once.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken in the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBER, [prefix, year])
        (last,) = cursor.fetchone()
    return f"{prefix}-{year}-{last:04d}"


def keep_series_ahead(numbers: Iterable[str]) -> None:
    """Move every series past the imported numbers, so that none of them is given again."""
    highest: dict[tuple[str, int], int] = {}
    for number in numbers:
        prefix, _, rest = number.partition("-")
        year, _, last = rest.partition("-")
        if prefix and len(prefix) <= 10 and len(year) == 4 and year.isdecimal() and last.isdecimal():
            key = (prefix, int(year))
            highest[key] = max(highest.get(key, 0), min(int(last), 2_000_000_000))
    with connection.cursor() as cursor:
        cursor.executemany(
            _KEEP_AHEAD, [(prefix, year, last) for (prefix, year), last in sorted(highest.items())]
        )


def decide_action(
    case: Case, *, text: str, decided_on: dt.date, actor: User | None, category: str = "", level: str = ""
) -> Action:
    """Decide an improvement measure in a case and note it in the history."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        action = Action.objects.create(
            case_id=case.pk, text=text, category=category, level=level, decided_on=decided_on, owner=actor
        )
        log(case, action="action", label="Beslutade en åtgärd", actor=actor)
    return action
