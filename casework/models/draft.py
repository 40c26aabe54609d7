"""What somebody has typed in a form and not yet sent."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from casework.database.encrypted_fields import SealedTextField
from casework.models.case import Case


class FormDraft(models.Model):
    """The answers of one unsent form, which only the one who typed them reads.

    A draft is no public document and belongs to no register (TF 2 kap. 12 §): it goes when the form is
    sent, when the case is purged, or when nobody has touched it for thirty days.
    """

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    # Theirs alone: it goes with the person.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="form_drafts"
    )
    address = models.CharField(max_length=300)
    # The names of the fields that it is known by, and a hash of them: two forms may be sent to one address.
    names = ArrayField(models.TextField())
    form = models.CharField(max_length=64)
    # The case that the form is about, if any: what is typed may be as secret as the case itself, and goes
    # with it.
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    typed = SealedTextField()
    # Whether it was sent and could not be taken, because nobody was signed in any longer.
    was_sent = models.BooleanField(default=False, db_default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The latest first; one draft per person and form."""

        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address", "form"], name="one_draft_a_form"
            ),
        ]
        indexes = [models.Index(fields=["updated_at"], name="form_draft_age")]
