"""What the worker does of a tertial: look at its figures, and open its analyses when it has ended."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from analysis import services, signals
from analysis.models import State, TertialAnalysis
from casework.periods import tertial, tertial_of

# What ended longer ago was analysed elsewhere, or is opened by somebody who asks for it.
LATEST_TO_OPEN = dt.timedelta(days=122)


def living_tertials() -> list[tuple[int, int]]:
    """Return the tertials that are still looked at: this one, the one before, and those being analysed."""
    year, number = tertial_of(timezone.localdate())
    living = set(signals.tertials_before(year, number, 1))
    being = TertialAnalysis.objects.filter(state=State.OPEN).order_by()
    return sorted(living | set(being.values_list("year", "tertial").distinct()))


def look(year: int, number: int) -> int:
    """Let the rules look at a tertial, and tell its open analyses; return how much they found."""
    with transaction.atomic():
        found = signals.renew(year, number)
        being = TertialAnalysis.objects.of(year, number).filter(state=State.OPEN).order_by("pk")
        for case in being.select_related("about"):
            services.add_patterns(case)
    return found


def open_when_ended(year: int, number: int) -> int:
    """Open the analyses of a tertial that has just ended; return how many are new."""
    if timezone.localdate() - tertial(year, number).end > LATEST_TO_OPEN:
        return 0
    return services.open_analyses(year, number)
