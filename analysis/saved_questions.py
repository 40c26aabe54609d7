"""The verbs of saved questions: a person's own names for what to ask the register."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from analysis.models import SavedQuestion
from organisation.models import User

MOST = 30


def save_question(*, actor: User, name: str, query: str) -> SavedQuestion:
    """Keep a question under a name of the person's own; the same name again replaces it.

    Raises ValidationError when the person has as many as one can have.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        others = SavedQuestion.objects.filter(user=actor).exclude(name=name)
        if others.count() >= MOST:
            raise ValidationError(f"Du har redan {MOST} sparade frågor. Ta bort en som du inte använder.")
        saved, _ = SavedQuestion.objects.update_or_create(user=actor, name=name, defaults={"query": query})
    return saved


def remove_question(*, actor: User, name: str) -> bool:
    """Remove a saved question of the person's own; tell whether there was one."""
    removed, _ = SavedQuestion.objects.filter(user=actor, name=name).delete()
    return bool(removed)
