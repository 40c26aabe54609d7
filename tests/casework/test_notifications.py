"""Who is told, and what a person finds in the list of notices."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.background.notifications import Audience, count_unread, tell
from casework.models import Action, Notice, Recusal
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db


def make_unit_of_anna() -> Unit:
    """Make a unit of a department; anna is chief of the unit and bo of the department."""
    department = make_unit("IFO")
    unit = make_unit("EK", department)
    make_user("anna", (Role.UNIT_CHIEF, unit))
    make_user("bo", (Role.DEPARTMENT_CHIEF, department))
    return unit


made = made_once(make_unit_of_anna)


@pytest.fixture
def unit(made: Unit) -> Unit:
    return copy(made)


@pytest.fixture
def anna(unit: Unit) -> User:
    return User.objects.get(username="anna")


def told() -> set[str]:
    return set(Notice.objects.values_list("user__username", flat=True))


def notice(
    user: User, case: Deviation, kind: Notice.Kind = Notice.Kind.NEW, **facts: Any
) -> Notice:
    return Notice.objects.create(user=user, case_id=case.pk, kind=kind, **facts)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- who is told ------------------------------------------------------------------------------
def test_tell_chiefs_tells_the_nearest(unit: Unit) -> None:
    tell(make_deviation(unit), Notice.Kind.NEW, audience=Audience.CHIEFS)

    assert told() == {"anna"}


def test_tell_chiefs_of_what_the_nearest_reported_tells_the_next(
    unit: Unit, anna: User
) -> None:
    case = make_deviation(unit, reporter=anna)
    tell(case, Notice.Kind.NEW, audience=Audience.CHIEFS, but=anna)

    assert told() == {"bo"}


def test_tell_chiefs_when_the_nearest_is_recused_tells_the_next(
    unit: Unit, anna: User
) -> None:
    case = make_deviation(unit)
    Recusal.objects.create(case=case, user=anna)
    tell(case, Notice.Kind.NEW, audience=Audience.CHIEFS)

    assert told() == {"bo"}


def test_tell_chiefs_where_there_is_none_tells_nobody() -> None:
    tell(make_deviation(make_unit("X")), Notice.Kind.NEW, audience=Audience.CHIEFS)

    assert told() == set()


def test_tell_of_an_anonymous_case_is_dated_by_the_day_alone(unit: Unit) -> None:
    tell(make_deviation(unit, reporter=None), Notice.Kind.NEW, audience=Audience.CHIEFS)

    assert (
        timezone.localtime(Notice.objects.get().created_at).time()
        == timezone.datetime.min.time()
    )


# --- the list ---------------------------------------------------------------------------------
def test_notices_show_the_unread_first(unit: Unit, anna: User) -> None:
    read, unread = make_deviation(unit), make_deviation(unit)
    notice(anna, unread)
    notice(anna, read, read_at=timezone.now())
    text = browser(anna).get("/notiser/").content.decode()

    assert text.index(unread.number) < text.index(read.number)


def test_notices_of_others_and_of_lost_cases_are_not_shown(
    unit: Unit, anna: User
) -> None:
    other, lost = make_deviation(unit), make_deviation(make_unit("BO"))
    notice(User.objects.get(username="bo"), other)
    notice(anna, lost)
    text = browser(anna).get("/notiser/").content.decode()

    assert other.number not in text
    assert lost.number not in text
    assert count_unread(anna) == 0


def test_notices_about_own_action_lead_to_the_actions(unit: Unit) -> None:
    dan, case = (
        make_user("dan", (Role.STAFF, unit)),
        make_deviation(unit, title="Hemligt"),
    )
    Action.objects.create(
        case=case, text="Ny rutin", owner=dan, decided_on=timezone.localdate()
    )
    notice(dan, case, Notice.Kind.ACTION_DUE)
    client = browser(dan)

    assert "Hemligt" not in client.get("/notiser/").content.decode()
    assert client.post("/notiser/", {"case": case.number})["Location"] == "/atgarder/"


def test_notices_of_a_protected_case_show_no_title(unit: Unit, anna: User) -> None:
    case = make_deviation(unit, title="Hemligt", protected=True)
    case.named_readers.create(user=anna, position=1)
    notice(anna, case)
    text = browser(anna).get("/notiser/").content.decode()

    assert case.number in text
    assert "Hemligt" not in text


def test_open_notice_marks_those_of_the_case_and_leads_there(
    unit: Unit, anna: User
) -> None:
    case, other = make_deviation(unit), make_deviation(unit)
    notice(anna, case)
    notice(anna, case, Notice.Kind.DUE)
    notice(anna, other)
    response = browser(anna).post("/notiser/", {"case": case.number})

    assert response["Location"] == f"/arenden/{case.number}/"
    assert [unread.case_id for unread in Notice.objects.unread()] == [other.pk]


@pytest.mark.parametrize("number", ["KA-1900-0001", "%00", "x" * 500])
def test_open_notice_that_is_not_there_is_not_found(anna: User, number: str) -> None:
    assert browser(anna).post("/notiser/", {"case": number}).status_code == 404


def test_open_notice_of_somebody_else_is_not_found(unit: Unit, anna: User) -> None:
    case = make_deviation(unit)
    notice(User.objects.get(username="bo"), case)

    assert browser(anna).post("/notiser/", {"case": case.number}).status_code == 404
    assert Notice.objects.unread().count() == 1


def test_mark_all_leaves_those_of_others(unit: Unit, anna: User) -> None:
    case = make_deviation(unit)
    notice(anna, case)
    notice(User.objects.get(username="bo"), case)
    browser(anna).post("/notiser/")

    assert [unread.user.username for unread in Notice.objects.unread()] == ["bo"]


def test_look_at_notices_marks_nothing(unit: Unit, anna: User) -> None:
    notice(anna, make_deviation(unit))
    browser(anna).get("/notiser/")

    assert count_unread(anna) == 1


def test_menu_says_how_many_are_unread(unit: Unit, anna: User) -> None:
    notice(anna, make_deviation(unit))
    notice(anna, make_deviation(unit))

    assert "Notiser (2)" in browser(anna).get("/organisation/").content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_notices_take_the_same_queries_for_one_and_twenty(
    unit: Unit, anna: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        notice(anna, make_deviation(unit))
    client = browser(anna)

    with django_assert_num_queries(11):
        client.get("/notiser/")
