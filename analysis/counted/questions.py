"""A question to the register: what can be asked of stored figures, and what is refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.counted.countings import BASES_OF, COUNTING_OF
from casework.database.periods import Period
from organisation.models import Unit

SERIES = "series"
BASES: Mapping[str, tuple[str, ...]] = {SERIES: ("measured",), **BASES_OF}


class FigureError(ValueError):
    """The question cannot be answered as put; the message says in Swedish what to change."""


@dataclass(frozen=True)
class Question:
    """What is asked: the first basis of a subject is the one meant when none is named."""

    subject: str
    unit: Unit
    period: Period
    basis: str = ""
    by: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.subject not in BASES:
            raise FigureError(
                f"Ämnet ”{self.subject}” finns inte. Välj bland {', '.join(BASES)}."
            )
        bases = BASES[self.subject]
        if not self.basis:
            object.__setattr__(self, "basis", bases[0])
        if self.basis not in bases:
            raise FigureError(
                f"{self.subject} räknas på {', '.join(bases)}, inte på ”{self.basis}”."
            )
        possible = dimensions(self.subject, self.basis)
        for name in [*self.by, *dict(self.where)]:
            if name not in possible:
                known = ", ".join(possible)
                raise FigureError(
                    f"{self.subject} kan inte delas på ”{name}”. Välj bland {known}."
                )


def dimensions(subject: str, basis: str) -> tuple[str, ...]:
    """Return the dimensions by which a subject can be split."""
    if subject == SERIES:
        return ("title",)
    return ("unit", "month", *COUNTING_OF[subject, basis].dimensions)
