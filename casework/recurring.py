"""What recurs: several deviations of one unit that share a routine, or what their own app says they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from casework.models import Case, Subject
from casework.routines import ANSWERS, since

if TYPE_CHECKING:
    from organisation.models import Unit, User

# A default of the product: the third time is no accident.
TIMES = 3


@dataclass(frozen=True)
class Shared:
    """Something that deviations may have in common: its name, where on the spine it is read, and in words."""

    name: str
    lookup: str
    words: str


@dataclass(frozen=True)
class Sharing:
    """What may be shared, and which cases are no deviation after all; apps add what they know."""

    things: list[Shared] = field(default_factory=lambda: [Shared(ROUTINE, "process", "samma rutin")])
    none: list[Q] = field(default_factory=list)


@dataclass(frozen=True)
class Recurrence:
    """How many deviations of a unit share one thing."""

    unit: int
    shared: Shared
    value: str
    times: int


ROUTINE = "rutin"
SHARING = Sharing()


def recurring(units: Iterable[Unit], *, reader: User) -> list[Recurrence]:
    """Return what at least three deviations of a unit have shared in twelve months (SOSFS 2011:9 5 kap. 6 §).

    One question for each thing that may be shared; a case that the reader does not handle, or that is about
    a protected person, is not counted.
    """
    handled = Case.objects.handled_by(reader).unprotected().filter(unit__in=list(units))
    found = handled.filter(subject=Subject.DEVIATIONS, received_on__gte=since(), duplicate_of=None)
    for condition in SHARING.none:
        found = found.exclude(condition)
    return [
        Recurrence(row["unit"], shared, row[shared.lookup], row["times"])
        for shared in SHARING.things
        for row in found.exclude(**{f"{shared.lookup}__in": ["", *ANSWERS]})
        .order_by()
        .values("unit", shared.lookup)
        .annotate(times=Count("pk"))
        .filter(times__gte=TIMES)
        .order_by("unit", "-times", shared.lookup)
    ]
