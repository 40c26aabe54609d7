"""Every answer that shows a case leaves one row in the log, and no answer leaves without it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.recording.months import make_months
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_page_of_a_case_leaves_one_row(client: Client) -> None:
    unit = make_unit("A")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    case = make_deviation(unit=unit)
    client.force_login(chief)

    assert (
        client.get(reverse("deviations:detail", args=[case.number])).status_code == 200
    )

    [row] = Reading.objects.all()
    assert (row.person, row.role, row.unit, row.way) == (
        chief,
        Role.SECTION_CHIEF,
        unit,
        Way.ROLE,
    )
    assert (row.kind, row.page, row.cases) == (
        Kind.PAGE,
        "deviations:detail",
        [case.pk],
    )


def test_page_that_leads_elsewhere_leaves_none(client: Client) -> None:
    unit = make_unit("A")
    case = make_deviation(unit=unit)
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    client.get(reverse("casework:case", args=[case.number]))

    assert not Reading.objects.exists()


def test_months_are_made_ahead_whatever_the_day() -> None:
    far = dt.date(2031, 11, 30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_months(%s)", [far])
        assert cursor.fetchone() == (4,)
        cursor.execute("SELECT audit_make_months(%s)", [far])
        assert cursor.fetchone() == (0,)


def test_months_of_today_are_there() -> None:
    assert make_months() == 0


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_reading SET purpose = 'x'",
        "DELETE FROM audit_reading",
        "TRUNCATE audit_reading",
        "SELECT * FROM audit_reading_default",
        "INSERT INTO audit_reading_default SELECT * FROM audit_reading",
    ],
)
def test_app_role_only_adds(attempt: str) -> None:
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)
    assert timezone.now()
