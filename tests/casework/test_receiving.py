"""Who receives a case: told at once, reminded and shown as to do, also where there is no chief."""

from __future__ import annotations

import datetime as dt
import random
from uuid import uuid4

import pytest
from django.utils import timezone

from casework.cases.receiving import LYING, Lying, Receivers, receivers_of, roles_in
from casework.handling.services import begin_protection
from casework.improvement.reminders import remind
from casework.models import Action, Case, Notice, Recusal
from casework.process.workflow import is_recused
from casework.register.inbox import to_handle
from deviations.process.services import file_from_public, file_from_staff
from organisation.models import Unit, User
from organisation.rights import Role
from tests.covering import each
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import (
    make_analysis,
    make_lexsarah,
    make_riskanalysis,
    make_selfcheck,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def section(root: Unit) -> Unit:
    return make_unit("A", root)


@pytest.fixture
def registrar(root: Unit) -> User:
    return make_user("registrar", (Role.REGISTRAR, root))


@pytest.fixture
def controller(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


def complain(unit: Unit) -> Case:
    said = {
        "kind": "complaint",
        "description": "Ingen ringer.",
        "proposal": "",
        "contact_way": "code",
    }
    return file_from_public(
        form_token=uuid4(), facts={**said, "occurred_on": None, "unit": unit}
    )


def told() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("user__username", "kind"))


@pytest.mark.parametrize("where", ["root", "section"])
def test_complaint_without_a_chief_tells_registrar_and_controller_at_once(
    root: Unit, section: Unit, registrar: User, controller: User, where: str
) -> None:
    complain({"root": root, "section": section}[where])

    assert told() == {("registrar", "new"), ("controller", "new")}


def test_complaint_without_a_chief_is_reminded_of(
    root: Unit, section: Unit, registrar: User, controller: User
) -> None:
    due = complain(root).due_on
    Notice.objects.all().delete()
    for day in (due - dt.timedelta(days=3), due + dt.timedelta(days=30)):
        remind(today=day)

    assert told() == {
        (who, kind)
        for who in ("registrar", "controller")
        for kind in ("due", "overdue")
    }


def test_complaint_to_be_sorted_is_also_for_the_chief_of_that_level(
    root: Unit, section: Unit, registrar: User
) -> None:
    make_user("head", (Role.ADMINISTRATION_CHIEF, root))
    complain(root)

    assert told() == {("registrar", "new"), ("head", "new")}


def test_complaint_to_a_section_with_a_chief_is_for_the_chief_alone(
    section: Unit, registrar: User, controller: User
) -> None:
    make_user("chief", (Role.SECTION_CHIEF, section))
    complain(section)

    assert told() == {("chief", "new")}


def test_staff_report_without_a_chief_is_for_the_controller_who_may_handle_it(
    section: Unit, registrar: User, controller: User
) -> None:
    staff = make_user("staff", (Role.STAFF, section))
    said = {
        "kind": "quality_deviation",
        "description": "Fel brev.",
        "proposal": "",
        "target_group": "",
    }
    facts = {
        **said,
        "unit": section,
        "occurred_on": None,
        "consequence": "none",
        "process": "Vet inte",
    }
    case = file_from_staff(actor=staff, form_token=uuid4(), facts=facts)

    assert told() == {("controller", "new")}
    assert Role.SECTION_CHIEF in roles_in(case, controller)
    assert Role.SECTION_CHIEF not in roles_in(case, registrar)


def test_controller_does_not_act_where_there_is_a_chief(
    section: Unit, controller: User
) -> None:
    make_user("chief", (Role.SECTION_CHIEF, section))

    assert roles_in(make_deviation(section), controller) == {Role.QUALITY_CONTROLLER}


def test_controller_acts_where_the_only_chief_is_kept_out(
    section: Unit, controller: User
) -> None:
    chief = make_user("chief", (Role.SECTION_CHIEF, section))
    case = make_deviation(section)
    Recusal.objects.create(case=case, user=chief)

    assert receivers_of(case) == [controller]
    assert Role.SECTION_CHIEF in roles_in(case, controller)


def test_action_that_nobody_is_to_do_is_reminded_of_where_there_is_no_chief(
    section: Unit, controller: User
) -> None:
    Action.objects.create(
        case=make_deviation(section), text="Ny rutin", decided_on=TODAY, due_on=TODAY
    )
    remind()

    assert told() == {("controller", "action_due")}


def test_tertial_analysis_of_an_administration_is_for_who_compiles_it(
    root: Unit, controller: User
) -> None:
    assert receivers_of(make_analysis(root)) == [controller]


# --- the same answer in every place, whatever the municipality looks like ---------------------
KINDS = (
    make_deviation,
    make_lexsarah,
    make_selfcheck,
    make_riskanalysis,
    make_analysis,
)
HANDLING = [role for role in Role if role not in {Role.STAFF, Role.SYSTEM_ADMIN}]


@pytest.mark.parametrize("seed", each(3, range(12)))
def test_who_receives_is_who_finds_it_to_do_and_may_handle_it(seed: int) -> None:
    draw = random.Random(seed)
    units = [make_unit("R")]
    for number in range(draw.randint(2, 7)):
        units.append(make_unit(f"U{number}", draw.choice(units)))
    held = [
        (draw.choice(HANDLING), draw.choice(units)) for _ in range(draw.randint(1, 8))
    ]
    people = [
        make_user(f"p{n}", one)
        for n, one in enumerate([*held, (Role.QUALITY_CONTROLLER, units[0])])
    ]
    for number in range(20):
        make_something(draw, f"C-{number}", units, people)

    receivers = Receivers.of()
    lying = [Lying._make(row) for row in Case.objects.values_list(*LYING)]
    received = {
        (one.pk, person)
        for one in lying
        for person in next(iter(receivers.levels(one)), [])
    }
    to_do = {
        (case, person.pk)
        for person in people
        for case in Case.objects.handled_by(person)
        .filter(to_handle(person))
        .values_list("pk", flat=True)
    }
    assert to_do == received
    for case in Case.objects.select_related("unit"):
        for person in receivers_of(case):
            sorts = (
                {Role.REGISTRAR, Role.QUALITY_CONTROLLER}
                if case.from_outside
                else set()
            )
            needed = case.handler_roles | sorts
            assert roles_in(case, person) & needed
            assert not is_recused(case, person)


def make_something(
    draw: random.Random, number: str, units: list[Unit], people: list[User]
) -> None:
    """Make a case of some kind somewhere, that some are kept from and some may be named to read."""
    kind = draw.choice(KINDS)
    facts: dict[str, object] = {"number": number}
    facts |= (
        {"state": "planned", "done_on": None, "met": None, "reviewed": None}
        if kind is make_selfcheck
        else {}
    )
    facts |= (
        {"title": number, "tertial": 1, "year": 2000 + int(number[2:])}
        if kind is make_analysis
        else {}
    )
    if kind is make_deviation and draw.random() < 0.4:
        facts |= {"reported_by": "outside", "kind": "complaint"}
    elif kind is make_deviation and draw.random() < 0.5:
        facts["reporter"] = draw.choice(people)
    case = kind(draw.choice(units), **facts)
    for person in draw.sample(
        people, k=min(len(people) - 1, draw.choice([0, 0, 1, 2]))
    ):
        Recusal.objects.create(case_id=case.pk, user=person)
    if draw.random() < 0.2:
        free = [
            p
            for p in people
            if not Recusal.objects.filter(case=case.pk, user=p).exists()
        ]
        begin_protection(
            case, readers=draw.sample(free, k=min(2, len(free))), actor=None
        )
