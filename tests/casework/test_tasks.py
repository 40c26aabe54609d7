"""The tasks on a case's page say what its process demands, in every situation: one question, one answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

import analysis.tertial.workflow
import deviations.process.workflow
import lexsarah.process.demands
import riskanalysis.process.workflow
import selfcheck.process.workflow
from casework.kinds import kind_of
from casework.models import Action, Case
from casework.views.step_page import TaskLine
from organisation.models import Unit
from organisation.rights import Role
from riskanalysis.models import Risk
from selfcheck.models import Template
from selfcheck.models import TemplateVersion as Version
from tests.blank import draw_nothing
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import (
    make_analysis,
    make_lexsarah,
    make_riskanalysis,
    make_selfcheck,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 1)
Demand = Callable[[Any], str]

ACTIONS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "proposed": {},
    "decided": {"decided_on": DAY},
    "done": {"decided_on": DAY, "done_on": DAY},
    "proposal given up": {"rejected_on": DAY, "rejected_reason": "Hinner inte."},
    "withdrawn": {
        "decided_on": DAY,
        "rejected_on": DAY,
        "rejected_reason": "Behövs inte.",
    },
}


def make_investigated(unit: Unit, **facts: Any) -> Case:
    return make_deviation(
        unit, **{"state": "under_investigation", "is_deviation": "yes", **facts}
    )


def make_complaint(unit: Unit, **facts: Any) -> Case:
    return make_investigated(
        unit, **{"reported_by": "outside", "kind": "complaint", **facts}
    )


def make_lexsarah_investigated(unit: Unit, **facts: Any) -> Case:
    return make_lexsarah(
        unit, **{"number": "LS-2024-0001", "state": "investigating", **facts}
    )


def make_check_with_faults(unit: Unit, **facts: Any) -> Case:
    return make_selfcheck(
        unit,
        **{"number": "EK-2024-0001", "state": "result", "finding": "faults", **facts},
    )


def make_analysis_with_risk(unit: Unit, *, decision: str = "act", **facts: Any) -> Case:
    case = make_riskanalysis(
        unit, **{"number": "RA-2024-0001", "state": "in_progress", **facts}
    )
    parts = {
        "event": "fall",
        "cause": "halka",
        "consequence": "skada",
        "probability": 2,
        "severity": 3,
    }
    Risk.objects.create(
        analysis=case, decision=decision, reason="Den är liten.", **parts
    )
    return case


def make_tertial(unit: Unit, **facts: Any) -> Case:
    return make_analysis(unit, **{"number": "TA-2024-0001", **facts})


@dataclass(frozen=True)
class Kind:
    """A kind of case: how one is made, what its process demands of actions, and the task that shows it."""

    make: Callable[..., Case]
    demand: Demand
    task: str = "Åtgärder"


KINDS = {
    "staff report": Kind(make_investigated, deviations.process.workflow.needs_action),
    "complaint": Kind(make_complaint, deviations.process.workflow.needs_action),
    "lex Sarah": Kind(
        make_lexsarah_investigated, lexsarah.process.demands.needs_measures
    ),
    "self-check": Kind(make_check_with_faults, selfcheck.process.workflow.needs_action),
    "risk analysis": Kind(
        make_analysis_with_risk, riskanalysis.process.workflow.needs_actions
    ),
    "tertial": Kind(
        make_tertial,
        analysis.tertial.workflow.needs_action_or_reason,
        "Besluta en åtgärd",
    ),
}


@pytest.fixture(scope="module")
def signed_in(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Unit, Client]]:
    """Make a unit, and a browser of somebody with many roles in it, once for all tests."""
    held = (Role.SECTION_CHIEF, Role.LEX_INVESTIGATOR, Role.PLANNING_OFFICER)
    with django_db_blocker.unblock(), transaction.atomic():
        unit, client = make_unit("EK", make_unit("SOC")), Client()
        client.force_login(make_user("all", *((role, unit) for role in held)))
        with django_db_blocker.block():
            yield unit, client
        transaction.set_rollback(True)


@pytest.fixture
def unit(signed_in: tuple[Unit, Client]) -> Unit:
    return signed_in[0]


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the tasks where they are handed to the page."""
    draw_nothing(monkeypatch)


@pytest.fixture
def browser(signed_in: tuple[Unit, Client]) -> Client:
    return signed_in[1]


