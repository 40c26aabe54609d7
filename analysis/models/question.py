"""A question to the register that a person has given a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from organisation.texts.alphabet import AlphabetKeyField


class SavedQuestion(models.Model):
    """A question that a person has saved under a name: codes and words, no personal data."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_questions"
    )  # own notes
    name = models.CharField("namn", max_length=60)
    name_key = AlphabetKeyField(of="name")
    query = models.CharField(max_length=1_000)

    class Meta:
        """By name, which a person uses once."""

        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="saved_question_name_once"
            )
        ]
