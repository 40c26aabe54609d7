"""Who may read a case: by role and place, by report, by name; and who may not whatever the role."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.handling.services import (
    begin_protection,
    end_protection,
    end_recusal,
    protect,
    recuse,
    write_note,
)
from casework.models import Case, NamedReader, Notice
from casework.process.workflow import StepRefusedError
from deviations.process.services import take_step
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.factories import LONG_AGO, make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def controller(unit: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


def sees(person: User) -> list[Case]:
    return list(Case.objects.visible_to(person))


@pytest.mark.parametrize(
    ("facts", "visible"),
    [
        ({}, False),
        ({"reported_by": "outside", "kind": "complaint"}, True),
        (
            {
                "reported_by": "outside",
                "kind": "complaint",
                "state": "closed",
                "is_deviation": "no",
            },
            False,
        ),
    ],
    ids=["staff report", "complaint", "closed complaint"],
)
def test_registrar_reads_what_comes_from_outside_until_it_is_closed(
    unit: Unit, facts: dict[str, Any], visible: bool
) -> None:
    registrar = make_user("registrar", (Role.REGISTRAR, unit.parent))
    reporter = None if facts else make_user("staff", (Role.STAFF, unit))
    closed_on = timezone.localdate() if facts.get("state") else None
    make_deviation(unit, reporter=reporter, closed_on=closed_on, **facts)

    assert bool(sees(registrar)) is visible


def test_recused_person_reads_nothing_of_the_case(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit, owner=chief)
    recuse(case, person=chief, actor=controller)

    case.refresh_from_db()
    assert sees(chief) == []
    assert case.owner is None


def test_recused_person_let_back_reads_again(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    recuse(case, person=chief, actor=controller)
    end_recusal(case, person=chief, actor=controller)

    assert sees(chief) == [case.case_ptr]
    assert [entry.action for entry in case.log.all()] == ["recuse", "end-recusal"]


def test_protected_case_is_read_by_the_named_alone(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    begin_protection(case, readers=[chief], actor=controller)

    assert sees(chief) == [case.case_ptr]
    assert sees(controller) == []


def test_protected_case_gives_no_notice_to_others(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    Notice.objects.create(user=controller, case=case, kind="new")
    begin_protection(case, readers=[chief], actor=controller)

    assert not Notice.objects.filter(user=controller).exists()


@pytest.mark.parametrize("count", [0, 4])
def test_protect_with_none_or_more_than_three_is_refused(
    unit: Unit, chief: User, count: int
) -> None:
    case = make_deviation(unit)
    with pytest.raises(ValidationError):
        protect(
            case,
            readers=[make_user(f"u{n}") for n in range(count)],
            actor=chief,
            reason="Skäl",
        )

    assert not Case.objects.get().protected


def test_protect_names_nobody_who_is_recused(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    recuse(case, person=chief, actor=controller)
    with pytest.raises(ValidationError, match="jävig"):
        protect(case, readers=[chief], actor=controller, reason="Skäl")


def test_database_refuses_a_fourth_named_reader(unit: Unit, chief: User) -> None:
    case = make_deviation(unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedReader.objects.create(case=case.case_ptr, user=chief, position=4)


def test_end_protection_opens_the_case_again(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit)
    begin_protection(case, readers=[chief], actor=controller)
    end_protection(case, actor=chief)

    assert sees(controller) == [case.case_ptr]


def test_reporter_reads_the_own_report_also_when_it_is_protected(
    unit: Unit, chief: User
) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    case = make_deviation(unit, reporter=staff)
    begin_protection(case, readers=[chief], actor=chief)

    assert sees(staff) == [case.case_ptr]
    assert not Case.objects.handled_by(staff).exists()


def test_role_that_has_ended_opens_nothing(unit: Unit, chief: User) -> None:
    make_deviation(unit)
    Membership.objects.filter(user=chief).update(
        valid_from=LONG_AGO, valid_to=timezone.localdate()
    )

    assert sees(chief) == []


# --- notes and assignment ---------------------------------------------------------------------
def test_write_note_with_one_form_twice_is_one_note(unit: Unit, chief: User) -> None:
    case = make_deviation(unit)
    token = case.form_token
    for _ in range(2):
        write_note(
            case, author=chief, kind="internal", text="Ringde.", form_token=token
        )  # type: ignore[arg-type]

    assert case.notes.count() == 1
    assert [entry.action for entry in case.log.all()] == ["note"]


def test_write_note_by_a_citizen_keeps_the_day_alone(unit: Unit) -> None:
    case = make_deviation(unit)
    note = write_note(
        case, author=None, kind="from_reporter", text="Mer.", form_token=case.form_token
    )  # type: ignore[arg-type]

    entry = case.log.get()
    assert (
        timezone.localtime(note.at).time()
        == timezone.localtime(entry.at).time()
        == MIDNIGHT
    )


MIDNIGHT = dt.time()


def test_write_note_to_the_reporter_gives_notice(unit: Unit, chief: User) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    case = make_deviation(unit, reporter=staff)
    write_note(
        case,
        author=chief,
        kind="to_reporter",
        text="När var det?",
        form_token=case.form_token,
    )  # type: ignore[arg-type]

    assert list(Notice.objects.values_list("user", "kind")) == [(staff.pk, "message")]


def test_database_refuses_to_change_a_note(unit: Unit, chief: User) -> None:
    case = make_deviation(unit)
    note = write_note(
        case, author=chief, kind="internal", text="Ringde.", form_token=case.form_token
    )  # type: ignore[arg-type]
    note.text = "Ringde inte."
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        note.save()


# --- what would leave a case with nobody ------------------------------------------------------
def test_recuse_of_the_last_reader_who_can_handle_the_case_is_refused(
    unit: Unit, chief: User
) -> None:
    case = make_deviation(unit)
    begin_protection(
        case, readers=[chief, make_user("helper", (Role.STAFF, unit))], actor=chief
    )
    with pytest.raises(StepRefusedError, match="någon annan"):
        recuse(case, person=chief, actor=chief)

    assert sees(chief) == [case.case_ptr]


def test_protect_takes_the_case_from_an_owner_who_may_not_read_it(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit, owner=chief)
    begin_protection(
        case, readers=[make_user("boss", (Role.UNIT_CHIEF, unit))], actor=controller
    )

    assert Case.objects.get().owner is None


def test_protected_case_that_is_handed_over_is_read_by_the_receiving_chiefs(
    unit: Unit, chief: User
) -> None:
    other = make_unit("C", unit.parent)
    receiver = make_user("receiver", (Role.SECTION_CHIEF, other))
    case = make_deviation(unit)
    begin_protection(case, readers=[chief], actor=chief)
    case.refresh_from_db()
    facts = {"unit": other, "reason": "Hände hos er."}
    take_step(case, "lamna-over", actor=chief, seen_version=case.version, facts=facts)

    assert (sees(receiver), sees(chief)) == ([case.case_ptr], [])


def test_message_about_a_case_whose_owner_has_left_reaches_the_chief(
    unit: Unit, chief: User
) -> None:
    left = make_user("left", (Role.SECTION_CHIEF, unit), is_active=False)
    case = make_deviation(unit, owner=left)
    write_note(
        case, author=None, kind="from_reporter", text="Mer.", form_token=case.form_token
    )  # type: ignore[arg-type]

    assert list(Notice.objects.values_list("user", flat=True)) == [chief.pk]
