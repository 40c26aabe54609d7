"""The calendar of deadlines says days and numbers to whoever has its address, and nothing more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from casework.models import Action, Recusal
from casework.views.public import MOST
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db

SOON = timezone.localdate() + dt.timedelta(days=10)


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("IFO"))


@pytest.fixture
def anna(unit: Unit) -> User:
    return make_user("anna", (Role.UNIT_CHIEF, unit), calendar_key="annas")


def events(key: str = "annas") -> set[str]:
    feed = Calendar.from_ical(Client().get(f"/kalender/{key}.ics").content)
    return {str(event["summary"]) for event in feed.walk("VEVENT")}


def test_calendar_holds_own_cases_and_new_ones_of_the_unit(
    unit: Unit, anna: User
) -> None:
    own = make_deviation(unit, due_on=SOON, owner=anna)
    new = make_deviation(unit, due_on=SOON)
    make_deviation(unit, due_on=SOON, owner=make_user("bo", (Role.UNIT_CHIEF, unit)))

    assert events() == {f"{own.number} klart senast", f"{new.number} klart senast"}


def test_calendar_holds_new_cases_of_the_nearest_chief_alone(
    unit: Unit, anna: User
) -> None:
    assert unit.parent is not None
    make_user("bo", (Role.DEPARTMENT_CHIEF, unit.parent), calendar_key="bos")
    make_deviation(unit, due_on=SOON)

    assert events("bos") == set()


@pytest.mark.parametrize(
    "facts",
    [
        {"due_on": None},
        {"due_on": SOON, "closed_on": SOON},
        {"due_on": dt.date(2020, 1, 1)},
    ],
)
def test_calendar_leaves_out_what_is_no_day_to_plan_for(
    unit: Unit, anna: User, facts: Any
) -> None:
    make_deviation(unit, **facts)

    assert events() == set()


def test_calendar_leaves_out_protected_own_and_recused_cases(
    unit: Unit, anna: User
) -> None:
    protected = make_deviation(unit, due_on=SOON, owner=anna, protected=True)
    protected.named_readers.create(user=anna, position=1)
    Action.objects.create(
        case=protected, text="x", decided_on=SOON, due_on=SOON, owner=anna
    )
    make_deviation(unit, due_on=SOON, reporter=anna)
    Recusal.objects.create(case=make_deviation(unit, due_on=SOON), user=anna)

    assert events() == set()


def test_calendar_holds_own_actions(unit: Unit, anna: User) -> None:
    case = make_deviation(make_unit("BO"))
    Action.objects.create(
        case=case, text="Hemligt", decided_on=SOON, due_on=SOON, owner=anna
    )
    Action.objects.create(
        case=case,
        text="Hemligt",
        decided_on=SOON,
        done_on=SOON,
        effect_due_on=SOON,
        owner=anna,
    )

    assert events() == {
        f"Åtgärd i {case.number} klar senast",
        f"Följ upp åtgärd i {case.number}",
    }


def test_calendar_says_nothing_about_the_case(unit: Unit, anna: User) -> None:
    make_deviation(unit, due_on=SOON, title="Hemligt", description="Kalle")
    text = Client().get("/kalender/annas.ics").content.decode()

    assert not [
        word for word in ("Hemligt", "Kalle", unit.name, "Anna") if word in text
    ]


def test_page_says_how_much_the_calendar_holds(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    page = client.get("/konto/installningar/").content.decode()

    assert f"högst {MOST:,} ärenden".replace(",", " ") in page


def test_calendar_event_is_a_whole_day(unit: Unit, anna: User) -> None:
    make_deviation(unit, due_on=SOON)
    [event] = Calendar.from_ical(Client().get("/kalender/annas.ics").content).walk(
        "VEVENT"
    )

    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        SOON,
        SOON + dt.timedelta(days=1),
    )


def test_calendar_of_an_unknown_address_is_not_found(anna: User) -> None:
    assert Client().get("/kalender/andras.ics").status_code == 404


def test_calendar_of_a_deactivated_person_is_not_found(anna: User) -> None:
    User.objects.update(is_active=False)

    assert Client().get("/kalender/annas.ics").status_code == 404


def test_calendar_sets_no_cookie(anna: User) -> None:
    response = Client().get("/kalender/annas.ics")

    assert not response.cookies
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize("cases", [1, 20])
def test_calendar_takes_the_same_queries_for_one_and_twenty(
    unit: Unit, anna: User, cases: int, django_assert_num_queries: Any
) -> None:
    for _ in range(cases):
        make_deviation(unit, due_on=SOON)

    with django_assert_num_queries(10):
        Client().get("/kalender/annas.ics")
