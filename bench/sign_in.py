"""How many guesses a day an attacker gets at one account: ``python bench/sign_in.py [SOURCES ...]``.

The attacker knows all limits, never comes too early, and has sources in neighbourhoods of their own. The real
limiter is asked, in the real database, whose clock is moved on.  Meanwhile the holder comes once an hour from
a source that has not been used.
"""

from __future__ import annotations

import heapq
import logging
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

if TYPE_CHECKING:
    from django.http import HttpRequest

DAY = 24 * 3600
# What docs/adr/0004-sign-in-limits.md promises.
MOST = {1: 3_000, 20: 3_600, 1000: 28_000}


@dataclass
class Attack:
    """An account, and what has come of trying to get into it."""

    name: str
    now: int = 0
    guesses: int = 0
    holder_waited: list[int] = field(default_factory=list)

    def at(self, second: int) -> None:
        """Move the clock of the database on."""
        from tests.clock import pass_time

        if second > self.now:
            pass_time(seconds=second - self.now)
        self.now = second

    def guess(self, source: str) -> int:
        """Try from a source: return 0 when it was examined, or the seconds until it may be."""
        from organisation.sign_in.attempts import begin
        from organisation.sign_in.limiter import SlowDownError

        try:
            begin(request_from(source), self.name)
        except SlowDownError as early:
            return early.seconds
        return 0

    def hold(self, source: str) -> None:
        """Let the holder come from a new browser, and wait as long as the page says."""
        from organisation.sign_in.attempts import begin
        from organisation.sign_in.limiter import SlowDownError

        try:
            begin(request_from(source), self.name).succeeded()
        except SlowDownError as early:
            self.holder_waited.append(early.seconds)
        else:
            self.holder_waited.append(0)


def request_from(source: str) -> HttpRequest:
    """Return a request that comes from an address."""
    from django.test import RequestFactory

    return RequestFactory().post("/", REMOTE_ADDR=source)


def address(block: int, number: int) -> str:
    """Return an address in a neighbourhood of its own."""
    return f"2001:{block:x}:{number:x}::1"


def attack(sources: int) -> Attack:
    """Try from all sources, each as soon as any way is open to it, for a day that has just begun."""
    from organisation.rights import Role
    from tests.clock import pass_time
    from tests.factories import make_unit, make_user

    name = f"attacked-by-{sources}"
    make_user(name, (Role.STAFF, make_unit(name)))
    met = Attack(name)
    pass_time(days=1)  # everything begins anew with a day
    # Each source comes when its own wait is over, and one of them when the account's pace lets it.
    own = [(0, number, 0) for number in range(sources)]
    heapq.heapify(own)
    pace, holder = 1, 1800
    while True:
        second = min(own[0][0], pace, holder)
        if second >= DAY:
            met.at(DAY - 1)
            return met
        met.at(second)
        if second == holder:
            met.hold(address(0xDB9, second // 60))
            holder += 3600
        elif second == pace:
            # From the source whose own wait is longest.
            wait = met.guess(address(0xDB8, max(own)[1]))
            met.guesses += not wait
            pace = second + max(wait, 1)
        else:
            _, number, tried = heapq.heappop(own)
            wait = met.guess(address(0xDB8, number))
            met.guesses += not wait
            tried += not wait
            heapq.heappush(own, (second + (wait or own_wait(tried)), number, tried))


def own_wait(tried: int) -> int:
    """Return how long a source waits for a try of its own after so many."""
    from organisation.sign_in.attempts import AT_SOURCE

    doublings = tried - AT_SOURCE.size
    return (
        0
        if doublings < 0
        else min(2**doublings, int(AT_SOURCE.longest.total_seconds()))
    )


def main(counts: list[int]) -> int:
    """Print the guesses of a day for each number of sources; return 1 if a promise is broken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")
    import django

    django.setup()
    logging.disable(logging.INFO)
    from bench.measure import empty_database
    from tests.clock import make_clock, stop_clock

    broken = False
    with empty_database():
        make_clock()
        stop_clock()
        for sources in counts:
            met = attack(sources)
            waited = max(met.holder_waited)
            print(
                f"{sources:6} sources: {met.guesses:7,} guesses a day;"
                f" the holder waited at most {waited} s from a new source",
                flush=True,
            )
            broken |= met.guesses > MOST.get(sources, sys.maxsize) or waited > 60
    return int(broken)


if __name__ == "__main__":
    sys.exit(main([int(count) for count in sys.argv[1:]] or [1, 20, 1000]))
