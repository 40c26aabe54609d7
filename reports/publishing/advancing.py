"""The verbs of a report's life that need more than its row: lock the numbers, take any step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.process.workflow import StepRefusedError, take
from reports.checks import Finding, check_report
from reports.checks.remarks import Severity
from reports.document.freezing import dump
from reports.life.workflow import LIFE, approved_edition
from reports.models import AnnualReport, State
from reports.outlines.compiling import gather_report
from reports.publishing.inferable_numbers import given_away
from reports.publishing.small_numbers import count_small
from reports.tokens.snapshot import StillChangingError, read_counted

if TYPE_CHECKING:
    from organisation.models import User

LOCK, DECIDE, PUBLISH = "las", "beslut", "publicera"


def must_be_mended(report: AnnualReport) -> list[Finding]:
    """Return what the checker says must be put right in a report as it stands."""
    findings = check_report(report, extracted_on=timezone.localdate())
    return [finding for finding in findings if finding.severity == Severity.MUST]


def _read_to_lock(report: AnnualReport) -> dict[str, Any]:
    """Return the document to lock, counted to the last change; raises StepRefusedError while it cannot be."""

    def read(counted_at: dt.datetime) -> dict[str, Any]:
        document = gather_report(report, extracted_on=timezone.localdate())
        document.counted_at = counted_at
        return dump(document)

    try:
        return read_counted(report.unit, read)
    except StillChangingError as changing:
        raise StepRefusedError(str(changing)) from changing


def advance(
    report: AnnualReport,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any] | None = None,
) -> AnnualReport:
    """Take a step with a report; before it locks, what it is made from is counted and read at once.

    Before it is decided it is checked: what must be put right is put right, or somebody says why it is
    decided anyway, which stands in the history with how much was left.  What gives away a number that the
    board's documents hide is published with an assessment, as small numbers are.

    The reading is before the transaction that writes: the version that was seen holds them together, since
    nobody else can have taken a step meanwhile, and texts are read anew at each build.
    """
    known = dict(facts or {})
    if name == LOCK:
        known["document"] = _read_to_lock(report)
    if name == DECIDE and (left := len(must_be_mended(report))):
        why = str(known.get("despite", ""))
        if not why:
            raise ValidationError(
                {
                    "despite": "Skriv varför berättelsen beslutas ändå, eller rätta först."
                }
            )
        known["reason"] = f"Beslutades med {left} fel att rätta. {why}"
    if (
        name == PUBLISH
        and report.state == State.APPROVED
        and not known.get("assessment")
    ):
        edition = approved_edition(report)
        known["shows_few"] = bool(count_small(edition) or given_away(edition))
    return take(LIFE, report, name, actor=actor, seen_version=seen_version, facts=known)
