"""In whose name rows are read: said to the database for one transaction, and forgotten with it.

The policies (casework.cases.policies) show a person what he or she reads, and without a scope nothing at all.
What works for nobody in particular (worker, commands, migrations) has a scope from its connection; a web
process has none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from psycopg.pq import TransactionStatus

_SAID = """
    WITH before AS MATERIALIZED (
        SELECT coalesce(current_setting('kv.scope', true), '') AS scope,
            coalesce(current_setting('kv.person', true), '') AS person,
            coalesce(current_setting('kv.cases', true), '') AS cases
    )
    SELECT scope, person, cases FROM before, LATERAL (SELECT {say} OFFSET 0) said
"""
_WORK = _SAID.format(say="set_config('kv.scope', 'work', true)")
_READ_AS = _SAID.format(
    say="row_reader_is(%(person)s, %(today)s, statement_timestamp()), set_config('kv.scope', 'person', true)"
)
_READ_ALSO = _SAID.format(
    say="set_config('kv.cases', (row_keys('kv.cases') || %(keys)s::bigint[])::text, true)"
)
_SAY_AGAIN = """
    SELECT coalesce(current_setting('kv.person', true), '') FROM (
        SELECT set_config('kv.scope', %(scope)s, true), set_config('kv.cases', %(cases)s, true) OFFSET 0
    ) said
"""


@dataclass(frozen=True)
class Said:
    """What the database was told of who reads: the scope, the person, and cases beside his or her own."""

    scope: str
    person: str
    cases: str


@contextmanager
def reading_as(person: Any) -> Iterator[None]:
    """Let the rows be read, in a transaction, that one person reads."""
    with _in_transaction(_READ_AS, person=person.pk, today=timezone.localdate()):
        yield


@contextmanager
def working() -> Iterator[None]:
    """Let all rows be read, in a transaction, by what works for nobody in particular."""
    with _in_transaction(_WORK):
        yield


@contextmanager
def working_in_turns() -> Iterator[None]:
    """Let all rows be read by a request that ends transactions of its own; afterwards the connection may none.

    It is the only setting that outlives a transaction.  A connection that cannot take it back is thrown away.
    """
    connection.ensure_connection()
    (before,) = _ask("SELECT coalesce(current_setting('kv.scope', true), '')")
    _ask("SELECT set_config('kv.scope', 'work', false)")
    try:
        yield
    finally:
        if connection.connection is not None and not _is_broken():
            try:
                _ask(
                    "SELECT set_config('kv.scope', %(scope)s, false)", {"scope": before}
                )
            except DatabaseError:
                connection.close()
        elif not connection.in_atomic_block:
            connection.close()


@contextmanager
def reading_beyond(_why: str) -> Iterator[None]:
    """Let all rows be read for a moment, where a rule of its own says which of them are shown.

    What is asked must be fetched within it: a question that is asked later is asked in the person's name.
    Outside a transaction of a person it changes nothing.
    """
    with _for_a_while(_WORK):
        yield


@contextmanager
def reading_also(*questions: QuerySet[Any, Any]) -> Iterator[None]:
    """Let a person read also the cases that some questions for keys find, where rules of their own open them."""
    if not connection.in_atomic_block or _is_broken():
        yield
        return
    keys: list[int] = []
    with reading_beyond("the keys are found by the rules that open them"):
        for question in questions:
            keys += _keys_of(question)
    with _for_a_while(_READ_ALSO, keys=keys):
        yield


def _keys_of(question: QuerySet[Any, Any]) -> list[int]:
    try:
        sql, facts = question.order_by().query.sql_with_params()
    except EmptyResultSet:
        return []
    (found,) = _ask(f"SELECT array({sql})", facts)
    return [key for key in found if key is not None]


@contextmanager
def _in_transaction(statement: str, **facts: Any) -> Iterator[None]:
    """Say who reads in a transaction; one that goes on afterwards goes on as it was."""
    goes_on = connection.in_atomic_block
    with atomic():
        before = Said(*_ask(statement, facts))
        try:
            yield
        finally:
            if goes_on:
                _put_back(before)


@contextmanager
def _for_a_while(statement: str, **facts: Any) -> Iterator[None]:
    if not connection.in_atomic_block or _is_broken():
        yield
        return
    before = Said(*_ask(statement, facts))
    try:
        yield
    finally:
        _put_back(before)


def _put_back(before: Said) -> None:
    # What is broken is rolled back, and with it what was said.
    if _is_broken():
        return
    said = {"scope": before.scope, "cases": before.cases}
    (person,) = _ask(_SAY_AGAIN, said)
    if before.person and person != before.person:
        facts = {"person": int(before.person), "today": timezone.localdate()}
        _ask(_READ_AS, facts)
        _ask(_SAY_AGAIN, said)


def _is_broken() -> bool:
    link = connection.connection
    broken = link is None or link.info.transaction_status == TransactionStatus.INERROR
    return broken or connection.needs_rollback


def _ask(statement: str, facts: Mapping[str, Any] | Sequence[Any] | None = None) -> Any:
    """Ask beside what pages ask and count."""
    with connection.wrap_database_errors:
        return connection.connection.execute(statement, facts).fetchone()
