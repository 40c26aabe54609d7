"""The only answer to "which units, in which role" (OSL 26 kap. 1 §: secret unless the task needs it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.utils import timezone

from organisation.models import Membership, Unit, UnitQuerySet, User
from organisation.rights import Reach, Right

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class SignedInRequest(HttpRequest):
    """What every view outside public.py gets: LoginRequiredMiddleware lets nobody else in."""

    user: User
    roles: set[str]


View = TypeVar("View", bound=Callable[..., Any])


def role_not_required(view: View) -> View:
    """Let a view answer those who hold no role today: what they have reported, and their own settings."""
    view.role_required = False  # type: ignore[attr-defined]
    return view


def right_required(right: Right) -> Callable[[View], View]:
    """Let a view answer those who have a right somewhere; to others there is no such page."""

    def limit(view: View) -> View:
        @wraps(view)
        def limited(request: SignedInRequest, *args: Any, **kwargs: Any) -> Any:
            if not may(request.user, right):
                raise Http404
            return view(request, *args, **kwargs)

        limited.right = right  # type: ignore[attr-defined]
        return cast("View", limited)

    return limit


# A subtree of more units than this is asked for by its path: a longer list of keys costs more than it saves.
MOST_LISTED = 100
# Every page asks this: composed anew by the ORM each time, it would cost the page more than the answer.
HELD = """
    SELECT held.role, unit.path, ARRAY(
        SELECT below.id FROM organisation_unit below
        WHERE starts_with(below.path, unit.path) LIMIT %s
    ), unit.id, held.stands_in_for_id
    FROM organisation_membership held JOIN organisation_unit unit ON unit.id = held.unit_id
    WHERE held.user_id = %s AND held.valid_from <= %s
        AND (held.valid_to IS NULL OR held.valid_to > %s)
"""


@dataclass(frozen=True)
class Held:
    """A role that a person holds today, and the keys of the units under it: None where they are many."""

    role: str
    path: str
    units: tuple[int, ...] | None
    unit: int
    stands_in_for: int | None = None


_remembered: ContextVar[dict[int, frozenset[Held]] | None] = ContextVar(
    "remembered", default=None
)


def roles_of(user: User | AnonymousUser) -> set[str]:
    """Return the roles that a person holds anywhere today."""
    return {one.role for one in held_by(user)}


def may(user: User | AnonymousUser, right: Right, unit: Unit | None = None) -> bool:
    """Tell whether a person has a right today: over a unit, or anywhere where none is asked for.

    A right over a whole administration counts while there is that administration.
    """
    if right.reach is Reach.WHOLE:
        held = administrations_for(user, right).valid()
        return (held.filter(path=paths_above(unit)[0]) if unit else held).exists()
    if unit is None or right.reach is Reach.ANYWHERE:
        return bool(roles_of(user) & right.roles)
    return any(unit.path.startswith(path) for path in paths_for(user, right))


def people_with(right: Right) -> QuerySet[User]:
    """Return who has a right anywhere today."""
    held = Membership.objects.valid().filter(role__in=right.roles)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def people_at_work() -> QuerySet[User]:
    """Return who holds a role anywhere today."""
    return people_with(Right.ORGANISATION_WORK)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask for what each person holds once, for as long as one request lasts; a change is seen at once."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


@receiver([post_save, post_delete], sender=Membership)
@receiver([post_save, post_delete], sender=Unit)
def _forget(**_: Any) -> None:
    if remembered := _remembered.get():
        remembered.clear()


def held_by(user: User | AnonymousUser) -> frozenset[Held]:
    """Return the roles that a person holds today, with the units under each."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    remembered = _remembered.get()
    if remembered is None:
        return _held_by(user.pk)
    if user.pk not in remembered:
        remembered[user.pk] = _held_by(user.pk)
    return remembered[user.pk]


def _held_by(user: int) -> frozenset[Held]:
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(HELD, [MOST_LISTED + 1, user, today, today])
        rows = cursor.fetchall()
    return frozenset(
        Held(
            role,
            path,
            tuple(sorted(units)) if len(units) <= MOST_LISTED else None,
            *where,
        )
        for role, path, units, *where in rows
    )


def reaches_far(user: User | AnonymousUser, roles: Iterable[str]) -> bool:
    """Tell whether a person holds one of the roles over many units: then the whole is read, not the few."""
    return any(one.units is None and one.role in roles for one in held_by(user))


