"""How figures are declared: what is counted, by which date, and by what it can be split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counting:
    """One basis of one subject: every row of ``source`` with a ``day`` counts one, for ``unit``.

    All strings are SQL of our own, never input.  Every statistic names its basis, because what was
    received, decided and notified in a year are different cases.
    """

    subject: str
    basis: str
    source: str
    unit: str
    day: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    # The key of what is counted, so that the rows behind a number can be shown.
    row: str = "c.id"


COUNTINGS = (
    Counting(
        subject="actions",
        basis="decided",
        source="casework_action a JOIN casework_case c ON c.id = a.case_id",
        unit="c.unit_id",
        day="a.decided_on",
        dimensions={
            "action_category": "a.category",
            "action_level": "a.level",
            "target_group": "c.target_group",
            "process": "c.process",
        },
        row="a.id",
    ),
)
