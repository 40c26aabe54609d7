"""What the worker does for reports: forget what nobody needs any longer."""

from __future__ import annotations

from celery import shared_task

from deviations.reporting import drafts


@shared_task(name="deviations.tasks.remove_old_drafts")
def remove_old_drafts() -> None:
    """Remove reports that somebody began and never sent."""
    drafts.remove_old()
