"""Filing with all that belongs to it in one transaction: the case, who alone reads it, and its draft."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from casework.cases.receiving import readers_for
from casework.handling.services import begin_protection
from deviations.models import Deviation
from deviations.process import services
from deviations.reporting import drafts

if TYPE_CHECKING:
    from organisation.models import User


class NoReaderError(Exception):
    """Nobody can be named to read the case, so that protecting it would hide it from everyone."""


def send_report(
    *, actor: User, form_token: UUID, facts: Mapping[str, Any], protected: bool
) -> Deviation:
    """File what a member of staff reports (SOSFS 2011:9 5 kap. 3 §); its draft is then removed.

    A report about somebody with protected identity is read by the nearest chiefs and one person outside
    the unit alone (OSL 21 kap. 3 §); raises NoReaderError when there is nobody.
    """
    first = partial(_protect, actor=actor) if protected else None
    with transaction.atomic():
        deviation = services.file_from_staff(
            actor=actor, form_token=form_token, facts=facts, first=first
        )
        drafts.remove(actor=actor, token=form_token)
    return deviation


def register(
    *, actor: User, form_token: UUID, facts: Mapping[str, Any], protected: bool
) -> Deviation:
    """File what came by telephone, letter or visit (OSL 5 kap. 1 §); see send_report for protection."""
    first = partial(_protect, actor=actor) if protected else None
    return services.file_from_registrar(
        actor=actor, form_token=form_token, facts=facts, first=first
    )


def register_for_colleague(
    *,
    actor: User,
    reporter: User | None,
    form_token: UUID,
    facts: Mapping[str, Any],
    protected: bool,
    first: services.First,
) -> Deviation:
    """File what a colleague has told, with what else is done ``first``; see send_report for protection."""

    def begin(deviation: Deviation) -> None:
        first(deviation)
        if protected:
            _protect(deviation, actor=actor)

    return services.file_for_colleague(
        actor=actor, reporter=reporter, form_token=form_token, facts=facts, first=begin
    )


def _protect(deviation: Deviation, *, actor: User) -> None:
    """Name those who alone read a new case, before anyone else can know of it."""
    readers = readers_for(deviation)
    if not readers:
        raise NoReaderError
    begin_protection(deviation, readers=readers, actor=actor)
