"""Who is told that something has happened in a case; a notice never says what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self, TypeGuard

from django.utils import timezone

from casework.mails import write_at_once
from casework.models import Action, Case, NamedReader, Notice, Recusal
from organisation.access import ANALYSTS, CHIEFS, paths_above, roles_over
from organisation.models import Membership, Role, Unit, User

MOST_COUNTED = 100


class Audience(Enum):
    """Whom a step of a process tells."""

    HANDLERS = "the nearest who may handle the case"
    CHIEFS = "the nearest chiefs of the unit"
    DECIDERS = "the secretaries of those who decide"
    REPORTER = "the one who reported"
    OWNER = "the one who handles the case"


@dataclass(frozen=True)
class Chiefs:
    """Those who hold some roles today, chiefs unless told, by the path of their unit; substitutes count."""

    by_path: dict[str, list[int]]

    @classmethod
    def of_today(cls, *, over: Unit | None = None, roles: Iterable[Role] = CHIEFS) -> Self:
        """Return those of one unit and of all above it, or of every unit there is."""
        held = Membership.objects.valid().filter(role__in=roles, user__is_active=True)
        if over is not None:
            held = held.filter(unit__path__in=paths_above(over))
        by_path: dict[str, list[int]] = {}
        for path, person in held.values_list("unit__path", "user").order_by("pk"):
            by_path.setdefault(path, []).append(person)
        return cls(by_path)

    def levels(self, path: str) -> list[list[int]]:
        """Return the keys of those who are chiefs over a unit, level by level, the nearest level first."""
        codes = path.rstrip("/").split("/")
        above = ("/".join(codes[:depth]) + "/" for depth in range(len(codes), 0, -1))
        return [self.by_path[unit] for unit in above if unit in self.by_path]


@dataclass(frozen=True)
class Handlers:
    """Who may handle some cases: one question for all of them, however many they are."""

    chiefs: Chiefs
    recused: set[tuple[int, int]]
    named: dict[int, list[int]]

    @classmethod
    def of(cls, chiefs: Chiefs, **which: Any) -> Self:
        """Look up what keeps chiefs from some cases, or from all, and who is named in their place."""
        recused = set(Recusal.objects.filter(**which).values_list("case", "user"))
        named: dict[int, list[int]] = {}
        for case, person in NamedReader.objects.filter(**which).values_list("case", "user"):
            named.setdefault(case, []).append(person)
        return cls(chiefs, recused, named)

    def levels(self, case: int, *, path: str, reporter: int | None, protected: bool) -> list[list[int]]:
        """Return the keys of who may handle a case, the nearest level of chiefs first.

        Nobody handles what he or she reported or is recused from (FL 16-18 §§): then it is for the chiefs
        above.  A case about a protected person is for the named readers (OSL 21 kap. 3 §).
        """
        levels = [self.named.get(case, [])] if protected else self.chiefs.levels(path)
        able = ([p for p in level if p != reporter and (case, p) not in self.recused] for level in levels)
        return [level for level in able if level]


def handlers_of(case: Case) -> list[User]:
    """Return those who are to handle a case that nobody handles yet: the nearest who may."""
    return _nearest(case, case.handler_roles, protected=case.protected)


def handlers_over(case: Case) -> list[User]:
    """Return the nearest who hold the role to handle a case, whoever is named to read it today."""
    return _nearest(case, case.handler_roles, protected=False)


def chiefs_over(case: Case) -> list[User]:
    """Return the nearest chiefs of a case's unit who are not kept from it, whoever handles it."""
    return _nearest(case, CHIEFS, protected=case.protected)


def compilers_over(case: Case) -> list[User]:
    """Return the nearest who compile the figures of a case's unit (SOSFS 2011:9 5 kap. 6 §)."""
    return _nearest(case, ANALYSTS, protected=False)


def _nearest(case: Case, roles: Iterable[Role], *, protected: bool) -> list[User]:
    handlers = Handlers.of(Chiefs.of_today(over=case.unit, roles=roles), case=case.pk)
    levels = handlers.levels(case.pk, path=case.unit.path, reporter=case.reporter_id, protected=protected)
    return list(User.objects.filter(pk__in=levels[0])) if levels else []


