"""The level of a measure says who decides it; those below propose, and are told who decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.handling.services import begin_protection
from casework.improvement import actions
from casework.improvement.reminders import remind
from casework.models import Action, Case, Notice
from casework.process.workflow import StepRefusedError
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def make_people() -> tuple[Unit, dict[str, User]]:
    """Make a section with those who decide over it, at every level."""
    root = make_unit("SOC")
    department = make_unit("A", root)
    unit = make_unit("A-1", department)
    section = make_unit("A-1-1", unit)
    return section, {
        "section": make_user("section", (Role.SECTION_CHIEF, section)),
        "unit": make_user("unit", (Role.UNIT_CHIEF, unit)),
        "department": make_user("department", (Role.DEPARTMENT_CHIEF, department)),
        "head": make_user("head", (Role.ADMINISTRATION_CHIEF, root)),
        "secretary": make_user("secretary", (Role.BOARD_SECRETARY, root)),
        "controller": make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        "planner": make_user("planner", (Role.PLANNING_OFFICER, department)),
    }


made = made_once(make_people)


@pytest.fixture
def section(made: tuple[Unit, dict[str, User]]) -> Unit:
    return made[0]


@pytest.fixture
def people(made: tuple[Unit, dict[str, User]]) -> dict[str, User]:
    return made[1]


@pytest.fixture
def case(section: Unit) -> Case:
    return make_deviation(section, number="KA-2024-0001")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(owner: User, **answers: Any) -> dict[str, Any]:
    due = (TODAY + dt.timedelta(days=30)).isoformat()
    return {
        "text": "Mer personal",
        "level": "board",
        "owner": owner.pk,
        "due_on": due,
        "seen_version": 0,
        **answers,
    }


DECIDES = """
level          section unit department head secretary controller planner
individual     +       +    +          +    -         -          -
group          +       +    +          +    -         -          -
unit           +       +    +          +    -         -          -
department     -       -    +          +    -         -          -
administration -       -    -          +    -         -          -
board          -       -    -          -    +         -          -
"""
HEADER, *ROWS = (row.split() for row in DECIDES.strip().splitlines())


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_level_says_who_decides(
    case: Case, people: dict[str, User], row: list[str]
) -> None:
    level, *cells = row
    action = Action.objects.create(case=case, text="Mer personal", level=level)
    found = ["-+"[decides(action, people[name])] for name in HEADER[1:]]

    assert found == cells


def decides(action: Action, person: User) -> bool:
    """Tell whether a person is offered to decide, or to note what a board has decided."""
    return bool(
        {"besluta", "anteckna-beslut"}
        & {verb.name for verb in actions.open_to(action, person)}
    )


def test_section_chief_proposes_to_the_board_and_decides_nothing(
    case: Case, people: dict[str, User]
) -> None:
    client = client_of(people["section"])
    answer = client.post(
        f"/arenden/{case.number}/atgarder/ny/", typed(people["section"]), follow=True
    )

    assert Action.objects.get().decided_on is None
    assert "Åtgärden är föreslagen. Secretary beslutar." in answer.content.decode()
    assert list(Notice.objects.values_list("user__name", "kind")) == [
        ("Secretary", "action_proposed")
    ]
    page = client.get(f"/atgarder/{case.number}/1/").content.decode()
    assert ("Ändra förslaget" in page, "Besluta om åtgärden" in page) == (True, False)
    sent = {"decided_on": TODAY, "paragraph": "§ 1", "seen_version": 0}
    assert (
        client.post(f"/atgarder/{case.number}/1/anteckna-beslut/", sent).status_code
        == 403
    )


def test_secretary_notes_what_the_board_decided_and_reads_no_case(
    case: Case, people: dict[str, User]
) -> None:
    Action.objects.create(
        case=case, text="Mer personal", level="board", owner=people["section"]
    )
    client, where = client_of(people["secretary"]), f"/atgarder/{case.number}/1/"
    client.post(
        f"{where}anteckna-beslut/",
        {"decided_on": TODAY.isoformat(), "paragraph": "§ 41", "seen_version": 0},
    )

    action = Action.objects.get()
    assert (action.decided_on, action.paragraph) == (TODAY, "§ 41")
    assert "§ 41" in client.get(where).content.decode()
    assert client.get(f"/arenden/{case.number}/").status_code == 404
    assert people["section"].notices.get().kind == "action_given"


def test_secretary_who_takes_a_measure_from_the_board_is_led_to_the_list(
    case: Case, people: dict[str, User]
) -> None:
    Action.objects.create(
        case=case, text="Mer personal", level="board", decided_on=TODAY
    )
    answer = client_of(people["secretary"]).post(
        f"/atgarder/{case.number}/1/andra/", typed(people["section"], level="unit")
    )

    assert answer["Location"] == "/atgarder/"


def test_secretary_sees_no_measure_of_a_protected_case(
    case: Case, people: dict[str, User]
) -> None:
    Action.objects.create(case=case, text="Mer personal", level="board")
    begin_protection(
        case, readers=[people["section"], people["unit"]], actor=people["section"]
    )

    assert (
        client_of(people["secretary"]).get(f"/atgarder/{case.number}/1/").status_code
        == 404
    )
    assert decides(Action.objects.get(), people["unit"])


def test_measure_lifted_above_is_a_proposal_again(
    case: Case, people: dict[str, User]
) -> None:
    action = actions.decide_action(
        case, text="Mer personal", level="unit", actor=people["section"]
    )
    actions.change_action(
        action, actor=people["section"], seen_version=0, level="department"
    )

    action.refresh_from_db()
    assert action.is_proposed
    told = set(Notice.objects.values_list("user__name", "kind"))
    assert told == {("Department", "action_proposed"), ("Head", "action_proposed")}


def test_measure_decided_above_is_changed_by_nobody_below(
    case: Case, people: dict[str, User]
) -> None:
    action = Action.objects.create(
        case=case, text="Mer personal", level="department", decided_on=TODAY
    )
    for change in ({"level": "unit"}, {"text": "Mindre personal"}):
        with pytest.raises(StepRefusedError):
            actions.change_action(
                action, actor=people["section"], seen_version=0, **change
            )
    with pytest.raises(StepRefusedError):
        actions.reject(
            action, actor=people["section"], seen_version=0, rejected_reason="Pengar"
        )
    actions.finish(action, actor=people["section"], seen_version=0, done_on=TODAY)


def test_proposal_is_taken_back_below_and_turned_down_above(
    case: Case, people: dict[str, User]
) -> None:
    labels = {}
    for name in ("section", "head"):
        action = Action.objects.create(case=case, text=name, level="administration")
        actions.reject(
            action, actor=people[name], seen_version=0, rejected_reason="Nej"
        )
        labels[name] = case.log.order_by("sequence").last().label

    assert labels == {"section": "Drog tillbaka åtgärd 1", "head": "Avslog åtgärd 2"}


def test_proposal_to_those_above_keeps_no_case_open(case: Case) -> None:
    Action.objects.create(case=case, text="Mer personal", level="board")
    assert actions.needs_effect(case) == ""
    Action.objects.create(case=case, text="Ny rutin", level="unit")
    assert actions.needs_effect(case)


def test_remind_tells_those_who_decide_of_a_proposal(
    case: Case, people: dict[str, User]
) -> None:
    Action.objects.create(case=case, text="Mer personal", level="board", due_on=TODAY)
    Action.objects.create(case=case, text="Ny rutin", level="unit", due_on=TODAY)
    for _ in range(2):
        remind()

    assert set(Notice.objects.values_list("user__name", "kind")) == {
        ("Secretary", "action_proposed"),
        ("Section", "action_proposed"),
    }


@pytest.mark.parametrize("level", ["department", "administration", "board"])
def test_controller_notes_the_decision_where_nobody_holds_the_level(
    level: str,
) -> None:
    unit = make_unit("B-1", make_unit("B", make_unit("B-ROOT")))
    section = make_unit("B-1-1", unit)
    controller = make_user("beside", (Role.QUALITY_CONTROLLER, section.parent))
    make_user("chief", (Role.SECTION_CHIEF, section))
    action = Action.objects.create(
        case=make_deviation(section), text="Mer personal", level=level
    )

    assert decides(action, controller)
