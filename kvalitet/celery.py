"""The Celery application; its settings are those of Django that begin with CELERY_."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from kvalitet.operations.logs import CONFIG, configure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")


@setup_logging.connect
def log_as_the_rest(*, loglevel: int, **_signal: Any) -> None:
    """Let worker and scheduler log as the rest does, at the level that they were started with."""
    configure(CONFIG)
    logging.getLogger("celery").setLevel(loglevel)


app = Celery("kvalitet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
