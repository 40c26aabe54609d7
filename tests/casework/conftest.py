"""A unit with its chief, who is signed in, for the tests of lists.

A module whose tests commit nothing has the office made once: ``office = made_once(make_office)``.
"""

from __future__ import annotations

from copy import copy

import pytest
from django.test import Client

from organisation.models import Unit, User
from tests.offices import Office, make_office


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def unit(office: Office) -> Unit:
    return copy(office.unit)


@pytest.fixture
def chief(office: Office) -> User:
    return copy(office.chief)


@pytest.fixture
def browser(office: Office) -> Client:
    return office.browser()
