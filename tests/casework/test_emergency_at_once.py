"""One presses twice, or in two windows at once, each in a transaction of its own."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from casework.handling.emergency import open_in_emergency
from casework.models import EmergencyOpening, LogEntry, Notice
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_opening() -> None:
    root = make_unit("SOC")
    case = make_deviation(make_unit("EK", root))
    chief = make_user("chief", (Role.SECTION_CHIEF, make_unit("BO", root)))
    make_user("controller", (Role.QUALITY_CONTROLLER, root))
    begin, made = threading.Barrier(2), []

    def press() -> None:
        begin.wait()
        try:
            reason = "Ingen svarar och det är fara för liv."
            opening = open_in_emergency(case.number, actor=chief, reason=reason)
            made.append(opening.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [EmergencyOpening.objects.get().pk] * 2
    assert (LogEntry.objects.count(), Notice.objects.count()) == (1, 1)
