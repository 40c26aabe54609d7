"""Only the sealer seals: neither the role of web and worker, nor anybody without the key."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from audit.sealing.sealing import seal_rows
from tests.audit.sealed_world import KEY

pytestmark = pytest.mark.django_db


def test_app_role_seals_nothing(settings: Any) -> None:
    settings.SEALER_KEY = "x"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        seal_rows()


def test_nothing_is_sealed_without_the_key() -> None:
    with pytest.raises(CommandError, match="SEALER_KEY är inte satt"):
        call_command("seal", once=True)


def test_role_of_web_and_worker_is_told_that_it_may_not(settings: Any) -> None:
    settings.SEALER_KEY = KEY
    settings.LOGIN_DATABASES = {}
    with pytest.raises(CommandError, match="Sätt DATABASE_SEALER_URL"):
        call_command("seal", once=True, stderr=StringIO())