def tell(
    case: Case, kind: Notice.Kind, *, audience: Audience, but: User | None = None, on: dt.date | None = None
) -> None:
    """Give notice to an audience, once a day however often it is found out."""
    if audience is Audience.HANDLERS:
        people = handlers_of(case)
    elif audience is Audience.CHIEFS:
        people = chiefs_over(case)
    elif audience is Audience.DECIDERS:
        people = _nearest(case, {Role.BOARD_SECRETARY}, protected=False)
    elif audience is Audience.REPORTER:
        people = [case.reporter] if case.reporter else []
    else:
        people = [case.owner] if _handles(case.owner, case) else handlers_of(case)
    tell_people(case, kind, [person for person in people if person != but], on=on)


def tell_people(case: Case, kind: Notice.Kind, people: Iterable[User], *, on: dt.date | None = None) -> None:
    """Give notice to those of the people who may read the case, or the measure in it that it is about.

    A notice about what an anonymous person has done is dated by the day alone, as the case is.
    """
    today = timezone.localdate()
    created = timezone.now() if case.reporter_id else _midnight(today)
    readers = [person for person in people if _may_know(person, case, kind)]
    Notice.objects.bulk_create(
        [
            Notice(user=person, case_id=case.pk, kind=kind, on=on or today, created_at=created)
            for person in readers
        ],
        ignore_conflicts=True,
    )
    if kind == Notice.Kind.URGENT:
        write_at_once(case)


def tell_chiefs_of_opened(cases: Iterable[Case], *, but: User | None = None) -> None:
    """Give the nearest chiefs notice of cases that have just been opened: two questions for all of them.

    Nobody can be recused from a case yet, or named to read it, and its chiefs read it: as long as it is
    read as usual, which the cases that nobody has reported are.
    """
    chiefs, today = Chiefs.of_today(), timezone.localdate()
    new = {"kind": Notice.Kind.NEW, "on": today, "created_at": _midnight(today)}
    Notice.objects.bulk_create(
        [
            Notice(user_id=person, case_id=case.pk, **new)
            for case in cases
            for person in next(iter(chiefs.levels(case.unit.path)), [])
            if but is None or person != but.pk
        ],
        ignore_conflicts=True,
    )


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


def tell_of_units(kind: Notice.Kind, told: Iterable[tuple[int, Unit]], *, on: dt.date) -> int:
    """Give people, by key, notice of what is missing in a unit, once for the day that it is about.

    Return how many notices are new.
    """
    known = set(Notice.objects.filter(kind=kind, on=on, unit__isnull=False).values_list("user", "unit"))
    new = [(person, unit) for person, unit in told if (person, unit.pk) not in known]
    notices = [Notice(user_id=person, unit=unit, kind=kind, on=on) for person, unit in new]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(new)


def _handles(person: User | None, case: Case) -> TypeGuard[User]:
    """Tell whether the one who has a case still works here and may still read it."""
    return person is not None and Case.objects.handled_by(person).filter(pk=case.pk).exists()


def _may_know(person: User, case: Case, kind: Notice.Kind) -> bool:
    """Tell whether a person may know of a notice: of a measure also those who are to do one there."""
    if Case.objects.visible_to(person).filter(pk=case.pk).exists():
        return True
    if kind == Notice.Kind.TO_DECIDE:
        return Role.BOARD_SECRETARY in roles_over(person, case.unit)
    given = Action.objects.to_be_done_by(person).filter(case_id=case.pk)
    return kind in Notice.ABOUT_MEASURES and given.exists()


def count_unread(user: Any) -> int:
    """Return how many notices a person has not looked at, for the menu, which stops counting at a hundred.

    What may still be read is asked only of those who have something unread: the menu is on every page.
    """
    if not Notice.objects.unread().filter(user=user).exists():
        return 0
    return Notice.objects.readable_by(user).unread().order_by()[:MOST_COUNTED].count()


def mark_read(
    *, actor: User, case: Case | None = None, unit: str = "", kinds: Iterable[Notice.Kind] = ()
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
