"""The worker's task for self-checks: open the planned ones that are due."""

from __future__ import annotations

from celery import shared_task

from casework.jobs import Effect, Tick, enqueue, handler
from casework.models import Job
from selfcheck import planning

OPEN = "selfcheck.open"


@shared_task(name="selfcheck.tasks.ask_to_open")
def ask_to_open() -> None:
    """Ask, once a day, for the planned checks that are due."""
    enqueue(OPEN)


@handler(OPEN)
def open_due(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - each plan is its own transaction
    """Open the checks that are due; each plan is locked on its own, so that no one waits for all."""
    planning.open_due(tick=tick)
    return lambda: None
