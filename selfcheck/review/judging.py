"""How far the judging of drawn readings has come, and what it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from selfcheck.models import Draw, Finding, Judgement, SelfCheck, Verdict


def last_draw(case: SelfCheck) -> Draw | None:
    """Return the draw of readings that counts; None where nothing, or something else, was drawn last."""
    drawn = case.draws.last()
    return drawn if drawn is not None and drawn.question else None


def judged(drawn: Draw) -> QuerySet[Any, Any]:
    """Return the readings of a draw in their order, each with its last verdict and why."""
    last = Judgement.objects.filter(drawn=OuterRef("pk")).order_by("-pk")
    return drawn.readings.select_related("person", "uploaded").annotate(
        verdict=Subquery(last.values("verdict")[:1]),
        why=Subquery(last.values("reason")[:1]),
    )


def next_place(drawn: Draw) -> int | None:
    """Return the place of the first reading that nobody has judged; None where all are."""
    left = judged(drawn).filter(verdict=None).order_by("position")
    place: int | None = left.values_list("position", flat=True).first()
    return place


@dataclass(frozen=True)
class Tally:
    """How many readings got which verdict."""

    motivated: int
    unexplained: int
    breaches: int
    left: int

    @property
    def judged(self) -> int:
        """Return how many are judged."""
        return self.motivated + self.unexplained + self.breaches

    @property
    def finding(self) -> Finding:
        """Return what was found: faults where a breach is suspected."""
        if self.breaches:
            return Finding.FAULTS
        return Finding.SOME if self.unexplained else Finding.NONE

    @property
    def words(self) -> str:
        """Return the result in a sentence, without names."""
        of = f"{self.judged} läsning{'' if self.judged == 1 else 'ar'} bedömdes"
        if not self.unexplained and not self.breaches:
            return f"{of}. Alla var motiverade."
        return (
            f"{of}. Motiverade: {self.motivated}. Utan förklaring: {self.unexplained}. "
            f"Misstänkta dataintrång: {self.breaches}."
        )


def tally_of(drawn: Draw) -> Tally:
    """Count the verdicts of a draw."""
    said = Counter(judged(drawn).order_by().values_list("verdict", flat=True))
    return Tally(
        motivated=said[Verdict.MOTIVATED],
        unexplained=said[Verdict.UNEXPLAINED],
        breaches=said[Verdict.BREACH],
        left=said[None],
    )
