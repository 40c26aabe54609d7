"""The register of routines: its verbs, the names that cases choose among, and which cases name which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from casework.kinds import CaseKind, registered
from casework.models import Case, Routine
from casework.process.deadlines import months_after
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import may, units_for
from organisation.models import Unit, UnitQuerySet
from organisation.rights import Right
from organisation.texts.alphabet import alphabet_key

if TYPE_CHECKING:
    from organisation.models import User

MONTHS_COUNTED = 12
NEVER_A_CODE = "ny"  # an address of its own
NAME_IS_TAKEN = "Det finns redan en process eller rutin med det namnet."


def counted_kinds() -> list[CaseKind]:
    """Return the kinds of cases that name routines."""
    return [kind for kind in registered() if kind.names_routines]


def standing_names() -> list[str]:
    """Return what is offered whatever the register says."""
    return list(chain.from_iterable(kind.standing for kind in registered()))


def no_names() -> list[str]:
    """Return the answers that are no routine's name."""
    return list(chain.from_iterable(kind.answers for kind in registered()))


def names_of(words: Iterable[str] = (), *, last: Iterable[str] = ()) -> list[str]:
    """Return the names that a case chooses among: an app's own words, the register's, and its last words."""
    registered = sorted(
        Routine.objects.current().values_list("name", flat=True), key=alphabet_key
    )
    once: dict[str, str] = {}
    for name in (*words, *registered):
        once.setdefault(name.casefold(), name)
    return [*once.values(), *last]


# --- verbs ------------------------------------------------------------------------------------
def editable_units(user: User) -> UnitQuerySet:
    """Return the units whose routines a person keeps: a chief's own, and for the controller of all, all."""
    valid = Unit.objects.valid()
    if may(user, Right.ROUTINES_KEEP_ALL):
        return valid
    return valid.filter(pk__in=units_for(user, Right.ROUTINES_KEEP).values("pk"))


def may_change(user: User, routine: Routine) -> bool:
    """Tell whether a person changes a routine: a chief of the unit that owns it, or the controller of all."""
    return may(user, Right.ROUTINES_KEEP, routine.unit) or may(
        user, Right.ROUTINES_KEEP_ALL
    )


def register(
    *, actor: User, name: str, unit: Unit, is_new: bool = False, **facts: Any
) -> Routine:
    """Register a process or routine (SOSFS 2011:9 4 kap. 2 §), and whether it is new in the work as well.

    Raises StepRefusedError when the actor keeps no routines in that unit, ValidationError when there is
    one of that name.
    """
    if not editable_units(actor).filter(pk=unit.pk).exists():
        raise StepRefusedError(
            "Din roll ger inte rätt att registrera rutiner för den enheten."
        )
    if is_taken(name):
        raise ValidationError({"name": NAME_IS_TAKEN})
    try:
        with transaction.atomic():
            begins = timezone.localdate() if is_new else None
            return Routine.objects.create(
                code=_free_code(name), name=name, unit=unit, edition_on=begins, **facts
            )
    except IntegrityError as sent_meanwhile:
        raise ValidationError({"name": NAME_IS_TAKEN}) from sent_meanwhile


def is_taken(name: str) -> bool:
    """Tell whether a routine that applies has a name, or whether it is an answer that means none."""
    names = [*Routine.objects.current().values_list("name", flat=True), *no_names()]
    return name.casefold() in {taken.casefold() for taken in names}


def _free_code(name: str) -> str:
    """Return a code for the address that no other routine has."""
    wanted = slugify(name)[:50] or "rutin"
    taken = {
        NEVER_A_CODE,
        *Routine.objects.filter(code__startswith=wanted).values_list("code", flat=True),
    }
    codes = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in codes if code not in taken)


