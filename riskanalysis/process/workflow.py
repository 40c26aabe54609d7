"""The process of a risk analysis, as a table (SOSFS 2011:9 5 kap. 1 and 7-8 §§)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.background.notifications import Audience
from casework.improvement.actions import has_action, needs_action, needs_effect
from casework.models import Notice
from casework.process.steps import NEW_ACTION, Page, Step, Task, always, at, is_in
from casework.process.workflow import Workflow
from organisation.rights import Right
from riskanalysis.models import Decision, Risk, RiskAnalysis, State

BEGINNING = frozenset({State.PLANNED, State.IN_PROGRESS})
OPEN = BEGINNING | {State.DECIDED, State.FOLLOWED_UP}
LAW = "SOSFS 2011:9 5 kap. 1 §"


def risks_that_count(case: RiskAnalysis) -> list[Risk]:
    """Return the risks of an analysis that are not crossed out."""
    return list(case.risks.filter(crossed_out=""))


# --- what an analysis must be before it goes on -----------------------------------------------
def needs_risks(case: RiskAnalysis) -> str:
    """Ask for the risks themselves, or in words why there are none."""
    if risks_that_count(case) or case.conclusion:
        return ""
    return "Lägg först till minst en risk, eller skriv i slutsatsen varför det inte finns någon."


def needs_decisions(case: RiskAnalysis) -> str:
    """Ask for a decision about each risk."""
    left = [str(risk.position) for risk in risks_that_count(case) if not risk.decision]
    if not left:
        return ""
    return f"Besluta först om risk {', '.join(left)}: acceptera eller åtgärda."


needs_actions = needs_action(
    "Lägg först till en åtgärd mot de risker som ska åtgärdas.",
    when=lambda case: any(
        risk.decision == Decision.ACT for risk in risks_that_count(case)
    ),
)


def needs_residuals(case: RiskAnalysis) -> str:
    """Ask how high each risk is after its measures (SOSFS 2011:9 5 kap. 8 §)."""
    acted = (risk for risk in risks_that_count(case) if risk.decision == Decision.ACT)
    left = [str(risk.position) for risk in acted if risk.residual_level is None]
    if not left:
        return ""
    return f"Bedöm först hur hög risk {', '.join(left)} är efter åtgärderna."


# --- what is left to do -------------------------------------------------------------------------
def _are_judged(case: RiskAnalysis) -> bool:
    return not (needs_risks(case) or needs_decisions(case))


BEGUN = Task("Börja analysen", done=lambda case: case.state != State.PLANNED)
DESCRIPTION = Task(
    "Vad och vilka", done=lambda case: bool(case.trigger), optional=always
)
RISKS = Task("Risker", answers=(needs_risks, needs_decisions))
# While it is not said what is done about each risk, nobody knows whether an action is needed.
ACTIONS = Task(
    "Åtgärder",
    done=lambda case: has_action(case) or _are_judged(case),
    answers=(needs_actions,),
)
DECISION = Task("Beslut", done=is_in(State.DECIDED, State.FOLLOWED_UP, State.CLOSED))
FOLLOW_UP = Task(
    "Uppföljning",
    done=is_in(State.FOLLOWED_UP, State.CLOSED),
    answers=(needs_residuals,),
)
END = Task("Avsluta", done=is_in(State.CLOSED))


def _due_when_planned(
    case: RiskAnalysis, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    return {"due_on": facts.get("planned_on") or case.planned_on}


def _due_when_reviewed(
    _case: RiskAnalysis, facts: Mapping[str, Any], *_: object
) -> dict[str, Any]:
    return {"due_on": facts["review_on"]}


def _due_no_more(*_: object) -> dict[str, Any]:
    return {"due_on": None}


WORKFLOW = Workflow(
    RiskAnalysis,
    (
        Step(
            name="borja",
            label="Börja analysen",
            did="Analysen började",
            sources=frozenset({State.PLANNED}),
            target=State.IN_PROGRESS,
            right=Right.RISKANALYSIS_DO,
            law=LAW,
            takes_over=True,
            task=BEGUN,
        ),
        Step(
            name="beskriv",
            label="Vad och vilka",
            did="Analysen beskrevs",
            sources=BEGINNING,
            target=None,
            right=Right.RISKANALYSIS_DO,
            law=LAW,
            required=("title", "trigger", "workplace"),
            optional=("scope", "participants", "process"),
            task=DESCRIPTION,
        ),
        Step(
            name="flytta-fram",
            label="Ändra sista dagen",
            did="Sista dagen ändrades",
            sources=BEGINNING,
            target=None,
            right=Right.RISKANALYSIS_DO,
            law=LAW,
            required=("planned_on", "reason"),
            also=_due_when_planned,
        ),
        Page(
            name="risker",
            sources=BEGINNING,
            right=Right.RISKANALYSIS_DO,
            address=at("riskanalysis:new_risk"),
            task=RISKS,
        ),
        Page(
            name="atgarder",
            sources=BEGINNING,
            right=Right.RISKANALYSIS_DO,
            address=NEW_ACTION,
            task=ACTIONS,
        ),
        Step(
            name="besluta",
            label="Besluta",
            did="Analysen beslutades",
            sources=frozenset({State.IN_PROGRESS}),
            target=State.DECIDED,
            right=Right.RISKANALYSIS_DO,
            law="SOSFS 2011:9 5 kap. 7 §",
            required=("review_on",),
            optional=("conclusion",),
            dates=("decided_on",),
            demands=(needs_risks, needs_decisions, needs_actions),
            also=_due_when_reviewed,
            task=DECISION,
        ),
        Step(
            name="folj-upp",
            label="Följ upp",
            did="Analysen följdes upp",
            sources=frozenset({State.DECIDED}),
            target=State.FOLLOWED_UP,
            right=Right.RISKANALYSIS_DO,
            law="SOSFS 2011:9 5 kap. 8 §",
            required=("conclusion",),
            demands=(needs_residuals, needs_effect),
            also=_due_no_more,
            task=FOLLOW_UP,
        ),
        Step(
            name="avsluta",
            label="Avsluta",
            did="Avslutades",
            sources=frozenset({State.DECIDED, State.FOLLOWED_UP}),
            target=State.CLOSED,
            right=Right.RISKANALYSIS_DO,
            law="SOSFS 2011:9 7 kap. 1 §",
            dates=("closed_on",),
            demands=(needs_residuals, needs_effect),
            also=_due_no_more,
            task=END,
        ),
        Step(
            name="omprova",
            label="Gör om analysen",
            did="Analysen görs om",
            sources=frozenset({State.DECIDED, State.FOLLOWED_UP}),
            target=State.IN_PROGRESS,
            right=Right.RISKANALYSIS_DO,
            law=LAW,
            required=("reason",),
            clears=("decided_on", "review_on"),
            also=_due_when_planned,
        ),
        Step(
            name="oppna-igen",
            label="Öppna igen",
            did="Öppnades igen",
            sources=frozenset({State.CLOSED}),
            target=State.FOLLOWED_UP,
            right=Right.RISKANALYSIS_REOPEN,
            law="SOSFS 2011:9 3 kap. 2 §",
            required=("reason",),
            clears=("closed_on",),
            tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
        ),
    ),
    ended=frozenset({State.CLOSED}),
)


def workflow_of(_case: RiskAnalysis) -> Workflow[RiskAnalysis]:
    """Return the process that an analysis follows: there is one."""
    return WORKFLOW
