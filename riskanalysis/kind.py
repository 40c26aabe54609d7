"""What risk analyses are among the kinds of cases."""

from __future__ import annotations

from casework.background.daily import daily
from casework.kinds import CaseKind, Topic
from casework.models import Notice
from organisation.rights import Right
from riskanalysis.models import RiskAnalysis
from riskanalysis.process import services
from riskanalysis.process.forms import analysis_step_form
from riskanalysis.process.workflow import workflow_of
from riskanalysis.register.imports import IDENTITY

RISK_ANALYSIS = CaseKind(
    model=RiskAnalysis,
    singular="riskanalys",
    plural="riskanalyser",
    workflow_of=workflow_of,
    form_of=analysis_step_form,
    take=services.take_step,
    # What a whole administration analyses is also for those who compile it.
    central_handlers=Right.CASES_DEPUTISE.roles,
    naming_words="riskanalyser av",
    beside_routine="riskanalysis/prompts_of_routine.html",
    topics=(
        Topic(
            "Riskanalys", "riskanalysis:prompts", frozenset({Notice.Kind.NO_ANALYSIS})
        ),
    ),
    recognised_by=IDENTITY,
    daily=(
        daily("riskanalysis.tasks.ask_to_nudge", "riskanalysis.nudge", services.nudge),
    ),
)
