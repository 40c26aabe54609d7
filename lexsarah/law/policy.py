"""An administration's policy for lex Sarah as plain data: who decides what, and its own limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import models


class Body(models.TextChoices):
    """Who may be given a decision, the lowest first."""

    INVESTIGATOR = "investigator", "lex Sarah-utredaren"
    COMMITTEE = "committee", "arbetsutskottet"
    BOARD = "board", "nämnden"


RANK = {body: rank for rank, body in enumerate(Body)}


class Degree(models.TextChoices):
    """What the investigation found (SOSFS 2011:5 2 kap. 3 §, SoL 27 kap. 2 och 6 §§)."""

    NONE = "none", "inget missförhållande"
    TANGIBLE_RISK = "tangible_risk", "påtaglig risk för missförhållande"
    MISCONDUCT = "misconduct", "missförhållande"
    TANGIBLE_RISK_SERIOUS = (
        "tangible_risk_serious",
        "påtaglig risk för allvarligt missförhållande",
    )
    SERIOUS_MISCONDUCT = "serious_misconduct", "allvarligt missförhållande"


FOUND = tuple(degree for degree in Degree if degree != Degree.NONE)
SERIOUS = (Degree.TANGIBLE_RISK_SERIOUS, Degree.SERIOUS_MISCONDUCT)


@dataclass(frozen=True)
class Limits:
    """The administration's own limits, in working days from the day that each clock starts."""

    receive: int = 0
    measures: int = 1
    investigate: int = 60
    notify: int = 1
    feedback: int = 10


@dataclass(frozen=True)
class Rules:
    """Who decides; the higher of those who have a say in a degree decides all of it."""

    finding_by: Body = Body.INVESTIGATOR
    measures_by: Body = Body.COMMITTEE
    serious_by: Body = Body.COMMITTEE
    chair_may_decide: bool = True
    chief_keeps_reading: bool = True
    limits: Limits = field(default_factory=Limits)

    def body_for(self, degree: str) -> Body:
        """Return who decides a case of a degree: also whoever approves measures, or decides seriousness."""
        having_a_say = [self.finding_by]
        if degree != Degree.NONE:
            having_a_say.append(self.measures_by)
        if degree in SERIOUS:
            having_a_say.append(self.serious_by)
        return max(having_a_say, key=RANK.__getitem__)

    @property
    def investigators_own(self) -> tuple[Degree, ...]:
        """Return the degrees that the investigator decides without asking anyone."""
        return tuple(
            degree for degree in Degree if self.body_for(degree) == Body.INVESTIGATOR
        )


MALMO = Rules()
GOTEBORG = Rules(
    measures_by=Body.INVESTIGATOR, serious_by=Body.INVESTIGATOR, chair_may_decide=False
)
