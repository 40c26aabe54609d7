"""A look at a tertial that is asked for while another is under way."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from analysis.tasks import refresh
from casework.database.periods import tertial, tertial_of, tertials_before
from casework.models import Job
from tests.factories import make_deviation, make_unit

YEAR, NUMBER = tertials_before(*tertial_of(timezone.localdate()), 1)[0]


@pytest.mark.django_db(transaction=True)
def test_refresh_during_a_look_asks_for_another() -> None:
    unit = make_unit("F")
    make_deviation(unit, received_on=tertial(YEAR, NUMBER).first)
    refresh()
    under_way = Job.objects.get(
        kind="analysis.look", arguments={"year": YEAR, "number": NUMBER}
    )
    make_deviation(unit, received_on=tertial(YEAR, NUMBER).first)
    looks = Job.objects.filter(
        kind="analysis.look", arguments__year=YEAR, arguments__number=NUMBER
    )
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM casework_job WHERE id = %s FOR UPDATE", [under_way.pk]
            )
            refresh()
        assert looks.pending().count() == 2
    finally:
        other.close()
