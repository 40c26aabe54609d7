"""What is removed when it has been of use, and what is kept although it is old."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from casework.background import emptying, jobs
from casework.background.emptying import empty
from casework.improvement.reminders import remind
from casework.models import Action, Job, Mail, Notice
from casework.tasks import ask_to_empty
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_tertial_edition

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OLD, NEW = NOW - dt.timedelta(days=91), NOW - dt.timedelta(days=89)


@pytest.fixture
def unit() -> Unit:
    return make_unit("A")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit), email="chief@example.se")


def run() -> dict[str, int]:
    return empty(tick=lambda *_: None, now=NOW)


def make_job(**facts: Any) -> Job:
    return Job.objects.create(**{"kind": "x", "created_at": OLD, **facts})


def make_notice(user: User, **facts: Any) -> Notice:
    made = {
        "kind": Notice.Kind.NEW,
        "created_at": OLD,
        "read_at": OLD,
        "on": OLD.date(),
    }
    return Notice.objects.create(user=user, **{**made, **facts})


def make_mail(user: User, **facts: Any) -> Mail:
    made = {
        "on": OLD.date(),
        "subject": "Nytt",
        "body": "1 ny notis",
        "message_id": f"<{timezone.now()}>",
    }
    return Mail.objects.create(user=user, **{**made, **facts})


def test_sessions_are_removed_when_they_have_ended() -> None:
    for key, ends in (
        ("a", NOW - dt.timedelta(seconds=1)),
        ("b", NOW + dt.timedelta(hours=1)),
    ):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)

    assert run()["django_session"] == 1
    assert [session.session_key for session in Session.objects.all()] == ["b"]


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({"done_at": OLD}, False),
        ({"done_at": NEW}, True),
        ({}, True),
        ({"failed_at": OLD}, False),
        ({"failed_at": OLD, "problem": "Det gick inte."}, True),
    ],
    ids=["done", "done lately", "waiting", "cancelled", "failed"],
)
def test_work_is_removed_when_it_is_long_done(
    facts: dict[str, Any], kept: bool
) -> None:
    make_job(**facts)
    run()

    assert Job.objects.exists() is kept


def test_failed_work_is_removed_when_the_same_has_been_done_since() -> None:
    make_job(
        failed_at=OLD - dt.timedelta(days=1),
        problem="Det gick inte.",
        arguments={"report": 1},
    )
    other = make_job(failed_at=OLD, problem="Det gick inte.", arguments={"report": 2})
    done = make_job(done_at=NEW, arguments={"report": 1})
    run()

    assert set(Job.objects.all()) == {other, done}


def test_work_that_an_edition_is_made_of_is_kept(unit: Unit) -> None:
    job = make_job(done_at=OLD)
    make_tertial_edition(unit, 2024, 1, job=job)
    run()

    assert Job.objects.get() == job


@pytest.mark.parametrize(
    ("facts", "kept"),
    [({}, False), ({"read_at": NEW}, True), ({"read_at": None}, True)],
    ids=["read", "read lately", "unread"],
)
def test_notices_are_removed_when_they_are_long_read(
    unit: Unit, chief: User, facts: dict[str, Any], kept: bool
) -> None:
    make_notice(chief, case=make_deviation(unit).case_ptr, **facts)
    run()

    assert Notice.objects.exists() is kept


def test_unread_notices_of_one_who_has_left_are_removed(unit: Unit) -> None:
    left = make_user("left", is_active=False)
    make_notice(left, case=make_deviation(unit).case_ptr, read_at=None)
    run()

    assert not Notice.objects.exists()


def test_notice_that_a_case_is_late_is_kept_so_that_nobody_is_told_again(
    unit: Unit, chief: User
) -> None:
    make_deviation(unit, owner=chief, due_on=OLD.date())
    remind(today=OLD.date() + dt.timedelta(days=1))
    told = Notice.objects.update(read_at=OLD, created_at=OLD)
    run()
    remind(today=NOW.date())

    assert told >= 1
    assert Notice.objects.filter(kind=Notice.Kind.OVERDUE, on=OLD.date()).count() == 1


def test_notice_that_a_case_is_late_is_removed_when_it_is_closed(
    unit: Unit, chief: User
) -> None:
    closed = make_deviation(
        unit, state="closed", is_deviation="no", closed_on=NEW.date()
    )
    make_notice(chief, case=closed.case_ptr, kind=Notice.Kind.OVERDUE)
    run()

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("done_on", "kept"), [(None, True), (OLD.date(), False)], ids=["left", "done"]
)
def test_notice_of_a_measure_is_kept_as_long_as_it_is_to_be_done(
    unit: Unit, chief: User, done_on: dt.date | None, kept: bool
) -> None:
    case = make_deviation(unit).case_ptr
    Action.objects.create(
        case=case, text="Gör", owner=chief, decided_on=OLD.date(), done_on=done_on
    )
    make_notice(chief, case=case, kind=Notice.Kind.ACTION_OVERDUE)
    run()

    assert Notice.objects.exists() is kept


@pytest.mark.parametrize(("days", "kept"), [(200, True), (500, False)])
def test_notice_of_a_unit_is_kept_for_a_year(
    unit: Unit, chief: User, days: int, kept: bool
) -> None:
    on = NOW.date() - dt.timedelta(days=days)
    make_notice(chief, unit=unit, kind=Notice.Kind.NO_ANALYSIS, on=on)
    run()

    assert Notice.objects.exists() is kept


@pytest.mark.parametrize(
    ("created_at", "kept"), [(OLD, False), (NEW, True)], ids=["old", "new"]
)
@pytest.mark.parametrize("sent", [True, False], ids=["sent", "given up"])
def test_mails_are_removed_when_they_are_no_news(
    chief: User, created_at: dt.datetime, kept: bool, sent: bool
) -> None:
    make_mail(chief, created_at=created_at, sent_at=created_at if sent else None)
    run()

    assert Mail.objects.exists() is kept


def test_more_rows_than_are_removed_at_a_time_are_all_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(emptying, "AT_A_TIME", 2)
    for number in range(5):
        make_job(done_at=OLD, arguments={"number": number})
    ticks: list[int] = []
    removed = empty(tick=lambda percent, _: ticks.append(percent), now=NOW)

    assert removed["casework_job"] == 5
    assert len(ticks) == 3
    assert run()["casework_job"] == 0


def test_how_long_things_are_kept_is_a_setting(settings: Any) -> None:
    settings.KEEP_JOBS_DAYS = 14
    make_job(done_at=NOW - dt.timedelta(days=15))

    assert run()["casework_job"] == 1


def test_emptying_is_asked_for_once_a_day_and_done_as_a_job() -> None:
    make_job(done_at=OLD)
    ask_to_empty()
    ask_to_empty()

    assert jobs.run_pending() == 1
    assert [job.kind for job in Job.objects.all()] == [emptying.EMPTY]
