"""Units, people, roles and who holds which role where and when."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.rights import Role
from organisation.shown.told import SecurityEvent, tell
from organisation.texts.alphabet import AlphabetKeyField

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


def sane_dates(*fields: str, model: str) -> models.CheckConstraint:
    """Keep dates within 1900-2200: a date that PostgreSQL stores but Python cannot read kills lists."""
    inside = Q()
    for field in fields:
        inside &= Q(**{f"{field}__isnull": True}) | Q(
            **{f"{field}__gte": EARLIEST, f"{field}__lt": LATEST}
        )
    return models.CheckConstraint(
        condition=inside,
        name=f"{model}_sane_dates",
        violation_error_message="Ange ett datum mellan år 1900 och 2200.",
    )


class UnitQuerySet(models.QuerySet["Unit"]):
    """Questions about the tree of units."""

    def valid(self, *, on: dt.date | None = None) -> Self:
        """Return the units that exist on a day, today unless told."""
        on = on or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)

    def there(self, first: dt.date, end: dt.date) -> Self:
        """Return the units that existed on any day from the first up to, not including, the end."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=first), valid_from__lt=end)

    def below(self, unit: Unit) -> Self:
        """Return the unit itself and everything under it, whenever it existed."""
        return self.filter(path__startswith=unit.path)

    def leaves(self) -> Self:
        """Return the units that have no units under them: the ones that cases belong to."""
        return self.filter(children=None)


class Unit(models.Model):
    """A part of the organisation: a node of one tree, valid from one day to another."""

    class Level(models.TextChoices):
        """The levels of an administration, uppermost first."""

        ADMINISTRATION = "forvaltning", "förvaltning"
        DEPARTMENT = "avdelning", "avdelning"
        UNIT = "enhet", "enhet"
        SECTION = "sektion", "sektion"

    code = models.CharField("kod", max_length=40, unique=True)
    name = models.CharField("namn", max_length=200)
    level = models.CharField("nivå", max_length=20, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="överordnad",
    )
    path = models.CharField("sökväg", max_length=400, unique=True, editable=False)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    staff = models.PositiveIntegerField("antal medarbetare", null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        """Ordered as the tree is read."""

        ordering = ["path"]
        indexes = [
            models.Index(
                fields=["path"], name="unit_path", opclasses=["text_pattern_ops"]
            )
        ]
        constraints = [
            sane_dates("valid_from", "valid_to", model="unit"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_begins",
                violation_error_message="Slutdatum ska vara efter startdatum.",
            ),
            models.CheckConstraint(
                condition=Q(path__endswith="/") & ~Q(code__contains="/"),
                name="unit_path_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """Return how many units stand above this one."""
        return self.path.count("/") - 1


class Rhythm(models.TextChoices):
    """How often a person wants mail about what has happened; the list in the product has it all at once."""

    DIRECT = "direct", "varje timme"
    DAILY = "daily", "en gång om dagen"
    WEEKLY = "weekly", "en gång i veckan"
    NEVER = "never", "aldrig"


class User(AbstractUser):
    """A person who can sign in; what he or she may do follows from memberships alone."""

    first_name = None  # type: ignore[assignment]  # one name is enough
    last_name = None  # type: ignore[assignment]
    name = models.CharField("namn", max_length=200)
    name_key = AlphabetKeyField(of="name")
    email = models.EmailField("e-postadress", blank=True)
    rhythm = models.CharField(
        "mejl om det som har hänt", max_length=10, choices=Rhythm, default=Rhythm.DAILY
    )
    # Opens the calendar feed without login; made, and made anew, when the person asks for it.
    calendar_key = models.CharField(
        max_length=64, null=True, unique=True, editable=False
    )

    REQUIRED_FIELDS = ["name"]

    class Meta:
        """Ordered by name."""

        ordering = ["name_key", "pk"]
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the one name a person has here."""
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Store a person, and tell of a new password in the same transaction, whoever has chosen it."""
        # Django keeps what was typed until it is stored, and not where only the way of hashing is new.
        typed: str | None = self._password  # type: ignore[attr-defined]  # not in the stubs
        if typed is None or self._state.adding:
            super().save(*args, **options)
            return
        with transaction.atomic():
            super().save(*args, **options)
            tell(SecurityEvent.PASSWORD_CHANGED, self.pk)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about who holds which role."""

    def valid(self, *, on: dt.date | None = None) -> Self:
        """Return the memberships that hold on a day, today unless told."""
        on = on or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)

    def substitutes(self) -> Self:
        """Return what is lent to substitutes, today or later, the soonest first."""
        lent = self.filter(
            stands_in_for__isnull=False, valid_to__gt=timezone.localdate()
        )
        return lent.select_related("user", "unit", "stands_in_for").order_by(
            "valid_from", "pk"
        )


class Membership(models.Model):
    """A person holds a role in a unit and all below it, from one day to another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField("roll", max_length=30, choices=Role)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True, blank=True)
    # Whose place a substitute takes meanwhile.
    stands_in_for = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitutes",
        verbose_name="ersätter",
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        """One row per person, unit, role and first day."""

        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "valid_from"], name="membership_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_known_role"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for=None)
                | Q(valid_to__isnull=False) & ~Q(stands_in_for=F("user")),
                name="substitute_has_a_last_day",
                violation_error_message="En ersättare är någon annan, och har en sista dag.",
            ),
            sane_dates("valid_from", "valid_to", model="membership"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.unit}"

    @property
    def last_day(self) -> dt.date | None:
        """Return the last day on which the role is held."""
        return self.valid_to - dt.timedelta(days=1) if self.valid_to else None


class Bucket(models.Model):
    """How much one source, browser or account has used of a limit lately (organisation.limiter).

    The key is a hash that nobody can make once its day is over; the table is not in the database's log,
    and so neither in a replica nor in a backup of files.
    """

    key = models.CharField(primary_key=True, max_length=64)
    empty_at = models.DateTimeField()
    opens_at = models.DateTimeField()


class Salt(models.Model):
    """The secret of one day under which the keys of its buckets are made; it is thrown away with the day."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()


class FailedSignIns(models.Model):
    """How often somebody has failed to sign in as a person, from other browsers than the person's own."""

    # No constraint: its lock on the person is logged, and the wait for the disk would tell who exists.
    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    count = models.PositiveIntegerField()
    since = models.DateField()


class Alarm(models.TextChoices):
    """What whoever runs the product must be told."""

    NO_CLIENT_ADDRESS = "no_client_address"
    MANY_FILINGS = "many_filings"
    LOG_WITHOUT_MONTH = "log_without_month"
    HISTORY_REWRITTEN = "history_rewritten"
    NOTHING_SEALED = "nothing_sealed"


class Sounded(models.Model):
    """When an alarm was last sounded, to the hour."""

    name = models.CharField(primary_key=True, max_length=40, choices=Alarm)
    at = models.DateTimeField()

    class Meta:
        """Only alarms that the product knows."""

        constraints = [
            models.CheckConstraint(
                condition=Q(name__in=Alarm.values), name="sounded_known_alarm"
            )
        ]
