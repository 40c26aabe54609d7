"""What is said to those who run the product for real."""

from typing import Any

import pytest

from casework.background.mails import NO_SERVER
from kvalitet.operations.checks import (
    NOT_FOR_WEB,
    app_role,
    other_roles,
    own_defaults,
    sender_of_mail,
)
from kvalitet.operations.roles import as_login, as_owner

NAMES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "FOLLOW_UP_KEY", "SEALING_KEYS")


def ids() -> list[str]:
    return [str(message.id) for message in own_defaults(None)]


def test_check_refuses_what_is_only_for_trying_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    assert ids() == [f"kvalitet.E00{number}" for number in range(1, 6)]


def test_check_accepts_secrets_from_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", "/run/secrets/one")

    assert ids() == []


@pytest.mark.parametrize(
    "sender",
    [
        "kvalitet@kommun.se",
        "Kvalitet <kvalitet@kommun.se>",
        '"Malmö, Kvalitet" <kvalitet@malmö.se>',
    ],
)
def test_check_accepts_a_sender_of_mail(
    monkeypatch: pytest.MonkeyPatch, settings: Any, sender: str
) -> None:
    monkeypatch.setenv("EMAIL_FROM", sender)
    settings.DEFAULT_FROM_EMAIL = sender

    assert sender_of_mail(None) == []


@pytest.mark.parametrize(
    "sender",
    [
        "Malmö, Kvalitet <kvalitet@kommun.se>",
        "a, b <kvalitet@kommun.se>",
        "Kvalitet",
        "a@b.se, c@d.se",
        "<>",
        " ",
    ],
)
def test_check_refuses_what_is_no_sender(
    monkeypatch: pytest.MonkeyPatch, settings: Any, sender: str
) -> None:
    monkeypatch.setenv("EMAIL_FROM", sender)
    settings.DEFAULT_FROM_EMAIL = sender

    assert [message.id for message in sender_of_mail(None)] == ["kvalitet.E006"]


def test_check_asks_for_a_sender_where_mail_is_sent(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.delenv("EMAIL_FROM", raising=False)
    settings.DEFAULT_FROM_EMAIL = "Kvalitet <kvalitet@localhost>"

    assert [message.id for message in sender_of_mail(None)] == ["kvalitet.E006"]
    settings.EMAIL_BACKEND = NO_SERVER
    assert sender_of_mail(None) == []


# --- the roles in the database ----------------------------------------------------------------
@pytest.fixture
def only_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NOT_FOR_WEB:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("only_the_app")
@pytest.mark.parametrize(
    "name", ["OWNER_DATABASE_URL", "ADMIN_DATABASE_URL", "DATABASE_PURGER_URL"]
)
def test_check_refuses_web_the_address_of_a_role_that_may_more(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert other_roles(None) == []
    monkeypatch.setenv(name, "postgres://somebody@127.0.0.1/kvalitet")

    (message,) = other_roles(None)
    assert (message.id, name in message.msg) == ("kvalitet.E007", True)


@pytest.mark.django_db
def test_check_accepts_the_app_role() -> None:
    assert app_role(None) == []


@pytest.mark.django_db(transaction=True)
def test_check_refuses_a_web_that_owns_the_tables() -> None:
    with as_owner():
        assert [message.id for message in app_role(None)] == ["kvalitet.E008"]


@pytest.mark.django_db(transaction=True)
def test_check_refuses_a_web_that_no_policy_binds() -> None:
    with as_login("backup"):
        assert [message.id for message in app_role(None)] == ["kvalitet.E008"]
