"""Reports: the texts that people write, and the editions that were built from the figures."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from casework.models import Job
from organisation.access import may, paths_for, within
from organisation.models import Unit
from organisation.rights import Right
from reports.models.life import Assignment


class Template(models.TextChoices):
    """The outlines that are shipped; see reports.outlines.outline."""

    MALMO = "malmo", "Efter verktyg (som Malmö)"
    GOTEBORG = "goteborg", "Efter avdelning (som Göteborg)"


class State(models.TextChoices):
    """How far a report has come; see reports.life.workflow for the ways between."""

    DRAFT = "draft", "Utkast"
    REVIEW = "review", "Granskning"
    LOCKED = "locked", "Underlaget låst"
    APPROVED = "approved", "Beslutad"
    PUBLISHED = "published", "Publicerad"


def _given(user: Any, **section: str) -> Q:
    """Return the condition of the reports in which a person has been given a section to write."""
    if not may(user, Right.REPORTS_WRITE_SECTION):
        return Q(pk__in=[])
    return Q(
        pk__in=Assignment.objects.filter(author=user.pk, **section).values("report")
    )


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    """Questions about annual reports."""

    def visible_to(self, user: Any) -> Self:
        """Return the reports of the parts of the tree where a person reads them, or writes a section."""
        return self.filter(
            within(paths_for(user, Right.REPORTS_READ), "unit__path") | _given(user)
        )

    def writable_by(self, user: Any, *, section: str = "") -> Self:
        """Return the reports that a person may write in and have built; or write one section of."""
        own = within(paths_for(user, Right.REPORTS_WRITE), "unit__path")
        return self.filter(own | _given(user, section=section) if section else own)

    def known_to(self, user: Any, *, section: str) -> Self:
        """Return the reports that a person reads, or once has typed in a section of."""
        typed = Q(drafts__section=section, drafts__author=user.pk)
        wrote = Q(blocks__section=section, blocks__written_by=user.pk)
        readable = Q(pk__in=AnnualReport.objects.visible_to(user).values("pk"))
        return self.filter(readable | typed | wrote).distinct()

    def with_latest_edition(self) -> Self:
        """Add the number and day of each report's latest edition, for lists."""
        newest = Edition.objects.filter(report=OuterRef("pk")).order_by("-number")
        return self.select_related("unit").annotate(
            edition_number=Subquery(newest.values("number")[:1]),
            edition_day=Subquery(newest.values("extracted_on")[:1]),
        )


class AnnualReport(models.Model):
    """The quality report of one unit and year in one outline (SOSFS 2011:9 7 kap., general advice)."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="annual_reports", verbose_name="enhet"
    )
    year = models.PositiveSmallIntegerField("år")
    # A shipped outline, or the slug of one of the municipality's own.
    template = models.CharField("mall", max_length=20, default=Template.MALMO)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField("läge", max_length=10, choices=State, default=State.DRAFT)
    # Every step counts it up: the second of two sees that somebody else was first.
    version = models.PositiveIntegerField(default=1)
    # What the numbers are read from while the report is locked; nothing while they are live.
    freeze = models.ForeignKey("Freeze", models.PROTECT, null=True, related_name="+")

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        """One report per unit, year and outline."""

        ordering = ["-year", "unit__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "template"], name="one_report_a_year"
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2199)),
                name="report_sane_year",
                violation_error_message="Ange ett år mellan 1990 och 2199.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.REVIEW), freeze=None)
                | Q(
                    state__in=(State.LOCKED, State.APPROVED, State.PUBLISHED),
                    freeze__isnull=False,
                ),
                name="report_frozen_from_locked_on",
            ),
        ]

    def __str__(self) -> str:
        return f"Kvalitetsberättelse {self.year}, {self.unit}"

    def get_absolute_url(self) -> str:
        """Return the address of the report's page, which names it by unit, year and outline."""
        return reverse(
            "reports:report", args=(self.unit.code, self.year, self.template)
        )

    @property
    def is_open(self) -> bool:
        """Tell whether texts are written and editions built: until it is decided."""
        return self.state in (State.DRAFT, State.REVIEW, State.LOCKED)

    def newest_texts(self) -> dict[str, int]:
        """Return the version of each section's text as it stands."""
        newest = self.blocks.order_by("section", "-version").distinct("section")
        return dict(newest.values_list("section", "version"))


class Block(models.Model):
    """The text that people write in one section; every version is kept, the newest counts."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="blocks")
    section = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        """Versions are numbered within each section."""

        ordering = ["section", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section", "version"], name="block_version_once"
            )
        ]


class Edition(models.Model):
    """One built report, kept whole: its figures, its web page and its PDF, as they were that day."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="editions")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="edition")
    number = models.PositiveIntegerField()
    extracted_on = models.DateField()
    figures = models.JSONField()
    html = models.TextField()
    pdf = models.BinaryField()
    checksum = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now_add=True)
    # When its numbers were counted; editions from before it was kept do not know.
    counted_at = models.DateTimeField(null=True)
    # All that it was made from, so that it can be made again: see reports.document.freezing.
    inputs = models.JSONField(default=dict)
    freeze = models.ForeignKey(
        "Freeze", models.PROTECT, null=True, related_name="editions"
    )

    class Meta:
        """Numbered within each report; the latest first."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="edition_number_once"
            )
        ]


class TertialEdition(models.Model):
    """The document of a unit's tertial as it was built one day, with or without the chiefs' own words."""

    job = models.OneToOneField(
        Job, models.PROTECT, null=True, related_name="tertial_edition"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tertial_editions")
    year = models.PositiveSmallIntegerField()
    tertial = models.PositiveSmallIntegerField()
    internal = models.BooleanField()
    figures = models.JSONField()
    pdf = models.BinaryField()
    checksum = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now_add=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        """The latest first."""

        ordering = ["-built_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tertial__range=(1, 3)), name="edition_of_one_of_three"
            )
        ]
