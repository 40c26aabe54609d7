"""The verbs that all cases share: take a number, write a note, assign, recuse, protect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from casework.history import log
from casework.models import Case, NamedReader, Note, Notice, Recusal
from casework.notifications import Audience, tell
from casework.number_questions import Numbers, let_stand
from casework.periods import STOCKHOLM
from casework.workflow import StepRefusedError
from organisation.access import roles_over
from organisation.models import Role

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
        raise transaction.TransactionManagementError("A number is taken in the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBER, [prefix, year, count])
        (last,) = cursor.fetchone()
    return [f"{prefix}-{year}-{number:04d}" for number in range(last - count + 1, last + 1)]


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
        if prefix and len(prefix) <= 10 and len(year) == 4 and year.isdecimal() and last.isdecimal():
            key = (prefix, int(year))
            highest[key] = max(highest.get(key, 0), min(int(last), 2_000_000_000))
    with connection.cursor() as cursor:
        cursor.executemany(
            _KEEP_AHEAD, [(prefix, year, last) for (prefix, year), last in sorted(highest.items())]
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
            case_id=case.pk, kind=kind, text=text, author=author, at=at, form_token=form_token, **about
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

    Raises StepRefusedError for the last of a protected case's readers who can handle it: the case would
    be there for nobody.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
        if locked.protected and not _is_handled_without(locked, person):
            raise StepRefusedError("Låt först någon annan som kan handlägga ärendet läsa det, under Skydda.")
        _, is_new = Recusal.objects.get_or_create(case=locked, user=person)
        if is_new:
            locked.version += 1
            locked.owner_id = None if locked.owner_id == person.pk else locked.owner_id
            locked.save(update_fields=["owner", "version"])
            locked.named_readers.filter(user=person).delete()
            Notice.objects.filter(case=locked, user=person).delete()
            log(locked, action="recuse", label=f"Jäv: {person} utestängdes", actor=actor)


def _is_handled_without(case: Case, person: User) -> bool:
    """Tell whether a named reader besides a person can handle a protected case."""
    others = case.named_readers.exclude(user=person).exclude(user=case.reporter_id).select_related("user")
    return any(roles_over(named.user, case.unit) & case.handler_roles for named in others)


def end_recusal(case: Case, *, person: User, actor: User) -> None:
    """Let a person back to a case that he or she was kept from by mistake."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        ended, _ = Recusal.objects.filter(case=locked, user=person).delete()
        if ended:
            log(locked, action="end-recusal", label=f"Jäv upphävdes för {person}", actor=actor)


def protect(case: Case, *, readers: Sequence[User], actor: User) -> None:
    """Let one to three named persons alone read a case (OSL 21 kap. 3 §); whom is noted in the history.

    Raises ValidationError for none or more than three, or one who is recused.
    """
    if not 1 <= len(set(readers)) <= NamedReader.MOST:
        raise ValidationError({"readers": "Välj en till tre personer."})
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.recusals.filter(user__in=readers).exists():
            raise ValidationError({"readers": "En av personerna är jävig i ärendet."})
        locked.named_readers.all().delete()
        NamedReader.objects.bulk_create(
            NamedReader(case=locked, user=reader, position=position)
            for position, reader in enumerate(dict.fromkeys(readers), start=1)
        )
        locked.protected, locked.version = True, locked.version + 1
        if locked.owner_id not in {reader.pk for reader in readers}:
            locked.owner = None
        locked.save(update_fields=["protected", "owner", "version"])
        Notice.objects.filter(case=locked).exclude(user__in=readers).delete()
        log(locked, action="protect", label=_names(readers), actor=actor)


def end_protection(case: Case, *, actor: User) -> None:
    """Let everyone whose role gives it read the case again."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.protected:
            locked.named_readers.all().delete()
            locked.protected, locked.version = False, locked.version + 1
            locked.save(update_fields=["protected", "version"])
            log(locked, action="end-protection", label="Skyddet togs bort", actor=actor)


def _names(readers: Iterable[User]) -> str:
    return f"Skyddas: läses av {', '.join(str(reader) for reader in readers)}"
