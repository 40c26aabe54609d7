"""Where a request comes from, behind as many proxies as we have and whatever others write."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory

from organisation import alarms
from organisation.models import Sounded
from organisation.sign_in.addresses import neighbourhood_of, source_of


@pytest.fixture(autouse=True)
def nothing_sounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "_stored", {})


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::"),
        ("", "unknown"),
        ("a\0b", "unknown"),
    ],
)
def test_source_is_an_address_or_a_network(address: str, source: str) -> None:
    assert source_of(RequestFactory().get("/", REMOTE_ADDR=address)) == source


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "forwarded", "source"),
    [
        (0, "192.0.2.9", "10.0.0.1"),
        (1, "192.0.2.9", "192.0.2.9"),
        (1, "1.2.3.4, 192.0.2.9", "192.0.2.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "192.0.2.9:51234", "192.0.2.9"),
        (1, "[2001:db8:1:2::3]:443", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::3]", "2001:db8:1:2::"),
        (2, "1.2.3.4, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (2, "192.0.2.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "192.0.2.9, ", "10.0.0.1"),
        (1, "192.0.2.9, a\0b", "10.0.0.1"),
        (1, "192.0.2.9, " + "9" * 5000, "10.0.0.1"),
    ],
)
def test_source_behind_proxies_is_what_the_outermost_of_ours_was_called_from(
    settings: Any, proxies: int, forwarded: str, source: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded
    )

    assert source_of(request) == source


@pytest.mark.parametrize(
    ("source", "neighbourhood"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2::", "2001:db8:1::"),
        ("unknown", "unknown"),
    ],
)
def test_neighbourhood_is_what_one_visitor_may_have_all_of(
    source: str, neighbourhood: str
) -> None:
    assert neighbourhood_of(source) == neighbourhood


# --- when no address arrives ------------------------------------------------------------------
def arrive_without_address() -> None:
    source_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1"))


@pytest.mark.django_db
def test_missing_address_is_logged_once(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXIES = 1
    for _ in range(3):
        arrive_without_address()
    alarms._stored.clear()  # as if it were another process
    arrive_without_address()

    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "X-Forwarded-For" in caplog.text
    assert "10.0.0.1" not in caplog.text


@pytest.mark.django_db(transaction=True)  # the health page has a connection of its own
def test_missing_address_is_told_on_the_health_page_for_a_day(
    settings: Any, client: Client
) -> None:
    settings.TRUSTED_PROXIES = 1
    assert client.get("/halsa/").json()["warnings"] == []
    arrive_without_address()

    (told,) = client.get("/halsa/").json()["warnings"]
    assert "X-Forwarded-For" in told
    Sounded.objects.update(at=Sounded.objects.get().at - alarms.SHOWN_FOR)
    assert client.get("/halsa/").json()["warnings"] == []


@pytest.mark.django_db
def test_address_that_arrives_sounds_nothing(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    source_of(
        RequestFactory().get(
            "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.9"
        )
    )

    assert not Sounded.objects.exists()
