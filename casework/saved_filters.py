"""The verbs of saved filters: a person's own names for ways to narrow the inbox."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from casework.models import SavedFilter
from organisation.models import User

MOST = 20


def save_filter(*, actor: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name of the person's own; the same name again replaces it.

    Raises ValidationError when the person has as many as one can have.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        others = SavedFilter.objects.filter(user=actor).exclude(name=name)
        if others.count() >= MOST:
            raise ValidationError(f"Du har redan {MOST} sparade filter. Ta bort ett som du inte använder.")
        saved, _ = SavedFilter.objects.update_or_create(user=actor, name=name, defaults={"query": query})
    return saved


def remove_filter(*, actor: User, name: str) -> bool:
    """Remove a saved filter of the person's own; tell whether there was one."""
    removed, _ = SavedFilter.objects.filter(user=actor, name=name).delete()
    return bool(removed)
