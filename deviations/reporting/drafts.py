"""What somebody has begun to report: kept as it is typed, gone when it is sent or after thirty days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deviations.models import Draft

if TYPE_CHECKING:
    from organisation.models import User

DAYS_KEPT = 30
WRITTEN = ("description", "proposal")


class NotYoursError(Exception):
    """The draft belongs to somebody else, who alone reads it."""


def keep(*, actor: User, token: UUID, answers: Mapping[str, str]) -> Draft | None:
    """Keep what is typed so far, right or wrong; a draft in which nothing is written is no draft.

    Raises NotYoursError for somebody else's draft.
    """
    if not any(answers.get(name) for name in WRITTEN):
        remove(actor=actor, token=token)
        return None
    with transaction.atomic():
        draft, _ = Draft.objects.get_or_create(token=token, defaults={"user": actor})
        if draft.user_id != actor.pk:
            raise NotYoursError
        draft.answers = {name: answer for name, answer in answers.items() if answer}
        draft.updated_at = timezone.now()
        draft.save()
    return draft


def renumber(*, actor: User, token: UUID, new: UUID) -> None:
    """Let a draft follow its form, when the form must be sent as a new one."""
    Draft.objects.filter(token=token, user=actor).update(token=new)


def remove(*, actor: User, token: UUID) -> bool:
    """Remove a person's own draft; tell whether there was one."""
    removed, _ = Draft.objects.filter(token=token, user=actor).delete()
    return bool(removed)


def remove_old() -> int:
    """Remove what nobody has touched for thirty days (GDPR art. 5.1 e); return how many."""
    removed, _ = Draft.objects.filter(
        updated_at__lt=timezone.now() - dt.timedelta(days=DAYS_KEPT)
    ).delete()
    return removed
