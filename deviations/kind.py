"""What deviations are among the kinds of cases."""

from __future__ import annotations

from django.db.models import Q

from casework.kinds import CaseKind, Shared
from deviations.models import Deviation
from deviations.process import services
from deviations.process.purging import keep_codes
from deviations.process.step_forms import deviation_step_form
from deviations.process.workflow import workflow_of
from deviations.words import CORE_PROCESSES, NO_NAMES, TARGET_GROUPS

DEVIATION = CaseKind(
    model=Deviation,
    singular="avvikelse",
    plural="avvikelser",
    workflow_of=workflow_of,
    form_of=deviation_step_form,
    take=services.take_step,
    comes_from_outside=True,
    searched="search_words",
    target_groups=TARGET_GROUPS,
    chosen=(
        *("kind", "reported_by", "channel", "category", "consequence"),
        *("cause_area", "cause_level", "is_deviation"),
    ),
    naming_words="avvikelser från",
    standing=tuple(CORE_PROCESSES),
    answers=tuple(NO_NAMES),
    shared=(Shared("orsak", "deviation__cause_area", "samma orsak"),),
    not_counted=Q(deviation__is_deviation="no"),
    report_page="deviations:report",
    own_page="deviations:mine",
    keep=(keep_codes,),
)
