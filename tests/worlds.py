"""What the tests of a module begin from, made once: each test gets it as it was, and undoes what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import transaction

World = TypeVar("World")


@contextmanager
def world_for_a_module(blocker: Any, make: Callable[[], World]) -> Iterator[World]:
    """Make a world once for the tests of a module or a class, each of which undoes its own changes.

    A test that commits has no place in such a module: it would empty the world of the others.
    """
    with blocker.unblock(), transaction.atomic():
        world = make()
        with blocker.block():
            yield world
        transaction.set_rollback(True)


def made_once(make: Callable[[], World]) -> Callable[..., Iterator[World]]:
    """Return a fixture that makes a world once for its module.

    Rows are as they were made when a test begins; who changes an object takes a copy of it.
    """

    @pytest.fixture(scope="module")
    def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
        with world_for_a_module(django_db_blocker, make) as world:
            yield world

    return made
