"""The processes of deviations: who may do what in which state, and what a step writes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.handling.services import recuse
from casework.improvement.actions import decide_action
from casework.models import Note, Notice
from casework.process.workflow import StepRefusedError, TooLateError, take
from deviations.models import Deviation, State
from deviations.process.services import take_step
from deviations.process.workflow import (
    COMPLAINTS,
    ENDED,
    OPEN,
    STAFF_REPORTS,
    workflow_of,
)
from organisation.access import remembering
from organisation.models import Unit, User
from organisation.rights import CHIEFS, Role
from tests.covering import covering
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
OUTSIDE = {"kind": "complaint", "reported_by": "outside", "channel": "e_service"}
ASSESSED = {
    "is_deviation": "yes",
    "misconduct": "no",
    "assessment": "Rutinen var okänd.",
}
FOUND = {**ASSESSED, "cause_level": "system", "cause_area": "Teknik och system"}
SETTLED = {**FOUND, "answer": "Vi har rättat det.", "no_action_reason": "Redan gjort."}

# What each role may do, by state.  chief: section, unit and department chief; boss: what unit and
# department chiefs may besides; ctrl: quality controller; regi: registrar.  All others: nothing.
RIGHTS = """
state               | process   | chief                                                                                       | boss    | ctrl                                      | regi
reported            | complaint | utred lamna-over ratta dubblett hanvisa till-personakt                                      | fordela | fordela lamna-over ratta dubblett hanvisa | fordela ratta dubblett hanvisa
assigned            | complaint | utred lamna-over ratta dubblett hanvisa till-personakt                                      | -       | lamna-over ratta dubblett hanvisa         | ratta dubblett hanvisa
transferred         | complaint | ta-emot skicka-tillbaka ratta dubblett                                                      | -       | ratta dubblett                            | ratta dubblett
under_investigation | complaint | lamna-over lagg-tillbaka ratta omedelbart orsak bedom dubblett svara hanvisa till-personakt | -       | lamna-over ratta dubblett hanvisa         | ratta dubblett hanvisa
answered            | complaint | ratta omedelbart orsak bedom dubblett svara avsluta hanvisa till-personakt                  | -       | ratta dubblett hanvisa                    | ratta dubblett hanvisa
closed              | complaint | -                                                                                           | -       | oppna-igen                                | -
forwarded           | complaint | -                                                                                           | -       | oppna-igen                                | -
moved               | complaint | -                                                                                           | -       | oppna-igen                                | -
duplicate           | complaint | -                                                                                           | -       | oppna-igen                                | -
escalated           | complaint | -                                                                                           | -       | -                                         | -
reported            | staff     | utred lamna-over ratta dubblett                                                             | fordela | fordela lamna-over ratta dubblett         | fordela ratta dubblett
transferred         | staff     | ta-emot skicka-tillbaka ratta dubblett                                                      | -       | ratta dubblett                            | ratta dubblett
under_investigation | staff     | lamna-over lagg-tillbaka ratta omedelbart orsak bedom dubblett besluta aterkoppla           | -       | lamna-over ratta dubblett                 | ratta dubblett
actions_decided     | staff     | ratta omedelbart orsak bedom dubblett aterkoppla folj-upp avsluta                           | -       | ratta dubblett                            | ratta dubblett
followed_up         | staff     | ratta omedelbart orsak bedom dubblett aterkoppla avsluta                                    | -       | ratta dubblett                            | ratta dubblett
closed              | staff     | -                                                                                           | -       | oppna-igen                                | -
duplicate           | staff     | -                                                                                           | -       | oppna-igen                                | -
escalated           | staff     | -                                                                                           | -       | -                                         | -
"""  # noqa: E501 - a table is read across
COLUMNS = {
    "chief": set(CHIEFS),
    "boss": CHIEFS - {Role.SECTION_CHIEF},
    "ctrl": {Role.QUALITY_CONTROLLER},
    "regi": {Role.REGISTRAR},
}


def rights() -> Iterator[tuple[str, str, dict[Role, set[str]]]]:
    for line in RIGHTS.strip().splitlines()[1:]:
        state, process, *cells = (cell.strip() for cell in line.split("|"))
        by_role: dict[Role, set[str]] = {role: set() for role in Role}
        for roles, cell in zip(COLUMNS.values(), cells, strict=True):
            for role in roles:
                by_role[role] |= set(cell.split()) - {"-"}
        yield state, process, by_role


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def controller(unit: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


def investigated(unit: Unit, **facts: Any) -> Deviation:
    return make_deviation(unit, state="under_investigation", **facts)


def step(case: Deviation, name: str, actor: User, **facts: Any) -> Deviation:
    return take_step(case, name, actor=actor, seen_version=case.version, facts=facts)


PROCESSES = {"complaint": COMPLAINTS, "staff": STAFF_REPORTS}
People = dict[Role, User]


class Refused(NamedTuple):
    """A step of a process that a role is refused in a state."""

    process: str
    state: str
    role: Role
    step: str


def _refused() -> Iterator[Refused]:
    for state, process, by_role in rights():
        if state in OPEN:
            for role, step in product(by_role, PROCESSES[process].steps):
                if step.name not in by_role[role]:
                    yield Refused(process, state, role, step.name)


# Who may take a step in some state: there nothing but the state is in the way of it.
ELSEWHERE = {
    (process, role, step)
    for _, process, by_role in rights()
    for role, steps in by_role.items()
    for step in steps
}


def _meetings(cell: Refused) -> Iterator[tuple[str, ...]]:
    """Return what meets in a refusal: each step is asked for by each role, and in each state.

    Where somebody may take it in another state, one of those asks.
    """
    yield cell.role, cell.step
    yield cell.process, cell.state, cell.step
    if (cell.process, cell.role, cell.step) in ELSEWHERE:
        yield cell.process, cell.state, cell.step, "in this state"


REFUSED = list(_refused())
TRIED = set(covering(REFUSED, _meetings))
IN_STATE = list(dict.fromkeys(cell[:2] for cell in REFUSED))


def everybody() -> tuple[Unit, People]:
    """Make a unit with a person for each role."""
    unit = make_unit("B", make_unit("A"))
    return unit, {role: make_user(role.value, (role, unit)) for role in Role}


@pytest.fixture(scope="class")
def roles(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Unit, People]]:
    with world_for_a_module(django_db_blocker, everybody) as made, remembering():
        yield made


class TestEveryRole:
    """What the table of rights says of each role, in a unit that is made once."""

    @pytest.mark.parametrize(("state", "process", "by_role"), list(rights()))
    def test_open_to_offers_what_the_table_says(
        self,
        roles: tuple[Unit, People],
        state: str,
        process: str,
        by_role: dict[Role, set[str]],
    ) -> None:
        unit, people = roles
        ended = (
            {"closed_on": timezone.localdate(), "is_deviation": "no"}
            if state in ENDED
            else {}
        )
        case = make_deviation(
            unit, state=state, **(OUTSIDE if process == "complaint" else {}), **ended
        )

        offered = {
            role: {s.name for s in workflow_of(case).open_to(case, who)}
            for role, who in people.items()
        }

        assert offered == by_role

    @pytest.mark.parametrize(("process", "state"), IN_STATE)
    def test_take_refuses_every_step_that_is_not_offered(
        self, roles: tuple[Unit, People], process: str, state: str
    ) -> None:
        here = [cell for cell in REFUSED if cell[:2] == (process, state)]
        _assert_refused(roles, [cell for cell in here if cell in TRIED])

    @pytest.mark.every
    @pytest.mark.parametrize(("process", "state"), IN_STATE)
    def test_take_refuses_every_step_to_every_role(
        self, roles: tuple[Unit, People], process: str, state: str
    ) -> None:
        here = [cell for cell in REFUSED if cell[:2] == (process, state)]
        _assert_refused(roles, [cell for cell in here if cell not in TRIED])


def _assert_refused(roles: tuple[Unit, People], cells: list[Refused]) -> None:
    """Let each role try a step; all of them are of one process and in one state."""
    unit, people = roles
    process, state, *_ = cells[0]
    outside = OUTSIDE if process == "complaint" else {}
    case = make_deviation(unit, state=state, **outside)
    for cell in cells:
        with pytest.raises(StepRefusedError):
            take(
                PROCESSES[process],
                case,
                cell.step,
                actor=people[cell.role],
                seen_version=0,
            )

    case.refresh_from_db()
    assert (case.state, case.version) == (state, 0)
    assert not Note.objects.exists()


def test_table_of_rights_names_every_state_of_each_process() -> None:
    named = {(state, process) for state, process, _ in rights()}
    for workflow, process in ((COMPLAINTS, "complaint"), (STAFF_REPORTS, "staff")):
        reached = {s.target for s in workflow.steps} - {None} | {
            State.REPORTED,
            State.ESCALATED,
        }
        reached -= {State.ASSIGNED} if process == "staff" else set()
        assert {state for state, of in named if of == process} == reached


def test_step_that_the_database_refuses_says_why(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, **OUTSIDE)
    corrected = {"kind": "quality_deviation", "consequence": "none"}
    with pytest.raises(ValidationError, match="rapporteras av personal"):
        step(case, "ratta", chief, **corrected)

    case.refresh_from_db()
    assert (case.kind, case.version, case.log.exists()) == ("complaint", 0, False)


def test_begin_makes_the_chief_the_owner(unit: Unit, chief: User) -> None:
    case = step(make_deviation(unit), "utred", chief)

    case.refresh_from_db()
    assert (case.state, case.owner, case.version) == ("under_investigation", chief, 1)


def test_put_back_lets_go_of_the_case(unit: Unit, chief: User) -> None:
    case = step(investigated(unit, owner=chief), "lagg-tillbaka", chief)

    case.refresh_from_db()
    assert (case.state, case.owner) == ("reported", None)


def test_close_dates_the_case(unit: Unit, chief: User) -> None:
    case = step(
        make_deviation(unit, state="actions_decided", **SETTLED), "avsluta", chief
    )

    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("closed", timezone.localdate())
    assert [entry.action for entry in case.log.all()] == ["avsluta"]


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ({"assessment": ""}, "Bedöm först"),
        ({"cause_level": ""}, "Beskriv först orsaken"),
        ({"cause_level": "individual"}, "vad i organisationen"),
        ({"no_action_reason": ""}, "Lägg till en åtgärd"),
        ({"answer": ""}, "Svara först"),
    ],
)
def test_close_of_what_is_not_settled_is_refused(
    unit: Unit, chief: User, missing: dict[str, str], message: str
) -> None:
    case = make_deviation(unit, state="actions_decided", **{**SETTLED, **missing})
    with pytest.raises(StepRefusedError, match=message):
        step(case, "avsluta", chief)

    case.refresh_from_db()
    assert (case.state, case.closed_on, case.version) == ("actions_decided", None, 0)


def test_close_of_what_was_no_deviation_needs_neither_cause_nor_action(
    unit: Unit, chief: User
) -> None:
    no = {
        "is_deviation": "no",
        "misconduct": "no",
        "assessment": "Allt gick rätt till.",
        "answer": "Vi följde rutinen.",
    }

    assert (
        step(
            make_deviation(unit, state="actions_decided", **no), "avsluta", chief
        ).state
        == "closed"
    )


def test_decide_with_an_action_goes_on(unit: Unit, chief: User) -> None:
    case = investigated(unit, **FOUND)
    decide_action(case, text="Ny rutin", decided_on=timezone.localdate(), actor=chief)

    assert step(case, "besluta", chief).state == "actions_decided"


def test_follow_up_waits_for_the_effect(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, state="actions_decided", **SETTLED)
    decide_action(case, text="Ny rutin", decided_on=timezone.localdate(), actor=chief)

    with pytest.raises(StepRefusedError, match="effekten"):
        step(case, "folj-upp", chief)


def test_answer_dates_the_answer(unit: Unit, chief: User) -> None:
    case = step(
        investigated(unit, **OUTSIDE, **ASSESSED),
        "svara",
        chief,
        answer="Nu ringer vi.",
    )

    case.refresh_from_db()
    assert (case.state, case.answer, case.answered_on) == (
        "answered",
        "Nu ringer vi.",
        timezone.localdate(),
    )


@pytest.mark.parametrize("field", ["is_deviation", "misconduct", "assessment"])
def test_assess_without_a_fact_is_refused(unit: Unit, chief: User, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        step(investigated(unit), "bedom", chief, **{**ASSESSED, field: ""})

    assert list(refused.value.message_dict) == [field]


def test_reopen_clears_the_day_of_closing_and_says_why(
    unit: Unit, controller: User
) -> None:
    closed = make_deviation(
        unit, state="closed", closed_on=timezone.localdate(), is_deviation="no"
    )
    case = step(closed, "oppna-igen", controller, reason="Nya uppgifter har kommit in.")

    case.refresh_from_db()
    assert (case.state, case.closed_on) == ("under_investigation", None)
    assert [note.text for note in case.notes.all()] == ["Nya uppgifter har kommit in."]


def test_duplicate_points_at_the_case_that_goes_on(unit: Unit, chief: User) -> None:
    first, second = make_deviation(unit), make_deviation(unit)
    case = step(second, "dubblett", chief, duplicate_of=first.case_ptr)

    case.refresh_from_db()
    assert (case.state, case.duplicate_of_id, case.closed_on) == (
        "duplicate",
        first.pk,
        timezone.localdate(),
    )


# --- from unit to unit ------------------------------------------------------------------------
@pytest.fixture
def receiver(unit: Unit) -> User:
    return make_user("receiver", (Role.SECTION_CHIEF, make_unit("C", unit.parent)))


def hand_over(case: Deviation, chief: User) -> Deviation:
    return step(
        case,
        "lamna-over",
        chief,
        unit=Unit.objects.get(code="C"),
        reason="Hände hos er.",
    )


def test_hand_over_lets_the_sender_read_until_it_is_accepted(
    unit: Unit, chief: User, receiver: User
) -> None:
    case = hand_over(make_deviation(unit), chief)
    assert Deviation.objects.visible_to(chief).filter(pk=case.pk).exists()

    step(case, "ta-emot", receiver)

    assert not Deviation.objects.visible_to(chief).filter(pk=case.pk).exists()


def test_hand_over_lets_the_sender_do_nothing_more(
    unit: Unit, chief: User, receiver: User
) -> None:
    case = hand_over(make_deviation(unit), chief)

    assert STAFF_REPORTS.open_to(case, chief) == []


def test_hand_over_tells_the_receiving_chief(
    unit: Unit, chief: User, receiver: User
) -> None:
    hand_over(make_deviation(unit), chief)

    assert list(Notice.objects.values_list("user", "kind")) == [
        (receiver.pk, "received")
    ]


def test_send_back_returns_the_case(unit: Unit, chief: User, receiver: User) -> None:
    case = hand_over(make_deviation(unit), chief)
    step(case, "skicka-tillbaka", receiver, reason="Det hände hos er.")

    case.refresh_from_db()
    assert (case.unit, case.came_from, case.state) == (unit, None, "reported")


# --- who comes too late, and who may not -------------------------------------------------------
def test_step_on_a_version_that_has_passed_is_too_late(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, version=3)
    with pytest.raises(TooLateError):
        take_step(case, "utred", actor=chief, seen_version=2, facts={})

    assert not case.log.exists()


def test_step_in_another_unit_is_refused(unit: Unit) -> None:
    neighbour = make_user(
        "neighbour", (Role.SECTION_CHIEF, make_unit("C", unit.parent))
    )
    with pytest.raises(StepRefusedError, match="Din roll"):
        step(make_deviation(unit), "utred", neighbour)


def test_step_with_what_one_reported_oneself_is_refused(
    unit: Unit, chief: User
) -> None:
    with pytest.raises(StepRefusedError, match="jävig"):
        step(make_deviation(unit, reporter=chief), "utred", chief)


def test_step_with_a_case_that_one_is_recused_from_is_refused(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    recuse(case, person=chief, actor=controller)
    case.refresh_from_db()

    with pytest.raises(StepRefusedError, match="jävig"):
        step(case, "utred", chief)


def test_every_step_names_its_law() -> None:
    assert all(
        s.law for workflow in (COMPLAINTS, STAFF_REPORTS) for s in workflow.steps
    )


def test_diagram_draws_every_arrow() -> None:
    assert "    reported --> under_investigation: Börja utreda" in COMPLAINTS.diagram()
