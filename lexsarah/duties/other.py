"""The other duties that an event may bring: what is noted of them, and when they were done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.models import Case, Note
from casework.process.workflow import StepRefusedError, is_recused
from lexsarah.models import OtherDuty

if TYPE_CHECKING:
    from organisation.models import User

# In the history a duty is named by its kind, never by what was written.
_NAMES = {
    OtherDuty.Kind.LEX_MARIA: "Lex Maria",
    OtherDuty.Kind.DATA_BREACH: "Personuppgiftsincident",
    OtherDuty.Kind.POLICE: "Polisanmälan",
}


def name_of(duty: OtherDuty) -> str:
    """Return what a duty is called, without its explanation."""
    return _NAMES[OtherDuty.Kind(duty.kind)]


def note_duty(
    case: Case, *, actor: User, kind: str, known_at: dt.datetime
) -> OtherDuty:
    """Note that an event also has to go elsewhere, once for each kind, and since when that is known."""
    with transaction.atomic():
        locked = _locked(case, actor)
        if already := OtherDuty.objects.filter(case=locked, kind=kind).first():
            return already
        duty = OtherDuty.objects.create(
            case=locked, kind=kind, known_at=known_at, recorded_by=actor
        )
        log(
            locked,
            action="note-duty",
            label=f"{name_of(duty)}: antecknades",
            actor=actor,
        )
    return duty


def settle_duty(
    duty: OtherDuty,
    *,
    actor: User,
    done_at: dt.datetime | None = None,
    reference: str = "",
    reason: str = "",
) -> OtherDuty:
    """Note when a duty was done and where, or why it need not be; the second of two is told so.

    Raises ValidationError when it says neither or both, or was done before it was known.
    """
    if (done_at is None) == (not reason):
        raise ValidationError(
            {"done_on": "Ange när det gjordes, eller skriv varför det inte görs."}
        )
    with transaction.atomic():
        locked = _locked(duty.case, actor)
        settled = OtherDuty.objects.select_for_update().get(pk=duty.pk)
        if settled.is_settled:
            raise StepRefusedError("Någon annan hann före. Läs vad som står.")
        if done_at is not None and done_at < settled.known_at:
            raise ValidationError(
                {"done_on": "Det kan inte ha gjorts innan det blev känt."}
            )
        before = facts_of(settled)
        settled.done_at, settled.reference, settled.reason = done_at, reference, reason
        settled.save(update_fields=["done_at", "reference", "reason"])
        what = "gjordes" if done_at else "görs inte"
        changes = changes_in(settled, before, place=name_of(settled))
        label = f"{name_of(settled)}: {what}"
        log(locked, action="settle-duty", label=label, actor=actor, changes=changes)
    return settled


def reopen_duty(duty: OtherDuty, *, actor: User) -> OtherDuty:
    """Let a duty be to do again when what stood there was wrong; what stood there becomes a note."""
    with transaction.atomic():
        locked = _locked(duty.case, actor)
        opened = OtherDuty.objects.select_for_update().get(pk=duty.pk)
        if not opened.is_settled:
            return opened
        stood = opened.reason or opened.reference or "inget mer"
        text = f"{name_of(opened)} öppnades igen. Före stod: {stood}"
        Note.objects.create(
            case_id=locked.pk, kind=Note.Kind.INTERNAL, text=text, author=actor
        )
        before = facts_of(opened)
        opened.done_at, opened.reference, opened.reason = None, "", ""
        opened.save(update_fields=["done_at", "reference", "reason"])
        changes = changes_in(opened, before, place=name_of(opened))
        label = f"{name_of(opened)}: öppnades igen"
        log(locked, action="reopen-duty", label=label, actor=actor, changes=changes)
    return opened


def _locked(case: Case, actor: User) -> Case:
    locked = (
        Case.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=case.pk)
    )
    if is_recused(locked, actor):
        raise StepRefusedError("Du är jävig i ärendet och kan inte handlägga det.")
    return locked