def change(
    routine: Routine, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> Routine:
    """Change what the register says of a routine, but its name (SOSFS 2011:9 5 kap. 8 §).

    Raises TooLateError when somebody else has changed it since it was read.
    """
    with transaction.atomic():
        locked = _lock(routine, actor)
        if locked.version != seen_version:
            raise TooLateError(
                "Någon annan har ändrat rutinen medan du skrev. Läs igenom och spara igen om det du har "
                "skrivit fortfarande stämmer."
            )
        unit = facts.get("unit", locked.unit)
        if (
            unit != locked.unit
            and not editable_units(actor).filter(pk=unit.pk).exists()
        ):
            raise StepRefusedError(
                "Din roll ger inte rätt att lämna rutinen till den enheten."
            )
        changed = [
            name for name, said in facts.items() if getattr(locked, name) != said
        ]
        for name in changed:
            setattr(locked, name, facts[name])
        if "edition" in changed:
            locked.edition_on = timezone.localdate()
            changed.append("edition_on")
        if changed:
            locked.version += 1
            locked.save(update_fields=[*changed, "name_key", "version"])
    return locked


def withdraw(routine: Routine, *, actor: User) -> None:
    """Offer a routine no longer; the cases that name it go on naming it."""
    with transaction.atomic():
        locked = _lock(routine, actor)
        if locked.withdrawn_on is None:
            Routine.objects.filter(pk=locked.pk).update(
                withdrawn_on=timezone.localdate(), version=F("version") + 1
            )


def _lock(routine: Routine, actor: User) -> Routine:
    locked = (
        Routine.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=routine.pk)
    )
    if not may_change(actor, locked):
        raise StepRefusedError(
            "Chefen för enheten och kvalitetscontrollern ändrar i registret."
        )
    return locked


# --- which cases name which routine -----------------------------------------------------------
@dataclass(frozen=True)
class Named:
    """How often the cases that a reader may read name each routine, in whatever spelling.

    ``counts`` is by name in small letters and subject; ``checked`` holds the names that a check
    that was done has ever been about.
    """

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    spelt: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def times(self, routine: Routine, subject: str) -> int:
        """Return how many cases of a subject name a routine."""
        return self.counts.get((routine.name.casefold(), subject), 0)

    def is_checked(self, routine: Routine) -> bool:
        """Tell whether a check of the routine was ever done."""
        return routine.name.casefold() in self.checked

    def spellings(self, routine: Routine) -> frozenset[str]:
        """Return how the cases spell the routine's name."""
        return self.spelt.get(routine.name.casefold(), frozenset())


def since() -> dt.date:
    """Return the first day of the year that is counted: twelve months back."""
    return months_after(timezone.localdate(), -MONTHS_COUNTED)


def naming(reader: User) -> QuerySet[Case]:
    """Return the cases of the last twelve months that name a routine, among those that a person reads."""
    subjects = [kind.subject for kind in counted_kinds()]
    handled = Case.objects.handled_by(reader).filter(
        subject__in=subjects, received_on__gte=since()
    )
    return handled.exclude(process="")


def named_by(reader: User) -> Named:
    """Return how often each routine is named; two queries, however many routines and cases there are."""
    rows = (
        naming(reader)
        .order_by()
        .values_list("process", "subject")
        .annotate(n=Count("pk"))
    )
    counts: dict[tuple[str, str], int] = {}
    spelt: dict[str, frozenset[str]] = {}
    for process, subject, n in rows:
        name = process.casefold()
        counts[name, subject] = counts.get((name, subject), 0) + n
        spelt[name] = spelt.get(name, frozenset()) | {process}
    done = Q(pk__in=[])
    for kind in registered():
        if kind.checked is not None:
            done |= kind.checked
    checked = (
        Case.objects.handled_by(reader).exclude(process="").filter(done).order_by()
    )
    names = checked.values_list("process", flat=True).distinct()
    return Named(counts, frozenset(process.casefold() for process in names), spelt)


def never_checked(unit: Unit, *, reader: User) -> list[Routine]:
    """Return the routines that apply in a unit, above or below it and that no check was ever done of."""
    named = named_by(reader)
    concerning = Routine.objects.current().concerning(unit).select_related("unit")
    return [routine for routine in concerning if not named.is_checked(routine)]
