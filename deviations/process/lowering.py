"""Consequences that were lowered after an event was reported: never without a reason, never unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

from casework.models import Change
from deviations.models import GRAVITY, Deviation

if TYPE_CHECKING:
    from organisation.models import User

ASK_WHY_LOWERED = "Skriv varför följderna sänks. Skälet syns i ärendets historik."
FIELD = "consequence"
MODEL = Deviation._meta.label_lower


def is_lowered(before: str, after: str) -> bool:
    """Tell whether an answer about the consequences says less than the one before it."""
    return GRAVITY[after] < GRAVITY[before]


def ask_why_lowered(
    case: Deviation, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    """Ask why, when a step says that the consequences are less than was reported."""
    said = facts.get(FIELD, case.consequence)
    if is_lowered(case.consequence, said) and not facts.get("lowering_reason"):
        raise ValidationError({"lowering_reason": ASK_WHY_LOWERED})
    return {}


def lowered_for(reader: User) -> QuerySet[Change]:
    """Return the lowerings in the cases that a person reads whole, latest first."""
    pairs = Q()
    for before in GRAVITY:
        for after in GRAVITY:
            if is_lowered(before, after):
                pairs |= Q(before=before, after=after)
    cases = Deviation.objects.handled_by(reader).order_by()
    found = Change.objects.filter(
        pairs, model=MODEL, field=FIELD, case__in=cases.values("pk")
    )
    return found.select_related("entry__actor", "case__unit").order_by(
        F("entry__at").desc(), "-pk"
    )
