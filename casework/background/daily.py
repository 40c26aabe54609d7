"""Work that is done once a day: the scheduler asks for it, however often, and a job does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task

from casework.background.jobs import Effect, Tick, enqueue, handler
from casework.models import Job


def daily(task: str, kind: str, do: Callable[[], Any]) -> str:
    """Let the scheduler's task ask for a kind of job that does something, together with "done".

    Returns the name of the task, for the schedule.
    """

    def work(_job: Job, _tick: Tick) -> Effect:
        def write() -> None:
            do()

        return write

    return _ask_for(task, kind, work)


def daily_in_steps(task: str, kind: str, do: Callable[..., Any]) -> str:
    """Do the same where each step of the work is a transaction of its own: nobody waits for all of it."""

    def work(_job: Job, tick: Tick) -> Effect:
        do(tick=tick)
        return lambda: None

    return _ask_for(task, kind, work)


def _ask_for(task: str, kind: str, work: Callable[[Job, Tick], Effect]) -> str:
    handler(kind)(work)

    def ask() -> None:
        enqueue(kind)

    shared_task(name=task)(ask)
    return task
