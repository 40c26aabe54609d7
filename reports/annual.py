"""Put a report together from its texts and the stored figures, in the outline it was begun in."""

from __future__ import annotations

import datetime as dt

from reports import malmo
from reports.document import Document
from reports.models import AnnualReport, Template
from reports.writer import Writer

OUTLINES = {Template.MALMO: malmo.outline}


def compile_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return the whole report as data, with every number that it holds."""
    writer = Writer(report, extracted_on)
    document = Document(
        title=f"Kvalitetsberättelse {report.year}",
        unit=report.unit,
        year=report.year,
        extracted_on=extracted_on,
        chapters=OUTLINES[Template(report.template)](writer),
        ledger=writer.ledger,
    )
    document.number_all()
    return document
