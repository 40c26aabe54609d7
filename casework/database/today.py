"""The day by the database's own clock, for conditions that the database is to hold by itself."""

from __future__ import annotations

from django.conf import settings
from django.db.models import DateField, Func


class Today(Func):
    """The day of now where the product is used."""

    template = f"(CURRENT_TIMESTAMP AT TIME ZONE '{settings.TIME_ZONE}')::date"
    output_field = DateField()
