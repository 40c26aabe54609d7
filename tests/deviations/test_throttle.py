"""The public forms are used so often and no more, and nobody can tell from where."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from deviations import tasks
from deviations.models import Bucket
from deviations.throttle import FILINGS, LONGEST, LOOK_UPS, TooManyError, source_of, spend

HOME = "192.0.2.1"


def spend_all(source: str = HOME) -> None:
    for _ in range(LOOK_UPS.size):
        spend(LOOK_UPS, source)


@pytest.mark.django_db
def test_spend_more_than_there_is_raises() -> None:
    spend_all()

    with pytest.raises(TooManyError):
        spend(LOOK_UPS, HOME)


@pytest.mark.django_db
def test_spend_counts_each_source_and_limit_for_itself() -> None:
    spend_all()

    spend(LOOK_UPS, "192.0.2.2")
    spend(FILINGS, HOME)


@pytest.mark.django_db
def test_bucket_fills_with_time_and_never_over() -> None:
    spend_all()
    Bucket.objects.update(filled_at=timezone.now() - dt.timedelta(minutes=1))
    spend(LOOK_UPS, HOME)
    with pytest.raises(TooManyError):
        spend(LOOK_UPS, HOME)
    Bucket.objects.update(filled_at=timezone.now() - dt.timedelta(days=9))
    spend_all()

    with pytest.raises(TooManyError):
        spend(LOOK_UPS, HOME)


@pytest.mark.django_db
def test_bucket_of_a_clock_that_went_back_gives_nothing() -> None:
    spend_all()
    Bucket.objects.update(filled_at=timezone.now() + dt.timedelta(hours=1))

    with pytest.raises(TooManyError):
        spend(LOOK_UPS, HOME)


@pytest.mark.django_db(transaction=True)
def test_spend_at_once_never_gives_more_than_there_is() -> None:
    given: list[bool] = []

    def take() -> None:
        try:
            spend(LOOK_UPS, HOME)
            given.append(True)
        except TooManyError:
            given.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(given), sum(given)) == (30, LOOK_UPS.size)


@pytest.mark.django_db
def test_bucket_holds_no_address_and_another_key_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    spend(LOOK_UPS, HOME)
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2024, 3, 1))
    spend(LOOK_UPS, HOME)

    keys = list(Bucket.objects.values_list("key", flat=True))
    assert len({*keys}) == 2
    assert all(len(key) == 64 and HOME not in key for key in keys)


@pytest.mark.django_db
def test_forget_removes_what_is_full_again() -> None:
    spend(LOOK_UPS, HOME)
    spend(LOOK_UPS, "192.0.2.2")
    old = Bucket.objects.order_by("key")[0]
    Bucket.objects.filter(pk=old.pk).update(filled_at=timezone.now() - LONGEST - dt.timedelta(minutes=1))
    tasks.forget_sources()

    assert Bucket.objects.exclude(pk=old.pk).count() == Bucket.objects.count() == 1


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


@pytest.mark.parametrize(
    ("behind", "forwarded", "source"),
    [
        (False, "192.0.2.9", "10.0.0.1"),
        (True, "192.0.2.9", "192.0.2.9"),
        (True, "1.2.3.4, 192.0.2.9", "192.0.2.9"),
        (True, "", "10.0.0.1"),
        (True, "nonsense", "unknown"),
    ],
)
def test_source_behind_a_proxy_is_its_last_hop(
    settings: Any, behind: bool, forwarded: str, source: str
) -> None:
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert source_of(request) == source
