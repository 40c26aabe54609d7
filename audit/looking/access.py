"""Which readings somebody may see: those of a case, and those by an employee.

Chiefs and controllers see who has read what they read themselves.  The data protection officer reads no case and
sees who has read any of the own administration, but of those about protected persons (OSL 21 kap. 3 §).  What
somebody has read as the one who reported it is shown to the reviewer of a log check alone: it tells who reported.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q, QuerySet

from audit.models import Reading
from audit.models.reading import Kind, Way
from audit.words import pages_of_own_reports
from casework.models import Case, NamedReader, Tombstone
from organisation.access import may, units_for
from organisation.models import Membership, Unit, User
from organisation.rights import Right

# To these no case is opened by the role alone: what they are shown of cases is what they reported.
_QUIET = (
    Right.ORGANISATION_WORK.roles
    - Right.CASES_RECEIVE.roles
    - Right.CASES_RETAIN.roles
    - Right.LOG_SEE_READERS.roles
)
MOST_FOUND = 20
PROTECTED = "skyddat ärende"
ELSEWHERE = "ärende i en annan förvaltning"

# Why a page of the log reads rows of cases that its reader does not: it shows who has read, and nothing else.
BY_THE_LOG = "who may see the readings of a case is a rule of the log's own"


@dataclass(frozen=True)
class Looked:
    """A case whose readers somebody may see; only ``readers_of`` makes one.

    ``is_read`` tells whether that person also reads the case itself, ``is_gone`` whether it was purged.
    """

    key: int
    number: str
    unit: Unit
    reporter: int | None = None
    protected: bool = False
    is_read: bool = False
    is_gone: bool = False

    def readings(self) -> QuerySet[Reading]:
        """Return the readings of the case, but those by who reported it."""
        found = Reading.objects.filter(cases__contains=[self.key])
        named = NamedReader.objects.filter(case=self.key).values("user")
        found = found.exclude(_as_reporter() & ~Q(person__in=named))
        if self.reporter:
            found = found.exclude(person=self.reporter)
        return found.select_related("person", "unit", "stands_in_for")


def readers_of(user: User, number: str) -> Looked | None:
    """Return the case of a number if a person may see who has read it; the one kept out of it never does."""
    case = Case.objects.filter(number=number).select_related("unit").first()
    if case is None:
        return _readers_of_gone(user, number)
    if not may(user, Right.LOG_SEE_READERS, case.unit):
        return None
    is_read = Case.objects.handled_by(user).filter(pk=case.pk).exists()
    if not is_read and not _watches(user, case):
        return None
    return Looked(
        key=case.pk,
        number=case.number,
        unit=case.unit,
        reporter=case.reporter_id,
        protected=case.protected,
        is_read=is_read,
    )


def _watches(user: User, case: Case) -> bool:
    """Tell whether a person sees who has read a case without reading it."""
    is_open = not case.protected and may(user, Right.LOG_SEE_READINGS, case.unit)
    return is_open and not case.recusals.filter(user=user).exists()


def _readers_of_gone(user: User, number: str) -> Looked | None:
    """Return a purged case for who sees all readings; one that only those who were named read stays closed."""
    left = Tombstone.objects.filter(number=number).select_related("unit").first()
    if left is None or not may(user, Right.LOG_SEE_READINGS, left.unit):
        return None
    if Reading.objects.filter(cases__contains=[left.key], way=Way.NAMED).exists():
        return None
    return Looked(key=left.key, number=left.number, unit=left.unit, is_gone=True)


def employees(user: User) -> QuerySet[User]:
    """Return the people whose readings a person may see: those who have, or have had, a role there."""
    units = units_for(user, Right.LOG_SEE_READINGS).order_by()
    held = Membership.objects.filter(unit__in=units)
    return User.objects.filter(pk__in=held.values("user"))


def employees_named(user: User, words: str) -> list[User]:
    """Return the first of the employees whose name holds some words, or whose user name they are."""
    named = Q(name__icontains=words) | Q(username__iexact=words)
    return list(employees(user).filter(named)[:MOST_FOUND])


def readings_by(user: User, person: User) -> QuerySet[Reading]:
    """Return what an employee has read in the units of the one who asks, but of what he or she reported."""
    own = list(
        Case.objects.filter(reporter=person).order_by().values_list("pk", flat=True)
    )
    units = units_for(user, Right.LOG_SEE_READINGS).order_by()
    found = Reading.objects.filter(person=person, unit__in=units)
    found = found.exclude(_as_reporter())
    found = found.exclude(~Q(cases=[]) & Q(cases__contained_by=own))
    return found.select_related("person", "unit", "stands_in_for")


def _as_reporter() -> Q:
    """Return the condition for what was read as the one who reported it, and by no other right."""
    at_work = Membership.objects.exclude(role__in=_QUIET).values("user")
    is_shown_cases = ~Q(cases=[]) & ~Q(kind=Kind.LOG)
    by_no_role = Q(way=Way.ROLE, role__in=["", *_QUIET]) & ~Q(person__in=at_work)
    return (
        Q(way=Way.REPORTER)
        | Q(page__in=pages_of_own_reports())
        | is_shown_cases & by_no_role
    )


@dataclass(frozen=True)
class Known:
    """What may be said of some cases to a person: their numbers, or why they are not said."""

    words: dict[int, str]
    numbered: frozenset[int]
    own: frozenset[int]


def known_cases(user: User, keys: Collection[int], *, reader: User) -> Known:
    """Return what may be said to a person of cases that a reader was shown."""
    units = {unit.pk for unit in units_for(user, Right.LOG_SEE_READINGS)}
    words, own, numbered = dict[int, str](), set[int](), set[int]()
    rows = Case.objects.filter(pk__in=keys).order_by()
    for key, number, unit, protected, reporter in rows.values_list(
        "pk", "number", "unit", "protected", "reporter"
    ):
        if reporter == reader.pk:
            own.add(key)
        elif unit not in units:
            words[key] = ELSEWHERE
        elif protected:
            words[key] = PROTECTED
        else:
            words[key] = number
            numbered.add(key)
    words |= _gone(units, set(keys) - words.keys() - own)
    return Known(words, frozenset(numbered), frozenset(own))


def _gone(units: Collection[int], keys: Collection[int]) -> dict[int, str]:
    """Return what may be said of purged cases."""
    left = Tombstone.objects.filter(key__in=keys).values_list("key", "number", "unit")
    named = Reading.objects.filter(way=Way.NAMED, cases__overlap=list(keys))
    hidden = set(chain.from_iterable(named.values_list("cases", flat=True)))
    return {
        key: PROTECTED if key in hidden else number if unit in units else ELSEWHERE
        for key, number, unit in left
    }
