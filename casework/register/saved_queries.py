"""A person's own names for what an address asks: filters of the inbox, questions to the register."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction

from casework.models import SavedFilter
from organisation.models import User


@dataclass(frozen=True)
class SavedQueries:
    """The rows of one table with user, name and query; ``full`` says in Swedish that there are too many."""

    model: type[models.Model]
    most: int
    full: str

    def save(self, *, actor: User, name: str, query: str) -> None:
        """Keep a query under a name of the person's own; the same name again replaces it.

        Raises ValidationError when the person has as many as one can have.
        """
        rows = self.model._default_manager
        with transaction.atomic():
            User.objects.select_for_update().get(pk=actor.pk)
            if rows.filter(user=actor).exclude(name=name).count() >= self.most:
                raise ValidationError(self.full)
            rows.update_or_create(user=actor, name=name, defaults={"query": query})

    def remove(self, *, actor: User, name: str) -> bool:
        """Remove a query of the person's own; tell whether there was one."""
        removed, _ = self.model._default_manager.filter(user=actor, name=name).delete()
        return bool(removed)


FILTERS = SavedQueries(
    SavedFilter,
    most=20,
    full="Du har redan 20 sparade filter. Ta bort ett som du inte använder.",
)
