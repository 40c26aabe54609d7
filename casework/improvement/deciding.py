"""Who decides a measure: its level says it, and those below propose (SOSFS 2011:9 5 kap. 7-8 §§).

What aims at a person, a group or a unit is decided by the chiefs of the case's unit; what aims at a
department or an administration by a chief of that level or above; and of a board's decision its secretary
makes a note.  Where nobody holds the level, the controller notes what has been decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from casework.cases.receiving import Lying, Receivers, once, people, roles_in
from casework.kinds import readers_in
from casework.models import UPPER_LEVELS, ActionLevel, Case
from casework.process.workflow import is_recused
from organisation.access import paths_above
from organisation.models import Unit
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

_UPPER: dict[str, tuple[str, ...]] = {
    ActionLevel.DEPARTMENT: (Unit.Level.ADMINISTRATION, Unit.Level.DEPARTMENT),
    ActionLevel.ADMINISTRATION: (Unit.Level.ADMINISTRATION,),
}


def handles(case: Case, user: User) -> bool:
    """Tell whether a person adds and follows up actions in a case: a chief over its unit who is not recused.

    In a circle of few the investigator does too (SOSFS 2011:5 5 kap.).
    """
    roles = Right.ORGANISATION_LEAD.roles | case.handler_roles
    return bool(roles_in(case, user) & roles) and not is_recused(case, user)


def may_decide(case: Case, user: User, level: str) -> bool:
    """Tell whether a person decides an action of a level in a case."""
    if level not in UPPER_LEVELS:
        return handles(case, user)
    return user.pk in Deciders.over(case).of(Lying.of(case), level)


def deciders_of(case: Case, level: str) -> list[User]:
    """Return who decides an action of an upper level in a case, to be told of what is proposed to them."""
    return (
        people(Deciders.over(case).of(Lying.of(case), level))
        if level in UPPER_LEVELS
        else []
    )


@dataclass(frozen=True)
class Deciders:
    """Who decides the actions of upper levels: one question for all of them, however many they are."""

    receivers: Receivers
    uppers: dict[str, str]

    @classmethod
    def over(cls, case: Case) -> Self:
        """Look up who decides in one case."""
        return cls(
            Receivers.of(over=case.unit, case=case.pk),
            _uppers(path__in=paths_above(case.unit)),
        )

    @classmethod
    def of_all(cls, receivers: Receivers) -> Self:
        """Look up who decides in all cases that somebody receives."""
        return cls(receivers, _uppers())

    def of(self, case: Lying, level: str) -> list[int]:
        """Return the keys of who decides, the nearest first; nobody who is kept from the case.

        About a protected person nobody but the named readers may know: they note what has been decided.
        """
        able = self._of_level(case, level)
        if case.protected:
            named = self.receivers.named.get(case.pk, [])
            able = [key for key in able if key in named]
            return able or next(iter(self.receivers.levels(case)), [])
        return able or once(self.receivers.able_over(case, Right.CASES_DEPUTISE.roles))

    def _of_level(self, case: Lying, level: str) -> list[int]:
        if level == ActionLevel.BOARD:
            return once(self.receivers.able_over(case, Right.BOARD_PREPARE.roles))
        roles = Right.ORGANISATION_LEAD.roles & readers_in(case.circle)
        above = (path for path in self.uppers if case.path.startswith(path))
        fits = [path for path in above if self.uppers[path] in _UPPER[level]]
        nearest_first = sorted(fits, key=len, reverse=True)
        return once(self.receivers.able_at(case, path, roles) for path in nearest_first)


def _uppers(**which: Any) -> dict[str, str]:
    upper = Unit.objects.filter(
        level__in=(Unit.Level.ADMINISTRATION, Unit.Level.DEPARTMENT), **which
    )
    return dict(upper.values_list("path", "level"))
