"""Background work of reports: build an edition, and the files of a published one."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from casework.background.jobs import Effect, JobProblemError, Tick, handler
from casework.files.pdf import PdfError
from casework.models import Job
from organisation.models import Unit
from reports.document.file_format import UnreadableError
from reports.editions import building
from reports.editions.chapter_cache import clear_shelf
from reports.life.services import BUILD, BUILD_TERTIAL, DecidedError
from reports.life.workflow import ARCHIVE
from reports.models import AnnualReport, Edition
from reports.publishing import publishing
from reports.tertial.sources import Compilation
from reports.tokens.snapshot import StillChangingError
from reports.writing import authoring, reminders


@shared_task(name="reports.tasks.remove_old_drafts")
def remove_old_drafts() -> None:
    """Remove what was typed in a report, or laid out for one, and left for long; the beat calls this."""
    authoring.remove_old_drafts()
    clear_shelf()


@shared_task(name="reports.tasks.remind_authors")
def remind_authors() -> None:
    """Tell authors whose sections are soon due or late; the beat calls this."""
    reminders.remind_authors()


@handler(BUILD)
def build(job: Job, tick: Tick) -> Effect:
    """Build one edition; the slow work holds no transaction, the result is stored with "done"."""
    report = AnnualReport.objects.select_related("unit", "freeze").get(
        pk=job.arguments["report"]
    )
    try:
        built = building.build(report, tick)
    except (PdfError, StillChangingError) as problem:
        raise JobProblemError(str(problem)) from problem

    def store() -> None:
        try:
            building.store(report, built, job=job)
        except DecidedError as decided:
            raise JobProblemError(
                "Berättelsen beslutades medan utgåvan byggdes."
            ) from decided

    return store


@handler(ARCHIVE)
def archive(job: Job, tick: Tick) -> Effect:
    """Make the files of a published edition; the slow work holds no transaction."""
    edition = Edition.objects.get(pk=job.arguments["edition"])
    tick(5, "Skriver filerna för arkivet")
    try:
        files = publishing.make_files(
            edition, on_tick=lambda: tick(50, "Ställer upp sidorna till PDF/A")
        )
    except (PdfError, UnreadableError) as problem:
        raise JobProblemError(str(problem)) from problem

    def store() -> None:
        publishing.store_files(edition, files, job=job)

    return store


@handler(BUILD_TERTIAL)
def build_tertial(job: Job, tick: Tick) -> Effect:
    """Build the document of a tertial; the slow work holds no transaction."""
    asked = job.arguments
    compilation = Compilation(
        Unit.objects.get(pk=asked["unit"]),
        asked["year"],
        asked["number"],
        extracted_on=timezone.localdate(),
        internal=asked["internal"],
    )
    try:
        built = building.build_tertial(compilation, tick)
    except (PdfError, StillChangingError) as problem:
        raise JobProblemError(str(problem)) from problem

    def store() -> None:
        building.store_tertial(compilation, built, job=job)

    return store
