"""Remarks on the sections of a report: make one, answer it, resolve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from reports.document.markup import normalise
from reports.life.services import DecidedError
from reports.models import AnnualReport, ReportComment, ReportReply

if TYPE_CHECKING:
    from organisation.models import User


def comment(
    report: AnnualReport, *, section: str, text: str, actor: User
) -> ReportComment:
    """Make a remark on a section; raises DecidedError when the report is decided."""
    with transaction.atomic():
        locked = AnnualReport.objects.select_for_update().get(pk=report.pk)
        if not locked.is_open:
            raise DecidedError
        last = report.comments.order_by("-number").first()
        return ReportComment.objects.create(
            report=locked,
            number=last.number + 1 if last else 1,
            section=section,
            text=normalise(text),
            author=actor,
        )


def reply(to: ReportComment, *, text: str, actor: User) -> ReportReply:
    """Answer a remark; it stays open until it is resolved."""
    return ReportReply.objects.create(comment=to, text=normalise(text), author=actor)


def resolve(done: ReportComment, *, actor: User) -> None:
    """Resolve a remark; done twice, the first stands."""
    ReportComment.objects.filter(pk=done.pk, resolved_at=None).update(
        resolved_at=timezone.now(), resolved_by=actor
    )


def reopen(again: ReportComment) -> None:
    """Open a resolved remark again."""
    ReportComment.objects.filter(pk=again.pk).update(resolved_at=None, resolved_by=None)
