"""What the apps say about the purging of cases, and what is kept and forgotten of one before it goes.

A kind of case says what keeps its cases back (``holds``), which cases are kept or purged together
(``ties``), which rows only point at a case and lose nothing but the pointing (``loose``), and by what the
register of cases without numbers is known again (``recognised_by``).
Every other row that refers to a case belongs to it and goes with it, also in tables that are added later: the
database removes them by functions that are written from what stands here (casework.handling.purge_functions).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

from casework.kinds import Hold, Tie, registered
from casework.models import Action, Case
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
        found.update(pairs(tie, keys))
    return found


def pairs(tie: Tie, keys: Collection[int] | None = None) -> QuerySet[Any, Any]:
    """Return the pairs of some cases, or of all, that one table ties."""
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
            found |= Q(pk__in=pairs(tie).values(column))
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


# --- before they go ---------------------------------------------------------------------------
def leave(keys: Collection[int]) -> None:
    """Keep of cases that are about to be purged what the apps keep, and forget what was said of their texts.

    It is done in the transaction in which the cases go: the texts are read while they are there.
    """
    for kind in registered():
        for keep in kind.keep:
            keep(keys)
    _forget(Case, keys)


def children(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """Yield the columns of other tables that say to which row of a table their rows belong."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.model is not model:
            continue
        field = relation.field
        # A child table has the fields of the spine without having their columns.
        if field in field.model._meta.local_fields:
            yield field


def _forget(model: type[models.Model], keys: Collection[Any]) -> None:
    """Forget what was said of the texts of rows, and of those that belong to them."""
    if not keys:
        return
    for field in children(model):
        if (field.model, field.name) in loose() or field.model is model:
            continue
        rows = field.model._default_manager.filter(**{f"{field.name}__in": keys})
        _forget(field.model, set(rows.order_by().values_list("pk", flat=True)))
    forget_answers(_texts(model, keys))


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
