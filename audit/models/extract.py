"""What was handed out of the log on request, to whom, and after which test."""

from __future__ import annotations

from itertools import chain

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from casework.database.encrypted_fields import SealedTextField
from organisation.models import Unit, sane_dates


class Capacity(models.TextChoices):
    """In which capacity somebody asks for an extract."""

    CONCERNED = "concerned", "den som ärendet gäller"
    GUARDIAN = "guardian", "vårdnadshavare, god man eller förvaltare"
    AGENT = "agent", "ombud med fullmakt"
    EMPLOYEE = "employee", "medarbetaren själv"
    AUTHORITY = "authority", "en annan myndighet"
    OTHER = "other", "någon annan"


class Disclosure(models.TextChoices):
    """What the disclosure test of employees' names came to (OSL 26 kap. 1 §)."""

    NONE = "none", "namn är inte prövade: lämna ut roller och enheter"
    GIVEN = "given", "namn är prövade och lämnas ut"
    REFUSED = "refused", "namn är prövade och lämnas inte ut"


class Extract(models.Model):
    """An extract of the log as it was handed out; the database keeps it as it is.

    ``lines`` is what stood in it: it is made again the same when people have changed name, and when the
    readings themselves have been purged.  The key of its case has no constraint, it outlives the case.
    """

    number = models.CharField("nummer", max_length=40, unique=True)
    # About a case, or about what one employee has read.
    case = models.BigIntegerField(null=True, blank=True)
    case_number = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The unit of the case, or the administration that answers for the log of the employee.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # What they were called that day.
    person_name = models.CharField(max_length=200, blank=True)
    unit_name = models.CharField(max_length=200)
    first = models.DateField("från och med")
    last = models.DateField("till och med")
    # No reading after this one was looked at.
    up_to = models.BigIntegerField()
    lines = models.JSONField(blank=True)
    asked_by = SealedTextField("vem som begärde uttaget")
    capacity = models.CharField("egenskap", max_length=20, choices=Capacity)
    disclosure = models.CharField(
        "sekretessprövning", max_length=10, choices=Disclosure
    )
    paragraph = models.CharField("lagrum", max_length=100, blank=True)
    reasons = SealedTextField("skäl", blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(default=timezone.now)
    form_token = models.UUIDField(unique=True, editable=False)

    class Meta:
        """Latest first."""

        ordering = ["-pk"]
        constraints = [
            sane_dates("first", "last", model="extract"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="extract_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, person=None) & ~Q(case_number="")
                | Q(case=None, case_number="", person__isnull=False),
                name="extract_is_about_one",
            ),
            models.CheckConstraint(
                condition=Q(capacity__in=Capacity.values),
                name="extract_known_capacity",
            ),
            models.CheckConstraint(
                condition=Q(disclosure=Disclosure.NONE, paragraph="", reasons="")
                | Q(disclosure__in=[Disclosure.GIVEN, Disclosure.REFUSED])
                & ~Q(paragraph="")
                & ~Q(reasons=""),
                name="extract_says_how_it_was_tested",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=""), name="extract_says_who_asked"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def keys(self) -> set[int]:
        """Return the keys of the cases that stand in it."""
        listed = set(chain.from_iterable(line["keys"] for line in self.lines))
        return listed if self.case is None else {self.case, *listed}
