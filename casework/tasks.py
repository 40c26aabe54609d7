"""What the worker does for all cases: send jobs that wait, and do one."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from casework import jobs


@shared_task(name="casework.tasks.sweep")
def sweep() -> None:
    """Send every job that waits; the beat calls this, so a lost message is only a late one."""
    for job in jobs.due():
        run_job.apply_async(kwargs={"job_id": str(job.pk)})


@shared_task(name="casework.tasks.run_job")
def run_job(*, job_id: str) -> None:
    """Do one job; safe to send any number of times."""
    jobs.run(UUID(job_id))
