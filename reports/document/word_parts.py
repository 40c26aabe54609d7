"""What a Word file needs that its library does not offer: styles, fields, tables and lists of Word's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any
from zlib import crc32

from reports.document.blocks import Table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

LANGUAGE, FONT, INK, ACCENT, MUTED = "sv-SE", "Calibri", "17212B", "0B5766", "4A5763"
HEADINGS = {
    "Heading 1": 20,
    "Heading 2": 15,
    "Heading 3": 12.5,
    "Heading 4": 11,
    "Heading 5": 11,
}
SIZES = {**HEADINGS, "Title": 30}
# A twentieth of a point; the text of an A4 page with our margins is 160 millimetres wide, across 247.
TWENTIETHS = 56.7
PORTRAIT, LANDSCAPE = 160, 247
FIRST_COLUMN = 46
LONGEST_NAME = 40
THICK = f'w:val="single" w:sz="8" w:space="0" w:color="{INK}"'
HAIRLINE = 'w:val="single" w:sz="4" w:space="0" w:color="B9C3CA"'
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def set_styles(word: WordDocument) -> None:
    """Give the file its language, letters, colours and spaces, all as styles that Word's own tools know."""
    styles = word.styles
    for language in styles.element.iter(_w("lang")):
        for name in ("val", "eastAsia", "bidi"):
            language.set(_w(name), LANGUAGE)
    _add_contents_styles(styles)
    for name in ("Normal", "Caption", "Subtitle", "Title", *HEADINGS):
        _set_letters(styles[name], name)
    _set_spaces(styles)
    _add_source_style(styles)


def _add_contents_styles(styles: Any) -> None:
    """Add the styles of the table of contents, a step further in for each level."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    for level in (1, 2, 3):
        entry = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        entry.base_style = styles["Normal"]
        entry.paragraph_format.left_indent = Pt(14 * (level - 1))
        entry.paragraph_format.space_after = Pt(3)


def _set_letters(style: Any, name: str) -> None:
    """Give a style its font, size and colour, and take from it those of Word's theme."""
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(SIZES.get(name, 11))
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(
        ACCENT if name in ("Title", "Heading 1") else INK
    )
    for fonts in style.element.iter(_w("rFonts")):
        for attribute in list(fonts.attrib):
            if attribute.endswith("Theme"):
                del fonts.attrib[attribute]
    if name in HEADINGS:
        style.paragraph_format.space_after = Pt(6)


def _set_spaces(styles: Any) -> None:
    """Set the page breaks, and remove the line under the title."""
    from docx.shared import Pt

    styles["Title"].paragraph_format.space_before = Pt(120)
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Heading 1"].paragraph_format.page_break_before = True
    for frame in list(styles["Title"].element.iter(_w("pBdr"))):
        frame.getparent().remove(frame)


def _add_source_style(styles: Any) -> None:
    """Add the style of the note under a chart or table."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    source = styles.add_style("Källa", WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = styles["Normal"]
    source.font.size, source.font.color.rgb = Pt(9), RGBColor.from_string(MUTED)
    source.paragraph_format.space_before = Pt(4)


def _w(name: str) -> str:
    """Return a name in Word's own namespace."""
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def add_field(paragraph: Paragraph, code: str, shown: str = "") -> None:
    """Add a field that Word fills in, such as the number of the page."""
    from docx.oxml import parse_xml

    paragraph._p.append(
        parse_xml(
            f'<w:fldSimple {NAMESPACE} w:instr="{escape(code)}" w:dirty="true">'
            f"<w:r><w:t>{escape(shown)}</w:t></w:r></w:fldSimple>"
        )
    )


def add_contents(word: WordDocument, entries: Sequence[tuple[int, str]]) -> None:
    """Add a table of contents: what the headings are now, until Word puts in the numbers of the pages."""
    from docx.oxml import parse_xml

    def field(part: str) -> Any:
        return parse_xml(f"<w:r {NAMESPACE}>{part}</w:r>")

    instruction = (
        '<w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText>'
    )
    begin = '<w:fldChar w:fldCharType="begin" w:dirty="true"/>'
    for place, (level, title) in enumerate(entries):
        paragraph = word.add_paragraph(style=f"toc {level}")
        if place == 0:
            for part in (begin, instruction, '<w:fldChar w:fldCharType="separate"/>'):
                paragraph._p.append(field(part))
        paragraph.add_run(title)
        if place == len(entries) - 1:
            paragraph._p.append(field('<w:fldChar w:fldCharType="end"/>'))


