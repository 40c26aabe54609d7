"""Somebody receives, opens and can act on every case, in every unit of the demo municipality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.utils import timezone

from analysis.models import TertialAnalysis
from analysis.tertial.workflow import workflow_of as analysis_of
from casework.cases.receiving import LYING, Lying, Receivers, people
from casework.improvement import actions
from casework.models import Action, ActionLevel, Case
from casework.register.inbox import to_handle
from deviations.models import Deviation
from deviations.process.workflow import workflow_of as deviation_of
from lexsarah.law.policy import MALMO
from lexsarah.models import LexSarahCase
from lexsarah.process.workflow import workflow_for as lexsarah_for
from organisation.access import paths_above, remembering
from organisation.models import Membership, Unit, User
from organisation.registers.files import Import
from organisation.registers.imports import import_people, import_units
from organisation.rights import Role
from riskanalysis.models import RiskAnalysis
from riskanalysis.process.workflow import workflow_of as riskanalysis_of
from selfcheck.models import Method, SelfCheck
from selfcheck.process.workflow import workflow_of as selfcheck_of
from tests.covering import covering
from tests.factories import make_deviation
from tests.lexsarah.test_workflow import AS_IN
from tests.municipality import (
    make_analysis,
    make_lexsarah,
    make_riskanalysis,
    make_selfcheck,
)
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo"
TODAY = timezone.localdate()
OUTSIDE = {"reported_by": "outside", "kind": "complaint"}


class Process(NamedTuple):
    """One kind of case: how one is made, its process, and what has to be done in each open state."""

    make: Any
    facts: dict[str, Any]
    workflow_of: Any
    next_steps: dict[str, str]


def make_check(unit: Unit, **facts: Any) -> SelfCheck:
    done = {
        "done_on": TODAY if facts["state"] in {"result", "decided"} else None,
        "met": None,
        "reviewed": None,
    }
    result = {"result": "Bra"} if done["done_on"] else {}
    return make_selfcheck(unit, **done, **result, **facts)


def make_investigation(unit: Unit, **facts: Any) -> LexSarahCase:
    return make_lexsarah(unit, **facts, **AS_IN[facts["state"]])


def make_risks(unit: Unit, **facts: Any) -> RiskAnalysis:
    decided = facts["state"] in {"decided", "followed_up"}
    return make_riskanalysis(unit, **facts, decided_on=TODAY if decided else None)


PROCESSES = {
    "complaint": Process(
        make_deviation,
        OUTSIDE,
        deviation_of,
        {
            "reported": "utred dubblett",
            "assigned": "utred",
            "transferred": "ta-emot skicka-tillbaka",
            "under_investigation": "lamna-over omedelbart orsak bedom svara hanvisa till-personakt",
            "answered": "orsak avsluta",
        },
    ),
    "staff": Process(
        make_deviation,
        {},
        deviation_of,
        {
            "reported": "utred dubblett",
            "assigned": "utred",
            "transferred": "ta-emot skicka-tillbaka",
            "under_investigation": "lamna-over omedelbart orsak bedom besluta aterkoppla",
            "actions_decided": "folj-upp avsluta aterkoppla",
            "followed_up": "avsluta",
        },
    ),
    "lexsarah": Process(
        make_investigation,
        {},
        lambda _case: lexsarah_for(MALMO),
        {
            "reported": "ta-emot omedelbart diariefor",
            "investigating": "handelsen orsaker upprepning besluta foresla ordforande informera aterkoppla",
            "proposed": "beslut aterremiss dra-tillbaka",
            "decided": "anmald komplettera ivo-svar informera avsluta gor-om",
        },
    ),
    "selfcheck": Process(
        make_check,
        {},
        selfcheck_of,
        {
            "planned": "borja beskriv flytta-fram stall-in",
            "ongoing": "resultat beskriv",
            "result": "slutsats besluta",
            "decided": "avsluta",
        },
    ),
    "riskanalysis": Process(
        make_risks,
        {},
        riskanalysis_of,
        {
            "planned": "borja beskriv flytta-fram",
            "in_progress": "besluta beskriv",
            "decided": "folj-upp avsluta omprova",
            "followed_up": "avsluta",
        },
    ),
    "analysis": Process(
        make_analysis,
        {},
        analysis_of,
        {"open": "kommentera slutsats ingen-atgard klar"},
    ),
}
MADE = {Deviation, LexSarahCase, SelfCheck, RiskAnalysis, TertialAnalysis}


def import_the_demo() -> dict[bool, list[Unit]]:
    """Import the units and people of the demo; return its places, with the top and without it."""
    run = Import()
    import_units(DEMO / "malmo" / "units.csv", run)
    import_people(DEMO / "people.csv", run)
    assert not run.problems
    found = {True: places()}
    with transaction.atomic():
        without_the_top()
        found[False] = places()
        transaction.set_rollback(True)
    return found


demo = made_once(import_the_demo)


@pytest.fixture(autouse=True)
def _remembered() -> Iterator[None]:
    """Ask once what each person holds, as a request does."""
    with remembering():
        yield


def without_the_top() -> None:
    """Leave the administration without a chief, as most departments of the demo are."""
    Membership.objects.filter(role=Role.ADMINISTRATION_CHIEF).delete()


def make_one_of_each() -> None:
    """Make a new case of every kind in every unit."""
    for unit in Unit.objects.all():
        for name, process in PROCESSES.items():
            state = next(iter(process.next_steps))
            process.make(
                unit, number=f"{name}-{unit.code}", state=state, **process.facts
            )


@pytest.mark.parametrize(
    "has_a_top", [True, False], ids=["with its chief", "without its chief"]
)
def test_every_case_has_receivers_who_open_it_find_it_to_do_and_can_act(
    demo: dict[bool, list[Unit]], has_a_top: bool
) -> None:
    if not has_a_top:
        without_the_top()
    make_one_of_each()
    receivers = Receivers.of()
    rows = [Lying._make(row) for row in Case.objects.values_list(*LYING)]
    received = {lying.pk: next(iter(receivers.levels(lying)), []) for lying in rows}
    users = User.objects.in_bulk()
    opened, to_do = {}, {}
    for key in {person for found in received.values() for person in found}:
        handled = Case.objects.handled_by(users[key])
        opened[key] = set(handled.values_list("pk", flat=True))
        to_do[key] = set(
            handled.filter(to_handle(users[key])).values_list("pk", flat=True)
        )

    assert all(received.values())
    for case, found in received.items():
        assert all(case in opened[person] and case in to_do[person] for person in found)
    assert {(case, person) for person, cases in to_do.items() for case in cases} == {
        (case, person) for case, found in received.items() for person in found
    }
    for process, case in sample(received):
        able = (
            person
            for person in people(received[case.pk])
            if process.workflow_of(case).open_to(case, person)
        )
        assert next(able, None), f"nobody who receives {case.number} can act"


def sample(received: dict[int, list[int]]) -> Iterator[tuple[Process, Any]]:
    """Return one case of each kind for each group of receivers: others like it have the same answer."""
    seen = set()
    for model in MADE:
        for case in model._default_manager.select_related("unit").order_by("number"):
            name = case.number.partition("-")[0]
            key = (name, case.unit.level, tuple(received[case.pk]))
            if key not in seen:
                seen.add(key)
                yield PROCESSES[name], case


def places() -> list[Unit]:
    """Return a unit for each level and each set of people who stand over it: others are like one of them."""
    found: dict[tuple[object, ...], Unit] = {}
    for unit in Unit.objects.order_by("path"):
        over = Membership.objects.filter(unit__path__in=paths_above(unit)).order_by(
            "pk"
        )
        found.setdefault((unit.level, *over.values_list("user", "role")), unit)
    return list(found.values())


def places_for(
    units: list[Unit], value: str, values: Iterable[str], *, first: bool
) -> list[Unit]:
    """Return the places at which one of some values is asked about first, or the others, for make test-all.

    Each value meets each level first, and each place some value.
    """
    cells = list(product(map(str, values), range(len(units))))
    chosen = covering(
        cells, lambda cell: [(cell[0], units[cell[1]].level), ("place", cell[1])]
    )
    return [
        unit for place, unit in enumerate(units) if ((value, place) in chosen) is first
    ]


FIRST = pytest.mark.parametrize(
    "first",
    [True, pytest.param(False, marks=pytest.mark.every)],
    ids=["each level", "other units"],
)


def who_stand_over(unit: Unit) -> list[User]:
    """Return who holds a role over a unit, the nearest first."""
    held = Membership.objects.filter(unit__path__in=paths_above(unit)).order_by(
        "-unit__path", "pk"
    )
    return list(dict.fromkeys(one.user for one in held.select_related("user")))


@pytest.mark.parametrize(
    "has_a_top", [True, False], ids=["with its chief", "without its chief"]
)
@pytest.mark.parametrize("name", PROCESSES)
@FIRST
def test_every_step_can_be_taken_by_somebody_in_every_state_at_every_level(
    demo: dict[bool, list[Unit]], name: str, has_a_top: bool, first: bool
) -> None:
    if not has_a_top:
        without_the_top()
    process = PROCESSES[name]
    for unit in places_for(demo[has_a_top], name, PROCESSES, first=first):
        over = who_stand_over(unit)
        for state, steps in process.next_steps.items():
            with transaction.atomic():
                made = process.make(
                    unit, number=f"{name}-{state}", state=state, **process.facts
                )
                left = set(steps.split())
                for person in over:
                    if not left:
                        break
                    offered = process.workflow_of(made).open_to(made, person)
                    reads = Case.objects.handled_by(person).filter(pk=made.pk).exists()
                    left -= {step.name for step in offered if reads or step.unread}
                assert not left, f"nobody takes {left} in {state} at {unit}"
                transaction.set_rollback(True)


@pytest.mark.parametrize("name", PROCESSES)
def test_table_asks_about_every_state_from_which_a_step_leads_on(name: str) -> None:
    process = PROCESSES[name]
    is_deviation = name in {"complaint", "staff"}
    workflow = process.workflow_of(
        Deviation(**process.facts)
        if is_deviation
        else SelfCheck(method=Method.FILE_REVIEW)
    )
    taken = [step for step in workflow.steps if not step.system]
    onwards = [step for step in taken if step.name != "oppna-igen"]
    reached = {str(step.target) for step in taken if step.target} | {
        next(iter(process.next_steps))
    }

    assert {
        str(source) for step in onwards for source in step.sources
    } & reached == set(process.next_steps)


@pytest.mark.parametrize(
    "has_a_top", [True, False], ids=["with its chief", "without its chief"]
)
@pytest.mark.parametrize("level", ActionLevel)
@FIRST
def test_every_action_can_be_decided_by_somebody_at_every_level(
    demo: dict[bool, list[Unit]], level: ActionLevel, has_a_top: bool, first: bool
) -> None:
    if not has_a_top:
        without_the_top()
    for unit in places_for(demo[has_a_top], level, ActionLevel, first=first):
        action = Action.objects.create(
            case=make_deviation(unit), text="Ny rutin", level=level
        )
        over = User.objects.filter(
            memberships__unit__path__in=paths_above(unit)
        ).distinct()
        decide = {actions.VERBS["besluta"], actions.VERBS["anteckna-beslut"]}
        deciders = [
            person for person in over if decide & set(actions.open_to(action, person))
        ]

        assert deciders, f"nobody decides for the {level} at {unit}"
        assert all(
            Action.objects.visible_to(person).filter(pk=action.pk).exists()
            for person in deciders
        )
