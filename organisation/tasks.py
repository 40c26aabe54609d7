"""What the worker does for sign-in and limits: forget from where somebody came."""

from __future__ import annotations

from celery import shared_task

from organisation.sign_in import limiter


@shared_task(name="organisation.tasks.forget_sources")
def forget_sources() -> None:
    """Forget from where people have signed in and the public forms have been used."""
    limiter.forget()
