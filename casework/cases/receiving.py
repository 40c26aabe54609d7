"""Who receives a case, and who acts in the place of a handler who is not there.

There is one answer, and notices, reminders, lists and receipts are all made from it: a case that somebody
is told of is the same that lies in his or her inbox, and that he or she can open and handle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, Self

from casework.kinds import handlers_for, handlers_in, kind_of, readers_in
from casework.models import Case, NamedReader, Recusal
from organisation.access import paths_above, roles_over
from organisation.models import Membership, Unit, User
from organisation.rights import Right, Role


class Lying(NamedTuple):
    """What decides who receives a case: where it lies, what it is about, and who may not handle it."""

    pk: int
    path: str
    level: str
    subject: str
    circle: str
    protected: bool
    from_outside: bool
    reporter: int | None

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return what decides who receives one case."""
        return cls(
            case.pk,
            case.unit.path,
            case.unit.level,
            case.subject,
            case.circle,
            case.protected,
            case.from_outside,
            case.reporter_id,
        )


# The columns of a case that say so, in that order.
LYING = (
    "pk",
    "unit__path",
    "unit__level",
    "subject",
    "circle",
    "protected",
    "from_outside",
    "reporter",
)


def once(levels: Iterable[Iterable[int]]) -> list[int]:
    """Return the people of several levels, each once, in the order of the levels."""
    return list(dict.fromkeys(chain.from_iterable(levels)))


@dataclass(frozen=True)
class Holders:
    """Who holds which role today in which unit, by its path; substitutes count."""

    by_path: dict[str, dict[str, list[int]]]

    @classmethod
    def of_today(
        cls, *, over: Unit | None = None, right: Right = Right.CASES_RECEIVE
    ) -> Self:
        """Return those of one unit and of all above it, or of every unit there is."""
        held = Membership.objects.valid().filter(
            role__in=right.roles, user__is_active=True
        )
        if over is not None:
            held = held.filter(unit__path__in=paths_above(over))
        by_path: dict[str, dict[str, list[int]]] = {}
        for path, role, person in held.values_list(
            "unit__path", "role", "user"
        ).order_by("pk"):
            by_path.setdefault(path, {}).setdefault(role, []).append(person)
        return cls(by_path)

    def levels(
        self, path: str, roles: Collection[Role] = Right.ORGANISATION_LEAD.roles
    ) -> list[list[int]]:
        """Return the keys of those who hold a role over a unit, level by level, the nearest level first."""
        codes = path.rstrip("/").split("/")
        above = ("/".join(codes[:depth]) + "/" for depth in range(len(codes), 0, -1))
        return [people for unit in above if (people := self.at(unit, roles))]

    def at(self, path: str, roles: Collection[Role]) -> list[int]:
        """Return the keys of those who hold a role in the very unit of a path."""
        held = self.by_path.get(path, {})
        return once(held[role] for role in held if role in roles)


