"""Who is told that something has happened in a case; a notice never says what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import Enum

from django.utils import timezone

from casework.models import Case, Notice
from organisation.access import chiefs_of
from organisation.models import Unit, User


class Audience(Enum):
    """Whom a step of a process tells."""

    CHIEFS = "the nearest chiefs of the unit"
    REPORTER = "the one who reported"
    OWNER = "the one who handles the case"


def nearest_chiefs(unit: Unit) -> list[User]:
    """Return the chiefs of a unit that stand nearest to it: the ones who are to handle its cases."""
    chiefs = chiefs_of(unit)
    return [chief.user for chief in chiefs if chief.unit.depth == chiefs[0].unit.depth]


def next_chiefs(unit: Unit, *, above: int) -> list[User]:
    """Return the chiefs of the nearest level above a depth: to whom what is overdue goes on."""
    higher = [chief for chief in chiefs_of(unit) if chief.unit.depth < above]
    return [chief.user for chief in higher if chief.unit.depth == higher[0].unit.depth]


def tell(
    case: Case, kind: Notice.Kind, *, audience: Audience, but: User | None = None, on: dt.date | None = None
) -> None:
    """Give notice to an audience, once a day however often it is found out."""
    if audience is Audience.CHIEFS:
        people = nearest_chiefs(case.unit)
    elif audience is Audience.REPORTER:
        people = [case.reporter] if case.reporter else []
    else:
        people = [case.owner] if case.owner else nearest_chiefs(case.unit)
    tell_people(case, kind, [person for person in people if person != but], on=on)


def tell_people(case: Case, kind: Notice.Kind, people: Iterable[User], *, on: dt.date | None = None) -> None:
    """Give notice to those of the people who may read the case.

    A notice about what an anonymous person has done is dated by the day alone, as the case is.
    """
    today = timezone.localdate()
    created = (
        timezone.now()
        if case.reporter_id
        else dt.datetime.combine(today, dt.time(), timezone.get_current_timezone())
    )
    readers = [person for person in people if Case.objects.visible_to(person).filter(pk=case.pk).exists()]
    Notice.objects.bulk_create(
        [
            Notice(user=person, case_id=case.pk, kind=kind, on=on or today, created_at=created)
            for person in readers
        ],
        ignore_conflicts=True,
    )
