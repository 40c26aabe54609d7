"""The verbs of reports: begin one, write in it, have it built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from casework.background import jobs
from casework.models import Job
from organisation.models import Unit
from reports.document.markup import normalise
from reports.models import AnnualReport, Block

if TYPE_CHECKING:
    from organisation.models import User

BUILD = "reports.build"
BUILD_TERTIAL = "reports.build_tertial"


def begin(*, unit: Unit, year: int, template: str, actor: User | None) -> AnnualReport:
    """Begin the report of a unit, year and outline, or return the one that is already begun."""
    report, _ = AnnualReport.objects.get_or_create(
        unit=unit, year=year, template=template, defaults={"created_by": actor}
    )
    return report


class DecidedError(Exception):
    """The report is decided and never changes: begin a new edition first."""


class TextChangedError(Exception):
    """Somebody else has written in the section meanwhile: show both texts."""

    def __init__(self, newest: Block) -> None:
        super().__init__("Någon annan har ändrat texten.")
        self.newest = newest


def write(
    report: AnnualReport,
    *,
    section: str,
    text: str,
    seen_version: int,
    actor: User | None,
) -> Block:
    """Keep a new version of a section's text; no version is ever overwritten.

    ``seen_version`` is the version that the author began from (0 when there was none).  Raises
    TextChangedError when a newer one exists, and DecidedError when the report is decided.  What the author
    has kept as a draft of the section is gone, for it is written.
    """
    with transaction.atomic():
        if not AnnualReport.objects.select_for_update().get(pk=report.pk).is_open:
            raise DecidedError
        newest = report.blocks.filter(section=section).order_by("-version").first()
        if newest and newest.version != seen_version:
            raise TextChangedError(newest)
        version = newest.version + 1 if newest else 1
        if actor:
            report.drafts.filter(section=section, author=actor).delete()
        return Block.objects.create(
            report=report,
            section=section,
            version=version,
            text=normalise(text),
            written_by=actor,
        )


def request_build(report: AnnualReport) -> Job:
    """Have a new edition built in the background; asked twice, it is built once."""
    return jobs.enqueue(BUILD, report=report.pk)


def latest_build(report: AnnualReport) -> Job | None:
    """Return the building that was asked for last."""
    builds = Job.objects.filter(kind=BUILD, arguments={"report": report.pk})
    return builds.order_by("-created_at").first()


def cancel_build(report: AnnualReport) -> bool:
    """Stop the building of an edition; False when it is finished or nothing is being built."""
    job = latest_build(report)
    return job is not None and jobs.cancel(job)


def tertial_arguments(
    unit: Unit, year: int, number: int, *, internal: bool
) -> dict[str, int | bool]:
    """Return what a job that builds the document of a tertial is asked."""
    return {"unit": unit.pk, "year": year, "number": number, "internal": internal}


def request_tertial(unit: Unit, year: int, number: int, *, internal: bool) -> Job:
    """Have the document of a tertial built in the background; asked twice, it is built once."""
    return jobs.enqueue(
        BUILD_TERTIAL, **tertial_arguments(unit, year, number, internal=internal)
    )
