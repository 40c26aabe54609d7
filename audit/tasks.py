"""What the worker does for the log."""

from __future__ import annotations

from celery import shared_task

from audit.recording.months import make_months
from audit.sealing import watching


@shared_task(name="audit.tasks.make_months")
def make_parts() -> None:
    """Make the parts of the log three months ahead, once a day."""
    make_months()


@shared_task(name="audit.tasks.watch_everything")
def watch_everything() -> None:
    """Check the history of every case and every seal, once a night."""
    watching.watch_everything()


@shared_task(name="audit.tasks.watch_lately")
def watch_lately() -> None:
    """Check what was touched or sealed within an hour, every ten minutes."""
    watching.watch_lately()
