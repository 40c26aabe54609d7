"""What keeps a case from being purged in lex Sarah, and what is kept together."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lexsarah.models import IvoOutcome, LexSarahCase, LexSarahReport, OtherDuty


def before_ivo() -> QuerySet[Any]:
    """Return the cases that are to be notified to IVO, or that IVO has not answered (SoL 27 kap. 6 §)."""
    unsent = ~Q(ivo_decided_by="") & Q(ivo_notified_on=None)
    waiting = LexSarahCase.objects.filter(unsent | Q(ivo_outcome=IvoOutcome.WAITING))
    return waiting.order_by().values_list("pk", flat=True)


def unsettled_duties() -> QuerySet[Any]:
    """Return the cases in which another duty is neither done nor said not to be."""
    return OtherDuty.objects.filter(done_at=None, reason="").order_by().values_list("case_id", flat=True)


def reported_events() -> QuerySet[Any]:
    """Return each event with the lex Sarah case in which it is investigated."""
    return LexSarahReport.objects.exclude(deviation=None).order_by().values_list("deviation_id", "case_id")
