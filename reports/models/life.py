"""The rows of a report's life: who writes what, what is said of it, what was frozen, decided and published.

Defined apart from the report itself, and found by everybody else in reports.models.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

USER = settings.AUTH_USER_MODEL


class Freeze(models.Model):
    """The numbers, charts and tables of a report as they were when it was locked; never changed."""

    report = models.ForeignKey(
        "reports.AnnualReport", models.PROTECT, related_name="freezes"
    )
    number = models.PositiveIntegerField()
    document = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        """Numbered within each report; the latest first."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="freeze_number_once"
            )
        ]


class Approval(models.Model):
    """The decision on an edition, as the board's minutes have it; never changed."""

    edition = models.OneToOneField(
        "reports.Edition", models.PROTECT, related_name="approval"
    )
    body = models.CharField("nämnd", max_length=120)
    decided_on = models.DateField("beslutsdag")
    paragraph = models.PositiveIntegerField("paragraf")
    registry_number = models.CharField("diarienummer", max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")


class Publication(models.Model):
    """An edition that everyone may read, and why small numbers in it may be shown; never changed."""

    edition = models.OneToOneField(
        "reports.Edition", models.PROTECT, related_name="publication"
    )
    assessment = models.TextField(blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        """The latest first."""

        ordering = ["-published_at", "-pk"]


class Archive(models.Model):
    """What takes long to make of a published edition: PDF/A for the archive, and Word; never changed."""

    edition = models.OneToOneField(
        "reports.Edition", models.PROTECT, related_name="archive"
    )
    job = models.OneToOneField(
        "casework.Job", models.PROTECT, null=True, related_name="+"
    )
    pdf = models.BinaryField()
    word = models.BinaryField()
    checksum = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)


class ReportLog(models.Model):
    """What was done with a report, by whom, when and why; only added to."""

    report = models.ForeignKey(
        "reports.AnnualReport", models.PROTECT, related_name="log"
    )
    action = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        """The latest first."""

        ordering = ["-pk"]


class Assignment(models.Model):
    """Who writes a section, until when, and how far it has come."""

    class Status(models.TextChoices):
        """How far the author says that a section has come."""

        DRAFT = "draft", "Utkast"
        READY = "ready", "Klar"
        APPROVED = "approved", "Godkänd"

    report = models.ForeignKey(
        "reports.AnnualReport", models.PROTECT, related_name="assignments"
    )
    section = models.CharField(max_length=60)
    # As the section was called when it was given: what lists show without compiling the report.
    title = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)

    class Meta:
        """One for each section."""

        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"], name="assignment_once"
            )
        ]

    @property
    def is_late(self) -> bool:
        """Tell whether its last day has passed and it is not done."""
        return bool(
            self.due_on
            and self.due_on < timezone.localdate()
            and self.status == self.Status.DRAFT
        )

    @property
    def tone(self) -> str:
        """Return the tone of its status."""
        if self.is_late:
            return "warn"
        return "plain" if self.status == self.Status.DRAFT else "good"


class TextDraft(models.Model):
    """What a person has typed in a section and not saved: his or hers alone, gone when it is saved."""

    report = models.ForeignKey(
        "reports.AnnualReport", models.CASCADE, related_name="drafts"
    )
    section = models.CharField(max_length=60)
    author = models.ForeignKey(USER, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    seen_version = models.PositiveIntegerField(default=0)
    # When its author typed; and when he or she last had the page open, which others see.
    typed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        """One for each author and section; the latest first."""

        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section", "author"], name="text_draft_once"
            )
        ]


class ReportComment(models.Model):
    """A remark on a section, open until it is resolved."""

    report = models.ForeignKey(
        "reports.AnnualReport", models.PROTECT, related_name="comments"
    )
    number = models.PositiveIntegerField()
    section = models.CharField(max_length=60)
    text = models.TextField()
    author = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        """Numbered within each report, in the order they were made."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="comment_number_once"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
        ]


class ReportReply(models.Model):
    """An answer to a remark."""

    comment = models.ForeignKey(ReportComment, models.PROTECT, related_name="replies")
    text = models.TextField()
    author = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In the order they were made."""

        ordering = ["pk"]


class LaidOutChapter(models.Model):
    """A chapter's pages, kept so that it is not laid out again while nothing in it changes; may be wiped."""

    key = models.CharField(max_length=64, primary_key=True)
    piece = models.BinaryField()
    used_at = models.DateTimeField(db_index=True)
