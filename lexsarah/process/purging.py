"""What keeps a case from being purged in lex Sarah, and what is kept together."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lexsarah.models import SERIOUS, IvoOutcome, LexSarahCase, OtherDuty


def before_ivo() -> QuerySet[Any]:
    """Return the cases that are to be notified to IVO, or that IVO has not answered (SoL 27 kap. 6 §).

    What is serious is to be notified, whether or not anybody has written down who decides so.
    """
    unsent = (~Q(ivo_decided_by="") | Q(degree__in=SERIOUS)) & Q(ivo_notified_on=None)
    waiting = LexSarahCase.objects.filter(unsent | Q(ivo_outcome=IvoOutcome.WAITING))
    return waiting.order_by().values_list("pk", flat=True)


def unsettled_duties() -> QuerySet[Any]:
    """Return the cases in which another duty is neither done nor said not to be."""
    return (
        OtherDuty.objects.filter(done_at=None, reason="")
        .order_by()
        .values_list("case_id", flat=True)
    )
