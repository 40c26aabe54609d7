"""Checking: all seals against the rows, the guards and a head from outside, said in Swedish.

What is found is one of few kinds, and each says what to do.  Nothing here is needed by the sealer, and nothing
needs its key: with the key it is also found that somebody made a chain of his own after the last head outside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from audit.models import Seal
from audit.sealing.chain import check_chain, check_outside
from audit.sealing.explaining import forged_tombstones
from audit.sealing.findings import REWRITTEN, Checked, when
from audit.sealing.heads import Outside, hash_of
from audit.sealing.rows import check_blanked, check_rows, check_unsealed
from audit.sealing.sealing import changed_guards, settled, unsealed
from audit.sealing.tables import sealed_tables, write_values_one_way


def check(
    outside: Sequence[Outside] = (), *, since: dt.datetime | None = None
) -> Checked:
    """Check everything, or what was sealed since a time and whatever guards the rows."""
    checked = Checked()
    with transaction.atomic(), connection.cursor() as cursor:
        write_values_one_way(cursor)
        checked.last = Seal.objects.order_by("number").last()
        first = _first_since(since)
        # What is sealed meanwhile is for the next check.
        last = checked.last.number if checked.last else 0
        check_chain(checked, first, last)
        check_outside(checked, outside)
        check_rows(cursor, checked, first, last)
        check_blanked(checked)
        check_unsealed(cursor, checked, is_partial=since is not None)
        if since is None:
            for what, advice in forged_tombstones(cursor):
                checked.found(what, advice)
        _check_guards(cursor, checked)
    return checked


def _first_since(since: dt.datetime | None) -> int:
    """Return the number of the first seal to check; asked from the end, for the chain is long."""
    if since is None:
        return 1
    before = Seal.objects.filter(at__lt=since).order_by("-number").first()
    return before.number + 1 if before else 1


def has_waited(*, longer_than: dt.timedelta) -> bool:
    """Tell whether rows wait for a sealer that has sealed before and has not been heard of for so long."""
    last = Seal.objects.order_by("number").last()
    now = timezone.now()
    if last is None or last.at > now - longer_than:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sealed_tables(cursor):
            known = settled(cursor, table, now=now)
            cursor.execute(f"SELECT EXISTS ({unsealed(table, 't.id')})", known.values)
            if cursor.fetchone() == (True,):
                return True
    return False


# --- the guards -------------------------------------------------------------------------------
def _check_guards(cursor: CursorWrapper, checked: Checked) -> None:
    """Compare what refuses changes with what was accepted: as it is now, and as each seal since has seen it."""
    if checked.last is None:
        return
    advice = (
        'Uppgraderade ni Kvalitet då? Jämför, och skriv manage.py seal --accept "vad som gjordes". '
        "Annars har någon med databasägarens lösenord öppnat för ändringar: kör migrate och granska allt som "
        "skrevs sedan dess."
    )
    for thing, how in changed_guards(cursor).items():
        checked.found(f"Det som vaktar är ändrat: {thing} {how}.", advice)
    accepted = Seal.objects.exclude(note="").order_by("number").last()
    first = accepted or Seal.objects.order_by("number").first()
    for seal in Seal.objects.exclude(guards=None).order_by("number"):
        if hash_of(seal.guards or {}) != seal.guards_hash:
            checked.found(
                f"Försegling {seal.number}: det som vaktade är omskrivet.", REWRITTEN
            )
        elif first is not None and seal.number > first.number:
            checked.found(
                f"Det som vaktar hade ändrats när försegling {seal.number} gjordes ({when(seal.at)}).",
                advice,
            )