def states(browser: Client, case: Case) -> dict[str, str]:
    """Return the state of each task on a case's page, by its label."""
    page = browser.get(reverse(kind_of(case.subject).page, args=[case.number]))
    assert page.status_code == 200
    return {task.label: task.state for task in page.context["tasks"]}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_page_says_that_actions_are_done_when_process_demands_none(
    browser: Client, unit: Unit, kind: str, action: str
) -> None:
    made = KINDS[kind]
    case = made.make(unit)
    if (facts := ACTIONS[action]) is not None:
        Action.objects.create(case=case, text="Ny rutin", **facts)

    shown = states(browser, case)[made.task]

    assert (shown == TaskLine.DONE) == (made.demand(case) == ""), (kind, action, shown)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("staff report", {"is_deviation": "no"}),
        ("staff report", {"no_action_reason": "Redan rättat."}),
        ("complaint", {"is_deviation": "no"}),
        ("lex Sarah", {"no_measures_reason": "Redan rättat."}),
        ("self-check", {"finding": "none"}),
        ("self-check", {"no_action_reason": "Redan rättat."}),
        ("risk analysis", {"decision": "accept"}),
    ],
)
def test_page_says_that_actions_are_done_when_none_is_needed(
    browser: Client, unit: Unit, kind: str, facts: dict[str, str]
) -> None:
    made = KINDS[kind]
    case = made.make(unit, **facts)

    assert made.demand(case) == ""
    assert states(browser, case)[made.task] == TaskLine.DONE


# --- other tasks than actions -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("make", "facts", "demand", "task"),
    [
        (
            make_investigated,
            {"cause_level": "individual", "cause_area": "Rutiner"},
            deviations.process.workflow.needs_cause_in_the_organisation,
            "Orsak",
        ),
        (
            make_lexsarah_investigated,
            {"cause_level": "individual", "causes": "Bråttom."},
            lexsarah.process.demands.needs_the_organisation,
            "Orsaker",
        ),
        (
            make_lexsarah_investigated,
            {
                "event": "Ingen kom.",
                "noticed": "Genom samtal.",
                "type": "",
                "causes": "Listan föll bort.",
                "cause_level": "system",
                "happened_before": "Nej.",
                "may_recur": "Ja.",
            },
            lexsarah.process.demands.needs_the_six_questions,
            "Händelsen",
        ),
        (
            make_check_with_faults,
            {"finding": "not_compiled"},
            selfcheck.process.workflow.needs_finding,
            "Resultat",
        ),
        (
            lambda unit, **facts: make_analysis_with_risk(unit, decision="", **facts),
            {},
            riskanalysis.process.workflow.needs_decisions,
            "Risker",
        ),
    ],
    ids=[
        "cause of an individual",
        "causes of an individual",
        "no type",
        "not compiled",
        "undecided risk",
    ],
)
def test_page_does_not_call_done_what_process_still_demands(
    browser: Client,
    unit: Unit,
    make: Callable[..., Case],
    facts: dict[str, Any],
    demand: Demand,
    task: str,
) -> None:
    case = make(unit, **facts)

    assert demand(case) != ""
    assert states(browser, case)[task] == TaskLine.TO_DO


def test_page_does_not_call_survey_done_while_a_question_lacks_answers(
    browser: Client, unit: Unit
) -> None:
    version = Version.objects.create(
        template=Template.objects.create(code="trivsel", name="Trivsel"),
        number=1,
        method="survey",
        questions=["Trivs du?", "Är du trygg?"],
    )
    case = make_selfcheck(
        unit,
        number="EK-2024-0002",
        state="ongoing",
        method="survey",
        done_on=None,
        template=version,
    )
    case.survey_questions.create(position=1, text="Trivs du?", answered=4, positive=3)

    assert selfcheck.process.workflow.needs_answers(case) != ""
    assert states(browser, case)["Svar på frågorna"] == TaskLine.TO_DO


@pytest.mark.parametrize(
    ("make", "task"),
    [
        (make_investigated, "Slag, kategori och rutin"),
        (make_investigated, "Omedelbar åtgärd"),
        (make_lexsarah_investigated, "Diarienummer"),
        (make_analysis_with_risk, "Vad och vilka"),
    ],
)
def test_page_calls_voluntary_what_no_step_demands(
    browser: Client, unit: Unit, make: Callable[..., Case], task: str
) -> None:
    assert states(browser, make(unit))[task] == TaskLine.OPTIONAL


def test_page_asks_for_answer_anew_when_complaint_was_opened_again(
    browser: Client, unit: Unit
) -> None:
    case = make_complaint(unit, answer="Vi beklagar.", answered_on=DAY)

    assert states(browser, case)["Svar"] == TaskLine.TO_DO


@pytest.mark.parametrize(
    ("make", "facts"),
    [
        (make_investigated, {"state": "closed"}),
        (
            make_lexsarah_investigated,
            {
                "state": "closed",
                "decided_on": DAY,
                "decided_by": "committee",
                "degree": "misconduct",
            },
        ),
        (make_check_with_faults, {"state": "closed"}),
        (make_analysis_with_risk, {"state": "closed", "decided_on": DAY}),
    ],
)
def test_page_of_closed_case_has_nothing_left_to_do(
    browser: Client, unit: Unit, make: Callable[..., Case], facts: dict[str, Any]
) -> None:
    assert states(browser, make(unit, closed_on=DAY, **facts)) == {}