@dataclass(frozen=True)
class Receivers:
    """Who receives some cases: one question for all of them, however many they are."""

    holders: Holders
    parents: frozenset[str]
    recused: set[tuple[int, int]] = field(default_factory=set)
    named: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, *, over: Unit | None = None, **which: Any) -> Self:
        """Look up who holds roles, over one unit or any, and what keeps people from some cases or all."""
        recused = set(Recusal.objects.filter(**which).values_list("case", "user"))
        named: dict[int, list[int]] = {}
        readers = NamedReader.objects.filter(user__is_active=True, **which)
        for case, person in readers.values_list("case", "user"):
            named.setdefault(case, []).append(person)
        return cls(Holders.of_today(over=over), _parents(over), recused, named)

    @classmethod
    def of_new(cls, *, parents: frozenset[str] | None = None) -> Self:
        """Look up who receives cases that nobody can be kept from yet."""
        return cls(Holders.of_today(), _parents(None) if parents is None else parents)

    def levels(self, case: Lying) -> list[list[int]]:
        """Return the keys of who receives a case, and then of those above, the nearest level first.

        Nobody receives what he or she reported or is recused from (FL 16-18 §§): then it is for those
        above.  Where nobody of the line is left, those who keep watch over the unit receive it.
        """
        if case.protected:
            return self._of_protected(case)
        roles = handlers_for(case.subject, case.circle, case.level)
        levels = self.able_over(case, roles)
        if not levels:
            watching = self._watching(case)
            return [watching] if watching else []
        if case.from_outside and not case.circle and case.path in self.parents:
            # Whoever wrote it did not know where it belongs: it waits to be sorted, too.
            levels[0] = once([levels[0], self._watching(case)])
        return levels

    def handlers(self, case: Lying) -> list[int]:
        """Return the keys of the nearest who hold the role to handle a case and are not kept from it."""
        roles = handlers_for(case.subject, case.circle, case.level)
        return next(iter(self.able_over(case, roles)), [])

    def has_left(self, person: int, case: Lying) -> bool:
        """Tell whether a person can handle a case no more: holds no role over it, or is kept from it."""
        roles = handlers_for(case.subject, case.circle, case.level) | _deputies(case)
        able = any(person in level for level in self.able_over(case, roles))
        return not able or (
            case.protected and person not in self.named.get(case.pk, [])
        )

    def is_done_by(self, roles: Collection[Role], case: Lying) -> bool:
        """Tell whether anybody who holds one of the roles can handle a case."""
        able = once(self.able_over(case, roles))
        if not case.protected:
            return bool(able)
        return not set(able).isdisjoint(self.named.get(case.pk, []))

    def to_name(self, case: Lying) -> list[int]:
        """Return who is to read a protected case of which no named reader is left who can handle it.

        It is for the investigators, and where there are none for the controllers.
        """
        for right in (Right.LEXSARAH_INVESTIGATE, Right.CASES_DEPUTISE):
            if levels := self.able_over(case, right.roles):
                return levels[0]
        return []

    def outside(self, case: Lying) -> list[int]:
        """Return who stands above a case's unit and reads its cases, or watches over it: the nearest first.

        Whoever plans and compiles reads them too, but stands above nobody.
        """
        above = case.path.rstrip("/").rpartition("/")[0]
        leading = Right.ORGANISATION_LEAD.roles & readers_in(case.circle)
        chiefs = self.holders.levels(f"{above}/" if above else case.path, leading)
        deputies = self.holders.levels(case.path, Right.CASES_DEPUTISE_PROTECTED.roles)
        return once(self._able(case, [*chiefs, *deputies]))

    def with_one_outside(self, case: Lying) -> list[int]:
        """Return who reads a protected case, and one outside its unit where none of the named is any more."""
        named, outside = self.named.get(case.pk, []), self.outside(case)
        if not outside or set(named) & set(outside):
            return named
        able = next(iter(self.levels(case)), [])
        kept = once([able, named])[: NamedReader.MOST - 1]
        return [*kept, [*self.to_name(case), *outside][0]]

    def _of_protected(self, case: Lying) -> list[list[int]]:
        """Return the named readers who can handle a case, as they were named (OSL 21 kap. 3 §)."""
        named = next(iter(self._able(case, [self.named.get(case.pk, [])])), [])
        handling = handlers_for(case.subject, case.circle, case.level)
        for roles in (handling, Right.CASES_DEPUTISE_PROTECTED.roles):
            over = once(self.holders.levels(case.path, roles))
            if able := [person for person in named if person in over]:
                return [able]
        return []

    def _watching(self, case: Lying) -> list[int]:
        """Return the controllers over a case, and the registrars of what comes from outside."""
        roles = Right.CASES_DEPUTISE.roles
        if case.from_outside and not case.circle:
            roles |= Right.CASES_KEEP_REGISTER.roles
        return once(self.able_over(case, roles))

    def able_over(self, case: Lying, roles: Collection[Role]) -> list[list[int]]:
        """Return who holds a role over a case and is not kept from handling it, the nearest level first."""
        return self._able(case, self.holders.levels(case.path, roles))

    def able_at(self, case: Lying, path: str, roles: Collection[Role]) -> list[int]:
        """Return who holds a role in the very unit of a path and is not kept from handling a case."""
        return next(iter(self._able(case, [self.holders.at(path, roles)])), [])

    def _able(self, case: Lying, levels: Iterable[list[int]]) -> list[list[int]]:
        """Return the people of each level who are not kept from a case, without the levels that get empty."""
        able = []
        for level in levels:
            left = [person for person in level if not self._is_kept_out(person, case)]
            if left:
                able.append(left)
        return able

    def _is_kept_out(self, person: int, case: Lying) -> bool:
        return person == case.reporter or (case.pk, person) in self.recused


