"""What the worker does for lex Sarah: remind those who have not read the yearly information."""

from __future__ import annotations

from celery import shared_task

from casework.jobs import Effect, Tick, enqueue, handler
from casework.models import Job
from lexsarah import chasing

CHASE = "lexsarah.chase"


@shared_task(name="lexsarah.tasks.ask_to_chase")
def ask_to_chase() -> None:
    """Ask, once a day, for the reminders that are due."""
    enqueue(CHASE)


@handler(CHASE)
def chase(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Write the reminders of this day."""

    def write() -> None:
        chasing.chase()

    return write
