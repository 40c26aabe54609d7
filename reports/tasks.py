"""Background work of reports: build an edition."""

from __future__ import annotations

from django.utils import timezone

from casework.jobs import Effect, JobProblemError, Tick, handler
from casework.models import Job
from casework.pdf import PdfError
from organisation.models import Unit
from reports import editions
from reports.models import AnnualReport
from reports.services import BUILD, BUILD_TERTIAL
from reports.tertials import Compilation


@handler(BUILD)
def build(job: Job, tick: Tick) -> Effect:
    """Build one edition; the slow work holds no transaction, the result is stored with "done"."""
    report = AnnualReport.objects.select_related("unit").get(pk=job.arguments["report"])
    try:
        built = editions.build(report, tick)
    except PdfError as problem:
        raise JobProblemError(str(problem)) from problem

    def store() -> None:
        editions.store(report, built, job=job)

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
        built = editions.build_tertial(compilation, tick)
    except PdfError as problem:
        raise JobProblemError(str(problem)) from problem

    def store() -> None:
        editions.store_tertial(compilation, built, job=job)

    return store
