"""The process of a deviation: who may do what, and what a step writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.workflow import StepRefusedError, TooLateError
from deviations.models import Deviation
from deviations.services import take_step
from deviations.workflow import WORKFLOW
from organisation.models import Role, Unit, User
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
ASSESSED = {"is_deviation": "yes", "assessment": "Rutinen var okänd."}


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def controller(unit: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


def investigated(unit: Unit) -> Deviation:
    return make_deviation(unit, state="under_investigation")


def close(case: Deviation, actor: User, **facts: Any) -> Deviation:
    return take_step(
        case, "avsluta", actor=actor, seen_state="under_investigation", facts={**ASSESSED, **facts}
    )


def test_begin_makes_the_chief_the_owner(unit: Unit, chief: User) -> None:
    case = take_step(make_deviation(unit), "utred", actor=chief, seen_state="reported", facts={})

    case.refresh_from_db()
    assert (case.state, case.owner) == ("under_investigation", chief)


def test_close_dates_the_case_and_writes_the_assessment(unit: Unit, chief: User) -> None:
    case = close(investigated(unit), chief, answer="Vi har rättat det.")

    case.refresh_from_db()
    assert (case.state, case.closed_on, case.answer) == ("closed", timezone.localdate(), "Vi har rättat det.")
    assert [entry.action for entry in case.log.all()] == ["avsluta"]


@pytest.mark.parametrize("field", ["is_deviation", "assessment"])
def test_close_without_a_fact_is_refused(unit: Unit, chief: User, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        close(investigated(unit), chief, **{field: ""})

    assert list(refused.value.message_dict) == [field]


def test_reopen_clears_the_day_of_closing(unit: Unit, chief: User, controller: User) -> None:
    closed = close(investigated(unit), chief)
    case = take_step(closed, "oppna-igen", actor=controller, seen_state="closed", facts={})

    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("under_investigation", None)


def test_hand_over_moves_the_case(unit: Unit) -> None:
    department = unit.parent
    boss = make_user("boss", (Role.DEPARTMENT_CHIEF, department))
    case = take_step(
        make_deviation(department), "lamna-over", actor=boss, seen_state="reported", facts={"unit": unit}
    )

    case.refresh_from_db()
    assert (case.state, case.unit) == ("reported", unit)


def test_step_from_a_state_that_has_passed_is_too_late(unit: Unit, chief: User) -> None:
    case = investigated(unit)
    with pytest.raises(TooLateError):
        take_step(case, "utred", actor=chief, seen_state="reported", facts={})

    assert not case.log.exists()


def test_step_in_another_unit_is_refused(unit: Unit) -> None:
    neighbour = make_user("neighbour", (Role.SECTION_CHIEF, make_unit("C", unit.parent)))
    with pytest.raises(StepRefusedError, match="Din roll"):
        take_step(make_deviation(unit), "utred", actor=neighbour, seen_state="reported", facts={})


def test_step_with_what_one_reported_oneself_is_refused(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError, match="själv rapporterat"):
        take_step(make_deviation(unit, reporter=chief), "utred", actor=chief, seen_state="reported", facts={})


@pytest.mark.parametrize(
    ("role", "state", "names"),
    [
        (Role.SECTION_CHIEF, "reported", ["utred"]),
        (Role.SECTION_CHIEF, "under_investigation", ["avsluta"]),
        (Role.SECTION_CHIEF, "closed", []),
        (Role.UNIT_CHIEF, "reported", ["utred", "lamna-over"]),
        (Role.QUALITY_CONTROLLER, "reported", ["lamna-over"]),
        (Role.QUALITY_CONTROLLER, "closed", ["oppna-igen"]),
        (Role.STAFF, "reported", []),
    ],
)
def test_open_to_offers_what_role_and_state_allow(
    unit: Unit, role: Role, state: str, names: list[str]
) -> None:
    closed = {"closed_on": timezone.localdate(), "is_deviation": "no"} if state == "closed" else {}
    case = make_deviation(unit, state=state, **closed)

    assert [step.name for step in WORKFLOW.open_to(case, make_user("x", (role, unit)))] == names


def test_every_step_names_its_law() -> None:
    assert all("kap." in step.law for step in WORKFLOW.steps)


def test_diagram_draws_every_arrow() -> None:
    assert "    reported --> under_investigation: Börja utreda" in WORKFLOW.diagram()
