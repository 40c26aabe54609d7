"""What is said to those who run the product for real."""

import pytest

from kvalitet.checks import own_defaults

NAMES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "FOLLOW_UP_KEY", "SEALING_KEYS")


def ids() -> list[str]:
    return [str(message.id) for message in own_defaults(None)]


def test_check_refuses_what_is_only_for_trying_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    assert ids() == [f"kvalitet.E00{number}" for number in range(1, 6)]


def test_check_accepts_secrets_from_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", "/run/secrets/one")

    assert ids() == []
