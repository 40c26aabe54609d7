"""Put a report together from its texts and the stored figures, in the outline it was begun in."""

from __future__ import annotations

import datetime as dt

from reports.document import Document
from reports.freezing import compile_frozen
from reports.models import AnnualReport
from reports.outlining import compose, outline_named
from reports.tokens import fill
from reports.writer import Writer


def compile_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return the whole report as data, with every number that it holds; locked, with those of the lock."""
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
    document.number_all()
    fill(document)
    return document
