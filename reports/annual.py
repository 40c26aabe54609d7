"""Put a report together from its texts and the stored figures, in the outline it was begun in."""

from __future__ import annotations

import datetime as dt

from reports.document import Document
from reports.filling import fill
from reports.freezing import compile_frozen
from reports.late import explain
from reports.models import AnnualReport
from reports.outlining import compose, outline_named
from reports.references import link
from reports.writer import Writer


def compile_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return the whole report as data, with every number that it holds; locked, with those of the lock."""
    document = gather_report(report, extracted_on=extracted_on)
    link(document)
    return document


def gather_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return a report before its references and notes have numbers: so it is locked, for texts may change."""
    if report.freeze is not None:
        return compile_frozen(report, report.freeze)
    outline = outline_named(report.template)
    writer = Writer(report, extracted_on, outline.period_of, outline.appendices)
    document = Document(
        title=f"Kvalitetsberättelse {report.year}",
        unit=report.unit,
        year=report.year,
        extracted_on=extracted_on,
        chapters=compose(writer, outline.items),
        ledger=writer.ledger,
        year_kind=outline.year,
    )
    fill(document)
    explain(report, document)
    return document
