"""A unit with its chief, who is signed in, for the tests of lists."""

from __future__ import annotations

import pytest
from django.test import Client

from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user, signed_in


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("IFO", make_unit("SOC")), name="Ekonomi")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    return signed_in(chief)
