"""From what an answer shows to its row in the log."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Kind, Way
from casework.kinds import readers_in
from casework.models import Case, EmergencyOpening, NamedReader
from organisation.access import Held, held_by
from organisation.models import User
from organisation.shown import Shown, What


@dataclass(frozen=True)
class Capacity:
    """As what somebody reads: by which role, and by what else."""

    held: Held | None
    way: Way = Way.ROLE


def write_reading(user: User, page: str, shown: Shown) -> Reading:
    """Write who was shown what, on which page and in which capacity; raises what the database raises."""
    capacity = _capacity(user, shown)
    held = capacity.held
    reading = Reading(
        at=timezone.now(),
        person=user,
        role=held.role if held else "",
        unit_id=held.unit if held else None,
        stands_in_for_id=held.stands_in_for if held else None,
        way=capacity.way,
        kind=_kind(shown),
        page=page,
        question=urlencode(shown.question),
        words=shown.words,
        purpose=shown.purpose,
        count=_count(shown),
        cases=sorted(shown.cases),
        people=sorted(shown.people),
    )
    reading.save(force_insert=True)
    return reading


def _kind(shown: Shown) -> Kind:
    """Return the shape: a list that free words were asked of is a search."""
    if shown.what is What.LIST and shown.words:
        return Kind.SEARCH
    return Kind(shown.what or What.PAGE)


def _count(shown: Shown) -> int:
    return shown.count if shown.count is not None else len(shown.cases | shown.people)


def _capacity(user: User, shown: Shown) -> Capacity:
    held = held_by(user)
    case = shown.one
    if case is None:
        return Capacity(_widest(held))
    # What the page was opened by is known to what it shows: the hour may be over when this is asked.
    if opening := case.opening:
        return Capacity(_held_in(opening, held), Way.GLASS)
    return _capacity_in(case, user, held)


def _capacity_in(case: Case, user: User, held: frozenset[Held]) -> Capacity:
    over = frozenset(one for one in held if case.unit.path.startswith(one.path))
    opens = frozenset(one for one in over if one.role in readers_in(case.circle))
    way = _way(case, user, is_opened=bool(opens))
    return Capacity(_nearest(opens or over or held), way)


def _way(case: Case, user: User, *, is_opened: bool) -> Way:
    """Return what let somebody read a case, which a role of his or hers may have opened."""
    if case.protected and NamedReader.objects.filter(case=case, user=user).exists():
        return Way.NAMED
    if not is_opened and case.reporter_id == user.pk:
        return Way.REPORTER
    return Way.ROLE


def _held_in(opening: EmergencyOpening, held: frozenset[Held]) -> Held:
    """Return the role of an emergency opening, with whose place it is held in, or as it was then."""
    same = (
        one for one in held if (one.role, one.unit) == (opening.role, opening.unit_id)
    )
    as_then = Held(opening.role, opening.unit.path, None, opening.unit_id)
    return min(same, key=_own_first, default=as_then)


def _nearest(held: frozenset[Held]) -> Held | None:
    """Return the role of the lowest unit, a person's own before a lent one."""
    return min(
        held, key=lambda one: (-one.path.count("/"), *_own_first(one)), default=None
    )


def _widest(held: frozenset[Held]) -> Held | None:
    """Return the role of the highest unit, a person's own before a lent one."""
    return min(
        held, key=lambda one: (one.path.count("/"), *_own_first(one)), default=None
    )


def _own_first(one: Held) -> tuple[bool, str, str]:
    return one.stands_in_for is not None, one.role, one.path
