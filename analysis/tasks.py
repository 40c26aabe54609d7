"""Background work that keeps stored figures true, and lets the rules look at them."""

from __future__ import annotations

from celery import shared_task

from analysis.figures import aggregate
from analysis.tertial import compiling, signals
from casework.background.jobs import Effect, Tick, enqueue, handler
from casework.models import Job


@shared_task(name="analysis.tasks.refresh")
def refresh() -> None:
    """Count again what has changed, and let the rules look at it; what is missed now is still marked."""
    compiling.catch_up()


@shared_task(name="analysis.tasks.close_tertials")
def close_tertials() -> None:
    """Ask for every tertial that has ended to be compiled."""
    for year, number in aggregate.open_tertials():
        enqueue("analysis.close_tertial", year=year, number=number)


@handler("analysis.close_tertial")
def close_tertial(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Compile one tertial whole, and open the analyses of what has just ended.

    They get what the rules have said so far at once, and what they say of the last days when they have
    looked again.
    """
    year, number = job.arguments["year"], job.arguments["number"]

    def write() -> None:
        aggregate.close_tertial(year, number)
        compiling.open_when_ended(year, number)
        compiling.ask_to_look(year, number)

    return write


@handler(compiling.LOOK)
def look(job: Job, tick: Tick) -> Effect:
    """Let the rules look at one tertial again; where much is counted that takes longer than a lease."""
    found = signals.find(job.arguments["year"], job.arguments["number"], tick=tick)
    return lambda: compiling.keep_for(job, found)
