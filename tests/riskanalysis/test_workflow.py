"""The process of a risk analysis: who may do what in which state, and what it asks before it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from casework.improvement.actions import decide_action
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import remembering
from organisation.models import Unit, User
from organisation.rights import CHIEFS, Role
from riskanalysis.matrix import SCALE, level, matrix
from riskanalysis.models import Risk, RiskAnalysis, State
from riskanalysis.process.services import add_risk, change_risk, plan, take_step
from riskanalysis.process.workflow import WORKFLOW
from tests.factories import make_unit, make_user
from tests.municipality import make_riskanalysis
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + dt.timedelta(days=30)
MOVE = {
    "event": "att besökare inte hittar",
    "cause": "ny adress",
    "consequence": "uteblivet stöd",
}

# What a chief of the unit may do, by state; a quality controller opens again, all others nothing.
RIGHTS = """
planned     | borja beskriv flytta-fram
in_progress | beskriv flytta-fram besluta
decided     | folj-upp avsluta omprova
followed_up | avsluta omprova
closed      | oppna-igen
"""


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def analysis(unit: Unit, chief: User) -> RiskAnalysis:
    facts = {
        "title": "Flytten",
        "unit": unit,
        "trigger": "move",
        "workplace": "Mottagningen",
        "participants": "",
        "planned_on": SOON,
    }
    return plan(actor=chief, form_token=uuid4(), facts=facts)


def step(case: RiskAnalysis, name: str, actor: User, **facts: Any) -> RiskAnalysis:
    fresh = RiskAnalysis.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def risk(case: RiskAnalysis, actor: User, **facts: Any) -> Risk:
    said = {**MOVE, "probability": 3, "severity": 3, "decision": "act", "reason": ""}
    return add_risk(case, actor=actor, form_token=uuid4(), facts=said | facts)


def everybody() -> tuple[RiskAnalysis, dict[Role, User]]:
    """Make an analysis, and a person for each role in its unit."""
    unit = make_unit("B", make_unit("A"))
    people = {role: make_user(role.value, (role, unit)) for role in Role}
    return make_riskanalysis(unit), people


@pytest.fixture(scope="class")
def roles(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[RiskAnalysis, dict[Role, User]]]:
    with world_for_a_module(django_db_blocker, everybody) as made, remembering():
        yield made


class TestEveryRole:
    """What the table of rights says of each role, about an analysis that is made once."""

    @pytest.mark.parametrize("line", RIGHTS.strip().splitlines())
    def test_open_to_offers_what_the_table_says(
        self, line: str, roles: tuple[RiskAnalysis, dict[Role, User]]
    ) -> None:
        state, steps = (part.strip() for part in line.split("|"))
        analysis, people = roles
        analysis.state = state
        by_role = {Role(role): set(steps.split()) for role in CHIEFS}
        if state == State.CLOSED:
            by_role[Role.QUALITY_CONTROLLER] = {"oppna-igen"}

        assert {
            role: {step.name for step in WORKFLOW.open_to(analysis, who)}
            for role, who in people.items()
        } == {role: by_role.get(role, set()) for role in Role}


def test_plan_twice_with_one_form_is_one_analysis(unit: Unit, chief: User) -> None:
    token = uuid4()
    facts = {
        "title": "Flytten",
        "unit": unit,
        "trigger": "move",
        "workplace": "M",
        "planned_on": SOON,
    }
    numbers = {
        plan(actor=chief, form_token=token, facts=facts).number for _ in range(2)
    }

    assert len(numbers) == 1


def test_plan_in_a_unit_of_others_is_refused(chief: User) -> None:
    facts = {
        "title": "Flytten",
        "unit": make_unit("Z"),
        "trigger": "move",
        "workplace": "M",
        "planned_on": SOON,
    }
    with pytest.raises(StepRefusedError):
        plan(actor=chief, form_token=uuid4(), facts=facts)


def test_decide_without_risks_asks_for_them_or_why(
    analysis: RiskAnalysis, chief: User
) -> None:
    step(analysis, "borja", chief)
    with pytest.raises(StepRefusedError, match="minst en risk"):
        step(analysis, "besluta", chief, review_on=SOON)

    assert (
        step(
            analysis,
            "besluta",
            chief,
            review_on=SOON,
            conclusion="Inget ändras för brukare.",
        ).due_on
        == SOON
    )


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"decision": ""}, "acceptera eller åtgärda"),
        ({"decision": "act"}, "åtgärd mot de risker"),
    ],
)
def test_decide_asks_what_is_done_about_each_risk(
    facts: dict[str, str], says: str, analysis: RiskAnalysis, chief: User
) -> None:
    step(analysis, "borja", chief)
    risk(analysis, chief, **facts)
    with pytest.raises(StepRefusedError, match=says):
        step(analysis, "besluta", chief, review_on=SOON)


def test_crossed_out_risk_asks_for_nothing(analysis: RiskAnalysis, chief: User) -> None:
    step(analysis, "borja", chief)
    wrong = risk(analysis, chief, decision="")
    change_risk(
        wrong,
        actor=chief,
        seen_version=0,
        facts={"crossed_out": "Samma som den första."},
    )
    risk(analysis, chief, decision="accept", reason="Liten och kort tid.")

    assert step(analysis, "besluta", chief, review_on=SOON).state == State.DECIDED


def test_follow_up_asks_for_residual_risk_and_effect(
    analysis: RiskAnalysis, chief: User
) -> None:
    step(analysis, "borja", chief)
    found = risk(analysis, chief)
    action = decide_action(
        RiskAnalysis.objects.get(), actor=chief, text="Skylta om", level="unit"
    )
    step(analysis, "besluta", chief, review_on=SOON)
    with pytest.raises(StepRefusedError, match=r"efter åtgärderna.*effekten"):
        step(analysis, "folj-upp", chief, conclusion="Alla hittar.")
    change_risk(
        found,
        actor=chief,
        seen_version=0,
        facts={"residual_probability": 1, "residual_severity": 3},
    )
    type(action).objects.update(done_on=TODAY, effect="yes", effect_on=TODAY)

    assert (
        step(analysis, "folj-upp", chief, conclusion="Alla hittar.").state
        == State.FOLLOWED_UP
    )


def test_change_a_risk_of_a_decided_analysis_is_refused(
    analysis: RiskAnalysis, chief: User
) -> None:
    step(analysis, "borja", chief)
    found = risk(analysis, chief, decision="accept", reason="Liten.")
    step(analysis, "besluta", chief, review_on=SOON)
    with pytest.raises(StepRefusedError):
        change_risk(found, actor=chief, seen_version=0, facts={"event": "något annat"})


def test_change_a_risk_second_is_refused(analysis: RiskAnalysis, chief: User) -> None:
    step(analysis, "borja", chief)
    found = risk(analysis, chief)
    change_risk(found, actor=chief, seen_version=0, facts={"event": "att ingen hittar"})
    with pytest.raises(TooLateError):
        change_risk(
            found, actor=chief, seen_version=0, facts={"event": "att alla hittar"}
        )

    assert Risk.objects.get().event == "att ingen hittar"


def test_add_the_same_risk_twice_is_one(analysis: RiskAnalysis, chief: User) -> None:
    step(analysis, "borja", chief)
    token, said = (
        uuid4(),
        {**MOVE, "probability": 1, "severity": 1, "decision": "", "reason": ""},
    )
    for _ in range(2):
        add_risk(analysis, actor=chief, form_token=token, facts=said)

    assert Risk.objects.get().position == 1


def test_risk_is_said_as_the_documents_say_it(
    analysis: RiskAnalysis, chief: User
) -> None:
    step(analysis, "borja", chief)

    assert str(risk(analysis, chief)) == (
        "Risk för att besökare inte hittar på grund av ny adress, vilket kan leda till uteblivet stöd"
    )


def test_level_never_falls_when_a_value_rises() -> None:
    order = {"låg": 0, "medel": 1, "hög": 2}
    for low in SCALE[:-1]:
        for other in SCALE:
            assert order[level(low, other).name] <= order[level(low + 1, other).name]
            assert order[level(other, low).name] <= order[level(other, low + 1).name]


def test_level_of_what_is_catastrophic_is_never_low() -> None:
    assert all(level(probability, 4).name != "låg" for probability in SCALE)


def test_matrix_holds_every_risk_once() -> None:
    rows = matrix({1: (4, 4), 2: (4, 4), 3: (1, 2)})

    assert [
        square.risks for _, squares in rows for square in squares if square.risks
    ] == [(1, 2), (3,)]
    assert len(rows) == len(SCALE)
