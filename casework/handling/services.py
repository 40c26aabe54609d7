"""The verbs that all cases share: take a number, write a note, assign, recuse, protect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from casework.background.notifications import (
    Audience,
    tell,
    tell_people,
    tell_who_watches,
)
from casework.cases.history import log
from casework.cases.keeping_out import (
    handles_one_of,
    is_left_to_nobody,
    is_outside,
    may_be_let_back,
    may_keep_out,
)
from casework.cases.receiving import readers_left
from casework.database.periods import STOCKHOLM
from casework.models import Case, NamedReader, Note, Notice, Recusal
from casework.process.workflow import StepRefusedError, is_recused, name_readers
from casework.texts.number_questions import Numbers, let_stand
from organisation.access import roles_over
from organisation.rights import Role

if TYPE_CHECKING:
    from organisation.models import User

_TAKE_NUMBER = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, year) DO UPDATE SET last = casework_numberseries.last + excluded.last RETURNING last
"""
_KEEP_AHEAD = """
INSERT INTO casework_numberseries (prefix, year, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, year) DO UPDATE SET last = greatest(casework_numberseries.last, excluded.last)
"""


LONGEST_TITLE = 120
_NOTE_LABELS = {
    Note.Kind.INTERNAL: "Skrev en anteckning",
    Note.Kind.TO_REPORTER: "Skrev till den som rapporterade",
    Note.Kind.FROM_REPORTER: "Skrev mer",
}


def next_number(prefix: str, year: int) -> str:
    """Take the next public number of a series, such as KA-2026-0001.

    The series is locked until the caller's transaction ends, and a rollback gives the number back:
    there are no gaps and no doubles, however many file at once.
    """
    return next_numbers(prefix, year, 1)[0]


def next_numbers(prefix: str, year: int, count: int) -> list[str]:
    """Take so many numbers of a series at once, at least one; see next_number."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "A number is taken in the transaction that uses it."
        )
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBER, [prefix, year, count])
        (last,) = cursor.fetchone()
    return [
        f"{prefix}-{year}-{number:04d}" for number in range(last - count + 1, last + 1)
    ]


def wait_for_form(token: UUID) -> None:
    """Let the same form sent many times at once wait here, instead of failing at the unique token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token.int % 2**63])


def keep_series_ahead(numbers: Iterable[str]) -> None:
    """Move every series past the imported numbers, so that none of them is given again."""
    highest: dict[tuple[str, int], int] = {}
    for number in numbers:
        prefix, _, rest = number.partition("-")
        year, _, last = rest.partition("-")
        if (
            prefix
            and len(prefix) <= 10
            and len(year) == 4
            and year.isdecimal()
            and last.isdecimal()
        ):
            key = (prefix, int(year))
            highest[key] = max(highest.get(key, 0), min(int(last), 2_000_000_000))
    with connection.cursor() as cursor:
        cursor.executemany(
            _KEEP_AHEAD,
            [(prefix, year, last) for (prefix, year), last in sorted(highest.items())],
        )


def write_note(
    case: Case,
    *,
    author: User | None,
    kind: Note.Kind,
    text: str,
    form_token: UUID,
    numbers: Iterable[Numbers] = (),
    **about: Any,
) -> Note:
    """Write a note in a case, once however often its form is sent; the other side is told of a message.

    What a citizen writes has no author and no time, only a day.  ``about`` is what a note of an
    investigation says besides: it then also says as what its author wrote it.  The ``numbers`` in the text
    are those that a citizen lets stand.
    """
    if about and author:
        titles = sorted(Role(role).label for role in roles_over(author, case.unit))
        about["author_title"] = ", ".join(titles)[:LONGEST_TITLE] or "medarbetare"
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        written = Note.objects.filter(form_token=form_token, case_id=case.pk).first()
        if written is not None:
            return written
        at = timezone.now() if author else _this_day()
        note = Note.objects.create(
            case_id=case.pk,
            kind=kind,
            text=text,
            author=author,
            at=at,
            form_token=form_token,
            **about,
        )
        let_stand(numbers)
        log(case, action="note", label=_NOTE_LABELS[kind], actor=author, at=at)
        if kind == Note.Kind.FROM_REPORTER:
            tell(locked, Notice.Kind.MESSAGE, audience=Audience.OWNER, but=author)
        elif kind == Note.Kind.TO_REPORTER:
            tell(locked, Notice.Kind.MESSAGE, audience=Audience.REPORTER, but=author)
    return note


def _this_day() -> dt.datetime:
    return dt.datetime.combine(timezone.localdate(), dt.time(), STOCKHOLM)


