"""Import of risk analyses from a register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework.register.imports import Unnumbered, import_unnumbered
from organisation.registers.columns import day, text, unit
from organisation.registers.files import Import, Outcome, Row, Table
from riskanalysis.models import RiskAnalysis, State

# What a row is known by: the register has no numbers.
IDENTITY = ("unit", "decided_on", "workplace", "title")


def import_risk_analyses(path: Path, run: Import) -> Outcome:
    """Store the risk analyses that are new; the register gives them no number, so they get the next."""
    columns = [
        unit(),
        day("decided_on", required=True),
        text("workplace", required=True),
        text("title", required=True),
        text("actions"),
        text("improved_routine"),
    ]
    kind = Unnumbered(
        RiskAnalysis,
        prefix="RA",
        day="decided_on",
        identity=IDENTITY,
        content=(),
        to_case=_case,
    )
    return import_unnumbered(Table(path, columns, run), kind)


def _case(row: Row) -> dict[str, Any]:
    return {
        "subject": RiskAnalysis._meta.app_label,
        "title": row["title"],
        "received_on": row["decided_on"],
        "closed_on": row["decided_on"],
        "workplace": row["workplace"],
        "decided_on": row["decided_on"],
        "state": State.CLOSED.value,
    }
