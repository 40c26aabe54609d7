"""An administration's order: who may write it, what it says in words, and what it does not lock in."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from lexsarah.board.policies import rules_over, write_policy
from lexsarah.law.policy import GOTEBORG
from lexsarah.models import Policy
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
PAGE = "/lex-sarah/ordning/"
MALMO = {
    "finding_by": "investigator",
    "measures_by": "committee",
    "serious_by": "committee",
}
OWN = dict.fromkeys(MALMO, "investigator")
DAYS = {
    f"{name}_days": 5
    for name in ("receive", "measures", "investigate", "notify", "feedback")
}
ORDER = {
    **MALMO,
    **DAYS,
    "chair_may_decide": "on",
    "board_name": "Socialnämnden",
    "seen": 0,
}


@pytest.fixture
def root() -> Unit:
    return make_unit("A")


@pytest.fixture
def controller(root: Unit) -> User:
    return make_user("Lena", (Role.QUALITY_CONTROLLER, root))


@pytest.fixture
def browser(controller: User) -> Client:
    client = Client()
    client.force_login(controller)
    return client


@pytest.mark.parametrize(
    ("role", "status"),
    [
        *(
            (role, 404)
            for role in Role
            if role not in {Role.QUALITY_CONTROLLER, Role.SYSTEM_ADMIN}
        ),
        (Role.QUALITY_CONTROLLER, 200),
        (Role.SYSTEM_ADMIN, 200),
    ],
)
def test_order_is_for_controller_and_administrator(
    root: Unit, role: Role, status: int
) -> None:
    client = Client()
    client.force_login(make_user("somebody", (role, root)))

    assert client.get(PAGE).status_code == status


def test_order_is_not_there_for_the_controller_of_a_part(root: Unit) -> None:
    client = Client()
    client.force_login(
        make_user("somebody", (Role.QUALITY_CONTROLLER, make_unit("B", root)))
    )

    assert (client.get(PAGE).status_code, client.post(PAGE, ORDER).status_code) == (
        404,
        404,
    )


def test_order_without_a_policy_is_malmos(browser: Client) -> None:
    response = browser.get(PAGE)

    assert response.context["decides"][0] == (
        "Inget missförhållande",
        "Lex Sarah-utredaren",
    )
    assert {body for _, body in response.context["decides"][1:]} == {"Arbetsutskottet"}
    assert "Ingen har skrivit någon ordning än" in response.content.decode()


def test_order_holds_from_when_it_is_written(
    browser: Client, root: Unit, controller: User
) -> None:
    assert browser.post(PAGE, ORDER)["Location"] == PAGE

    policy = Policy.objects.get()
    assert (policy.author, policy.board_name, policy.chief_keeps_reading) == (
        controller,
        "Socialnämnden",
        False,
    )
    assert rules_over(make_unit("B", root)).limits.investigate == 5
    assert "av Lena" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("order", "body"), [("malmo", "committee"), ("goteborg", "investigator")]
)
def test_fill_says_who_would_decide_and_saves_nothing(
    browser: Client, order: str, body: str
) -> None:
    browser.post(PAGE, ORDER)
    response = browser.get(PAGE, {"fyll": order})
    form = response.context["form"]

    assert (form["serious_by"].value(), form["board_name"].value()) == (
        body,
        "Socialnämnden",
    )
    assert form["chair_may_decide"].value() == (order == "malmo")
    assert "Inget är sparat än" in response.content.decode()
    assert Policy.objects.count() == 1


def test_order_sent_twice_is_one(browser: Client) -> None:
    for _ in range(2):
        assert browser.post(PAGE, ORDER).status_code == 302

    assert Policy.objects.count() == 1


def test_second_writer_is_told_and_may_go_on(
    browser: Client, root: Unit, controller: User
) -> None:
    write_policy(unit=root, actor=controller, facts={**MALMO, "board_name": "Nämnden"})
    refused = browser.post(PAGE, ORDER)

    assert (refused.status_code, Policy.objects.count()) == (409, 1)
    assert "Socialnämnden" in refused.content.decode()
    assert (
        browser.post(
            PAGE, {**ORDER, "seen": refused.context["form"]["seen"].value()}
        ).status_code
        == 302
    )


@pytest.mark.parametrize(
    "said",
    [
        {"finding_by": ""},
        {"serious_by": "chair"},
        {"investigate_days": 0},
        {"feedback_days": -1},
        {"notify_days": "snart"},
        {"receive_days": 9_999},
        {"contact_email": "ingen"},
        {"board_name": "N" * 201},
    ],
)
def test_order_that_cannot_be_is_shown_at_its_field(
    browser: Client, said: dict[str, Any]
) -> None:
    response = browser.post(PAGE, {**ORDER, "contact_name": "Skrivet namn", **said})

    assert (response.status_code, list(response.context["form"].errors)) == (
        400,
        list(said),
    )
    assert "Skrivet namn" in response.content.decode()
    assert not Policy.objects.exists()


def test_write_policy_adds_and_changes_nothing(root: Unit, controller: User) -> None:
    write_policy(unit=root, actor=controller, facts=MALMO)
    write_policy(unit=root, actor=controller, facts={**OWN, "chair_may_decide": False})

    assert Policy.objects.count() == 2
    assert rules_over(root) == GOTEBORG


def test_write_policy_refuses_no_time_to_investigate(
    root: Unit, controller: User
) -> None:
    with pytest.raises(ValidationError):
        write_policy(
            unit=root, actor=controller, facts={**MALMO, "investigate_days": 0}
        )
