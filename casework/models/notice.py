"""What tells a person that something has happened, and what a person keeps for the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from casework.models.action import Action
from casework.models.case import Case, Recusal
from organisation.models import Membership, Unit
from organisation.rights import Right
from organisation.texts.alphabet import AlphabetKeyField


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def readable_by(self, user: Any) -> Self:
        """Return a person's own notices about what he or she may still read: a case, a measure in it, a unit.

        Asked notice by notice: a person has few of them, and may read two hundred thousand cases.  A way to
        read is only asked for where a notice is of its kind: every page counts them, and asking costs.
        """
        own = self.filter(user=user)
        kinds = set(own.order_by().values_list("kind", flat=True).distinct())
        if not kinds:
            return own.none()
        visible = Case.objects.visible_to(user).order_by()
        readable = Q(Exists(visible.filter(pk=OuterRef("case_id"))))
        for about, condition in _WAYS:
            if met := kinds.intersection(about):
                readable |= Q(condition(user), kind__in=sorted(met))
        return own.filter(readable)

    def unread(self) -> Self:
        """Return the notices that nobody has looked at."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One person is told one thing about one case or unit on one day, once however often it is found out."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    class Kind(models.TextChoices):
        """What has happened; the words are all that a mail may say."""

        NEW = "new", "nytt ärende"
        URGENT = "urgent", "brådskande ärende"
        TO_DECIDE = "to_decide", "ärende att besluta om"
        ASSIGNED = "assigned", "du har fått ett ärende"
        RECEIVED = "received", "överlämnat till din enhet"
        MESSAGE = "message", "nytt meddelande"
        ANSWERED = "answered", "återkoppling på det du rapporterat"
        DUE = "due", "ska vara klart snart"
        OVERDUE = "overdue", "försenat"
        ESCALATED = "escalated", "försenat hos en chef under dig"
        ACTION_GIVEN = "action_given", "du har fått en åtgärd"
        ACTION_DUE = "action_due", "åtgärd ska vara klar snart"
        ACTION_OVERDUE = "action_overdue", "åtgärd är försenad"
        EFFECT_DUE = "effect_due", "effekten av en åtgärd ska följas upp"
        NO_ANALYSIS = "no_analysis", "ingen riskanalys i år"
        KEPT_OUT = "kept_out", "någon hålls utanför ett ärende"
        PROTECTED = "protected", "ett ärende skyddas"
        EMERGENCY = "emergency", "ett ärende har nödöppnats"
        LEFT = "left", "ärende som saknar handläggare"
        ACTION_LEFT = "action_left", "åtgärd som saknar ansvarig"
        ACTION_PROPOSED = "action_proposed", "åtgärd att besluta om"
        SECTION_GIVEN = "section_given", "du har fått ett avsnitt att skriva"
        SECTION_DUE = "section_due", "ett avsnitt ska vara klart snart"
        SECTION_OVERDUE = "section_overdue", "ett avsnitt är försenat"

    # About the annual report of a unit, to those who write in it.
    ABOUT_SECTIONS = (Kind.SECTION_GIVEN, Kind.SECTION_DUE, Kind.SECTION_OVERDUE)
    ABOUT_UNITS = (Kind.NO_ANALYSIS, *ABOUT_SECTIONS)
    # About who reads a case, to those who watch over its unit, also when they do not read it themselves.
    ABOUT_READERS = (Kind.KEPT_OUT, Kind.PROTECTED, Kind.EMERGENCY)
    # What may not wait for the next mail.
    AT_ONCE = (Kind.URGENT, Kind.EMERGENCY)
    ABOUT_MEASURES = (
        Kind.ACTION_GIVEN,
        Kind.ACTION_DUE,
        Kind.ACTION_OVERDUE,
        Kind.EFFECT_DUE,
        Kind.ACTION_PROPOSED,
    )
    # What stays so until the case is closed is told once: the notice says that it has been.
    UNTIL_CLOSED = (Kind.DUE, Kind.OVERDUE, Kind.ESCALATED)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices"
    )  # about the person
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="notices")
    # Of what is missing in a unit there is no case.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField(default=timezone.localdate)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "case", "kind", "on"], name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "kind", "on"], name="notice_of_a_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, unit=None)
                | Q(case=None, unit__isnull=False),
                name="notice_is_about_one_thing",
            ),
        ]


