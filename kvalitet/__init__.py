"""Wiring of the product: settings, URLs, the Celery application and the embedded runtime."""

from kvalitet.celery import app as celery_app

__all__ = ["celery_app"]
