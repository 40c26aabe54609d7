"""How a record is saved that the database may refuse: its checks are asked once, as the row is written."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction


def save_checked(record: models.Model, **how: Any) -> None:
    """Save a record; raises ValidationError in the words of the constraints that it breaks.

    Only what the database has refused is looked at again: Django would ask it about each constraint by itself.
    """
    try:
        with transaction.atomic():
            record.save(**how)
    except IntegrityError:
        record.validate_constraints()
        raise
