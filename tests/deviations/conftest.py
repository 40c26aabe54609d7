"""Who reports and who handles, for the tests of what happens between them."""

from __future__ import annotations

import pytest

from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC", name="Socialförvaltningen")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("EK", root, name="Ekonomi")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def reporter(unit: Unit) -> User:
    return make_user("reporter", (Role.STAFF, unit))
