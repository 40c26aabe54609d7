"""What happened to an account: sign-ins, refusals, rights given and ended, and what left the house."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Func, Q, Value
from django.utils import timezone

from organisation.models import Unit
from organisation.shown.told import SecurityEvent as What

OF_A_ROLE: Final = (What.ROLE_GIVEN, What.ROLE_CHANGED, What.ROLE_ENDED)
# What happens to somebody; everything else somebody does.
ABOUT: Final = (*OF_A_ROLE, What.ACCOUNT_CLOSED, What.ACCOUNT_OPENED)
# Anybody can do these as often as a program can ask: one row an hour for each account and page is enough.
ONCE_AN_HOUR: Final = (What.THROTTLED, What.REFUSED)


class SecurityEvent(models.Model):
    """One event, with the account and no other personal data; never changed, and parted by month.

    ``account`` is who did it: of a role or a closed account None where that was an import or a command, and
    otherwise None where nobody has the name that was typed.
    """

    pk = models.CompositePrimaryKey("id", "at")
    # As that of a reading: a parted table cannot have an identity column before PostgreSQL 17.
    id = models.BigIntegerField(
        editable=False,
        db_default=Func(Value("audit_securityevent_id_seq"), function="nextval"),
    )
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=20, choices=What)
    # No constraint: its lock on the person would tell by time whether a typed name is somebody's.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    # To whom it happened; of a role which, and where.
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=30, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    # The URL name, never the address: an address may hold the number of a case.
    page = models.CharField(max_length=80, blank=True)
    # How many rows an export holds.
    count = models.PositiveIntegerField(null=True)

    class Meta:
        """Found by account, and by when; each kind says what belongs to it and nothing else."""

        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["account", "at"], name="event_of_account"),
            models.Index(fields=["about", "at"], name="event_about"),
            BrinIndex(fields=["at"], name="event_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=What.values), name="event_known_what"
            ),
            models.CheckConstraint(
                condition=Q(what__in=ABOUT, about__isnull=False)
                | ~Q(what__in=ABOUT) & Q(about__isnull=True),
                name="event_about_somebody",
            ),
            models.CheckConstraint(
                condition=Q(what__in=OF_A_ROLE, unit__isnull=False) & ~Q(role="")
                | ~Q(what__in=OF_A_ROLE) & Q(unit__isnull=True, role=""),
                name="event_of_a_role",
            ),
            models.CheckConstraint(
                condition=Q(what=What.EXPORTED, count__isnull=False)
                | ~Q(what=What.EXPORTED) & Q(count__isnull=True),
                name="event_count_of_export",
            ),
            models.UniqueConstraint(
                fields=["at", "what", "account", "page"],
                condition=Q(what__in=ONCE_AN_HOUR),
                nulls_distinct=False,
                name="event_once_an_hour",
            ),
        ]
