"""Background work that keeps stored figures true, and lets the rules look at them."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from analysis import aggregate, compiling
from casework.jobs import Effect, Tick, enqueue, handler
from casework.models import Job

LOOK = "analysis.look"


@shared_task(name="analysis.tasks.refresh")
def refresh() -> None:
    """Count again what has changed, and let the rules look at it; what is missed now is still marked.

    The marks go in the transaction that asks for the look: neither can be lost without the other.
    """
    with transaction.atomic():
        if aggregate.refresh():
            for year, number in compiling.living_tertials():
                _ask_to_look(year, number)


def _ask_to_look(year: int, number: int) -> None:
    """Ask the rules to look at a tertial, and once more when they are looking at it just now.

    Whoever looks has its job locked, and may have read the figures before these are written.  A job that
    is not locked is locked here, so that it begins when they are.
    """
    about = {"year": year, "number": number}
    asked = Job.objects.pending().filter(kind=LOOK, arguments=about).order_by()
    is_under_way = asked.exists() and not list(asked.select_for_update(skip_locked=True))
    enqueue(LOOK, **about, **({"again": True} if is_under_way else {}))


@shared_task(name="analysis.tasks.close_tertials")
def close_tertials() -> None:
    """Ask for every tertial that has ended to be compiled."""
    for year, number in aggregate.open_tertials():
        enqueue("analysis.close_tertial", year=year, number=number)


@handler("analysis.close_tertial")
def close_tertial(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Compile one tertial whole, and open the analyses of what has just ended."""
    year, number = job.arguments["year"], job.arguments["number"]

    def write() -> None:
        aggregate.close_tertial(year, number)
        compiling.look(year, number)
        compiling.open_when_ended(year, number)

    return write


@handler(LOOK)
def look(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - one question to the figures
    """Let the rules look at one tertial again."""

    def write() -> None:
        compiling.look(job.arguments["year"], job.arguments["number"])

    return write
