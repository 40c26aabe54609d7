"""Whom a case concerns, sealed, and the other duties that an event may bring."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from casework.database.encrypted_fields import SealedTextField
from casework.models import Case
from lexsarah.law.deadlines import hours_left
from lexsarah.models.case import LexSarahCase


class Concerned(models.Model):
    """A person whom a case concerns: sealed, never searched, opened only with a reason (OSL 26 kap. 1 §)."""

    case = models.ForeignKey(LexSarahCase, models.PROTECT, related_name="concerned")
    position = models.PositiveSmallIntegerField()
    name = SealedTextField("namn")
    reference = SealedTextField("var uppgifterna finns", blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    # One form sent twice is one person.
    form_token = models.UUIDField(unique=True, editable=False)

    class Meta:
        """Numbered from 1 within each case."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"], name="concerned_position_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="concerned_has_a_name"),
        ]


class OtherDuty(models.Model):
    """Another duty that the same event brings, beside lex Sarah or instead of it, and when it was done."""

    class Kind(models.TextChoices):
        """To whom it goes."""

        LEX_MARIA = "lex_maria", "lex Maria: vårdskada eller risk för vårdskada"
        DATA_BREACH = "data_breach", "personuppgiftsincident"
        POLICE = "police", "polisanmälan"

    HOURS = {Kind.DATA_BREACH: 72}

    case = models.ForeignKey(Case, models.PROTECT, related_name="other_duties")
    kind = models.CharField("vad", max_length=20, choices=Kind)
    known_at = models.DateTimeField("när det blev känt")
    done_at = models.DateTimeField("när det gjordes", null=True, blank=True)
    reference = models.CharField(
        "diarienummer eller mottagare", max_length=200, blank=True
    )
    reason = models.TextField("varför inte", blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        """The soonest first; each kind once per case."""

        ordering = ["known_at", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="other_duty_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["lex_maria", "data_breach", "police"]),
                name="other_duty_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__gte=F("known_at")),
                name="other_duty_done_after_it_is_known",
                violation_error_message="Det kan inte ha gjorts innan det blev känt.",
            ),
        ]

    @property
    def due_at(self) -> dt.datetime | None:
        """Return the last point in time for it: 72 hours after a breach was known (GDPR art. 33)."""
        hours = self.HOURS.get(self.Kind(self.kind))
        return self.known_at + dt.timedelta(hours=hours) if hours else None

    @property
    def is_settled(self) -> bool:
        """Tell whether it is done, or somebody has written why it need not be."""
        return self.done_at is not None or self.reason != ""

    @property
    def standing(self) -> str:
        """Return in Swedish where the duty stands now."""
        return self.standing_at(timezone.now())[0]

    @property
    def tone(self) -> str:
        """Return the tone of where the duty stands now."""
        return self.standing_at(timezone.now())[1]

    def standing_at(self, at: dt.datetime) -> tuple[str, str]:
        """Return in Swedish where the duty stands at a point in time, and the tone of that."""
        due = self.due_at
        if self.done_at is not None:
            is_late = due is not None and self.done_at > due
            return ("gjort, men för sent", "warn") if is_late else ("gjort", "good")
        if self.reason:
            return "görs inte", "neutral"
        if due is None:
            return "att göra snarast", "info"
        if at > due:
            late = hours_left(at, at=due)
            return f"försenat med {_hours(late)}" if late else "just försenat", "bad"
        left = hours_left(due, at=at)
        return (
            f"{_hours(left)} kvar" if left else "mindre än en timme kvar",
            "warn" if left < 24 else "info",
        )


def _hours(count: int) -> str:
    return "1 timme" if count == 1 else f"{count} timmar"
