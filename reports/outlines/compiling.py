"""Put a report together from its texts and the stored figures, in the outline it was begun in."""

from __future__ import annotations

import datetime as dt

from reports.document.blocks import Block, Document, Section, Text
from reports.document.freezing import load
from reports.models import AnnualReport, Freeze
from reports.outlines.late import explain
from reports.outlines.outline import compose, outline_named
from reports.outlines.writer import Writer
from reports.tokens.filling import fill, filled
from reports.tokens.references import link


def compile_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return the whole report as data, with every number that it holds; locked, with those of the lock."""
    document = gather_report(report, extracted_on=extracted_on)
    link(document)
    return document


def gather_report(report: AnnualReport, *, extracted_on: dt.date) -> Document:
    """Return a report before its references and notes have numbers: so it is locked, for texts may change."""
    if report.freeze is not None:
        return _frozen(report, report.freeze)
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


def _frozen(report: AnnualReport, freeze: Freeze) -> Document:
    """Return a locked report: its frozen numbers, charts and tables with the texts as they stand now."""
    document = load(freeze.document)
    newest = report.blocks.order_by("section", "-version").distinct("section")
    texts = dict(newest.values_list("section", "text"))
    for section in document.sections():
        section.blocks = [
            _written(document, section, block, texts) for block in section.blocks
        ]
    return document


def _written(
    document: Document, section: Section, block: Block, texts: dict[str, str]
) -> Block:
    """Return a text as it stands now, with locked numbers; every other part as it was."""
    if (
        not isinstance(block, Text)
        or texts.get(section.key, block.typed) == block.typed
    ):
        return block
    return filled(document, section, Text(texts[section.key], suggested=False))
