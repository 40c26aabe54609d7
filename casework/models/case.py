"""The spine that all cases share, who may read it, and who may not."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from casework import kinds
from casework.kinds import Circle
from organisation.access import Held, held_by, under
from organisation.models import Unit, sane_dates
from organisation.rights import Right, Role

CaseT = TypeVar("CaseT", bound="Case")


class CaseQuerySet(models.QuerySet[CaseT]):
    """Questions about cases; every list and every page begins with visible_to."""

    def visible_to(self, user: Any) -> Self:
        """Return the cases that a person may read: own reports, and those that a role opens.

        Nobody reads a case that he or she is recused from (FL 16-18 §§), and only those who are named
        read one about a person with protected identity, whatever their role (OSL 21 kap. 3 §).
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._which(user, own=True)

    def handled_by(self, user: Any) -> Self:
        """Return the cases that a person reads in whole: not only as the one who reported them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._which(user, own=False)

    def _which(self, user: Any, *, own: bool) -> Self:
        """Return the cases that are opened to a person, found by the indexes of the spine.

        A child is asked for by key: in its own query a part of the condition would be asked of the child's
        table, and then no index can answer the whole of it.
        """
        held = held_by(user)
        if self.model is Case:
            return self.filter(_read_by(user.pk, held, own))
        subject = self.model._meta.app_label
        return self.filter(pk__in=_keys_in(subject, user.pk, held, own))

    def open(self) -> Self:
        """Return the cases that nobody has closed."""
        return self.filter(closed_on=None)

    def closed(self) -> Self:
        """Return the cases that are closed."""
        return self.exclude(closed_on=None)

    def overdue(self, *, on: dt.date | None = None) -> Self:
        """Return the open cases whose last day has passed."""
        return self.open().filter(due_on__lt=on or timezone.localdate())

    def unprotected(self) -> Self:
        """Return the cases that may stand in a search, an export or a mail."""
        return self.filter(protected=False)


def opened_to(user: Any, *, case: str = "") -> Q:
    """Return the condition for the cases that a person's roles of today, or a naming, open.

    ``case`` is the way to the case from the rows that are asked for, such as ``case__``.
    """
    return _opened_by(user.pk, held_by(user), case)


def _read_by(user: int, held: frozenset[Held], own: bool) -> Q:
    """Return the condition for what is opened to a person, with the own reports or without them."""
    opened = _opened_by(user, held, "")
    return Q(reporter=user) | opened if own else opened


@lru_cache(maxsize=512)  # to resolve the condition costs a page as much as to build it
def _keys_in(
    subject: str, user: int, held: frozenset[Held], own: bool
) -> models.QuerySet[Any, Any]:
    """Return the question for the keys of a subject's cases that are opened to a person, for use in another."""
    spine = Case.objects.filter(_read_by(user, held, own), subject=subject)
    return spine.order_by().values("pk")


@lru_cache(
    maxsize=512
)  # nothing else than its arguments decides it, and each page asks several times
def _opened_by(user: int, held: frozenset[Held], case: str) -> Q:
    """Return the condition for the cases that are opened to a person by roles, or by a naming.

    Each way to a case is something that an index of the spine answers: a person pays for the cases that he
    or she may read, not for all that there are.
    """

    def where(roles: frozenset[Role]) -> frozenset[Held]:
        return frozenset(one for one in held if one.role in roles)

    def of(**facts: Any) -> Q:
        return Q(**{f"{case}{field}": value for field, value in facts.items()})

    # Circles that the same roles open are asked for together: every page pays for building this.
    circles: dict[frozenset[Held], list[str]] = {}
    for circle in kinds.circles():
        circles.setdefault(where(kinds.readers_in(circle)), []).append(circle)
    opened = Q(pk__in=[])
    for places, read in circles.items():
        opened |= of(circle__in=read) & under(places, f"{case}unit")
    # Whoever handed a case over reads along until it is accepted.
    opened |= under(where(Right.ORGANISATION_LEAD.roles), f"{case}came_from") & ~of(
        circle=Circle.INVESTIGATOR
    )
    # The registrar keeps the register of what comes from outside, until it is closed (OSL 5 kap. 1 §).
    outside = of(from_outside=True, closed_on=None, circle=Circle.USUAL)
    opened |= under(where(Right.CASES_KEEP_REGISTER.roles), f"{case}unit") & outside
    named = of(pk__in=NamedReader.objects.filter(user=user).values("case"))
    recused = of(pk__in=Recusal.objects.filter(user=user).values("case"))
    return (of(protected=False) & opened | of(protected=True) & named) & ~recused


