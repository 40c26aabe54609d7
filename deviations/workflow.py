"""The process of a deviation, as a table."""

from __future__ import annotations

from casework.workflow import Step, Workflow
from deviations.models import Deviation, State
from organisation.access import CHIEFS
from organisation.models import Role

WORKFLOW = Workflow(
    Deviation,
    (
        Step(
            name="utred",
            label="Börja utreda",
            sources=frozenset({State.REPORTED}),
            target=State.UNDER_INVESTIGATION,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 3 §",
            takes_over=True,
        ),
        Step(
            name="lamna-over",
            label="Lämna till en annan enhet",
            sources=frozenset({State.REPORTED}),
            target=State.REPORTED,
            roles=frozenset({Role.UNIT_CHIEF, Role.DEPARTMENT_CHIEF, Role.QUALITY_CONTROLLER}),
            law="SOSFS 2011:9 5 kap. 3 §",
            required=("unit",),
        ),
        Step(
            name="avsluta",
            label="Avsluta",
            sources=frozenset({State.UNDER_INVESTIGATION}),
            target=State.CLOSED,
            roles=CHIEFS,
            law="SOSFS 2011:9 5 kap. 6 § och 7 kap. 1 §",
            required=("is_deviation", "assessment"),
            optional=("cause_area", "cause_level", "answer"),
            dates=("closed_on",),
        ),
        Step(
            name="oppna-igen",
            label="Öppna igen",
            sources=frozenset({State.CLOSED}),
            target=State.UNDER_INVESTIGATION,
            roles=frozenset({Role.QUALITY_CONTROLLER}),
            law="SOSFS 2011:9 3 kap. 2 §",
            clears=("closed_on",),
        ),
    ),
)
