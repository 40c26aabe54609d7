"""The role of the patch has its right and no other, and may be given; see tests/test_recipes.py."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from organisation.rights import Right, Role
from tests.factories import make_unit, make_user


def test_role_has_its_rights() -> None:
    own = {right for right in Right if Role.DEVELOPER in right.roles}

    assert own == {
        Right.ORGANISATION_WORK,
        Right.ORGANISATION_TAKE_PART,
        Right.ROUTINES_READ,
    }


@pytest.mark.django_db
def test_person_with_the_role_reads_routines_and_keeps_none(client: Client) -> None:
    client.force_login(make_user("dev", (Role.DEVELOPER, make_unit("A"))))

    assert client.get(reverse("casework:routines")).status_code == 200
    assert client.get(reverse("casework:new_routine")).status_code == 404
