"""The worker's task for risk analyses: remind chiefs of units without one this year."""

from __future__ import annotations

from celery import shared_task

from casework.jobs import Effect, Tick, enqueue, handler
from casework.models import Job
from riskanalysis import services

NUDGE = "riskanalysis.nudge"


@shared_task(name="riskanalysis.tasks.ask_to_nudge")
def ask_to_nudge() -> None:
    """Ask, once a day, for the chiefs to be told whose units have no analysis this year."""
    enqueue(NUDGE)


@handler(NUDGE)
def nudge(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Write the notices that are not written yet."""

    def write() -> None:
        services.nudge()

    return write
