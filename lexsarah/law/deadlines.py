"""The clocks of lex Sarah (pure functions over local days; SoL 2025:400 27 kap., SOSFS 2011:5).

The law says *genast* and *snarast* where it gives no number; what the administration promises itself is
set apart as its own limits.  The only number of the law's own is the two months after a notification.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.process.deadlines import add_workdays, months_after, next_workday
from lexsarah.law.policy import Limits


@dataclass(frozen=True)
class Clock:
    """One thing that is to be done: what, by which day, and by which reference; late from the day after."""

    label: str
    due_on: dt.date
    law: str

    def is_late(self, *, on: dt.date) -> bool:
        """Tell whether the day has passed without the thing being done."""
        return on > self.due_on


def completion_due(notified_on: dt.date) -> dt.date:
    """Return the last day for the whole investigation: two months after the notification to IVO.

    The clock starts at the notification, not at the report.  A last day that is a Saturday, a Sunday, a
    holiday or such an eve moves to the next working day (lag 1930:173 2 §).
    """
    return next_workday(months_after(notified_on, 2))


@dataclass(frozen=True)
class Facts:
    """The days of a case that start and stop its clocks; None is what has not happened."""

    reported_on: dt.date
    received_on: dt.date | None = None
    measures_on: dt.date | None = None
    decided_on: dt.date | None = None
    notify_decided_on: dt.date | None = None
    notified_on: dt.date | None = None
    completed_on: dt.date | None = None
    feedback_on: dt.date | None = None


def clocks(facts: Facts, limits: Limits) -> list[Clock]:
    """Return what is still to be done in a case and by when, the soonest first.

    A limit is counted in working days from the day that starts it; one of no days falls due that same day,
    or the first working day after it.
    """
    running = []
    if facts.received_on is None:
        running.append(
            Clock(
                "Ta emot rapporten",
                _within(facts.reported_on, limits.receive),
                "investigate",
            )
        )
    if facts.measures_on is None:
        due = _within(facts.reported_on, limits.measures)
        running.append(
            Clock("Avhjälp det som genast går att avhjälpa", due, "investigate")
        )
    if facts.decided_on is None:
        due = _within(facts.reported_on, limits.investigate)
        running.append(Clock("Utred och besluta", due, "investigate"))
    elif facts.feedback_on is None:
        due = _within(facts.decided_on, limits.feedback)
        running.append(Clock("Återkoppla till den som rapporterade", due, "feedback"))
    if facts.notify_decided_on is not None and facts.notified_on is None:
        running.append(
            Clock(
                "Anmäl till IVO",
                _within(facts.notify_decided_on, limits.notify),
                "notify",
            )
        )
    if facts.notified_on is not None and facts.completed_on is None:
        due = completion_due(facts.notified_on)
        running.append(Clock("Skicka hela utredningen till IVO", due, "complete"))
    return sorted(running, key=lambda clock: clock.due_on)


def _within(day: dt.date, workdays: int) -> dt.date:
    return next_workday(add_workdays(day, workdays))


def hours_left(due_at: dt.datetime, *, at: dt.datetime) -> int:
    """Return how many whole hours are left, negative when the time has passed; both are points in time.

    Hours are counted on the clock of the world, so that a night in which summer time begins or ends
    neither gives nor takes one: two times of the same zone would else be subtracted as a wall clock shows.
    """
    return int(
        (due_at.astimezone(dt.UTC) - at.astimezone(dt.UTC)).total_seconds() // 3600
    )
