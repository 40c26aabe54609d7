"""The report as a Word file, for the political process: the same words, charts and tables as the web page."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import dateformat

from organisation.texts.cleaning import clean_text
from reports.document import word_parts
from reports.document.blocks import (
    MISSING,
    Block,
    Document,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)
from reports.document.markup import Run, to_runs
from reports.document.pictures import png_of
from reports.models import Approval

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

MARGIN, SHORT, LONG = 25, 210, 297
DEEPEST = 5


def render_word(
    document: Document,
    *,
    approval: Approval | None = None,
    number: int | None = None,
    checksum: str = "",
) -> bytes:
    """Return the report as .docx: headings, contents, alternative texts, table heads that are repeated."""
    import docx

    word = docx.Document()
    about = word.core_properties
    about.title, about.language = (
        f"{document.title} – {document.unit.name}",
        word_parts.LANGUAGE,
    )
    about.author, about.comments = document.unit.name, ""
    word_parts.set_styles(word)
    _turn(word.sections[0], wide=False)
    _cover(word, document, _facts(document, approval, number, checksum))
    wide = False
    for chapter in document.chapters:
        if chapter.wide != wide:
            wide = chapter.wide
            _turn(word.add_section(), wide=wide)
        for section in chapter.walk():
            _section(word, section, section.level - document.top + 1, wide=wide)
        _notes(word, chapter)
    out = io.BytesIO()
    word.save(out)
    return _dated(out, document.extracted_on)


def _dated(file: io.BytesIO, day: dt.date) -> bytes:
    """Return a Word file whose parts are dated by a day, so that the same report is the same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(file) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            part = zipfile.ZipInfo(
                name, (max(day.year, 1980), day.month, day.day, 0, 0, 0)
            )
            kept.writestr(part, made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _turn(page: Any, *, wide: bool) -> None:
    """Turn the pages of a section of the file: upright, or across where it is wide."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    if wide:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Mm(LONG), Mm(SHORT)
    else:
        page.orientation = WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Mm(SHORT), Mm(LONG)
    for side in ("left", "right", "top", "bottom"):
        setattr(page, f"{side}_margin", Mm(MARGIN))


def _facts(
    document: Document, approval: Approval | None, number: int | None, checksum: str
) -> list[str]:
    """Return what stands on the cover, a line each."""
    day = dateformat.format(document.extracted_on, "j F Y")
    facts = [
        f"Gäller {document.year_in_days or f'år {document.year}'}",
        f"Underlag uttaget {day}",
    ]
    if number:
        facts.append(f"Utgåva {number}, kontrollsumma {checksum[:8]}")
    if approval:
        decided = dateformat.format(approval.decided_on, "j F Y")
        facts.insert(
            0, f"Fastställd av {approval.body} {decided}, § {approval.paragraph}"
        )
        facts.insert(1, f"Diarienummer {approval.registry_number}")
    # Decisions from before the form cleaned them may hold what no Word file can.
    return [clean_text(fact) for fact in facts]


def _cover(word: WordDocument, document: Document, facts: Sequence[str]) -> None:
    """Write the cover, the table of contents and the foot of every page."""
    word.add_paragraph(f"{settings.MUNICIPALITY_NAME} · {document.unit.name}")
    word.add_paragraph(document.title, style="Title")
    for fact in facts:
        word.add_paragraph(fact).paragraph_format.space_after = 0
    contents = word.add_paragraph("Innehåll", style="Subtitle")
    contents.paragraph_format.page_break_before = True
    entries = [
        (section.level - document.top + 1, section.title)
        for section in document.contents
    ]
    word_parts.add_contents(word, entries)
    foot = word.sections[0].footer.paragraphs[0]
    foot.style = word.styles["Källa"]
    foot.add_run(f"{document.title} · {document.unit.name} · ")
    word_parts.add_field(foot, "PAGE", "1")
    foot.add_run(" (")
    word_parts.add_field(foot, "NUMPAGES", "1")
    foot.add_run(")")


def _section(word: WordDocument, section: Section, level: int, *, wide: bool) -> None:
    """Write a section under its heading."""
    word_parts.mark(
        word.add_heading(section.title, level=min(level, DEEPEST)), section.anchor
    )
    if section.lacks_text:
        word.add_paragraph(MISSING)
    for block in section.shown:
        _block(word, block, wide=wide)


def _block(word: WordDocument, block: Block, *, wide: bool) -> None:
    """Write a block."""
    match block:
        case Text():
            _text(word, block)
        case Paragraph():
            if block.text:
                word.add_paragraph(block.text)
        case Key():
            for label, value, note in block.items:
                fact = word.add_paragraph(style="List Bullet")
                fact.add_run(f"{label}: ")
                fact.add_run(value).bold = True
                fact.add_run(f" ({note})" if note else "")
        case Figure():
            _captioned(word, "Bild", block)
            _picture(word, block)
            word.add_paragraph(block.source, style="Källa")
        case Table():
            _captioned(word, "Tabell", block)
            word_parts.add_table(word, block, wide=wide)
            # Two tables without words between them would become one.
            word.add_paragraph(block.source, style="Källa")


def _captioned(word: WordDocument, kind: str, block: Figure | Table) -> None:
    """Write the caption of a chart or table, which links lead to."""
    paragraph = word.add_paragraph(style="Caption")
    paragraph.add_run(f"{kind} {block.number}. ").bold = True
    paragraph.add_run(block.caption).bold = False
    word_parts.mark(paragraph, f"{kind.lower()}-{block.number}")


def _picture(word: WordDocument, block: Figure) -> None:
    """Add a chart as a picture with its alternative text."""
    from docx.shared import Mm

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(
        io.BytesIO(png_of(block.chart.wide)), width=Mm(word_parts.PORTRAIT)
    )
    about = shape._inline.docPr
    about.set("descr", block.chart.title)
    about.set("name", f"Bild {block.number}")


def _text(word: WordDocument, block: Text) -> None:
    """Write a text, every ordered list numbered from 1."""
    lists: dict[int, int] = {}
    for style, ordered, runs in to_runs(block.markup):
        paragraph = word.add_paragraph(style=style)
        if ordered:
            if ordered not in lists:
                lists[ordered] = word_parts.restart(word, paragraph)
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = (
                lists[ordered]
            )
        for run in runs:
            _run(paragraph, run)


def _run(paragraph: WordParagraph, run: Run) -> None:
    """Write some words as they look, with where they lead."""
    written = paragraph.add_run(run.words)
    # None and not False: bold as the style has it.
    written.bold, written.italic = run.bold or None, run.italic or None
    if run.address and run.words not in run.address:
        paragraph.add_run(f" ({run.address})")
    if run.anchor:
        written.font.superscript = run.is_note or None
        written.font.underline = not run.is_note or None
        leads = word_parts.lead(written, run.anchor)
        if run.is_note:
            word_parts.mark(paragraph, f"till-{run.anchor}", around=leads)


def _notes(word: WordDocument, chapter: Section) -> None:
    """Write the endnotes of a chapter, each with the way back to its text."""
    if not chapter.notes:
        return
    word.add_heading("Noter", level=2)
    for number, note in chapter.notes:
        anchor = f"not-{chapter.key}-{number}"
        paragraph = word.add_paragraph(f"{number}. ")
        word_parts.mark(paragraph, anchor)
        for _, _, runs in to_runs(note):
            for run in runs:
                _run(paragraph, run)
        _run(paragraph, Run(" "))
        _run(paragraph, Run("Tillbaka", anchor=f"till-{anchor}"))
