"""Background work that survives a killed worker and an empty broker.

A job is a row.  A worker takes it under a lease, works, and writes the effect and "done" in one
transaction that only the holder of the lease can commit; so whatever is sent twice, late or never,
each effect happens once.  A handler looks like this::

    @handler("reports.build")
    def build(job: Job, tick: Tick) -> Effect:
        pages = render(tick)          # slow work outside any transaction; tick renews the lease
        return lambda: save(pages)    # written together with "done"
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from casework.models import Job

LEASE = dt.timedelta(seconds=30)
RESEND = dt.timedelta(seconds=20)
MAX_ATTEMPTS = 8

Effect = Callable[[], None]
Tick = Callable[[int, str], None]
Handler = Callable[[Job, Tick], Effect]

_handlers: dict[str, Handler] = {}
_logger = logging.getLogger(__name__)


class JobProblemError(Exception):
    """The work cannot be done however often it is tried; the message tells the user in Swedish."""


class LeaseLostError(Exception):
    """Somebody else has taken over the job, or nobody wants it any more: stop at once and write nothing."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does a kind of job."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def enqueue(kind: str, **arguments: Any) -> Job:
    """Write down that something must happen, in the caller's transaction; the same work waits once."""
    job, _ = Job.objects.pending().get_or_create(kind=kind, arguments=arguments)
    return job


def cancel(job: Job) -> bool:
    """Stop a job that somebody no longer wants; False when it was done or given up already.

    Whoever works on it loses the lease, and with it all that it has done, at its next sign of life.  Without
    a problem of its own the job counts as cancelled, and the same work may be asked for again.
    """
    now = timezone.now()
    stopped = (
        Job.objects.pending()
        .filter(pk=job.pk)
        .update(failed_at=now, leased_until=None, problem="")
    )
    return bool(stopped)


def due(*, limit: int = 100) -> list[Job]:
    """Return the jobs to send now and note that they are sent, so that the next sweep leaves them."""
    now = timezone.now()
    with transaction.atomic():
        jobs = list(
            Job.objects.to_send(at=now).select_for_update(skip_locked=True)[:limit]
        )
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
            send_after=now + RESEND
        )
    return jobs


def _lease(job_id: UUID) -> Job | None:
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    taken = (
        Job.objects.pending()
        .filter(free, pk=job_id)
        .update(
            leased_until=now + LEASE, attempts=F("attempts") + 1, percent=0, doing=""
        )
    )
    return Job.objects.get(pk=job_id) if taken else None


def _mine(job: Job) -> Any:
    """Return the row while this attempt still holds it: the attempt number is the lease's token."""
    return Job.objects.pending().filter(pk=job.pk, attempts=job.attempts)


def _hold(job: Job) -> None:
    """Lock the row until the transaction ends; raises LeaseLostError when it is no longer ours."""
    if not _mine(job).select_for_update().exists():
        raise LeaseLostError


def _fail(job: Job, problem: str) -> None:
    _mine(job).update(failed_at=timezone.now(), leased_until=None, problem=problem)


def run(job_id: UUID) -> bool:
    """Do a job unless somebody else does it or it is done; return whether this call did it."""
    job = _lease(job_id)
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:
        _fail(
            job,
            "Arbetet avbröts för många gånger. Försök igen eller kontakta systemförvaltaren.",
        )
        return False

    def tick(percent: int, doing: str) -> None:
        until = timezone.now() + LEASE
        if not _mine(job).update(
            leased_until=until, percent=min(percent, 99), doing=doing
        ):
            raise LeaseLostError

    try:
        effect = _handlers[job.kind](job, tick)
        with transaction.atomic():
            _hold(job)
            effect()
            _mine(job).update(
                done_at=timezone.now(), leased_until=None, percent=100, doing=""
            )
    except LeaseLostError:
        _logger.info("job %s was taken over or cancelled", job.pk)
        return False
    except JobProblemError as problem:
        _fail(job, str(problem))
        return False
    except Exception:
        # The cause may pass (a restarted database): release the lease, keep the trace, try again later.
        pause = dt.timedelta(seconds=2**job.attempts)
        _mine(job).update(leased_until=None, send_after=timezone.now() + pause)
        _logger.exception(
            "job %s of kind %s failed, attempt %s", job.pk, job.kind, job.attempts
        )
        return False
    return True


def run_pending() -> int:
    """Do everything that waits, here and now; return how many jobs were done. For commands and tests."""
    return sum(run(job.pk) for job in Job.objects.pending())
