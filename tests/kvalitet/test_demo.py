"""The demo never fills a database that is not its own, and its accounts cover every role."""

import socket

import pytest
from django.core.management import CommandError, call_command

from kvalitet.management.commands.demo import demo_people, free_port, welcome
from organisation.models import Role


def test_demo_refuses_a_database_that_is_not_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://kvalitet@database/kvalitet")
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")


def test_demo_has_an_account_for_every_role() -> None:
    assert {person["role"] for person in demo_people()} == set(Role.values)


def test_free_port_refuses_one_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match="upptagen"):
            free_port(port)


def test_welcome_shows_address_password_and_accounts() -> None:
    text = welcome("http://127.0.0.1:8000/", "hemligt-ord")
    assert "http://127.0.0.1:8000/" in text
    assert "hemligt-ord" in text
    assert all(person["username"] in text for person in demo_people())
