"""The report as a Word file, for the political process."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from reports.document import Document, Figure, Key, Paragraph, Section, Table, Text
from reports.markup import to_words

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


def render_word(document: Document) -> bytes:
    """Return the report as .docx, with headings, repeated table heads and the tables of its charts.

    A chart's numbers stand in the table after it, so a figure becomes its finding in words.
    """
    import docx
    from docx.enum.section import WD_ORIENT

    word = docx.Document()
    word.core_properties.title = f"{document.title} – {document.unit.name}"
    word.core_properties.language = "sv-SE"
    word.core_properties.author = document.unit.name
    word.add_heading(document.title, level=0)
    word.add_paragraph(document.unit.name)
    word.add_paragraph(f"Underlag uttaget {document.extracted_on:%Y-%m-%d}.")
    wide = False
    for chapter in document.chapters:
        if chapter.wide and not wide:
            page = word.add_section()
            page.orientation = WD_ORIENT.LANDSCAPE
            page.page_width, page.page_height = page.page_height, page.page_width
            wide = True
        for section in chapter.walk():
            _section(word, section, section.level - document.top + 1)
    out = io.BytesIO()
    word.save(out)
    return _dated(out, document.extracted_on)


def _dated(file: io.BytesIO, day: dt.date) -> bytes:
    """Return a Word file whose parts are dated by a day, so that the same report is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            kept.writestr(part, made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _section(word: WordDocument, section: Section, level: int) -> None:
    word.add_heading(section.title, level=level)
    for block in section.blocks:
        match block:
            case Text():
                for style, words in to_words(block.markup):
                    word.add_paragraph(words, style=style)
            case Paragraph():
                word.add_paragraph(block.text)
            case Key():
                for label, value, note in block.items:
                    word.add_paragraph(
                        f"{label}: {value}" + (f" ({note})" if note else ""), style="List Bullet"
                    )
            case Figure():
                word.add_paragraph(f"Bild {block.number}. {block.caption}", style="Caption")
                word.add_paragraph(block.chart.title)
            case Table():
                _table(word, block)


def _table(word: WordDocument, block: Table) -> None:
    from docx.oxml import OxmlElement

    word.add_paragraph(f"Tabell {block.number}. {block.caption}", style="Caption")
    table = word.add_table(rows=1, cols=len(block.header), style="Table Grid")
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, name in zip(head.cells, block.header, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for row in block.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    if block.source:
        word.add_paragraph(block.source)
