"""Background work that keeps stored figures true."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from analysis import aggregate
from casework.jobs import Effect, Tick, enqueue, handler
from casework.models import Job


@shared_task(name="analysis.tasks.refresh")
def refresh() -> None:
    """Count again what has changed; what is missed now is still marked next time."""
    aggregate.refresh()


@shared_task(name="analysis.tasks.close_tertials")
def close_tertials() -> None:
    """Ask for every tertial that has ended to be compiled."""
    for year, number in aggregate.open_tertials():
        enqueue("analysis.close_tertial", year=year, number=number)


@handler("analysis.close_tertial")
def close_tertial(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Compile one tertial whole."""
    return partial(aggregate.close_tertial, job.arguments["year"], job.arguments["number"])
