"""What is due and overdue is told once, to the right people, however long the worker was away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from casework.background.jobs import run_pending
from casework.improvement.reminders import remind
from casework.models import Action, Job, NamedReader, Notice, Recusal
from casework.tasks import ask_to_remind
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def in_days(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def section() -> Unit:
    """A section of a unit of a department, each with a chief: anna, bo and cissi."""
    department = make_unit("IFO")
    unit = make_unit("KRI", department)
    section = make_unit("KRI-2", unit)
    make_user("anna", (Role.SECTION_CHIEF, section))
    make_user("bo", (Role.UNIT_CHIEF, unit))
    make_user("cissi", (Role.DEPARTMENT_CHIEF, department))
    return section


def make_case(section: Unit, due: int, **facts: Any) -> Deviation:
    return make_deviation(section, due_on=in_days(due), **facts)


def make_action(section: Unit, **facts: Any) -> Action:
    case = make_deviation(section)
    return Action.objects.create(
        case=case, text="Ny rutin", decided_on=in_days(-90), **facts
    )


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.order_by().values_list("user__username", "kind"))


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (8, set()),
        (7, {("anna", "due")}),
        (0, {("anna", "due")}),
        (-1, {("anna", "overdue")}),
        (-6, {("anna", "overdue")}),
        (-7, {("anna", "overdue"), ("bo", "escalated")}),
        (-13, {("anna", "overdue"), ("bo", "escalated")}),
        (-14, {("anna", "overdue"), ("bo", "escalated"), ("cissi", "escalated")}),
        (-400, {("anna", "overdue"), ("bo", "escalated"), ("cissi", "escalated")}),
    ],
)
def test_remind_tells_chiefs_by_how_late_a_case_is(
    section: Unit, due: int, expected: set[tuple[str, str]]
) -> None:
    make_case(section, due)
    remind()

    assert told() == expected


def test_remind_every_day_tells_each_thing_once(section: Unit) -> None:
    make_case(section, 7)
    for day in (0, 1, 6, 7, 8, 9, 13, 14, 15, 20, 21, 22, 39):
        remind(today=in_days(day))

    assert sorted(Notice.objects.order_by().values_list("user__username", "kind")) == [
        ("anna", "due"),
        ("anna", "overdue"),
        ("bo", "escalated"),
        ("cissi", "escalated"),
    ]


def test_remind_tells_again_of_a_new_last_day(section: Unit) -> None:
    case = make_case(section, 3)
    remind()
    case.due_on = in_days(5)
    case.save()
    remind()

    assert Notice.objects.filter(kind="due").count() == 2


@pytest.mark.parametrize(
    "facts", [{"due_on": None}, {"due_on": in_days(-9), "closed_on": TODAY}]
)
def test_remind_leaves_out_cases_without_last_day_and_closed_ones(
    section: Unit, facts: Any
) -> None:
    make_deviation(section, **facts)

    assert remind() == 0


def test_remind_tells_the_owner_instead_of_the_chiefs(section: Unit) -> None:
    make_case(section, -1, owner=make_user("dan", (Role.SECTION_CHIEF, section)))
    remind()

    assert told() == {("dan", "overdue")}


def test_remind_does_not_escalate_to_the_owner(section: Unit) -> None:
    make_case(section, -7, owner=User.objects.get(username="bo"))
    remind()

    assert told() == {("bo", "overdue")}


def test_remind_tells_the_chiefs_when_the_owner_has_left(section: Unit) -> None:
    make_case(
        section,
        -1,
        owner=make_user("gone", (Role.SECTION_CHIEF, section), is_active=False),
    )
    remind()

    assert told() == {("anna", "overdue")}


def test_remind_passes_the_chief_who_reported(section: Unit) -> None:
    make_case(section, -1, reporter=User.objects.get(username="anna"))
    remind()

    assert told() == {("bo", "overdue")}


def test_remind_passes_the_chief_who_is_recused(section: Unit) -> None:
    Recusal.objects.create(
        case=make_case(section, -7), user=User.objects.get(username="anna")
    )
    remind()

    assert told() == {("bo", "overdue"), ("cissi", "escalated")}


def test_remind_tells_the_named_readers_alone_of_a_protected_case(
    section: Unit,
) -> None:
    case = make_case(section, -30, protected=True)
    NamedReader.objects.create(
        case=case, user=User.objects.get(username="bo"), position=1
    )
    remind()

    assert told() == {("bo", "overdue")}


def test_remind_tells_a_substitute_too(section: Unit) -> None:
    substitute = make_user("eva")
    section.memberships.create(
        user=substitute,
        role=Role.SECTION_CHIEF,
        valid_from=TODAY,
        valid_to=in_days(1),
        stands_in_for=User.objects.get(username="anna"),
    )
    make_case(section, -1)
    remind()

    assert told() == {("anna", "overdue"), ("eva", "overdue")}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"due_on": in_days(7)}, "action_due"),
        ({"due_on": in_days(-1)}, "action_overdue"),
        ({"done_on": in_days(-30), "effect_due_on": TODAY}, "effect_due"),
    ],
)
def test_remind_tells_who_is_to_do_an_action(
    section: Unit, facts: Any, kind: str
) -> None:
    make_action(section, owner=make_user("dan", (Role.STAFF, section)), **facts)
    remind()

    assert told() == {("dan", kind)}


def test_remind_tells_the_chiefs_of_an_action_that_nobody_is_to_do(
    section: Unit,
) -> None:
    make_action(section, due_on=in_days(-1))
    remind()

    assert told() == {("anna", "action_overdue")}


@pytest.mark.parametrize(
    "facts",
    [
        {"due_on": in_days(-1), "done_on": TODAY},
        {"due_on": in_days(-1), "rejected_on": TODAY, "rejected_reason": "För dyrt"},
        {"done_on": TODAY, "effect_due_on": in_days(1)},
        {
            "done_on": in_days(-9),
            "effect_due_on": TODAY,
            "effect": "yes",
            "effect_on": TODAY,
        },
    ],
)
def test_remind_leaves_out_actions_that_wait_for_nobody(
    section: Unit, facts: Any
) -> None:
    make_action(section, **facts)

    assert remind() == 0


@pytest.mark.parametrize("cases", [1, 30])
def test_remind_takes_the_same_queries_for_one_case_and_thirty(
    section: Unit, cases: int, django_assert_num_queries: Any
) -> None:
    for _ in range(cases):
        make_case(section, -20)
    remind()

    with django_assert_num_queries(12):
        assert remind() == 0


def test_remind_tells_the_chiefs_of_an_action_of_one_whose_role_has_ended(
    section: Unit,
) -> None:
    make_action(section, due_on=in_days(-1), owner=make_user("gone"))
    remind()

    assert told() == {("anna", "action_overdue")}


def test_reminders_are_a_job_that_waits_once(section: Unit) -> None:
    make_case(section, -1)
    ask_to_remind()
    ask_to_remind()
    run_pending()

    assert (Job.objects.count(), told()) == (1, {("anna", "overdue")})