class Case(models.Model):
    """What every case has, whatever it is about; its own app adds the rest in a child table.

    Dates are local days (Europe/Stockholm) without time of day: statistics count days, and an
    anonymous report must not be traceable by the minute.
    """

    number = models.CharField("nummer", max_length=40, unique=True)
    subject = models.CharField("slag", max_length=20, choices=kinds.choices)
    title = models.TextField("rubrik")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="cases", verbose_name="enhet"
    )
    target_group = models.CharField("målgrupp", max_length=100, blank=True)
    process = models.CharField("process eller rutin", max_length=200, blank=True)
    occurred_on = models.DateField("händelsen inträffade", null=True, blank=True)
    received_on = models.DateField("inkom")
    due_on = models.DateField("klart senast", null=True, blank=True)
    closed_on = models.DateField("avslutades", null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_cases",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_cases",
        verbose_name="handläggs av",
    )
    # Whether a citizen, a relative or an authority wrote it: then it is the registrar's to keep, too.
    from_outside = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Counts the changes: whoever saves on top of another's change is told so.
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # The unit that handed the case over, until the receiver has accepted it.
    came_from = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handed_over",
        editable=False,
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    protected = models.BooleanField(
        "skyddade personuppgifter", default=False, db_default=False
    )
    circle = models.CharField(
        "läses av",
        max_length=20,
        choices=Circle,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    words = models.GeneratedField(
        expression=SearchVector("number", "title", config="swedish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CaseQuerySet.as_manager()

    # What let its reader in, where that is nothing but an emergency opening (casework.handling.emergency).
    opening: Any = None

    class Meta:
        """Newest first; number breaks ties so that pages never overlap."""

        ordering = ["-received_on", "-number"]
        indexes = [
            models.Index(
                fields=["subject", "unit", "received_on"],
                name="case_subject_unit_received",
            ),
            models.Index(fields=["-received_on", "-number"], name="case_newest_first"),
            models.Index(
                fields=["due_on"], condition=Q(closed_on=None), name="case_open_due"
            ),
            models.Index(
                fields=["unit", "due_on"],
                condition=Q(closed_on=None),
                name="case_open_of_unit",
            ),
            # Few are protected: a list of a person's cases looks at all of them beside those of the units.
            models.Index(
                fields=["unit"], condition=Q(protected=True), name="case_protected"
            ),
            GinIndex(fields=["words"], name="case_words"),
        ]
        constraints = [
            sane_dates(
                "occurred_on", "received_on", "due_on", "closed_on", model="case"
            ),
            models.CheckConstraint(
                condition=Q(circle__in=Circle.values), name="case_known_circle"
            ),
            models.CheckConstraint(
                condition=Q(occurred_on=None) | Q(occurred_on__lte=F("received_on")),
                name="case_occurs_before_it_is_received",
                violation_error_message="Händelsen kan inte ha inträffat efter att den rapporterades.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("received_on")),
                name="case_closes_after_it_is_received",
                violation_error_message="Ärendet kan inte avslutas före den dag det kom in.",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")),
                name="case_is_not_its_own_duplicate",
                violation_error_message="Ett ärende kan inte vara en dubblett av sig självt.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_title(self) -> str:
        """Return what lists show: nothing of a case with protected identities (OSL 21 kap. 3 §)."""
        return "Skyddade personuppgifter" if self.protected else self.title

    @property
    def handler_roles(self) -> frozenset[Role]:
        """Return the roles that handle the case."""
        return kinds.handlers_for(self.subject, self.circle, self.unit.level)


class Recusal(models.Model):
    """A person who takes no part in a case and does not read it (FL 16-18 §§, jäv)."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Who said so: the person, or somebody above; of what was said before this was kept it is unknown.
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        """Once per case and person."""

        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="recusal_once")
        ]


class NamedReader(models.Model):
    """One of the one to three persons who read a case about somebody with protected identity."""

    # Whose a row is: the policies of the database ask it (casework.cases.policies).
    own_of = "user"

    MOST = 3

    case = models.ForeignKey(Case, models.PROTECT, related_name="named_readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        """Three places per case, one for each person."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="named_reader_once"),
            models.UniqueConstraint(
                fields=["case", "position"], name="named_reader_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=3),
                name="named_readers_are_at_most_three",
            ),
        ]


class NumberSeries(models.Model):
    """The last number given in one series and year, locked while the next one is taken."""

    prefix = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        """One row per series and year."""

        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_year")
        ]
