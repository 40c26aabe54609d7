"""Who may keep whom from a case, and who has to be left to read it (FL 16-18 §§, OSL 21 kap. 3 §).

Nobody hides a case from those above, alone and in silence: oneself one keeps from it freely, another only
from above, and somebody above the unit always reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Q

from casework.cases.receiving import Lying, Receivers
from casework.database.scopes import reading_beyond
from casework.models import Case, Recusal
from organisation.access import paths_above, people_around, roles_over, within
from organisation.models import Membership, Unit, User
from organisation.rights import Right

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _depths(case: Case, people: Iterable[User]) -> dict[int, dict[str, int]]:
    """Return how far up each person holds each role over a case, by role: 0 is the root of the tree."""
    held = Membership.objects.valid().filter(
        user__in=list(people),
        role__in=Right.CASES_STAND_IN_LINE.roles,
        unit__path__in=paths_above(case.unit),
    )
    depths: dict[int, dict[str, int]] = {}
    for person, role, path in held.values_list("user", "role", "unit__path"):
        depth = path.count("/") - 1
        roles = depths.setdefault(person, {})
        roles[role] = min(depth, roles.get(role, depth))
    return depths


def _stands_above(
    case: Case, actor: dict[str, int], person: dict[str, int], *, ending: bool = False
) -> bool:
    """Tell whether one stands above another in a case: a chief over his or her unit, or who watches over it.

    The controller watches over every case, the investigator over those that are read by few.
    Who watches is kept out by nobody; such a recusal of one's own is ended by another who watches.
    """
    watch = Right.CASES_WATCH if case.circle else Right.CASES_WATCH_ALL
    watching, leading = _held(actor, watch), _held(actor, Right.ORGANISATION_LEAD)
    if not watching and not leading:
        return False
    if not person:
        return True
    if _held(person, Right.CASES_WATCH):
        return ending and bool(watching)
    top = min(person.values())
    return min(leading, default=top) < top or min(watching, default=top + 1) <= top


def _held(depths: dict[str, int], right: Right) -> list[int]:
    return [depth for role, depth in depths.items() if role in right.roles]


def may_keep_out(case: Case, *, person: User, actor: User) -> bool:
    """Tell whether one may keep another from a case: oneself freely, others only from above them."""
    if person == actor:
        return True
    depths = _depths(case, [person, actor])
    return _stands_above(case, depths.get(actor.pk, {}), depths.get(person.pk, {}))


def may_be_let_back(case: Case, *, actor: User) -> set[int]:
    """Return the keys of those whose recusal a person may end: from above, never one's own."""
    kept_out = [
        recusal.user
        for recusal in case.recusals.select_related("user")
        if recusal.user != actor
    ]
    depths = _depths(case, [*kept_out, actor])
    own = depths.get(actor.pk, {})
    return {
        person.pk
        for person in kept_out
        if _stands_above(case, own, depths.get(person.pk, {}), ending=True)
    }


def may_be_kept_out(case: Case, *, actor: User) -> QuerySet[User]:
    """Return whom a person may keep from a case, by name, beside him- or herself."""
    people = people_around(case.unit).exclude(pk__in=case.recusals.values("user"))
    keys = set(people.values_list("pk", flat=True))
    depths = _depths(case, [User(pk=key) for key in {*keys, actor.pk}])
    own = depths.get(actor.pk, {})
    below = [key for key in keys if _stands_above(case, own, depths.get(key, {}))]
    kept_out = case.recusals.values("user")
    return User.objects.filter(pk__in=[*below, actor.pk], is_active=True).exclude(
        pk__in=kept_out
    )


# --- who is left ------------------------------------------------------------------------------
def is_outside(case: Case, readers: Iterable[User], *, actor: User) -> bool:
    """Tell whether one of the readers, besides who names them, stands above the unit or watches over it."""
    outside = Receivers.of(over=case.unit, case=case.pk).outside(Lying.of(case))
    return any(reader.pk in outside for reader in readers if reader != actor)


def is_left_to_nobody(case: Case, person: User) -> bool:
    """Tell whether a case that somebody receives today is received by nobody when a person is kept out."""
    found, lying = Receivers.of(over=case.unit, case=case.pk), Lying.of(case)
    if not found.levels(lying):
        return False
    found.recused.add((case.pk, person.pk))
    return not found.levels(lying)


def handles_one_of(case: Case, readers: Iterable[User]) -> bool:
    """Tell whether one of the readers can handle a case that is read by them alone."""
    roles = case.handler_roles
    able = (reader for reader in readers if reader.pk != case.reporter_id)
    return any(roles & roles_over(reader, case.unit) for reader in able)


# --- what is seen of it from above ------------------------------------------------------------
class Hidden(NamedTuple):
    """How many are kept from the open cases of one unit, and how many of those are read by few."""

    unit: str
    by_themselves: int
    by_others: int
    protected: int


@reading_beyond("counts by unit, for whoever watches over it, of no case")
def hidden_in(paths: Iterable[str]) -> list[Hidden]:
    """Count recusals and protections in open cases, by unit in tree order, without what they are about.

    A recusal of which it is not known who declared it is counted among those of others.
    """
    units = Unit.objects.filter(within(paths))
    recusals = Recusal.objects.filter(
        case__closed_on=None, case__unit__in=units
    ).order_by()
    of_others = ~Q(declared_by=F("user")) | Q(declared_by=None)
    kept = {
        row["case__unit"]: row
        for row in recusals.values("case__unit").annotate(
            all=Count("pk"), others=Count("pk", filter=of_others)
        )
    }
    protected = dict(
        Case.objects.open()
        .filter(protected=True, unit__in=units)
        .order_by()
        .values_list("unit")
        .annotate(count=Count("pk"))
    )
    rows = []
    for unit in units.filter(pk__in={*kept, *protected}):
        counted = kept.get(unit.pk, {"all": 0, "others": 0})
        by_others = counted["others"]
        own = counted["all"] - by_others
        rows.append(Hidden(unit.name, own, by_others, protected.get(unit.pk, 0)))
    return rows
