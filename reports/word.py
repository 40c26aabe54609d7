"""The report as a Word file, for the political process."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from reports.document import Document, Figure, Key, Paragraph, Section, Table, Text
from reports.markup import Run, to_runs

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as WordParagraph

LONGEST_NAME = 40


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
        _notes(word, chapter)
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
    _mark(word.add_heading(section.title, level=level), section.anchor)
    for block in section.shown:
        match block:
            case Text():
                for style, runs in to_runs(block.markup):
                    _write(word.add_paragraph(style=style), runs)
            case Paragraph():
                word.add_paragraph(block.text)
            case Key():
                for label, value, note in block.items:
                    word.add_paragraph(
                        f"{label}: {value}" + (f" ({note})" if note else ""), style="List Bullet"
                    )
            case Figure():
                caption = word.add_paragraph(f"Bild {block.number}. {block.caption}", style="Caption")
                _mark(caption, f"bild-{block.number}")
                word.add_paragraph(block.chart.title)
            case Table():
                _table(word, block)


def _table(word: WordDocument, block: Table) -> None:
    from docx.oxml import OxmlElement

    caption = word.add_paragraph(f"Tabell {block.number}. {block.caption}", style="Caption")
    _mark(caption, f"tabell-{block.number}")
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


def _notes(word: WordDocument, chapter: Section) -> None:
    """Write the endnotes of a chapter, each with the way back to its text."""
    if not chapter.notes:
        return
    word.add_heading("Noter", level=2)
    for number, note in chapter.notes:
        anchor = f"not-{chapter.key}-{number}"
        paragraph = word.add_paragraph(f"{number}. ")
        _mark(paragraph, anchor)
        for _, runs in to_runs(note):
            _write(paragraph, runs)
        _write(paragraph, [Run(" "), Run("Tillbaka", f"till-{anchor}")])


def _write(paragraph: WordParagraph, runs: list[Run]) -> None:
    """Write the words of a paragraph, with what leads to another place in the document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for run in runs:
        made = paragraph.add_run(run.words)
        if not run.anchor:
            continue
        made.font.superscript = run.is_note or None
        made.font.underline = not run.is_note or None
        leads = OxmlElement("w:hyperlink")
        leads.set(qn("w:anchor"), _name(run.anchor))
        made.element.addprevious(leads)
        leads.append(made.element)
        if run.is_note:
            _mark(paragraph, f"till-{run.anchor}", around=leads)


def _mark(paragraph: WordParagraph, anchor: str, *, around: BaseOxmlElement | None = None) -> None:
    """Give a place a name that links lead to: a whole paragraph, or a part of it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    first, last = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (first, last):
        mark.set(qn("w:id"), str(crc32(anchor.encode()) >> 1))
    first.set(qn("w:name"), _name(anchor))
    if around is None:
        around = paragraph.runs[0].element
    around.addprevious(first)
    around.addnext(last)


def _name(anchor: str) -> str:
    """Return a name as Word takes it: forty letters, figures and underscores, as no other place has."""
    plain = re.sub(r"\W", "_", anchor)
    return plain if len(plain) <= LONGEST_NAME else f"{plain[:31]}_{sha256(anchor.encode()).hexdigest()[:8]}"
