"""A number of a report with the question that it answers, as files have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.counted.countings import DIMENSIONS
from analysis.counted.indicators import Where

# A query is split where a known name stands: free words may hold a sign of equality.
_NAMES = "|".join([*DIMENSIONS, "title"])
_PAIR = re.compile(rf"(?:^| )({_NAMES})=(.*?)(?= (?:{_NAMES})=|$)", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """One number of a report and the question that it answers; ``value`` is "n/N" for a share."""

    id: str
    subject: str
    unit: str
    period: str
    basis: str
    query: str
    value: int | str

    @property
    def written(self) -> dict[str, Any]:
        """Return the number as files have it: ``figures.json`` and the stored documents."""
        return {
            "id": self.id,
            "subject": self.subject,
            "unit": self.unit,
            "period": self.period,
            "basis": self.basis,
            "query": self.query,
            "value": self.value,
        }


def read_number(stored: Mapping[str, Any]) -> Number:
    """Return the number that was written to a file."""
    return Number(
        id=stored["id"],
        subject=stored["subject"],
        unit=stored["unit"],
        period=stored["period"],
        basis=stored["basis"],
        query=stored["query"],
        value=stored["value"],
    )


def query_of(where: Where) -> str:
    """Return what a count is narrowed to as ``figures.json`` tells it."""
    return " ".join(f"{name}={wanted}" for name, wanted in sorted(where))


def where_of(query: str) -> Where:
    """Return what ``query_of`` told; a value may hold spaces."""
    return tuple(_PAIR.findall(query))
