"""What self-checks are among the kinds of cases."""

from __future__ import annotations

from django.db.models import Q

from casework.background.daily import daily_in_steps
from casework.kinds import CaseKind
from organisation.rights import Right
from selfcheck.models import SelfCheck
from selfcheck.plan import planning
from selfcheck.process import services
from selfcheck.process.workflow import workflow_of
from selfcheck.recording.forms import check_step_form
from selfcheck.register.counted import counted_lately
from selfcheck.register.imports import IDENTITY

SELF_CHECK = CaseKind(
    model=SelfCheck,
    singular="egenkontroll",
    plural="egenkontroller",
    workflow_of=workflow_of,
    form_of=check_step_form,
    take=services.take_step,
    # What a whole administration checks is also for those who compile it.
    central_handlers=Right.CASES_DEPUTISE.roles,
    naming_words="egenkontroller av",
    checked=Q(selfcheck__done_on__isnull=False),
    holds={
        "Årsplanen för i år eller i fjol räknar med den.": planning.planned_lately,
        "Mätserien för i år eller i fjol räknar med den.": counted_lately,
    },
    recognised_by=IDENTITY,
    daily=(
        daily_in_steps(
            "selfcheck.tasks.ask_to_open", "selfcheck.open", planning.open_due
        ),
    ),
)
