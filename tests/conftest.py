"""How the whole suite runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection, connections
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from kvalitet.operations.roles import as_owner
from tests.clock import make_clock
from tests.lent import lend_functions, purging_is_lent  # noqa: F401 -- a fixture
from tests.lighter import lighten
from tests.migrated import drop_copies, let_tests_analyze, make_migrated_database

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("suite", deadline=None, max_examples=50)
settings.register_profile("every", deadline=None, max_examples=200)
settings.load_profile("suite")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Let make test-all look for examples again: it has its own profile, with more of them."""
    if settings.get_current_profile_name() == "every":
        for item in items:
            if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
                item.add_marker("every")


def pytest_collection_finish() -> None:
    """Let the collector pass by what lives as long as the run: all modules and all tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _light_clients() -> Iterator[None]:
    """Spare every test what a client of Django's does anew each time."""
    with pytest.MonkeyPatch.context() as patch:
        lighten(patch)
        yield


@pytest.fixture(scope="session")
def as_owner_while_it_is_made(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[ExitStack]:
    """Copy the database of the tests, as the owner, from one in which the migrations have been run."""
    with ExitStack() as owner:
        owner.enter_context(as_owner())
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = make_migrated_database()
        yield owner


@pytest.fixture(scope="session")
def django_db_setup(
    as_owner_while_it_is_made: ExitStack,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Run every test as the role that web and worker have."""
    with django_db_blocker.unblock():
        make_clock()
        lend_functions()
        let_tests_analyze()
    as_owner_while_it_is_made.close()
    yield
    with django_db_blocker.unblock():
        with as_owner():
            drop_copies()
        connections.close_all()
