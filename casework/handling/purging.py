"""What the apps say about the purging of cases, and the removal of all that belongs to one.

A kind of case says what keeps its cases back (``holds``), which cases are kept or purged together
(``ties``), which rows only point at a case and lose nothing but the pointing (``loose``), and by what the
register of cases without numbers is known again (``recognised_by``).
Every other row that refers to a case belongs to it and goes with it, also in tables that are added later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q, QuerySet

from casework.files.scanning import SCAN
from casework.kinds import Hold, Tie, registered
from casework.models import Action, Attachment, Case, Job, Tombstone
from casework.texts.kept_numbers import forget_answers

MANY = 1_000  # keys: of more it is quicker to read every pair than to send them
UNFINISHED = "En åtgärd är inte klar eller inte uppföljd."


def ties() -> list[Tie]:
    """Return the tables that say which cases are purged together, with their columns."""
    found: list[Tie] = [(Case, "pk", "duplicate_of")]
    for kind in registered():
        found += kind.ties
    return found


def loose() -> set[tuple[type[models.Model], str]]:
    """Return the columns that are emptied when what they point at is purged."""
    found: set[tuple[type[models.Model], str]] = {(Action, "follows")}
    for kind in registered():
        found.update(kind.loose)
    return found


def reasons() -> dict[str, Q]:
    """Return the conditions that keep a case back, whatever its age, by the words that say why."""
    holds: dict[str, Hold] = {UNFINISHED: _unfinished_actions}
    for kind in registered():
        holds |= kind.holds
    return {words: Q(pk__in=keys()) for words, keys in holds.items()}


def tied(keys: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs of cases that are kept or purged together: those that lead from some cases, or all."""
    if len(keys) > MANY:
        return _pairs()
    found: set[tuple[int, int]] = set()
    asked, new = set[int](), set(keys)
    while new:
        pairs = _pairs(new)
        found |= pairs
        asked |= new
        new = set(chain.from_iterable(pairs)) - asked
    return found


def _pairs(keys: Collection[int] | None = None) -> set[tuple[int, int]]:
    """Return the pairs of some cases, or of all, by every table that ties them."""
    found: set[tuple[int, int]] = set()
    for tie in ties():
        found.update(_pairs_by(tie, keys))
    return found


def _pairs_by(tie: Tie, keys: Collection[int] | None = None) -> QuerySet[Any, Any]:
    model, one, other = tie
    rows = model._default_manager.filter(
        **{f"{one}__isnull": False, f"{other}__isnull": False}
    )
    if keys is not None:
        rows = rows.filter(Q(**{f"{one}__in": keys}) | Q(**{f"{other}__in": keys}))
    return rows.order_by().values_list(one, other)


def in_a_pair() -> Q:
    """Return the condition that a case is kept or purged together with another."""
    found = Q()
    for tie in ties():
        for column in tie[1:]:
            found |= Q(pk__in=_pairs_by(tie).values(column))
    return found


# --- knowing again ----------------------------------------------------------------------------
def imprint(model: type[models.Model], said: Iterable[Any]) -> str:
    """Return a hash of what a row is known by, that nobody can test a guess against without the key."""
    message = json.dumps([model._meta.label, *map(str, said)])
    # The key that is never rotated: a register is read again years later.
    return hmac.digest(
        f"imprint:{settings.FOLLOW_UP_KEY}".encode(), message.encode(), hashlib.sha256
    ).hex()


def imprints(keys: Collection[int]) -> dict[int, str]:
    """Return the hash by which each of some cases is known again, of those that have no number of theirs."""
    known: dict[int, str] = {}
    for kind in registered():
        if not kind.recognised_by:
            continue
        cases = kind.model._default_manager.filter(pk__in=keys)
        for key, *said in cases.values_list("pk", *kind.recognised_by):
            known[key] = imprint(kind.model, said)
    return known


def _unfinished_actions() -> QuerySet[Any]:
    undone = Q(done_on=None) | Q(effect="", effect_due_on__isnull=False)
    return (
        Action.objects.that_count()
        .filter(undone)
        .order_by()
        .values_list("case_id", flat=True)
    )


# --- removing ---------------------------------------------------------------------------------
def remove(tombstones: Collection[Tombstone]) -> None:
    """Remove cases with all that belongs to them, in the caller's transaction; their tombstones stand.

    The rows go by SQL, since on_delete=PROTECT is there for everybody else.  The database checks at the end
    of the transaction that nothing refers to what is gone.
    """
    for kind in registered():
        for keep in kind.keep:
            keep(tombstones)
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
        if (field.model, field.name) in loose():
            rows.update(**{field.name: None})
            continue
        owned = set(rows.order_by().values_list("pk", flat=True))
        _remove(field.model, owned - set(keys) if field.model is model else owned)
    forget_answers(_texts(model, keys))
    meta, quote = model._meta, connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(meta.db_table)} WHERE {quote(str(meta.pk.column))} = ANY(%s)",  # noqa: S608
            [list(keys)],
        )


def _texts(model: type[models.Model], keys: Collection[Any]) -> Iterator[str]:
    """Return what people have written in the rows, text by text."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    fields = [
        field.attname
        for field in model._meta.local_concrete_fields
        if isinstance(field, kinds)
    ]
    if not fields:
        return
    for row in (
        model._default_manager.filter(pk__in=keys).order_by().values_list(*fields)
    ):
        for value in row:
            yield from value if isinstance(value, list) else [value]
