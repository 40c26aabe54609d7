"""Many cases for one person: each is given, or it is said why it is not; nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from casework.background.notifications import tell_of_given
from casework.cases.changes import change_of_owner
from casework.cases.history import log_next
from casework.models import Case, NamedReader, Recusal
from organisation.access import held_over

if TYPE_CHECKING:
    from organisation.models import User


@dataclass(frozen=True)
class Verdict:
    """What becomes of one case: it is given, it is the receiver's already, or why neither."""

    case: Case
    is_theirs: bool = False
    reason: str = ""

    @property
    def changes(self) -> bool:
        """Tell whether the case gets a new handler."""
        return not self.is_theirs and not self.reason


@dataclass(frozen=True)
class _Kept:
    """Which of some cases a person may not handle: by role, as reporter, by recusal or by protection."""

    user: User
    held: dict[str, set[str]]
    recused: set[int]
    named: set[int]

    @classmethod
    def of(cls, user: User, cases: Iterable[Case]) -> _Kept:
        cases = list(cases)
        keys = [case.pk for case in cases]
        recused = Recusal.objects.filter(user=user, case__in=keys).values_list(
            "case", flat=True
        )
        named = NamedReader.objects.filter(user=user, case__in=keys).values_list(
            "case", flat=True
        )
        return cls(
            user,
            held_over(user, (case.unit.path for case in cases)),
            set(recused),
            set(named),
        )

    def is_from(self, case: Case) -> bool:
        """Tell whether the person may not handle a case (FL 16-18 §§; OSL 21 kap. 3 §)."""
        if case.reporter_id == self.user.pk or case.pk in self.recused:
            return True
        if case.protected and case.pk not in self.named:
            return True
        return not self.held[case.unit.path] & case.handler_roles


def weigh(
    cases: Iterable[Case], *, owner: User, actor: User, read: Mapping[str, int]
) -> list[Verdict]:
    """Say of each case whether it can be given to a person; ``read`` is the version that was seen of some.

    The number of questions is the same for one case and for a thousand.
    """
    cases = list(cases)
    giver, receiver = _Kept.of(actor, cases), _Kept.of(owner, cases)

    def verdict(case: Case) -> Verdict:
        if giver.is_from(case):
            return Verdict(case, reason="Du kan inte fördela ärendet.")
        if case.closed_on is not None:
            return Verdict(case, reason="Ärendet är avslutat.")
        if receiver.is_from(case):
            return Verdict(case, reason=f"{owner} kan inte handlägga ärendet.")
        if case.owner_id == owner.pk:
            return Verdict(case, is_theirs=True)
        if read.get(case.number, case.version) != case.version:
            return Verdict(
                case, reason="Någon annan har ändrat ärendet sedan du läste det."
            )
        return Verdict(case)

    return [verdict(case) for case in cases]


def assign(
    cases: Iterable[Case],
    *,
    owner: User,
    actor: User,
    read: Mapping[str, int] | None = None,
) -> list[Verdict]:
    """Let one person handle those of some cases that can be given, and say what became of each.

    Sent twice, the second finds the cases where the first put them.
    """
    keys = [case.pk for case in cases]
    with transaction.atomic():
        chosen = (
            Case.objects.filter(pk__in=keys)
            .order_by("pk")
            .select_related("unit", "owner")
        )
        verdicts = weigh(
            chosen.select_for_update(of=("self",)),
            owner=owner,
            actor=actor,
            read=read or {},
        )
        given = [verdict.case for verdict in verdicts if verdict.changes]
        if given:
            changed = Case.objects.filter(pk__in=[case.pk for case in given])
            changed.update(owner=owner, version=F("version") + 1)
            label = f"Fördelades till {owner}"
            changes = {case.pk: [change_of_owner(case, owner)] for case in given}
            log_next(given, action="assign", label=label, actor=actor, changes=changes)
            if owner != actor:
                tell_of_given(given, owner)
    return verdicts
