"""Who has read a case in an emergency, why, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThanOrEqual

from casework.models.case import Case
from organisation.models import Unit


class EmergencyOpeningQuerySet(models.QuerySet["EmergencyOpening"]):
    """Questions about emergency openings."""

    def open_to(self, person: Any) -> Self:
        """Return those that a person has made and that are not over, by the database's clock.

        All servers have that one clock; one of theirs that is wrong opens nothing longer.
        """
        return self.filter(person=person, opened_at__lte=Now(), closes_at__gt=Now())


class EmergencyOpening(models.Model):
    """One person reads one case for an hour, with a reason; the database refuses to change or remove it.

    It opens the pages of the case for reading and nothing else; what else must be so is asked at each page
    (casework.handling.emergency).
    """

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "person"

    LASTS = dt.timedelta(minutes=60)
    SHORTEST_REASON = 20

    case = models.ForeignKey(Case, models.PROTECT, related_name="emergency_openings")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # The role by which it was opened, and where it was held.
    role = models.CharField(max_length=30)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reason = models.TextField("skäl")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    objects = EmergencyOpeningQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "closes_at"], name="emergency_of_person")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=F("opened_at") + dt.timedelta(minutes=60)),
                name="emergency_lasts_an_hour",
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), 20),
                name="emergency_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(role=""), name="emergency_is_opened_in_a_role"
            ),
        ]