def recuse(case: Case, *, person: User, actor: User) -> None:
    """Keep a person from a case (FL 16-18 §§, jäv); if he or she handled it, nobody does.

    Whoever keeps another out stands above the unit and goes on reading, and where the last reader of a
    protected case outside the unit leaves it, another is named.  Raises StepRefusedError when the actor does
    not stand above the person, or nobody would be left to handle a protected case.
    """
    with transaction.atomic():
        locked = _lock(case)
        if refusal := _why_not_kept_out(locked, person, actor):
            raise StepRefusedError(refusal)
        _, is_new = Recusal.objects.get_or_create(
            case=locked, user=person, defaults={"declared_by": actor}
        )
        if is_new:
            locked.version += 1
            locked.owner_id = None if locked.owner_id == person.pk else locked.owner_id
            locked.save(update_fields=["owner", "version"])
            was_named, _ = locked.named_readers.filter(user=person).delete()
            Notice.objects.filter(case=locked, user=person).delete()
            log(
                locked, action="recuse", label=f"Jäv: {person} utestängdes", actor=actor
            )
            if was_named:
                name_one_outside(locked, readers=readers_left(locked), actor=actor)
            if person != actor:
                tell_who_watches(locked, Notice.Kind.KEPT_OUT, but=actor)


def _why_not_kept_out(case: Case, person: User, actor: User) -> str:
    """Return in Swedish why a person may not be kept from a case by another, or nothing."""
    if case.protected and is_left_to_nobody(case, person):
        return "Låt först någon annan som kan handlägga ärendet läsa det, under Skydda."
    if person == actor:
        return ""
    if is_recused(case, actor) or not may_keep_out(case, person=person, actor=actor):
        return f"Bara den som är chef över {person}, eller kvalitetscontrollern, kan hålla {person} utanför."
    return ""


def end_recusal(case: Case, *, person: User, actor: User) -> None:
    """Let a person back to a case that he or she was kept from by mistake.

    Raises StepRefusedError when the actor does not stand above the person.
    """
    with transaction.atomic():
        locked = _lock(case)
        if not locked.recusals.filter(user=person).exists():
            return
        if is_recused(locked, actor) or person.pk not in may_be_let_back(
            locked, actor=actor
        ):
            raise StepRefusedError(
                f"Bara den som är chef över {person}, eller kvalitetscontrollern, kan släppa in {person}."
            )
        Recusal.objects.filter(case=locked, user=person).delete()
        log(
            locked,
            action="end-recusal",
            label=f"Jäv upphävdes för {person}",
            actor=actor,
        )


def protect(case: Case, *, readers: Sequence[User], actor: User, reason: str) -> None:
    """Let one to three named persons alone read a case (OSL 21 kap. 3 §); why is kept for them to read.

    Raises ValidationError when there are none or more than three, when one is recused, when none can handle
    the case, or none but the actor stands above the unit.
    """
    with transaction.atomic():
        locked = _lock(case)
        if is_recused(locked, actor):
            raise StepRefusedError("Du är jävig i ärendet och kan inte skydda det.")
        if fault := _fault_of_readers(locked, readers, actor):
            raise ValidationError({"readers": fault})
        if not reason.strip():
            raise ValidationError({"reason": "Skriv varför ärendet behöver skyddas."})
        Note.objects.create(
            case_id=locked.pk, kind=Note.Kind.INTERNAL, text=reason, author=actor
        )
        begin_protection(locked, readers=readers, actor=actor)


def _fault_of_readers(case: Case, readers: Sequence[User], actor: User) -> str:
    if not 1 <= len(set(readers)) <= NamedReader.MOST:
        return "Välj en till tre personer."
    if case.recusals.filter(user__in=readers).exists():
        return "En av personerna är jävig i ärendet."
    if not handles_one_of(case, readers):
        who = "lex Sarah-utredare" if case.circle else "chef för enheten"
        return f"Minst en av dem ska vara {who}, annars blir ärendet liggande."
    if not is_outside(case, readers, actor=actor):
        return (
            "Välj också någon annan än dig utanför enheten: en chef ovanför, kvalitetscontrollern eller "
            "lex Sarah-utredaren. Ingen ska ensam kunna gömma ett ärende."
        )
    return ""


def begin_protection(
    case: Case, *, readers: Sequence[User], actor: User | None
) -> None:
    """Let some persons alone read a case from now on, and tell who watches that it is so, not what it is.

    The caller has chosen them by the rules, and holds the case's lock or has just created it.
    """
    with transaction.atomic():
        case.protected, case.version = True, case.version + 1
        if case.owner_id not in {reader.pk for reader in readers}:
            case.owner = None
        case.save(update_fields=["protected", "owner", "version"])
        name_readers(case, readers=list(dict.fromkeys(readers)), actor=actor)
        tell_who_watches(case, Notice.Kind.PROTECTED, but=actor)


def name_one_outside(
    case: Case, *, readers: Sequence[User], actor: User | None
) -> bool:
    """Let one more read a protected case of which nobody outside the unit is left to read; tell that person.

    ``readers`` are all who are to read it now.  The caller holds the case's lock.
    """
    named = {reader.user_id for reader in case.named_readers.all()}
    new = [reader for reader in readers if reader.pk not in named]
    if new:
        name_readers(case, readers=readers, actor=actor)
        tell_people(case, Notice.Kind.PROTECTED, new)
    return bool(new)


def end_protection(case: Case, *, actor: User) -> None:
    """Let everyone whose role gives it read the case again."""
    with transaction.atomic():
        locked = _lock(case)
        if locked.protected:
            locked.named_readers.all().delete()
            locked.protected, locked.version = False, locked.version + 1
            locked.save(update_fields=["protected", "version"])
            log(locked, action="end-protection", label="Skyddet togs bort", actor=actor)


def _lock(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=case.pk)
    )
