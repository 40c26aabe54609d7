"""Background work of annual reports: build an edition."""

from __future__ import annotations

from casework.jobs import Effect, JobProblemError, Tick, handler
from casework.models import Job
from casework.pdf import PdfError
from reports import editions
from reports.models import AnnualReport
from reports.services import BUILD


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
