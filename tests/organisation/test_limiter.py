"""So many at once, then at a pace that slows down; and nobody can tell from where it was."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from organisation import tasks
from organisation.models import Bucket, Salt
from organisation.sign_in import limiter
from organisation.sign_in.limiter import (
    Limit,
    SlowDownError,
    an_hour,
    consume,
    count,
    give_back,
)
from tests.clock import pass_time, stop_clock

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
HOME = "192.0.2.1"
# The first wait of this limit is longer than two programs take.
TAKE_SIX = """
import datetime as dt, django
django.setup()
from organisation.sign_in.limiter import Limit, SlowDownError, consume
day = dt.timedelta(days=1)
limit, taken = Limit("ten", 10, day, longest=day, grain=day), 0
for _ in range(6):
    try:
        consume(limit, "192.0.2.1")
        taken += 1
    except SlowDownError:
        pass
print(taken)
"""
TEN = Limit("ten", 10, dt.timedelta(hours=1), longest=dt.timedelta(seconds=30))
MINUTES = an_hour("minutes", 60, grain=dt.timedelta(minutes=1))


def spend_all(limit: Limit = TEN, source: str = HOME) -> None:
    for _ in range(limit.size):
        consume(limit, source)


def wait(limit: Limit = TEN, source: str = HOME) -> int:
    """Return how long a source is told to wait."""
    with pytest.raises(SlowDownError) as early:
        consume(limit, source)
    return early.value.seconds


@pytest.fixture
def clock(db: None) -> None:
    stop_clock()


def test_spend_more_than_there_is_tells_to_wait_a_second(clock: None) -> None:
    spend_all()

    assert wait() == 1


def test_spend_after_the_wait_is_let_in_and_the_next_waits_longer(clock: None) -> None:
    spend_all()
    waits = []
    for _ in range(9):
        waits.append(wait())
        pass_time(seconds=waits[-1])
        consume(TEN, HOME)

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_wait_is_not_longer_for_those_who_come_too_early(clock: None) -> None:
    spend_all()
    pass_time(seconds=1)
    consume(TEN, HOME)

    assert [wait() for _ in range(20)] == [2] * 20


def test_spend_counts_each_source_and_limit_for_itself() -> None:
    spend_all()

    consume(TEN, "192.0.2.2")
    consume(MINUTES, HOME)


def test_bucket_empties_with_time_and_never_more(clock: None) -> None:
    spend_all()
    pass_time(hours=3)
    for _ in range(3):
        consume(TEN, HOME)
    assert wait() == 1
    pass_time(hours=20)
    spend_all()

    assert wait() == 1


def test_bucket_after_a_long_attack_is_empty_within_its_period(clock: None) -> None:
    spend_all()
    for _ in range(200):
        count(TEN, HOME)
    pass_time(hours=20)

    spend_all()


def test_give_back_leaves_room_for_one_more(clock: None) -> None:
    spend_all()
    give_back(TEN, HOME)
    consume(TEN, HOME)

    assert wait() == 1


def test_give_back_in_a_full_bucket_opens_it_again(clock: None) -> None:
    spend_all()
    pass_time(seconds=1)
    consume(TEN, HOME)
    give_back(TEN, HOME)

    consume(TEN, HOME)


def test_count_takes_what_is_not_there(clock: None) -> None:
    spend_all()
    count(TEN, HOME)

    assert wait() == 2


@pytest.mark.django_db(transaction=True)
def test_spend_at_once_never_gives_more_than_there_is() -> None:
    given: list[bool] = []
    for _ in range(
        20
    ):  # so that there is no second one within the time that this takes
        count(TEN, HOME)
    Bucket.objects.update(opens_at=timezone.now())

    def take() -> None:
        try:
            consume(TEN, HOME)
            given.append(True)
        except SlowDownError:
            given.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(given), sum(given)) == (30, 1)


@pytest.mark.django_db(transaction=True)
def test_processes_share_what_there_is() -> None:
    """Let two programs of their own, as two of a web server, each try to take six of ten."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    known = os.environ | {
        "DJANGO_SETTINGS_MODULE": "kvalitet.settings",
        "DATABASE_URL": address.geturl(),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE_SIX],
            env=known,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]

    assert (
        sum(int(program.communicate(timeout=120)[0]) for program in running) == TEN.size
    )


def test_spend_is_one_statement(django_assert_num_queries: Any) -> None:
    consume(TEN, HOME)

    with django_assert_num_queries(1):
        consume(TEN, HOME)


# --- what is stored ---------------------------------------------------------------------------
def test_bucket_holds_no_address_and_another_key_when_the_secret_is_thrown_away() -> (
    None
):
    consume(TEN, HOME)
    before = set(Bucket.objects.values_list("key", flat=True))
    Salt.objects.update(day=dt.date(2024, 3, 1))
    consume(TEN, HOME)
    after = set(Bucket.objects.values_list("key", flat=True))

    assert len(before) == len(after) == 1
    assert not before & after
    assert all(len(key) == 64 and HOME not in key for key in before | after)
    assert Salt.objects.filter(day=dt.date(2024, 3, 1)).count() == 0


def test_key_cannot_be_made_from_the_database_alone(settings: Any) -> None:
    consume(TEN, HOME)
    settings.SECRET_KEY = "another"
    consume(TEN, HOME)

    assert Bucket.objects.count() == 2


def test_bucket_of_a_public_form_holds_the_minute_alone() -> None:
    consume(MINUTES, HOME)
    bucket = Bucket.objects.get()

    assert (bucket.empty_at.second, bucket.empty_at.microsecond) == (0, 0)


@pytest.mark.parametrize("table", ["bucket", "salt", "failedsignins"])
def test_tables_are_not_in_the_log_of_the_database(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = %s",
            [f"organisation_{table}"],
        )
        assert cursor.fetchone() == ("u",)


def test_forget_removes_what_is_empty_again(clock: None) -> None:
    consume(TEN, HOME)
    pass_time(hours=2)
    consume(MINUTES, HOME)
    tasks.forget_sources()

    assert Bucket.objects.count() == 1


def test_forget_removes_everything_of_a_day_that_is_over() -> None:
    consume(TEN, HOME)
    Salt.objects.update(day=dt.date(2024, 3, 1))
    limiter.forget()

    assert (Bucket.objects.count(), Salt.objects.count()) == (0, 0)
