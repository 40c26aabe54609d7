"""The municipality's own outlines, which a quality controller makes from those that are there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class OwnOutline(models.Model):
    """One own outline; ``data`` is its name, its year and its sections in order (see reports.outlines.outline)."""

    slug = models.SlugField(max_length=20, unique=True)
    name = models.CharField("namn", max_length=80, unique=True)
    data: models.JSONField[dict[str, Any]] = models.JSONField()
    # Every change counts it up: the second of two sees that somebody else was first.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """By name."""

        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
