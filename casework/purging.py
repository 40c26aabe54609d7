"""What the apps say about the purging of cases, and the removal of all that belongs to one.

An app registers, when it is loaded, what keeps its cases back (``holds``), which cases are kept or purged
together (``ties``), and which rows only point at a case and lose nothing but the pointing (``loosens``).
Every other row that refers to a case belongs to it and goes with it, also in tables that are added later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.dispatch import Signal

from casework.models import Action, Attachment, Case, Job, Tombstone
from casework.scanning import SCAN

# Returns the keys of cases.
Hold = Callable[[], QuerySet[Any]]
# Returns pairs of keys of cases.
Tie = Callable[[], QuerySet[Any]]

# Sent within the transaction, before the rows go, with the tombstones: whoever must keep something of the
# cases (a count, a hash) keeps it then, and a receiver that raises undoes the purging.
purging = Signal()

_holds: dict[str, Hold] = {}
_ties: list[Tie] = []
_loose: set[tuple[type[models.Model], str]] = {(Action, "follows")}


def holds(words: str, keys: Hold) -> None:
    """Register what keeps cases back, in Swedish words that say why."""
    _holds[words] = keys


def ties(pairs: Tie) -> None:
    """Register which cases are purged together, when all of them are due."""
    _ties.append(pairs)


def loosens(model: type[models.Model], field: str) -> None:
    """Register a pointing that is emptied when what it points at is purged."""
    _loose.add((model, field))


def held_back() -> dict[int, str]:
    """Return why each case that is kept back is so, whatever its age."""
    found: dict[int, str] = {}
    for words, keys in _holds.items():
        for key in keys():
            found.setdefault(key, words)
    return found


def tied() -> Iterable[tuple[int, int]]:
    """Yield every pair of cases that are kept or purged together."""
    for pairs in _ties:
        yield from pairs()


def _unfinished_actions() -> QuerySet[Any]:
    undone = Q(done_on=None) | Q(effect="", effect_due_on__isnull=False)
    return Action.objects.filter(undone, rejected_on=None).order_by().values_list("case_id", flat=True)


def _duplicates() -> QuerySet[Any]:
    return Case.objects.exclude(duplicate_of=None).order_by().values_list("pk", "duplicate_of_id")


holds("En åtgärd är inte klar eller inte uppföljd.", _unfinished_actions)
ties(_duplicates)


# --- removing ---------------------------------------------------------------------------------
def remove(tombstones: Collection[Tombstone]) -> None:
    """Remove cases with all that belongs to them, in the caller's transaction; their tombstones stand.

    The rows go by SQL, since on_delete=PROTECT is there for everybody else.  The database checks at the end
    of the transaction that nothing refers to what is gone.
    """
    purging.send(Tombstone, tombstones=tombstones)
    keys = {tombstone.key for tombstone in tombstones}
    files = Attachment.objects.filter(case__in=keys).values_list("pk", flat=True)
    Job.objects.filter(kind=SCAN, arguments__attachment__in=list(files)).delete()
    _remove(Case, keys)


def _remove(model: type[models.Model], keys: Collection[Any]) -> None:
    """Remove rows, and before them what belongs to them: their children in other tables, and theirs."""
    if not keys:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        field = relation.field
        # A child table has the fields of the spine without having their columns.
        if field not in field.model._meta.local_fields:
            continue
        rows = field.model._default_manager.filter(**{f"{field.name}__in": keys})
        if (field.model, field.name) in _loose:
            rows.update(**{field.name: None})
            continue
        owned = set(rows.order_by().values_list("pk", flat=True))
        _remove(field.model, owned - set(keys) if field.model is model else owned)
    meta, quote = model._meta, connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(meta.db_table)} WHERE {quote(str(meta.pk.column))} = ANY(%s)",  # noqa: S608
            [list(keys)],
        )