def restart(word: WordDocument, paragraph: Paragraph) -> int:
    """Return the number of a new list that begins with 1, like the one of a paragraph's style."""
    from docx.oxml import parse_xml

    numbering = word.part.numbering_part.element
    used = paragraph.style.element.pPr.numPr.numId.val  # type: ignore[union-attr]
    kind = numbering.num_having_numId(used).abstractNumId.val
    number = numbering.add_num(kind)
    override = f'<w:lvlOverride {NAMESPACE} w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    number.append(parse_xml(override))
    return int(number.numId)


def add_table(word: WordDocument, block: Table, *, wide: bool) -> None:
    """Add a table whose head is repeated on every page and whose rows are never split.

    Written as XML at once: the library takes the square of the number of rows.
    """
    from docx.oxml import parse_xml

    widths = _widths(block, LANDSCAPE if wide else PORTRAIT)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(block, block.header, widths, head=True)]
    for place, row in enumerate(block.rows, 1):
        rows.append(
            _row(block, row, widths, strong=block.total and place == len(block.rows))
        )
    word.element.body.insert_element_before(
        parse_xml(
            f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f"<w:tblBorders><w:bottom {HAIRLINE}/><w:insideH {HAIRLINE}/></w:tblBorders>"
            '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
            '<w:right w:w="115" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:val="04A0" w:firstRow="1" w:firstColumn="1" w:noVBand="1"/>'
            f'<w:tblCaption w:val="{escape(block.caption)}"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        ),
        "w:sectPr",
    )


def _widths(block: Table, room: int) -> list[int]:
    """Return the widths of a table's columns, in twentieths of a point."""
    columns = len(block.header)
    first = FIRST_COLUMN if columns > 1 else 100
    shares: list[float] = [first, *[(100 - first) / (columns - 1)] * (columns - 1)]
    if block.widths:
        shares = list(block.widths)
    return [round(room * TWENTIETHS * share / sum(shares)) for share in shares]


def _row(
    block: Table,
    cells: Sequence[str],
    widths: Sequence[int],
    *,
    head: bool = False,
    strong: bool = False,
) -> str:
    """Return a row of a table as XML."""
    repeated = "<w:tblHeader/>" if head else ""
    written = ""
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        is_number = place > 0 and not block.is_text
        written += _cell(cell, width, is_number=is_number, head=head, strong=strong)
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"


def _cell(text: str, width: int, *, is_number: bool, head: bool, strong: bool) -> str:
    """Return a cell of a table as XML."""
    look = '<w:sz w:val="18"/>'
    if head or strong:
        look = f"<w:b/>{look}"
    edge = keep = ""
    if head:
        edge = f"<w:tcBorders><w:bottom {THICK}/></w:tcBorders>"
        # Kept with the next line, the head never stands alone at the foot of a page.
        keep = "<w:keepNext/>"
    side = '<w:jc w:val="right"/>' if is_number else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{edge}</w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:spacing w:before="40" w:after="40"/>{side}</w:pPr>'
        f"<w:r><w:rPr>{look}</w:rPr>{lines}</w:r></w:p></w:tc>"
    )


def lead(run: Run, anchor: str) -> BaseOxmlElement:
    """Let a run lead to another place in the file; return the link around it."""
    from docx.oxml import OxmlElement

    leads = OxmlElement("w:hyperlink")
    leads.set(_w("anchor"), name_of(anchor))
    run.element.addprevious(leads)
    leads.append(run.element)
    return leads


def mark(
    paragraph: Paragraph, anchor: str, *, around: BaseOxmlElement | None = None
) -> None:
    """Give a place a name that links lead to: a whole paragraph, or a part of it."""
    from docx.oxml import OxmlElement

    first, last = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (first, last):
        mark.set(_w("id"), str(crc32(anchor.encode()) >> 1))
    first.set(_w("name"), name_of(anchor))
    if around is None:
        around = paragraph.runs[0].element
    around.addprevious(first)
    around.addnext(last)


def name_of(anchor: str) -> str:
    """Return a name as Word takes it: forty letters, figures and underscores, as no other place has."""
    plain = re.sub(r"\W", "_", anchor)
    if len(plain) <= LONGEST_NAME:
        return plain
    return f"{plain[:31]}_{sha256(anchor.encode()).hexdigest()[:8]}"
