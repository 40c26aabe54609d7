"""What a stolen database gives away: nothing that was sealed."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from casework.database.encrypted_fields import UnreadableError, seal, unseal
from deviations.models import Deviation
from tests.factories import make_deviation, make_unit

SECRET = "Anna, 070-123 45 67"


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM deviations_deviation")
        (value,) = cursor.fetchone()
    return str(value)


@pytest.mark.django_db
def test_seal_keeps_the_text_out_of_the_database() -> None:
    make_deviation(make_unit(), contact=SECRET)

    assert "Anna" not in stored()
    assert Deviation.objects.get().contact == SECRET


def test_seal_twice_gives_different_values() -> None:
    assert seal(SECRET, about="x") != seal(SECRET, about="x")


@pytest.mark.parametrize("about", ["y", ""])
def test_unseal_in_another_place_is_refused(about: str) -> None:
    with pytest.raises(UnreadableError):
        unseal(seal(SECRET, about="x"), about=about)


@pytest.mark.parametrize("broken", ["", "x", "x:", "x:y", "åäö"])
def test_unseal_of_what_is_no_sealed_value_is_refused(broken: str) -> None:
    name = seal(SECRET, about="x").partition(":")[0]
    for value in (broken, f"{name}:{broken}"):
        with pytest.raises(UnreadableError):
            unseal(value, about="x")


def test_unseal_of_a_changed_value_is_refused() -> None:
    value = seal(SECRET, about="x")
    changed = value[:-8] + ("A" if value[-8] != "A" else "B") + value[-7:]
    with pytest.raises(UnreadableError):
        unseal(changed, about="x")


@pytest.mark.django_db
def test_reseal_moves_to_the_first_key(settings: Any) -> None:
    settings.SEALING_KEYS = ["old"]
    make_deviation(make_unit(), contact=SECRET)
    settings.SEALING_KEYS = ["new", "old"]
    call_command("reseal", stdout=StringIO())
    settings.SEALING_KEYS = ["new"]

    assert Deviation.objects.get().contact == SECRET


@pytest.mark.django_db
def test_reseal_without_the_old_key_changes_nothing(settings: Any) -> None:
    settings.SEALING_KEYS = ["old"]
    make_deviation(make_unit(), contact=SECRET)
    before = stored()
    settings.SEALING_KEYS = ["new"]
    with pytest.raises(CommandError, match="SEALING_KEYS"):
        call_command("reseal", stdout=StringIO())

    assert stored() == before


@pytest.mark.django_db
def test_save_of_a_case_whose_key_is_lost_keeps_what_was_sealed(settings: Any) -> None:
    settings.SEALING_KEYS = ["old"]
    make_deviation(make_unit(), contact=SECRET)
    settings.SEALING_KEYS = ["new"]
    case = Deviation.objects.get()
    case.save()
    settings.SEALING_KEYS = ["old"]

    assert "nyckeln saknas" in case.contact
    assert Deviation.objects.get().contact == SECRET
