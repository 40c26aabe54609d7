"""What lex Sarah cases are among the kinds of cases."""

from __future__ import annotations

from casework.background.daily import daily
from casework.kinds import CaseKind
from casework.models import Notice
from deviations.models import Deviation
from lexsarah.information import reminders
from lexsarah.law.circles import CIRCLES
from lexsarah.models import LexSarahCase, LexSarahReport
from lexsarah.process import purging, services
from lexsarah.process.step_forms import lexsarah_step_form
from lexsarah.process.workflow import workflow_of
from lexsarah.reporting.receiving import receive

LEX_SARAH = CaseKind(
    model=LexSarahCase,
    singular="lex Sarah",
    plural="lex Sarah-ärenden",
    workflow_of=workflow_of,
    form_of=lexsarah_step_form,
    take=services.take_step,
    circles=CIRCLES,
    # The dialogue with the reporter is kept where the reporter reads it: in the deviation.
    answers_reporter=False,
    asks_for_sources=True,
    # Whoever prepares the decisions of a board reads what is put before it, not the case.
    leads={Notice.Kind.TO_DECIDE: "lexsarah:meetings"},
    holds={
        "IVO har inte svarat, eller ska få en anmälan.": purging.before_ivo,
        "En annan skyldighet är inte avklarad.": purging.unsettled_duties,
    },
    ties=((LexSarahReport, "deviation", "case"),),
    receives={Deviation: receive},
    daily=(daily("lexsarah.tasks.ask_to_chase", "lexsarah.chase", reminders.chase),),
)
