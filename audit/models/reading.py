"""Who has read what: one row for each answer that showed a case or a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Func, Value
from django.utils import timezone

from casework.database.encrypted_fields import SealedTextField
from organisation.models import Unit
from organisation.shown import What


class Kind(models.TextChoices):
    """In which shape something was read."""

    PAGE = What.PAGE, "sida"
    LIST = What.LIST, "lista"
    SEARCH = What.SEARCH, "sökning"
    FILE = What.FILE, "fil"
    EXPORT = What.EXPORT, "uttag"
    PRINT = What.PRINT, "utskrift"
    LOG = What.LOG, "logg"


class Way(models.TextChoices):
    """What let somebody read."""

    ROLE = "role", "genom rollen"
    NAMED = "named", "som namngiven läsare"
    REPORTER = "reporter", "som den som rapporterade"
    GLASS = "glass", "genom nödöppning"


class Reading(models.Model):
    """One answer that showed cases or people, to whom and in which capacity (lag 2001:454 10 §).

    Written before the answer leaves the house, and never changed.  Keys of cases and people have no
    constraint: the row outlives a purged case.  The table is parted by month (0001_readings).
    """

    pk = models.CompositePrimaryKey("id", "at")
    # A parted table cannot have an identity column before PostgreSQL 17; the sequence is the table's own.
    id = models.BigIntegerField(
        editable=False,
        db_default=Func(Value("audit_reading_id_seq"), function="nextval"),
    )
    at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # The role by which the case was open, or of a list the widest one held.
    role = models.CharField(max_length=30, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    way = models.CharField(max_length=10, choices=Way)
    kind = models.CharField(max_length=10, choices=Kind)
    # The URL name of the page, and what it was asked for; what somebody wrote freely is sealed.
    page = models.CharField(max_length=80)
    question = models.TextField(blank=True)
    words = SealedTextField(blank=True)
    purpose = models.TextField(blank=True)
    # How many the question found, of which those below stood in the answer.
    count = models.PositiveIntegerField()
    cases = ArrayField(models.BigIntegerField(), default=list)
    people = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        """Found by case, by person, and by when."""

        ordering = ["-at", "-id"]
        indexes = [
            GinIndex(fields=["cases"], name="reading_cases"),
            GinIndex(fields=["people"], name="reading_people"),
            models.Index(fields=["person", "at"], name="reading_of_person"),
            BrinIndex(fields=["at"], name="reading_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=Kind.values), name="reading_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(way__in=Way.values), name="reading_known_way"
            ),
        ]
