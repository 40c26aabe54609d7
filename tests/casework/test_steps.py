"""Every process is one table: each step says all that it is, and nothing but the engine changes a state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from casework.process.steps import Page, Step, Task
from casework.process.workflow import (
    Process,
    StepRefusedError,
    Workflow,
    take,
    take_by_system,
)
from deviations.models import Deviation, State
from deviations.process.workflow import COMPLAINTS, STAFF_REPORTS
from kvalitet.management.commands.write_processes import PATH, PROCESSES, document
from lexsarah.law.policy import Body, Rules
from lexsarah.process.workflow import workflow_for as lexsarah_for
from organisation.rights import Role
from selfcheck.models import Method
from selfcheck.process.workflow import workflow_for as selfcheck_for
from tests.factories import make_deviation, make_unit, make_user
from tests.test_house import ROOT, modules
from tests.test_layers import ROOMS

ALL: dict[str, Process[Any]] = {
    **PROCESSES,
    **{f"self-check by {method}": selfcheck_for(method) for method in Method},
    **{
        f"lex Sarah by {' '.join(bodies)} {chair}": lexsarah_for(
            Rules(*bodies, chair_may_decide=chair)
        )
        for bodies, chair in product(product(Body, repeat=3), (True, False))
    },
}
# The demands that no task answers, and why none can.
GUARDS = {
    "needs_judgements": "the task is done when the log check is signed",
    "needs_signature": "readings are drawn and signed on a page of their own",
    "needs_effect": "each action says so in its own row",
    "needs_units_below": "it is for other units to do",
    "needs_deviation": "nobody can make a report come from a deviation",
    "needs_no_notification": "what is notified is never undone",
    "needs_decision_to_notify": "there is a task only when it is decided",
    "needs_notification": "the task before it in the list",
    "needs_ivo_to_be_done": "it asks for what three tasks are",
    "needs_the_six_questions": "it asks the three tasks themselves",
    "_is_built": "a report has no list of tasks",
    "_is_answered": "a report has no list of tasks",
    "_is_alone": "a report has no list of tasks",
}


# --- the tables -------------------------------------------------------------------------------
@pytest.mark.parametrize("process", ALL.values(), ids=ALL)
def test_every_step_says_what_it_is_and_who_takes_it(process: Process[Any]) -> None:
    for step in process.steps:
        assert step.label
        assert step.did
        assert step.law
        assert step.sources
        assert step.system != bool(step.roles), step.name
    names = [each.name for each in process.table]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("process", ALL.values(), ids=ALL)
def test_every_page_is_a_task_and_every_task_has_words(process: Process[Any]) -> None:
    assert all(each.task for each in process.table if isinstance(each, Page))
    assert all(each.task.label for each in process.table if each.task)


@pytest.mark.parametrize("process", ALL.values(), ids=ALL)
def test_what_a_step_demands_is_answered_by_a_task(process: Process[Any]) -> None:
    """A task that answers a demand is never called done while the demand lacks something."""
    answered = {
        demand for each in process.table if each.task for demand in each.task.answers
    }
    demanded = {demand for step in process.steps for demand in step.demands}

    assert {demand.__name__ for demand in demanded - answered} <= set(GUARDS)


def test_no_guard_is_named_that_no_step_has() -> None:
    demands = [
        demand
        for process in ALL.values()
        for step in process.steps
        for demand in step.demands
    ]

    assert {demand.__name__ for demand in demands} >= set(GUARDS)


@pytest.mark.parametrize(
    "process", [COMPLAINTS, STAFF_REPORTS], ids=["complaints", "staff reports"]
)
def test_ways_to_and_from_lex_sarah_are_steps(process: Process[Any]) -> None:
    arrows = [
        (source, end, step.system)
        for source, end, step in process.arrows()
        if source != end
    ]
    others = set(State) - {State.ESCALATED}

    assert {source for source, end, _ in arrows if end == State.ESCALATED} == others
    back = {
        State.REPORTED,
        State.ASSIGNED,
        State.TRANSFERRED,
        State.UNDER_INVESTIGATION,
        State.CLOSED,
    }
    assert {end for source, end, _ in arrows if source == State.ESCALATED} == back
    assert all(
        system for source, end, system in arrows if State.ESCALATED in {source, end}
    )


def test_document_of_the_processes_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), (
        "run manage.py write_processes"
    )


# --- tasks ------------------------------------------------------------------------------------
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("lack", ["", "Mer."])
def test_task_is_done_only_when_what_it_answers_lacks_nothing(
    done: bool, lack: str
) -> None:
    task = Task(
        "Orsak", done=lambda _case: done, answers=(lambda _case: "", lambda _case: lack)
    )

    assert task.is_done(SimpleNamespace()) == (done and not lack)


# --- who takes a step -------------------------------------------------------------------------
SYSTEM = [step.name for step in STAFF_REPORTS.steps if step.system]


@pytest.mark.django_db
@pytest.mark.parametrize("name", SYSTEM)
def test_nobody_takes_the_step_of_the_product(client: Client, name: str) -> None:
    unit = make_unit()
    person = make_user("all", *((role, unit) for role in Role))
    case = make_deviation(unit)
    client.force_login(person)

    assert client.get(f"/avvikelser/{case.number}/{name}/").status_code == 404
    with pytest.raises(StepRefusedError, match="roll"):
        take(STAFF_REPORTS, case, name, actor=person, seen_version=0)
    case.refresh_from_db()
    assert (case.state, case.version) == ("reported", 0)


@pytest.mark.django_db
def test_product_takes_no_step_of_people() -> None:
    with pytest.raises(ValueError, match="people"):
        take_by_system(STAFF_REPORTS, make_deviation(make_unit()), "utred", actor=None)


@pytest.mark.django_db
def test_product_takes_a_step_only_from_where_it_begins() -> None:
    case = make_deviation(make_unit())

    with pytest.raises(StepRefusedError, match="läge"):
        take_by_system(STAFF_REPORTS, case, "come-back", actor=None)
    assert not case.log.exists()


@pytest.mark.django_db
def test_step_leads_only_where_its_table_says() -> None:
    astray = Step(
        name="vilse",
        label="Vilse",
        did="Gick vilse",
        sources=frozenset({State.REPORTED}),
        target=None,
        targets=frozenset({State.ASSIGNED}),
        law="-",
        system=True,
        also=lambda *_: {"state": State.CLOSED},
    )
    process = Workflow(Deviation, (astray,))

    with pytest.raises(ValueError, match="vilse does not lead"):
        take_by_system(process, make_deviation(make_unit()), "vilse", actor=None)


# --- nothing else changes a state -------------------------------------------------------------
ENGINE = "casework/process/workflow.py"
# Other things than a case or a report that have a state.
OTHERS = {"casework/files/scanning.py": "whether an attachment has been scanned"}


def state_changes(text: str) -> Iterator[int]:
    """Return the lines that write a state into a row that there is: making a new one is no change."""
    for node in ast.walk(ast.parse(text if "state" in text else "")):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = (
            [node.target]
            if isinstance(node, ast.AugAssign | ast.AnnAssign)
            else targets
        )
        parts = [part for target in targets for part in ast.walk(target)]
        if any(
            isinstance(part, ast.Attribute) and part.attr == "state" for part in parts
        ):
            yield node.lineno
        if isinstance(node, ast.Call) and _writes_state(node):
            yield node.lineno


def _writes_state(call: ast.Call) -> bool:
    name = (
        call.func.attr
        if isinstance(call.func, ast.Attribute)
        else getattr(call.func, "id", "")
    )
    if name == "update":
        return any(keyword.arg == "state" for keyword in call.keywords)
    return name in {"setattr", "bulk_update", "save"} and any(
        isinstance(part, ast.Constant) and part.value == "state"
        for part in ast.walk(call)
    )


def test_nothing_but_the_engine_changes_a_state() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if next(state_changes(path.read_text(encoding="utf-8")), None)
    }

    assert found == set(OTHERS)
    assert (ROOT / ENGINE).exists()
    assert {Path(name).parts[0] for name in OTHERS} <= set(ROOMS)


@pytest.mark.parametrize(
    "planted",
    [
        "case.state = State.CLOSED",
        "case.state, case.closed_on = State.CLOSED, today",
        "Case.objects.filter(pk=1).update(state='closed')",
        "setattr(case, 'state', 'closed')",
        "Case.objects.bulk_update(cases, ['state'])",
    ],
)
def test_state_that_is_changed_past_the_engine_is_found(planted: str) -> None:
    assert list(state_changes(planted)) == [1]
