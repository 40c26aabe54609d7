"""Reports: the texts that people write, and the editions that were built from the figures."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from casework.models import Job
from organisation.access import paths_for, within
from organisation.models import Unit
from reports.access import READERS, WRITERS


class Template(models.TextChoices):
    """The outlines that are shipped; see reports.annual."""

    MALMO = "malmo", "Efter verktyg (som Malmö)"


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    """Questions about annual reports."""

    def visible_to(self, user: Any) -> Self:
        """Return the reports of the parts of the tree where a person reads or writes reports."""
        return self.filter(within(paths_for(user, READERS), "unit__path"))

    def writable_by(self, user: Any) -> Self:
        """Return the reports that a person may write in and have built."""
        return self.filter(within(paths_for(user, WRITERS), "unit__path"))

    def with_latest_edition(self) -> Self:
        """Add the number and day of each report's latest edition, for lists."""
        newest = Edition.objects.filter(report=OuterRef("pk")).order_by("-number")
        return self.select_related("unit").annotate(
            edition_number=Subquery(newest.values("number")[:1]),
            edition_day=Subquery(newest.values("extracted_on")[:1]),
        )


class AnnualReport(models.Model):
    """The quality report of one unit and year in one outline (SOSFS 2011:9 7 kap., general advice)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_reports", verbose_name="enhet")
    year = models.PositiveSmallIntegerField("år")
    template = models.CharField("mall", max_length=20, choices=Template, default=Template.MALMO)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        """One report per unit, year and outline."""

        ordering = ["-year", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "template"], name="one_report_a_year"),
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2199)),
                name="report_sane_year",
                violation_error_message="Ange ett år mellan 1990 och 2199.",
            ),
        ]

    def __str__(self) -> str:
        return f"Kvalitetsberättelse {self.year}, {self.unit}"

    def get_absolute_url(self) -> str:
        """Return the address of the report's page, which names it by unit, year and outline."""
        return reverse("reports:report", args=(self.unit.code, self.year, self.template))


class Block(models.Model):
    """The text that people write in one section; every version is kept, the newest counts."""

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="blocks")
    section = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Versions are numbered within each section."""

        ordering = ["section", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["report", "section", "version"], name="block_version_once")
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

    class Meta:
        """Numbered within each report; the latest first."""

        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="edition_number_once")]


class TertialEdition(models.Model):
    """The document of a unit's tertial as it was built one day, with or without the chiefs' own words."""

    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="tertial_edition")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="tertial_editions")
    year = models.PositiveSmallIntegerField()
    tertial = models.PositiveSmallIntegerField()
    internal = models.BooleanField()
    figures = models.JSONField()
    pdf = models.BinaryField()
    checksum = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The latest first."""

        ordering = ["-built_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(tertial__range=(1, 3)), name="edition_of_one_of_three")
        ]
