"""The internal edition: a report in which every number opens the rows that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string

from analysis.charts.charts import number
from analysis.counted.countings import COUNTING_OF
from analysis.counted.vocabulary import UNKNOWN, period_in_words
from analysis.figures.rows import rows_url
from casework.database.periods import parse
from organisation.models import Unit
from reports.document.blocks import Block, Document, Key, Table
from reports.document.numbers import where_of
from reports.editions.rebuilding import document_of
from reports.models import Edition
from reports.tokens.tokens import question_in_words


def open_body(edition: Edition) -> str:
    """Return the HTML of an edition for those who may open the rows."""
    about = {
        "document": open_rows(document_of(edition)),
        "municipality": edition.inputs["municipality"],
        "number": edition.number,
        "checksum": edition.checksum,
    }
    return render_to_string("reports/document_body.html", about)


def open_rows(document: Document) -> Document:
    """Return a document, read anew from what was kept, with the addresses of the rows behind its numbers.

    Of a unit that is no more there are no rows to ask for, nor of what the register does not know, and a
    measurement is itself what was written down.
    """
    kept = {number["id"]: number for number in document.ledger.numbers()}
    codes = {number["unit"] for number in kept.values()}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    links = {
        name: _address(number, units.get(number["unit"]))
        for name, number in kept.items()
    }
    for section in document.sections():
        section.blocks = [_linked(block, links) for block in section.blocks]
        opened = [name for name in section.numbers if name in kept]
        section.opened = tuple(
            (_words(kept[name]), _shown(kept[name]), links[name]) for name in opened
        )
    return document


def _address(kept: Mapping[str, Any], unit: Unit | None) -> str:
    """Return the address of the rows that a number counts, or nothing."""
    subject, basis = kept["subject"], kept["basis"]
    if unit is None or (subject, basis) not in COUNTING_OF or kept["value"] == UNKNOWN:
        return ""
    return rows_url(
        subject,
        unit,
        parse(kept["period"]),
        basis,
        **dict[str, Any](where_of(kept["query"])),
    )


def _words(kept: Mapping[str, Any]) -> str:
    """Return in words what a number counts, of which unit and period."""
    what = question_in_words(kept["subject"], kept["basis"], where_of(kept["query"]))
    return f"{what}, {kept['unit']}, {period_in_words(parse(kept['period']))}"


def _shown(kept: Mapping[str, Any]) -> str:
    """Return the value of a number; of a share "n av N"."""
    value = kept["value"]
    return number(value) if isinstance(value, int) else value.replace("/", " av ")


def _linked(block: Block, links: Mapping[str, str]) -> Block:
    """Return a block with the addresses of the rows behind its numbers."""
    if isinstance(block, Key):
        return replace(block, links=_links(block.numbers, links))
    if isinstance(block, Table):
        return replace(block, links=tuple(_links(row, links) for row in block.numbers))
    return block


def _links(numbers: Sequence[str], links: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses of the rows behind some numbers; empty where there are none."""
    return tuple(links.get(name, "") for name in numbers)
