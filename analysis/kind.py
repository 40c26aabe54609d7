"""What the analyses of tertials are among the kinds of cases."""

from __future__ import annotations

from analysis.figures.purged import keep_analysed, keep_counts
from analysis.models import Pattern, TertialAnalysis
from analysis.tertial import services
from analysis.tertial.step_forms import analysis_step_form
from analysis.tertial.workflow import workflow_of
from casework.kinds import CaseKind
from organisation.rights import Right

TERTIAL_ANALYSIS = CaseKind(
    model=TertialAnalysis,
    singular="tertialanalys",
    plural="tertialanalyser",
    workflow_of=workflow_of,
    form_of=analysis_step_form,
    take=services.take_step,
    # The figures of a tertial are for the chief and for whoever compiles them.
    handlers=Right.CASES_READ.roles,
    # It is about figures: nobody is helped sooner by reading another unit's.
    opens_in_emergency=False,
    loose=((Pattern, "follows"),),
    keep=(keep_counts, keep_analysed),
)
