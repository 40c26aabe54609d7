"""Who is told that something has happened in a case; a notice never says what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from itertools import chain
from typing import Any, TypeGuard

from django.utils import timezone

from casework.background.mails import write_at_once
from casework.cases.receiving import Lying, Receivers, chiefs_over, receivers_of
from casework.cases.receiving import people as people_of
from casework.database.scopes import reading_beyond
from casework.models import Action, Case, Notice
from organisation.access import may
from organisation.models import Unit, User
from organisation.rights import Right

MOST_COUNTED = 100


class Audience(Enum):
    """Whom a step of a process tells."""

    HANDLERS = "the nearest who may handle the case"
    CHIEFS = "the nearest chiefs of the unit"
    DECIDERS = "the secretaries of those who decide"
    REPORTER = "the one who reported"
    OWNER = "the one who handles the case"


def compilers_over(case: Case) -> list[User]:
    """Return the nearest who compile the figures of a case's unit (SOSFS 2011:9 5 kap. 6 §)."""
    return _nearest(case, Right.ANALYSIS_COMPILE)


def _nearest(case: Case, right: Right) -> list[User]:
    found = Receivers.of(over=case.unit, case=case.pk)
    return people_of(next(iter(found.able_over(Lying.of(case), right.roles)), []))


def tell(
    case: Case,
    kind: Notice.Kind,
    *,
    audience: Audience,
    but: User | None = None,
    on: dt.date | None = None,
) -> None:
    """Give notice to an audience, once a day however often it is found out."""
    if audience is Audience.HANDLERS:
        people = receivers_of(case)
    elif audience is Audience.CHIEFS:
        people = chiefs_over(case)
    elif audience is Audience.DECIDERS:
        people = _nearest(case, Right.BOARD_PREPARE)
    elif audience is Audience.REPORTER:
        people = [case.reporter] if case.reporter else []
    else:
        people = [case.owner] if _handles(case.owner, case) else receivers_of(case)
    tell_people(case, kind, [person for person in people if person != but], on=on)


def tell_people(
    case: Case, kind: Notice.Kind, people: Iterable[User], *, on: dt.date | None = None
) -> None:
    """Give notice to those of the people who may read the case, or the measure in it that it is about.

    A notice about what an anonymous person has done is dated by the day alone, as the case is.
    """
    today = timezone.localdate()
    # An emergency opening is done by a known person, whoever has reported the case.
    is_timed = bool(case.reporter_id) or kind == Notice.Kind.EMERGENCY
    created = timezone.now() if is_timed else _midnight(today)
    readers = [person for person in people if _may_know(person, case, kind)]
    Notice.objects.bulk_create(
        [
            Notice(
                user=person,
                case_id=case.pk,
                kind=kind,
                on=on or today,
                created_at=created,
            )
            for person in readers
        ],
        ignore_conflicts=True,
    )
    if kind in Notice.AT_ONCE:
        write_at_once(case)


def tell_who_watches(case: Case, kind: Notice.Kind, *, but: User | None = None) -> None:
    """Tell the controllers over a case, by its number, that somebody is kept from it or few may read it.

    Where no other controller is left, it is for the investigators.
    """
    found, lying = Receivers.of(over=case.unit, case=case.pk), Lying.of(case)
    for right in (Right.CASES_WATCH_ALL, Right.LEXSARAH_INVESTIGATE):
        keys = chain.from_iterable(found.able_over(lying, right.roles))
        if others := [person for person in people_of(keys) if person != but]:
            tell_people(case, kind, others)
            return


def tell_of_opened(cases: Iterable[Case], *, but: User | None = None) -> None:
    """Give those who receive them notice of cases that have just been opened: as many questions for all.

    Nobody can be recused from a case yet, or named to read it.
    """
    receivers, today = Receivers.of_new(), timezone.localdate()
    new = {"kind": Notice.Kind.NEW, "on": today, "created_at": _midnight(today)}
    notices = []
    for case in cases:
        nearest = next(iter(receivers.levels(Lying.of(case))), [])
        notices += [
            Notice(user_id=person, case_id=case.pk, **new)
            for person in nearest
            if but is None or person != but.pk
        ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def tell_of_given(cases: Iterable[Case], owner: User) -> None:
    """Give the one who gets some cases notice of each, in one statement; who handles a case may read it."""
    now, today = timezone.now(), timezone.localdate()
    Notice.objects.bulk_create(
        [
            Notice(
                user=owner,
                case_id=case.pk,
                kind=Notice.Kind.ASSIGNED,
                on=today,
                created_at=now if case.reporter_id else _midnight(today),
            )
            for case in cases
        ],
        ignore_conflicts=True,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_current_timezone())


def tell_of_units(
    kind: Notice.Kind, told: Iterable[tuple[int, Unit]], *, on: dt.date
) -> int:
    """Give people, by key, notice of what is missing in a unit, once for the day that it is about.

    Return how many notices are new.
    """
    known = set(
        Notice.objects.filter(kind=kind, on=on, unit__isnull=False).values_list(
            "user", "unit"
        )
    )
    new = [(person, unit) for person, unit in told if (person, unit.pk) not in known]
    notices = [
        Notice(user_id=person, unit=unit, kind=kind, on=on) for person, unit in new
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(new)


def _handles(person: User | None, case: Case) -> TypeGuard[User]:
    """Tell whether the one who has a case still works here and may still read it."""
    return (
        person is not None
        and Case.objects.handled_by(person).filter(pk=case.pk).exists()
    )


def _may_know(person: User, case: Case, kind: Notice.Kind) -> bool:
    """Tell whether a person may know of a notice: of a measure also those who are to do one there."""
    if Case.objects.visible_to(person).filter(pk=case.pk).exists():
        return True
    if kind in Notice.ABOUT_READERS:
        watches = may(person, Right.CASES_WATCH, case.unit) or (
            kind == Notice.Kind.EMERGENCY
            and may(person, Right.LOG_SEE_GLASS, case.unit)
        )
        return watches and not case.recusals.filter(user=person).exists()
    if kind == Notice.Kind.TO_DECIDE:
        return may(person, Right.BOARD_PREPARE, case.unit)
    if kind == Notice.Kind.ACTION_PROPOSED:
        return Action.objects.put_before(person).filter(case_id=case.pk).exists()
    given = Action.objects.to_be_done_by(person).filter(case_id=case.pk)
    return kind in Notice.ABOUT_MEASURES and given.exists()


@reading_beyond("a notice is shown by rules of its own, also where the case is not")
def count_unread(user: Any) -> int:
    """Return how many notices a person has not looked at, for the menu, which stops counting at a hundred."""
    unread = Notice.objects.unread().readable_by(user).order_by()
    return unread[:MOST_COUNTED].count()


def mark_read(
    *,
    actor: User,
    case: Case | None = None,
    unit: str = "",
    kinds: Iterable[Notice.Kind] = (),
) -> None:
    """Note that a person has looked at the notices about a case, a unit (by its code), or at all of them."""
    unread = Notice.objects.unread().filter(user=actor)
    if case is not None:
        unread = unread.filter(case_id=case.pk)
    if unit:
        unread = unread.filter(unit__code=unit)
    if kinds:
        unread = unread.filter(kind__in=kinds)
    unread.update(read_at=timezone.now())
