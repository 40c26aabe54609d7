"""A report that a colleague has made by word of mouth, or on paper, is written down for him or her."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from deviations.filing import register_for_colleague
from deviations.models import Deviation
from deviations.process.services import AlreadyFiledError
from lexsarah.models import LexSarahReport
from lexsarah.process.effects import set_clock

if TYPE_CHECKING:
    import datetime as dt

    from organisation.models import User


def register_report(
    *,
    actor: User,
    reporter: User | None,
    form_token: UUID,
    facts: Mapping[str, Any],
    protected: bool,
) -> LexSarahReport:
    """Write down a report and send it to the investigator at once, however it was made (SoL 27 kap. 2 §).

    It was received on the day that it was told, and its clocks run from then.  One form is one report;
    raises AlreadyFiledError when the form has changed since it became one.
    """
    new: list[Deviation] = []
    with transaction.atomic():
        deviation = register_for_colleague(
            actor=actor,
            reporter=reporter,
            form_token=form_token,
            facts=facts,
            protected=protected,
            first=new.append,
        )
        report = deviation.lexsarah_reports.select_related("case").earliest("pk")
        if new:
            _date(report, facts["received_on"])
        elif deviation.reporter != reporter or any(
            getattr(deviation, name) != facts[name]
            for name in ("channel", "received_on")
        ):
            raise AlreadyFiledError
    return report


def _date(report: LexSarahReport, received_on: dt.date) -> None:
    """Let a new report and its case have been received when the colleague told of it."""
    case = report.case
    report.received_on = case.received_on = received_on
    report.save(update_fields=["received_on"])
    case.save(update_fields=["received_on"])
    set_clock(case)
