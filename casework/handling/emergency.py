"""Emergency openings (nödöppning): one case, one hour, reading only, and somebody else is told at once.

It opens the pages of the case and its files.  Neither ``visible_to`` nor ``handled_by`` knows of it, so that
no list, search, export, count, calendar or step does (docs/adr/0066-break-glass.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from casework.background.notifications import tell_people
from casework.cases.history import log
from casework.database.scopes import reading_beyond
from casework.handling.purging import tied
from casework.kinds import kind_of
from casework.models import Case, Change, EmergencyOpening, Notice, Recusal
from casework.process.workflow import StepRefusedError
from organisation.access import Held, held_by, paths_above, root_of, within
from organisation.models import Membership, Unit, User
from organisation.rights import Right
from organisation.shown.told import SecurityEvent, tell_of_reader

if TYPE_CHECKING:
    from django.db.models import QuerySet

CaseT = TypeVar("CaseT", bound=Case)
# One answer whatever the reason: whoever may not read a case must not learn that it is there.
NOT_OPENED = "Numret finns inte, eller så kan ärendet inte nödöppnas av dig."


# --- reading ----------------------------------------------------------------------------------
@reading_beyond("that nobody is kept from what is about the same event is asked of all")
def opened_in_emergency(
    model: type[CaseT], number: str, *, reader: User
) -> CaseT | None:
    """Return the case that a person has opened in an emergency and may still read, or None.

    What has changed since counts at once: a recusal, a protection, a role that has ended.
    """
    found = EmergencyOpening.objects.open_to(reader).filter(case__number=number)
    opening = found.select_related("unit").first()
    if opening is None:
        return None
    rows = cast("QuerySet[CaseT]", model._default_manager.select_related("unit"))
    case = rows.filter(pk=opening.case_id).first()
    if case is None or _role_for(case, reader) is None:
        return None
    case.opening = opening
    return case


# --- opening ----------------------------------------------------------------------------------
def open_in_emergency(number: str, *, actor: User, reason: str) -> EmergencyOpening:
    """Open a case of the own administration for reading, for an hour; who watches is told at once.

    One that is open already is returned as it is.  Raises StepRefusedError with the same words for a number
    that nobody has and for a case that the actor may not open, or reads anyway.
    """
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",))
            .select_related("unit")
            .filter(number=number)
            .first()
        )
        role = _role_for(case, actor) if case else None
        if case is None or role is None:
            raise StepRefusedError(NOT_OPENED)
        if opening := EmergencyOpening.objects.open_to(actor).filter(case=case).first():
            return opening
        told = _to_tell(case, actor)
        if not told or Case.objects.handled_by(actor).filter(pk=case.pk).exists():
            raise StepRefusedError(NOT_OPENED)
        opening = EmergencyOpening(
            case=case, person=actor, role=role.role, unit_id=role.unit, reason=reason
        )
        opening.opened_at, opening.closes_at = Now(), Now() + opening.LASTS
        opening.save(force_insert=True)
        log(case, action="emergency", label="Nödöppnades för läsning", actor=actor)
        # Who was told earlier today, that another did, is told again.
        Notice.objects.filter(
            case=case, kind=Notice.Kind.EMERGENCY, on=timezone.localdate()
        ).delete()
        tell_people(case, Notice.Kind.EMERGENCY, told)
        tell_of_reader(SecurityEvent.GLASS_BROKEN)
    return opening


def _to_tell(case: Case, actor: User) -> set[User]:
    """Return who is told: the controllers, and of what is read by few also its investigators.

    Where no other controller is left, it is the data protection officers.
    """

    def over(right: Right) -> set[User]:
        held = Membership.objects.valid().filter(
            role__in=right.roles, unit__path__in=paths_above(case.unit)
        )
        found = User.objects.filter(is_active=True, pk__in=held.values("user"))
        kept_out = case.recusals.values("user")
        return set(found.exclude(pk__in=kept_out).exclude(pk=actor.pk))

    watching = over(Right.CASES_WATCH_ALL) or over(Right.LOG_SEE_GLASS)
    if not watching or not (case.circle or kind_of(case.subject).circles):
        return watching
    return watching | over(Right.LEXSARAH_INVESTIGATE)


# --- who may ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Involved:
    """A case and those that are about the same event: their keys, and who is kept from any of them."""

    keys: frozenset[int]
    kept_out: frozenset[int]

    @classmethod
    def around(cls, case: Case) -> _Involved | None:
        """Return them, or None where one of them is about somebody with protected identity."""
        keys = frozenset({case.pk, *chain.from_iterable(tied({case.pk}))})
        cases = Case.objects.filter(pk__in=keys).order_by()
        said = list(cases.values_list("protected", "reporter"))
        if any(protected for protected, _ in said):
            return None
        recused = Recusal.objects.filter(case__in=keys).values_list("user", flat=True)
        reporters = {reporter for _, reporter in said if reporter}
        return cls(keys, frozenset({*recused, *reporters}))


def _role_for(case: Case, person: User) -> Held | None:
    """Return the role by which a person may open a case in an emergency, or None.

    Never one about somebody with protected identity (OSL 21 kap. 3 §), never for those who are kept from it
    (FL 16-18 §§) or who may be the one complained of, and only in the own administration (OSL 8 kap. 1 §).
    """
    held = _roles_over(case, person)
    if not held or not kind_of(case.subject).opens_in_emergency:
        return None
    involved = _Involved.around(case)
    if involved is None or person.pk in involved.kept_out:
        return None
    if _may_be_complained_of(case, involved.keys, person):
        return None
    # Whoever stands in for somebody who is kept from the case opens nothing in that place.
    own = [one for one in held if one.stands_in_for not in involved.kept_out]
    return min(
        own,
        key=lambda one: (one.stands_in_for is not None, one.path, one.role),
        default=None,
    )


def _roles_over(case: Case, person: User) -> list[Held]:
    root, roles = root_of(case.unit.path), Right.CASES_BREAK_GLASS.roles
    return [
        one
        for one in held_by(person)
        if one.role in roles and root_of(one.path) == root
    ]


def _may_be_complained_of(case: Case, keys: frozenset[int], person: User) -> bool:
    """Tell whether a person has led or worked where the case lies or has lain, since it happened.

    No field says whom a complaint is about, and those who are there are the ones that it can be: also those
    who have left since, and those whose unit has handed it over.  Who only watches over the unit, or keeps
    its register, is not.
    """
    units = _where_it_has_lain(keys)
    above = set(chain.from_iterable(paths_above(unit) for unit in units))
    led = Q(role__in=Right.ORGANISATION_LEAD.roles, unit__path__in=above)
    beside = Right.CASES_WATCH.roles | Right.CASES_KEEP_REGISTER.roles
    worked = within((unit.path for unit in units), "unit__path") & ~Q(role__in=beside)
    since = case.occurred_on or case.received_on
    been = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=since),
        user=person,
        valid_from__lte=timezone.localdate(),
    )
    return been.filter(led | worked).exists()


def _where_it_has_lain(keys: frozenset[int]) -> list[Unit]:
    """Return the units where cases lie and have lain; their histories know them by name."""
    changes = Change.objects.filter(case__in=keys, field="unit", row="")
    names = set(chain.from_iterable(changes.values_list("before", "after")))
    cases = Case.objects.filter(pk__in=keys).order_by()
    lies = Q(pk__in=cases.values("unit")) | Q(pk__in=cases.values("came_from"))
    return list(Unit.objects.filter(lies | Q(name__in=names)))
