"""What the worker does of a tertial: look at its figures, and open its analyses when it has ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from analysis.figures import aggregate, known
from analysis.models import Signal, State, TertialAnalysis
from analysis.tertial import services, signals
from casework.background.jobs import enqueue
from casework.database.periods import tertial, tertial_of, tertials_before
from casework.models import Job
from casework.models.job import JobQuerySet

LOOK = "analysis.look"
# What ended longer ago was analysed elsewhere, or is opened by somebody who asks for it.
LATEST_TO_OPEN = dt.timedelta(days=122)


def catch_up(note: Callable[[], None] = known.note_use) -> int:
    """Count again what has changed, and ask the rules to look at it; return how much was marked.

    ``note`` writes down of which time the register is whole, of which an import tells more than its use.
    The marks go in the transaction that asks for the look: neither can be lost without the other.
    """
    with transaction.atomic():
        changed = aggregate.refresh()
        if changed:
            note()
            for year, number in living_tertials():
                ask_to_look(year, number)
    return changed


def living_tertials() -> list[tuple[int, int]]:
    """Return the tertials that are still looked at: this one, the one before, and those being analysed."""
    year, number = tertial_of(timezone.localdate())
    living = set(tertials_before(year, number, 1))
    being = TertialAnalysis.objects.filter(state=State.OPEN).order_by()
    return sorted(living | set(being.values_list("year", "tertial").distinct()))


def ask_to_look(year: int, number: int) -> None:
    """Ask the rules to look at a tertial; once more when all who are asked already have begun.

    Whoever has begun holds a lease, and may have read the figures before those of this transaction are
    written.  One that has not begun is locked here, so that it begins when they are.
    """
    asked = _looks(year, number)
    if list(asked.filter(leased_until=None).select_for_update(skip_locked=True)):
        return
    begun = [_turn(job) for job in asked]
    enqueue(
        LOOK, year=year, number=number, **({"again": max(begun) + 1} if begun else {})
    )


def _looks(year: int, number: int) -> JobQuerySet:
    looks = Job.objects.pending().filter(
        kind=LOOK, arguments__year=year, arguments__number=number
    )
    return looks.order_by("pk")


def _turn(job: Job) -> int:
    """Return in which order the looks at a tertial that wait at the same time were asked for."""
    return int(job.arguments.get("again", 0))


def look(year: int, number: int) -> int:
    """Let the rules look at a tertial here and now, and tell its analyses; return how much they found."""
    with transaction.atomic():
        signals.wait_for_turn()
        found = signals.find(year, number)
        _keep(year, number, found)
        # A worker that is looking may have read before, and would write what is older over this.
        if _looks(year, number).exclude(leased_until=None).exists():
            ask_to_look(year, number)
    return len(found)


def keep_for(job: Job, found: list[Signal]) -> None:
    """Store what a job found in a tertial, which it read before this transaction began.

    Two workers may look at once, and the one who read first may write last: then whoever read later asks
    for one look more.  A job that is tried again may have read later than one that was asked for later.
    """
    year, number = job.arguments["year"], job.arguments["number"]
    with transaction.atomic():
        _keep(year, number, found)
        others = _looks(year, number).exclude(pk=job.pk).exclude(leased_until=None)
        if any(job.attempts > 1 or _turn(other) < _turn(job) for other in others):
            ask_to_look(year, number)


def _keep(year: int, number: int, found: list[Signal]) -> None:
    """Store what the rules say of a tertial, and tell its open analyses."""
    signals.renew(year, number, found)
    services.add_patterns(year, number)


def open_when_ended(year: int, number: int) -> int:
    """Open the analyses of a tertial that has just ended; return how many are new."""
    if timezone.localdate() - tertial(year, number).end > LATEST_TO_OPEN:
        return 0
    return services.open_analyses(year, number)
