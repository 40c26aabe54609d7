"""From report to edition: the same data as web page, PDF and a list of numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from casework.models import Job
from casework.pdf import render_pdf
from reports.annual import compile_report
from reports.document import Document
from reports.models import AnnualReport, Edition, TertialEdition
from reports.tertial_document import compile_tertial
from reports.tertials import Compilation

Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class Built:
    """A finished report that is not stored yet."""

    document: Document
    figures: dict[str, Any]
    body: str
    page: str
    pdf: bytes
    checksum: str


def _snapshot(compile_it: Callable[[], Document]) -> Document:
    """Read everything in one snapshot, so that no number can change between two sentences."""
    with transaction.atomic():
        if not connection.savepoint_ids:  # inside another transaction the level is already set
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return compile_it()


def checksum_of(figures: dict[str, Any], texts: str) -> str:
    """Return the SHA-256 over a report's numbers and words: the same edition, the same sum."""
    canonical = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{canonical}\n{texts}".encode()).hexdigest()


def _figures_of(document: Document) -> dict[str, Any]:
    """Return every number of a report with the question that it answers."""
    return {
        "title": document.title,
        "unit": document.unit.code,
        "year": document.year,
        "extracted_on": document.extracted_on.isoformat(),
        "numbers": document.ledger.numbers(),
    }


def build(report: AnnualReport, progress: Progress) -> Built:
    """Compile and render a report; slow, and writes nothing."""
    progress(5, "Hämtar siffrorna")
    document = _snapshot(lambda: compile_report(report, extracted_on=timezone.localdate()))
    return _render(document, "reports/document", progress)


def build_tertial(compilation: Compilation, progress: Progress) -> Built:
    """Compile and render the document of a tertial; slow, and writes nothing."""
    progress(5, "Hämtar siffrorna")
    document = _snapshot(lambda: compile_tertial(compilation))
    return _render(document, "reports/tertial", progress, internal=compilation.internal)


def _render(document: Document, name: str, progress: Progress, **about: Any) -> Built:
    progress(25, "Skriver texter, bilder och tabeller")
    figures = _figures_of(document)
    context = {"document": document, "municipality": settings.MUNICIPALITY_NAME, **about}
    checksum = checksum_of(figures, render_to_string(f"{name}_body.html", context))
    body = render_to_string(f"{name}_body.html", {**context, "checksum": checksum})
    page = render_to_string(f"{name}.html", {**context, "checksum": checksum, "body": body})
    done = 35

    def tick() -> None:
        # How long the layout takes is not known beforehand: each second covers a part of what is left.
        nonlocal done
        done += max((95 - done) // 8, 0)
        progress(done, "Ställer upp sidorna till PDF")

    progress(done, "Ställer upp sidorna till PDF")
    pdf = render_pdf(page, on_tick=tick)
    return Built(document, figures, body, page, pdf, checksum)


def store(report: AnnualReport, built: Built, *, job: Job | None) -> Edition:
    """Keep a built report as the next edition."""
    with transaction.atomic():
        AnnualReport.objects.select_for_update().get(pk=report.pk)
        last = report.editions.order_by("-number").first()
        return Edition.objects.create(
            report=report,
            job=job,
            number=last.number + 1 if last else 1,
            extracted_on=built.document.extracted_on,
            figures=built.figures,
            html=built.body,
            pdf=built.pdf,
            checksum=built.checksum,
        )


def store_tertial(compilation: Compilation, built: Built, *, job: Job) -> TertialEdition:
    """Keep a built document of a tertial."""
    return TertialEdition.objects.create(
        job=job,
        unit=compilation.unit,
        year=compilation.year,
        tertial=compilation.number,
        internal=compilation.internal,
        figures=built.figures,
        pdf=built.pdf,
        checksum=built.checksum,
    )