def _deputies(case: Case | Lying) -> frozenset[Role]:
    """Return the roles that act in the place of a handler who is not there."""
    right = Right.CASES_DEPUTISE_PROTECTED if case.protected else Right.CASES_DEPUTISE
    return right.roles


def _parents(over: Unit | None) -> frozenset[str]:
    """Return the paths of the units that have others under them."""
    units = Unit.objects.filter(children__isnull=False)
    if over is not None:
        units = units.filter(pk=over.pk)
    return frozenset(units.values_list("path", flat=True))


def receivers_of(case: Case) -> list[User]:
    """Return those who are to handle a case that nobody handles yet: the nearest who may."""
    levels = Receivers.of(over=case.unit, case=case.pk).levels(Lying.of(case))
    return people(levels[0]) if levels else []


def handler_of(case: Case) -> User | None:
    """Return who has a case, or is the first to receive it while nobody has."""
    found, lying = Receivers.of(over=case.unit, case=case.pk), Lying.of(case)
    if case.owner is not None and not found.has_left(case.owner.pk, lying):
        return case.owner
    return next(iter(people(next(iter(found.levels(lying)), [])[:1])), None)


def handlers_over(case: Case) -> list[User]:
    """Return the nearest who hold the role to handle a case, also if others are named to read it."""
    return people(Receivers.of(over=case.unit, case=case.pk).handlers(Lying.of(case)))


def readers_left(case: Case) -> list[User]:
    """Return who is to read a protected case alone from now on, when one of its readers is gone."""
    return people(
        Receivers.of(over=case.unit, case=case.pk).with_one_outside(Lying.of(case))
    )


def readers_for(case: Case) -> list[User]:
    """Return who is to read a protected case alone: the nearest who handle it, and one outside their unit.

    Nobody reads such a case without anyone above knowing of it (OSL 21 kap. 3 §).
    """
    found, lying = Receivers.of(over=case.unit, case=case.pk), Lying.of(case)
    roles = handlers_for(case.subject, case.circle, case.unit.level)
    nearest, *above = found.able_over(lying, roles) or [[]]
    others = once([*above, found.to_name(lying)])
    outside = [person for person in others if person not in nearest][:1]
    return people([*nearest[: NamedReader.MOST - len(outside)], *outside])


def chiefs_over(case: Case) -> list[User]:
    """Return the nearest chiefs of a case's unit who are not kept from it."""
    found, lying = Receivers.of(over=case.unit, case=case.pk), Lying.of(case)
    named = found.named.get(case.pk, [])
    for level in found.able_over(lying, Right.ORGANISATION_LEAD.roles):
        chiefs = [key for key in level if not case.protected or key in named]
        if chiefs:
            return people(chiefs)
    return []


def people(keys: Iterable[int]) -> list[User]:
    """Return people by key, in that order."""
    keys = list(keys)
    found = User.objects.in_bulk(keys)
    return [found[key] for key in keys]


def roles_in(case: Case, user: User) -> set[str]:
    """Return the roles that count for a person in a case: those held, and one whose place is taken.

    Where nobody can handle the case in the role that does, the controller acts in that role; of a
    protected case also the investigator who is named to read it.  What a whole administration
    checks and analyses is the controller's to do as well.
    """
    held = roles_over(user, case.unit)
    needed = handlers_in(case.circle)
    if held & needed or not held & _deputies(case):
        return held
    is_central = case.unit.level == Unit.Level.ADMINISTRATION
    if is_central and kind_of(case.subject).central_handlers & held:
        return held | needed
    found = Receivers.of(over=case.unit, case=case.pk)
    return held if found.is_done_by(needed, Lying.of(case)) else held | needed
