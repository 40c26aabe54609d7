"""The plans of a year, and the templates that checks begin from."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from organisation.access import units_for
from organisation.models import Unit, sane_dates
from organisation.rights import Right
from organisation.texts.alphabet import AlphabetKeyField
from selfcheck.methods import Method


class Template(models.Model):
    """A named set of questions that the quality controller publishes, in versions."""

    code = models.SlugField("kod", max_length=60, unique=True)
    name = models.CharField("namn", max_length=200)
    name_key = AlphabetKeyField(of="name")
    # No longer offered; checks that began from it go on.
    withdrawn_on = models.DateField("drogs in", null=True, blank=True)

    class Meta:
        """By name."""

        ordering = ["name_key", "pk"]
        constraints = [sane_dates("withdrawn_on", model="template")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One published version of a template; the database refuses to change or remove it."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    method = models.CharField("metod", max_length=30, choices=Method)
    intro = models.TextField("så här gör du", blank=True)
    source = models.CharField("krav eller källa", max_length=200, blank=True)
    # The questions in order: each is answered for each file, with yes, no, not applicable or not verifiable.
    questions: models.JSONField[list[str]] = models.JSONField(default=list)
    sample_size = models.PositiveSmallIntegerField(
        "antal att granska", null=True, blank=True
    )
    published_on = models.DateField(default=timezone.localdate)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """Numbered from 1 within each template, the newest first."""

        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="template_version_once"
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="template_known_method"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="template_versions_begin_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template.name}, version {self.number}"


class Rhythm(models.TextChoices):
    """How often a planned check is made in a year."""

    ONCE = "once", "en gång om året"
    HALF = "half", "varje halvår"
    TERTIAL = "tertial", "varje tertial"
    QUARTER = "quarter", "varje kvartal"
    MONTH = "month", "varje månad"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Questions about plans; every page begins with visible_to."""

    def visible_to(self, user: Any) -> Self:
        """Return the plans that a person may read: of the units whose usual cases he or she reads."""
        return self.filter(
            unit__in=units_for(user, Right.CASES_READ).order_by().values("pk")
        )

    def going_on(self) -> Self:
        """Return the plans that are not withdrawn."""
        return self.filter(withdrawn_reason="")

    def numbered(self) -> Self:
        """Return the plans with their place in the unit's year, in the order written: what an address says.

        A plan is never removed and never changes unit, so that a place never becomes another plan's.
        """
        earlier = Plan.objects.filter(
            unit=OuterRef("unit"), year=OuterRef("year"), pk__lte=OuterRef("pk")
        )
        counted = earlier.order_by().values("unit").annotate(n=Count("pk")).values("n")
        return self.annotate(place=Subquery(counted))


class Plan(models.Model):
    """One self-check that a unit plans for a year: what, why, against which routine, how often, by whom."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="selfcheck_plans", verbose_name="enhet"
    )
    year = models.PositiveSmallIntegerField("år")
    title = models.CharField("vad som kontrolleras", max_length=200)
    why = models.TextField("varför", blank=True)
    process = models.CharField("process eller rutin", max_length=200, blank=True)
    method = models.CharField("metod", max_length=30, choices=Method)
    rhythm = models.CharField(
        "hur ofta", max_length=20, choices=Rhythm, default=Rhythm.ONCE
    )
    template = models.ForeignKey(
        Template, models.PROTECT, null=True, blank=True, related_name="plans"
    )
    # The last day of the first occasion; the others follow from the rhythm.
    first_on = models.DateField("första gången klar senast")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Occasions before this day are not opened: the plan was not there, or said something else.
    holds_from = models.DateField(default=timezone.localdate, editable=False)
    withdrawn_reason = models.TextField("varför den inte görs", blank=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies"
    )
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    place: int  # given by PlanQuerySet.numbered

    objects = PlanQuerySet.as_manager()

    class Meta:
        """By unit and first day."""

        ordering = ["unit", "first_on", "pk"]
        constraints = [
            sane_dates("first_on", "holds_from", model="plan"),
            models.UniqueConstraint(
                fields=["unit", "year", "title"], name="planned_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values) & Q(rhythm__in=Rhythm.values),
                name="plan_known_words",
            ),
            models.CheckConstraint(
                condition=Q(first_on__year=models.F("year")),
                name="plan_begins_in_its_year",
                violation_error_message="Första gången ska vara det år som planen gäller.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
