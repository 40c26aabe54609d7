"""Background work that happens once, whatever is lost or sent twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from casework.background import jobs
from casework.models import Job
from casework.tasks import run_job

pytestmark = pytest.mark.django_db

done: list[str] = []


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    def note(job: Job, tick: jobs.Tick) -> jobs.Effect:
        tick(50, "Halvvägs")
        return lambda: done.append(job.arguments["word"])

    def stop(job: Job, tick: jobs.Tick) -> jobs.Effect:
        raise jobs.JobProblemError("Det går inte.")

    def crash(job: Job, tick: jobs.Tick) -> jobs.Effect:
        raise DatabaseError("the connection went away")

    done.clear()
    kinds = {"test.note": note, "test.stop": stop, "test.crash": crash}
    for kind, function in kinds.items():
        jobs.handler(kind)(function)
    yield
    for kind in kinds:
        del jobs._handlers[kind]


def test_enqueue_twice_waits_once() -> None:
    first, second = (
        jobs.enqueue("test.note", word="a"),
        jobs.enqueue("test.note", word="a"),
    )

    assert first == second


def test_enqueue_in_rolled_back_transaction_leaves_nothing() -> None:
    with transaction.atomic():
        jobs.enqueue("test.note", word="a")
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_run_does_the_work_once() -> None:
    job = jobs.enqueue("test.note", word="a")

    assert [jobs.run(job.pk), jobs.run(job.pk)] == [True, False]
    assert done == ["a"]


def test_run_leaves_what_somebody_else_works_on() -> None:
    job = jobs.enqueue("test.note", word="a")
    Job.objects.update(leased_until=timezone.now() + jobs.LEASE)

    assert not jobs.run(job.pk)
    assert done == []


def test_run_takes_over_when_the_lease_has_ended() -> None:
    job = jobs.enqueue("test.note", word="a")
    Job.objects.update(
        leased_until=timezone.now() - dt.timedelta(seconds=1), attempts=1
    )

    assert jobs.run(job.pk)


def test_run_writes_nothing_when_somebody_took_over() -> None:
    def slow(job: Job, tick: jobs.Tick) -> jobs.Effect:
        Job.objects.update(attempts=job.attempts + 1)
        return lambda: done.append("late")

    jobs.handler("test.note")(slow)
    job = jobs.enqueue("test.note", word="a")

    assert not jobs.run(job.pk)
    assert done == []


def test_tick_stops_work_that_somebody_took_over() -> None:
    def slow(job: Job, tick: jobs.Tick) -> jobs.Effect:
        Job.objects.update(attempts=job.attempts + 1)
        tick(10, "Börjar")
        raise AssertionError("worked on after the lease was lost")

    jobs.handler("test.note")(slow)

    assert not jobs.run(jobs.enqueue("test.note", word="a").pk)


def test_cancel_stops_work_at_its_next_sign_of_life() -> None:
    def slow(job: Job, tick: jobs.Tick) -> jobs.Effect:
        jobs.cancel(job)
        tick(10, "Börjar")
        raise AssertionError("worked on after it was cancelled")

    jobs.handler("test.note")(slow)
    job = jobs.enqueue("test.note", word="a")

    assert not jobs.run(job.pk)
    job.refresh_from_db()
    assert job.is_cancelled


def test_cancel_between_work_and_effect_writes_nothing() -> None:
    def slow(job: Job, tick: jobs.Tick) -> jobs.Effect:
        jobs.cancel(job)
        return lambda: done.append("late")

    jobs.handler("test.note")(slow)

    assert not jobs.run(jobs.enqueue("test.note", word="a").pk)
    assert done == []


def test_cancel_too_late_changes_nothing() -> None:
    job = jobs.enqueue("test.note", word="a")
    jobs.run(job.pk)

    assert not jobs.cancel(job)
    job.refresh_from_db()
    assert not job.is_cancelled


def test_enqueue_after_a_cancelled_job_is_a_new_one() -> None:
    job = jobs.enqueue("test.note", word="a")

    assert [jobs.cancel(job), jobs.cancel(job)] == [True, False]
    assert jobs.enqueue("test.note", word="a") != job


def test_run_tells_why_work_is_impossible() -> None:
    job = jobs.enqueue("test.stop")
    jobs.run(job.pk)
    job.refresh_from_db()

    assert (job.problem, job.is_running) == ("Det går inte.", False)


def test_run_keeps_a_crashed_job_for_later() -> None:
    job = jobs.enqueue("test.crash")
    jobs.run(job.pk)
    job.refresh_from_db()

    assert job.is_running
    assert job.send_after > timezone.now()


def test_run_gives_up_after_too_many_attempts() -> None:
    job = jobs.enqueue("test.note", word="a")
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    jobs.run(job.pk)
    job.refresh_from_db()

    assert job.failed_at is not None


def test_due_sends_a_job_once_until_it_is_late() -> None:
    job = jobs.enqueue("test.note", word="a")

    assert [jobs.due(), jobs.due()] == [[job], []]
    Job.objects.update(send_after=timezone.now() - dt.timedelta(seconds=1))
    assert jobs.due() == [job]


def test_run_job_task_does_the_job() -> None:
    job = jobs.enqueue("test.note", word="a")
    run_job(job_id=str(job.pk))

    assert done == ["a"]
