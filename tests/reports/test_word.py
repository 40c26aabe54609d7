"""The Word file has what the web page has, with what those who listen and those who print need."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import docx
import pytest
from docx.document import Document as WordDocument
from PIL import Image

from analysis.charts.charts import Chart, grouped_bars, line
from organisation.models import Unit
from reports.document.blocks import Document, Figure, Section, Table, Text
from reports.document.ledger import Ledger
from reports.document.pictures import png_of
from reports.document.word import render_word
from reports.models import Approval

TEXT = "Vi **måste** *öva*, se [rutinen](https://exempel.se/rutin).\n\n1. Ett\n2. Två\n\nOch:\n\n1. Åter ett"


def chart() -> Chart:
    return grouped_bars(
        "Flest i Norr: 5", ["Norr", "Söder"], [("2023", [1, 2]), ("2024", [5, 3])]
    )


def document() -> Document:
    unit = Unit(code="EK", name="Ekonomi")
    rows = tuple((f"Analys {i}", "Enhet\nNorr") for i in range(60))
    chapter = Section(
        "a",
        "Avvikelser",
        [Text(TEXT, suggested=False), Figure("Per område", chart(), "Källa.")],
    )
    empty = Section("b", "Utveckling", [Text("", suggested=True)])
    appendix = Section(
        "c", "Analyser", [Table("Alla", ("Analys", "Plats"), rows, widths=(60, 40))]
    )
    appendix.appendix = appendix.wide = True
    last = Section(
        "d",
        "Till sist",
        [Table("Tal", ("År", "Antal"), (("2024", "8"), ("Totalt", "8")), total=True)],
    )
    found = Document(
        "Kvalitetsberättelse 2024", unit, 2024, dt.date(2025, 2, 3), [], Ledger(unit)
    )
    found.chapters = [chapter, empty, appendix, last]
    found.number_all()
    return found


@pytest.fixture(scope="module")
def word() -> WordDocument:
    approval = Approval(
        body="Socialnämnden",
        decided_on=dt.date(2025, 3, 1),
        paragraph=41,
        registry_number="SN-2025-1",
    )
    return docx.Document(
        BytesIO(
            render_word(document(), approval=approval, number=2, checksum="ab" * 32)
        )
    )


def test_word_says_what_was_decided_and_from_which_edition(word):
    text = [paragraph.text for paragraph in word.paragraphs]

    assert "Fastställd av Socialnämnden 1 mars 2025, § 41" in text
    assert "Diarienummer SN-2025-1" in text
    assert "Utgåva 2, kontrollsumma abababab" in text


def test_word_headings_are_headings_and_stand_in_the_contents(word):
    headings = [p.text for p in word.paragraphs if p.style.name.startswith("Heading")]
    contents = [p.text for p in word.paragraphs if p.style.name.startswith("toc")]

    assert headings == [
        "1 Avvikelser",
        "2 Utveckling",
        "Bilaga 1. Analyser",
        "3 Till sist",
    ]
    assert contents == headings
    assert 'TOC \\o "1-3"' in word.element.xml


def test_word_is_in_swedish(word):
    assert set(word.styles.element.xpath("//w:lang/@w:val")) == {"sv-SE"}


def test_word_pictures_have_alternative_texts(word):
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == [
        "Flest i Norr: 5"
    ]


def test_word_repeats_the_head_of_every_table_and_splits_no_row(word):
    for table in word.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert [len(table.rows) for table in word.tables] == [61, 3]
    assert word.tables[0].cell(1, 1).text == "Enhet\nNorr"


def test_word_turns_the_page_for_the_appendix_alone(word):
    assert [page.page_width > page.page_height for page in word.sections] == [
        False,
        True,
        False,
    ]


def test_word_keeps_bold_italics_and_addresses(word):
    paragraph = next(p for p in word.paragraphs if p.text.startswith("Vi måste"))

    assert [run.text for run in paragraph.runs if run.bold] == ["måste"]
    assert [run.text for run in paragraph.runs if run.italic] == ["öva"]
    assert paragraph.text == "Vi måste öva, se rutinen (https://exempel.se/rutin)."


def test_word_begins_every_ordered_list_with_one(word):
    numbered = [p for p in word.paragraphs if p.style.name == "List Number"]
    lists = [p._p.pPr.numPr.numId.val for p in numbered]

    assert [p.text for p in numbered] == ["Ett", "Två", "Åter ett"]
    assert lists[0] == lists[1] != lists[2]


def test_word_says_where_a_text_is_missing(word):
    assert any(p.text.startswith("Här saknas text.") for p in word.paragraphs)


@pytest.mark.parametrize(
    "drawn", [chart(), line("Andel", ["jan", "feb"], [(1, 2), (2, 2)])]
)
def test_picture_has_the_colours_of_the_chart(drawn):
    image = Image.open(BytesIO(png_of(drawn.wide)))

    assert image.width == 1920
    colours = {colour for _, colour in image.getcolors(100_000)}
    assert {(255, 255, 255), (11, 87, 102), (23, 33, 43)} <= colours


def test_word_of_the_same_report_has_the_same_bytes():
    assert render_word(document()) == render_word(document())


def test_picture_of_the_same_chart_has_the_same_bytes():
    assert png_of(chart().wide) == png_of(chart().wide)
