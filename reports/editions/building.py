"""From report to edition: the same data as web page, PDF and a list of numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from casework.files.pdf import render_pdf
from casework.models import Job
from reports.document.blocks import Document
from reports.document.rendering import render_body
from reports.editions.built import SECONDS, Built
from reports.editions.chapter_cache import ChapterShelf
from reports.editions.rebuilding import inputs_of
from reports.life.services import DecidedError
from reports.models import AnnualReport, Edition, TertialEdition
from reports.outlines.compiling import compile_report
from reports.tertial.document import compile_tertial
from reports.tertial.sources import Compilation
from reports.tokens.snapshot import read_counted

Progress = Callable[[int, str], None]


def build(report: AnnualReport, progress: Progress) -> Built:
    """Count what has changed, compile and render a report; slow, and lays chapters on the shelf."""
    progress(5, "Hämtar siffrorna")

    def read(counted_at: dt.datetime) -> tuple[Document, dict[str, int]]:
        document = compile_report(report, extracted_on=timezone.localdate())
        if (
            document.counted_at is None
        ):  # else it is locked, with when its numbers were counted
            document.counted_at = counted_at
        return document, report.newest_texts()

    document, texts = read_counted(report.unit, read)
    built = _render(
        document, "reports/document", progress, number=report.editions.count() + 1
    )
    return replace(
        built, inputs={**inputs_of(built), "texts": texts}, freeze=report.freeze
    )


def build_tertial(compilation: Compilation, progress: Progress) -> Built:
    """Count what has changed, compile and render the document of a tertial; slow, and keeps nothing."""
    progress(5, "Hämtar siffrorna")

    def read(counted_at: dt.datetime) -> Document:
        document = compile_tertial(compilation)
        document.counted_at = counted_at
        return document

    document = read_counted(compilation.unit, read)
    return _render(document, "reports/tertial", progress, internal=compilation.internal)


def _render(document: Document, name: str, progress: Progress, **about: Any) -> Built:
    progress(25, "Skriver texter, bilder och tabeller")
    about["municipality"] = settings.MUNICIPALITY_NAME
    figures, checksum, body = render_body(document, name, **about)
    page = render_to_string(
        f"{name}.html",
        {"document": document, "checksum": checksum, "body": body, **about},
    )
    laying = _Laying(progress)
    pdf = render_pdf(
        page,
        on_tick=laying.tick,
        on_chapter=laying.finished,
        shelf=ChapterShelf(),
        seconds=SECONDS,
    )
    return Built(document, figures, body, page, pdf, checksum)


class _Laying:
    """Tells how the laying out goes, at least once a second, which also keeps the job ours."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.percent, self.doing = (
            progress,
            35,
            "Ställer upp sidorna till PDF",
        )
        self.tick()

    def tick(self) -> None:
        """Tell it again: how long a step takes is not known, so each second covers a part of what is left."""
        self.progress(self.percent, self.doing)
        self.percent += max((95 - self.percent) // 16, 0)

    def finished(self, done: int, of: int) -> None:
        """Tell that so many chapters are laid out."""
        self.percent = max(self.percent, 35 + 50 * done // of)
        self.doing = (
            f"Ställer upp kapitel {done + 1} av {of}"
            if done < of
            else "Binder ihop kapitlen"
        )
        self.progress(self.percent, self.doing)


def store(report: AnnualReport, built: Built, *, job: Job | None) -> Edition:
    """Keep a built report as the next edition; raises DecidedError when the report was decided meanwhile."""
    with transaction.atomic():
        if not AnnualReport.objects.select_for_update().get(pk=report.pk).is_open:
            raise DecidedError
        last = report.editions.order_by("-number").first()
        return Edition.objects.create(
            report=report,
            job=job,
            number=last.number + 1 if last else 1,
            extracted_on=built.document.extracted_on,
            counted_at=built.document.counted_at,
            figures=built.figures,
            html=built.body,
            pdf=built.pdf,
            checksum=built.checksum,
            inputs=built.inputs,
            freeze=built.freeze,
        )


def store_tertial(
    compilation: Compilation, built: Built, *, job: Job
) -> TertialEdition:
    """Keep a built document of a tertial."""
    return TertialEdition.objects.create(
        job=job,
        unit=compilation.unit,
        year=compilation.year,
        tertial=compilation.number,
        internal=compilation.internal,
        counted_at=built.document.counted_at,
        figures=built.figures,
        pdf=built.pdf,
        checksum=built.checksum,
    )