def _holds(user: Any, right: Right, *, over: str) -> Q:
    """Ask whether a person has a right today over the unit of each notice."""
    held = Membership.objects.valid().filter(user=user, role__in=right.roles)
    where = ExpressionWrapper(OuterRef(over), models.CharField())
    return Q(Exists(held.annotate(path=where).filter(path__startswith=F("unit__path"))))


def _is_to_do_a_measure(user: Any) -> Q:
    mine = Action.objects.to_be_done_by(user).order_by()
    return Q(Exists(mine.filter(case=OuterRef("case_id"))))


def _decides_on_a_measure(user: Any) -> Q:
    proposed = Action.objects.put_before(user).order_by()
    return Q(Exists(proposed.filter(case=OuterRef("case_id"))))


def _prepares_the_decision(user: Any) -> Q:
    """Ask who prepares a board's decisions, and reads the summary that is put before it, not the case."""
    prepares = _holds(user, Right.BOARD_PREPARE, over="case__unit__path")
    return prepares & ~_is_recused(user)


def _watches_over_the_unit(user: Any) -> Q:
    watches = _holds(user, Right.CASES_WATCH, over="case__unit__path")
    return watches & ~_is_recused(user)


def _sees_openings(user: Any) -> Q:
    sees = _holds(user, Right.LOG_SEE_GLASS, over="case__unit__path")
    return sees & ~_is_recused(user)


def _is_recused(user: Any) -> Q:
    return Q(case__in=Recusal.objects.filter(user=user).values("case"))


def _leads_the_unit(user: Any) -> Q:
    leads = _holds(user, Right.ORGANISATION_LEAD, over="unit__path")
    return leads & Q(unit__isnull=False)


def _writes_sections(user: Any) -> Q:
    authors = Right.REPORTS_WRITE_SECTION.roles
    return Q(Exists(Membership.objects.valid().filter(user=user, role__in=authors)))


# The ways to read a notice beside reading the case that it is about, by what each is asked of.
_WAYS: tuple[tuple[tuple[Notice.Kind, ...], Callable[[Any], Q]], ...] = (
    (Notice.ABOUT_MEASURES, _is_to_do_a_measure),
    ((Notice.Kind.ACTION_PROPOSED,), _decides_on_a_measure),
    ((Notice.Kind.TO_DECIDE,), _prepares_the_decision),
    (Notice.ABOUT_READERS, _watches_over_the_unit),
    ((Notice.Kind.EMERGENCY,), _sees_openings),
    (Notice.ABOUT_UNITS, _leads_the_unit),
    (Notice.ABOUT_SECTIONS, _writes_sections),
)


class MailQuerySet(models.QuerySet["Mail"]):
    """Questions about outgoing mail."""

    def waiting(self) -> Self:
        """Return the mails that are to be sent; what it says is no news after three days."""
        return self.filter(
            sent_at=None, problem="", created_at__gt=timezone.now() - Mail.KEEP_TRYING
        )


class Mail(models.Model):
    """A mail that goes out, or has gone; it says that something has happened and never what."""

    KEEP_TRYING = dt.timedelta(days=3)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mails"
    )
    on = models.DateField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-created_at", "-pk"]

    @property
    def is_late(self) -> bool:
        """Tell whether the mail has waited for more than an hour."""
        return self.sent_at is None and timezone.now() - self.created_at > dt.timedelta(
            hours=1
        )

    @property
    def is_given_up(self) -> bool:
        """Tell whether the mail is sent only if somebody asks for it."""
        age = timezone.now() - self.created_at
        return self.sent_at is None and (self.problem != "" or age > self.KEEP_TRYING)


class SavedFilter(models.Model):
    """A filter of the inbox that a person has given a name."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters"
    )  # own notes
    name = models.CharField("namn", max_length=60)
    name_key = AlphabetKeyField(of="name")
    query = models.CharField(max_length=500)

    class Meta:
        """By name, which a person uses once."""

        ordering = ["name_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="saved_filter_name_once"
            )
        ]
