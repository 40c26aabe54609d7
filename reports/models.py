"""Annual reports: the texts that people write, and the editions that were built from the figures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from casework.models import Job
from organisation.models import Unit


class Template(models.TextChoices):
    """The outlines that are shipped; see reports.annual."""

    MALMO = "malmo", "Efter verktyg (som Malmö)"


class AnnualReport(models.Model):
    """The quality report of one unit and year in one outline (SOSFS 2011:9 7 kap., general advice)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="annual_reports", verbose_name="enhet")
    year = models.PositiveSmallIntegerField("år")
    template = models.CharField("mall", max_length=20, choices=Template, default=Template.MALMO)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

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
