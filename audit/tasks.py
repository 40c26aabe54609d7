"""What the worker does for the log."""

from __future__ import annotations

from celery import shared_task

from audit.recording.months import make_months


@shared_task(name="audit.tasks.make_months")
def make_parts() -> None:
    """Make the parts of the log three months ahead, once a day."""
    make_months()
