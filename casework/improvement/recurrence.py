"""What recurs: several cases of one unit that share a routine, or what their own app says they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from casework.improvement.routines import no_names, since
from casework.kinds import CaseKind, Shared, registered
from casework.models import Case

if TYPE_CHECKING:
    from organisation.models import Unit, User

# A default of the product: the third time is no accident.
TIMES = 3


@dataclass(frozen=True)
class Recurrence:
    """How many cases of a unit share one thing."""

    unit: int
    shared: Shared
    value: str
    times: int


ROUTINE = Shared("rutin", "process", "samma rutin")


def recurring(units: Iterable[Unit], *, reader: User) -> list[Recurrence]:
    """Return what at least three cases of a unit have shared in twelve months (SOSFS 2011:9 5 kap. 6 §).

    One question for each thing that may be shared; a case that the reader does not handle, or that is about
    a protected person, is not counted.
    """
    handled = Case.objects.handled_by(reader).unprotected().filter(unit__in=list(units))
    lately = handled.filter(received_on__gte=since(), duplicate_of=None)
    found: list[Recurrence] = []
    for kind in registered():
        if kind.shared is None:
            continue
        for shared in (ROUTINE, *kind.shared):
            found += _recurring(kind, shared, lately)
    return found


def _recurring(
    kind: CaseKind, shared: Shared, cases: QuerySet[Case]
) -> list[Recurrence]:
    """Return how often the cases of a kind share one thing, unit by unit, where it is often."""
    of_kind = cases.filter(subject=kind.subject).exclude(
        **{f"{shared.lookup}__in": ["", *no_names()]}
    )
    if kind.not_counted is not None:
        of_kind = of_kind.exclude(kind.not_counted)
    counted = (
        of_kind.order_by().values("unit", shared.lookup).annotate(times=Count("pk"))
    )
    rows = counted.filter(times__gte=TIMES).order_by("unit", "-times", shared.lookup)
    return [
        Recurrence(row["unit"], shared, row[shared.lookup], row["times"])
        for row in rows
    ]
