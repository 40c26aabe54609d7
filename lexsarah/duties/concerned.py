"""Whom a case concerns: names that are sealed, and read one time for one reason (OSL 26 kap. 1 §)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max

from casework.cases.history import log
from casework.database.encrypted_fields import Closed
from casework.models import Case, Note
from casework.process.workflow import StepRefusedError, may_in_case
from lexsarah.models import Concerned, LexSarahCase
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

SHORTEST_NAME = 3


def investigates(case: Case, person: User) -> bool:
    """Tell whether a person handles a case as its lex Sarah investigator: no one else meets the names."""
    return may_in_case(case, person, Right.LEXSARAH_INVESTIGATE)


def add_concerned(
    case: LexSarahCase, *, actor: User, name: str, reference: str, form_token: UUID
) -> Concerned:
    """Note a person whom an open case concerns, once however often the same is sent with its form.

    Raises StepRefusedError for others than the investigator, and when the case is closed.
    """
    # A form that is found again by the way back, and says somebody else, is somebody else.
    token = uuid5(form_token, f"{case.pk} {name} {reference}")
    with transaction.atomic():
        locked = _locked(case, actor)
        if already := Concerned.objects.filter(form_token=token, case=locked).first():
            return already
        if locked.closed_on is not None:
            raise StepRefusedError(
                "Ärendet är avslutat. Öppna det igen för att lägga till någon."
            )
        last = (
            Concerned.objects.filter(case=locked).aggregate(last=Max("position"))[
                "last"
            ]
            or 0
        )
        added = Concerned.objects.create(
            case=locked,
            position=last + 1,
            name=name,
            reference=reference,
            added_by=actor,
            form_token=token,
        )
        log(
            locked,
            action="add-concerned",
            label="Antecknade en person som berörs",
            actor=actor,
        )
    return added


def read_names(case: LexSarahCase, *, actor: User, reason: str) -> list[Concerned]:
    """Return the persons with their names, and write who read them and why: each reading has its line."""
    with transaction.atomic():
        locked = _locked(case, actor)
        people = list(Concerned.objects.filter(case=locked))
        _write_reason(locked, actor, "Läste namnen på de berörda", reason, people)
        log(
            locked,
            action="read-concerned",
            label="Läste namnen på de berörda",
            actor=actor,
        )
    return people


def remove_concerned(
    case: LexSarahCase, *, actor: User, position: int, reason: str
) -> bool:
    """Remove a person who was noted by mistake; return whether there was one left to remove."""
    with transaction.atomic():
        locked = _locked(case, actor)
        person = Concerned.objects.filter(case=locked, position=position).first()
        if person is None:
            return False
        _write_reason(
            locked, actor, "Tog bort en person som inte berörs", reason, [person]
        )
        person.delete()
        log(
            locked,
            action="remove-concerned",
            label="Tog bort en person som inte berörs",
            actor=actor,
        )
    return True


def _locked(case: LexSarahCase, actor: User) -> LexSarahCase:
    rows = LexSarahCase.objects.select_for_update(
        of=("self", "case_ptr")
    ).select_related("unit")
    locked = rows.get(pk=case.pk)
    if not investigates(locked, actor):
        raise StepRefusedError("Bara den som utreder ärendet har tillgång till namnen.")
    return locked


def _write_reason(
    case: LexSarahCase, actor: User, what: str, reason: str, people: Iterable[Concerned]
) -> None:
    """Keep a reason as a note, without the names that somebody may have written in it all the same."""
    words: set[str] = set()
    for person in people:
        if not isinstance(person.name, Closed):
            words.update(person.name.split())
    for word in words:
        if len(word) < SHORTEST_NAME:
            continue
        reason = re.sub(
            rf"\b{re.escape(word)}(s?)\b", "[namn]", reason, flags=re.IGNORECASE
        )
    Note.objects.create(
        case_id=case.pk, kind=Note.Kind.INTERNAL, text=f"{what}: {reason}", author=actor
    )