def under(held: Iterable[Held], field: str) -> Q:
    """Return the condition that a unit lies under one of the roles; none matches nothing.

    Keys are what an index on the unit can be asked for, also beside other ways to the same row.
    """
    keys: set[int] = set()
    paths: set[str] = set()
    for one in held:
        if one.units is None:
            paths.add(one.path)
        else:
            keys.update(one.units)
    listed = Q(**{f"{field}__in": sorted(keys)})
    if not paths:
        return listed
    units = Unit.objects.filter(within(sorted(paths))).order_by()
    return listed | Q(**{f"{field}__in": units.values("pk")})


def paths_for(user: User | AnonymousUser, right: Right) -> list[str]:
    """Return the paths of the subtrees in which a person has a right today."""
    paths = {one.path for one in held_by(user) if one.role in right.roles}
    if right.reach is Reach.WHOLE:
        paths = {path for path in paths if _is_root(path)}
    if right.reach is Reach.ADMINISTRATION:
        paths = {root_of(path) for path in paths}
    return sorted(paths)


def root_of(path: str) -> str:
    """Return the path of the administration in which a unit lies, by the unit's own."""
    return f"{path.partition('/')[0]}/"


def _is_root(path: str) -> bool:
    return path.count("/") == 1


def within(paths: Iterable[str], field: str = "path") -> Q:
    """Return the condition that a unit's path lies in one of the subtrees; none matches nothing."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def units_for(
    user: User | AnonymousUser, right: Right = Right.ORGANISATION_WORK
) -> UnitQuerySet:
    """Return the units over which a person has a right: by any role unless told."""
    return Unit.objects.filter(within(paths_for(user, right)))


def administrations_for(user: User | AnonymousUser, right: Right) -> UnitQuerySet:
    """Return the administrations over all of which a person has a right."""
    return Unit.objects.filter(parent=None, path__in=paths_for(user, right)).order_by(
        "path"
    )


def roles_over(user: User | AnonymousUser, unit: Unit) -> set[str]:
    """Return the roles that a person holds over a unit today."""
    if not user.is_authenticated:
        return set()
    return held_over(user, [unit.path])[unit.path]


def held_over(user: User, paths: Iterable[str]) -> dict[str, set[str]]:
    """Return the roles that a person holds today over each of some units, by their paths."""
    held, roles = held_by(user), dict[str, set[str]]()
    for path in paths:
        roles[path] = {one.role for one in held if path.startswith(one.path)}
    return roles


def paths_above(unit: Unit) -> list[str]:
    """Return the paths of a unit and of everything above it, the root first."""
    codes = unit.path.rstrip("/").split("/")
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def chiefs_of(unit: Unit) -> list[Membership]:
    """Return who is chief over a unit today, the nearest first; a substitute counts as a chief."""
    leads = Right.ORGANISATION_LEAD.roles
    held = Membership.objects.valid().filter(
        role__in=leads, unit__path__in=paths_above(unit)
    )
    chiefs = held.filter(user__is_active=True).select_related("user", "unit")
    return sorted(chiefs, key=lambda chief: (-chief.unit.depth, chief.pk))


def people_around(unit: Unit) -> QuerySet[User]:
    """Return who works with the cases of a unit, in it or above it today, by name."""
    held = Membership.objects.valid().filter(
        Q(unit__path__in=paths_above(unit)) | Q(unit__path__startswith=unit.path)
    )
    held = held.filter(role__in=Right.ORGANISATION_TAKE_PART.roles)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def own_chief_roles(user: User) -> QuerySet[Membership]:
    """Return the roles as chief that are a person's own today, not lent by somebody else."""
    lends = Right.ORGANISATION_LEND.roles
    own = Membership.objects.valid().filter(
        user=user, role__in=lends, stands_in_for=None
    )
    return own.select_related("unit").order_by("unit__path", "pk")


def home_unit(user: User | AnonymousUser) -> Unit | None:
    """Return the unit where a person works, the deepest one held: the default of every form."""
    held = list(
        Unit.objects.filter(
            memberships__in=Membership.objects.valid().filter(user=user.pk)
        )
    )
    return max(held, key=lambda unit: unit.depth, default=None)
