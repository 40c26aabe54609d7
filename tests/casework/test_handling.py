"""What handlers write and decide in a case: notes, recusal and protection, and who may not."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from organisation.models import Unit, User
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db


def make_chief() -> tuple[Unit, User]:
    """Make a unit and its chief."""
    unit = make_unit("B", make_unit("A"))
    return unit, make_user("chief", (Role.SECTION_CHIEF, unit))


made = made_once(make_chief)


@pytest.fixture
def unit(made: tuple[Unit, User]) -> Unit:
    return copy(made[0])


@pytest.fixture
def chief(made: tuple[Unit, User]) -> User:
    return copy(made[1])


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask what an answer says but for its page."""
    draw_nothing(monkeypatch)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def write(person: User, case: Any, **changes: Any) -> Any:
    sent = {"text": "Ringde.", "form_token": str(uuid4()), "do": "internal", **changes}
    return client_of(person).post(f"/arenden/{case.number}/anteckning/", sent)


@pytest.mark.usefixtures("undrawn")
def test_note_is_stored_and_said(unit: Unit, chief: User) -> None:
    case = make_deviation(unit)

    assert write(chief, case)["Location"] == f"/arenden/{case.number}/"
    assert list(case.notes.values_list("text", "kind", "author")) == [
        ("Ringde.", "internal", chief.pk)
    ]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("text", ["", " \0 ", "a" * 8_001])
def test_note_that_cannot_be_stored_is_asked_for_again(
    unit: Unit, chief: User, text: str
) -> None:
    case = make_deviation(unit)
    response = write(chief, case, text=text)

    assert response.status_code == 400
    assert not case.notes.exists()


@pytest.mark.usefixtures("undrawn")
def test_message_is_for_those_who_may_handle_the_case(unit: Unit) -> None:
    officer = make_user("officer", (Role.PLANNING_OFFICER, unit))
    case = make_deviation(unit)

    assert write(officer, case, do="to_reporter").status_code == 404
    assert write(officer, case).status_code == 302


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("page", ["anteckning", "jav", "skydd"])
def test_reporter_decides_nothing_in_the_own_report(
    unit: Unit, chief: User, page: str
) -> None:
    case = make_deviation(unit, reporter=chief)

    assert client_of(chief).post(f"/arenden/{case.number}/{page}/").status_code == 404


@pytest.mark.usefixtures("undrawn")
def test_recusal_keeps_the_chosen_person_out(unit: Unit, chief: User) -> None:
    boss = make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent))
    case = make_deviation(unit)
    client_of(boss).post(f"/arenden/{case.number}/jav/", {"person": "chief"})

    assert client_of(chief).get(f"/avvikelser/{case.number}/").status_code == 404


@pytest.mark.usefixtures("undrawn")
def test_recusal_of_oneself_leads_to_the_inbox(unit: Unit, chief: User) -> None:
    case = make_deviation(unit)

    assert (
        client_of(chief).post(f"/arenden/{case.number}/jav/", {"person": "chief"})[
            "Location"
        ]
        == "/inkorg/"
    )


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("person", "status"), [("", 400), ("stranger", 400), ("x\0", 400)]
)
def test_recusal_of_nobody_there_is_refused(
    unit: Unit, chief: User, person: str, status: int
) -> None:
    make_user("stranger", (Role.SECTION_CHIEF, make_unit("C", unit.parent)))
    case = make_deviation(unit)

    assert (
        client_of(chief)
        .post(f"/arenden/{case.number}/jav/", {"person": person})
        .status_code
        == status
    )


@pytest.mark.usefixtures("undrawn")
def test_recusal_ends_on_request(unit: Unit, chief: User) -> None:
    boss = make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent))
    case = make_deviation(unit)
    for sent in ({"person": "chief"}, {"end": "chief"}):
        client_of(boss).post(f"/arenden/{case.number}/jav/", sent)

    assert not case.recusals.exists()
    assert case.log.count() == 2


def test_protection_needs_somebody_who_can_handle_the_case(
    unit: Unit, chief: User
) -> None:
    make_user("staff", (Role.STAFF, unit))
    case = make_deviation(unit)
    sent = {"readers": ["staff"], "reason": "Hemlig adress"}
    response = client_of(chief).post(f"/arenden/{case.number}/skydd/", sent)

    assert response.status_code == 400
    assert "Minst en av dem ska vara chef" in response.content.decode()


def test_protection_hides_the_title_from_lists(unit: Unit, chief: User) -> None:
    make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent))
    case = make_deviation(unit, title="Bor på hemlig adress")
    sent = {"readers": ["chief", "boss"], "reason": "Skyddad"}
    client_of(chief).post(f"/arenden/{case.number}/skydd/", sent)
    page = client_of(chief).get("/inkorg/").content.decode()

    assert case.number in page
    assert "hemlig adress" not in page


@pytest.mark.usefixtures("undrawn")
def test_protection_ends_on_request(unit: Unit, chief: User) -> None:
    make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent))
    case = make_deviation(unit)
    for sent in ({"readers": ["chief", "boss"], "reason": "Skyddad"}, {"do": "end"}):
        client_of(chief).post(f"/arenden/{case.number}/skydd/", sent)

    case.refresh_from_db()
    assert (case.protected, case.log.count()) == (False, 2)


def test_note_changed_and_sent_again_from_the_same_form_is_not_dropped(
    unit: Unit, chief: User
) -> None:
    case, token = make_deviation(unit), str(uuid4())
    write(chief, case, form_token=token)
    response = write(chief, case, form_token=token, text="Ringde två gånger.")

    assert response.status_code == 400
    assert "Ringde två gånger.</textarea>" in response.content.decode()


@pytest.mark.usefixtures("undrawn")
def test_note_and_message_from_one_form_are_both_stored(
    unit: Unit, chief: User
) -> None:
    case, token = (
        make_deviation(unit, reporter=make_user("staff", (Role.STAFF, unit))),
        str(uuid4()),
    )
    for kind in ("internal", "to_reporter"):
        write(chief, case, form_token=token, do=kind)

    assert set(case.notes.values_list("kind", flat=True)) == {"internal", "to_reporter"}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("end", ["boss\0", "\0", "nobody"])
def test_recusal_of_nobody_cannot_end(unit: Unit, chief: User, end: str) -> None:
    case = make_deviation(unit)

    assert client_of(chief).post(
        f"/arenden/{case.number}/jav/", {"end": end}
    ).status_code in {400, 404}
