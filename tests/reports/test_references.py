"""References have the right number and lead there, and notes stand last in their chapter."""

from __future__ import annotations

import datetime as dt
import io
import re
from copy import deepcopy
from zipfile import ZipFile

import pytest

from analysis.models import Cell
from organisation.rights import Role
from reports.checks import check_document
from reports.document.blocks import Document, Text
from reports.document.markup import to_html, to_words
from reports.document.rendering import render_body
from reports.document.word import render_word
from reports.life.services import write
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from reports.publishing import advancing
from tests.factories import make_unit, make_user
from tests.municipality import make_report
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 2, 3)


def make_begun() -> AnnualReport:
    root = make_unit("SOC", name="Socialförvaltningen")
    area = make_unit("EK", root, name="Ekonomi")
    # What is never reported has no chart to refer to.
    Cell.objects.bulk_create(
        Cell(
            unit=area,
            subject="deviations",
            basis="received",
            month=dt.date(year, 3, 1),
            count=9,
            **said,
        )
        for year in (2022, 2023, 2024)
        for said in (
            {"kind": "complaint", "reported_by": "outside"},
            {"kind": "complaint", "reported_by": "staff"},
            {"kind": "quality_deviation", "reported_by": "staff"},
        )
    )
    return make_report(root, 2024)


report_once = made_once(make_begun)


@pytest.fixture
def report(report_once: AnnualReport) -> AnnualReport:
    return deepcopy(report_once)


def put(report: AnnualReport, section: str, text: str) -> None:
    seen = report.blocks.filter(section=section).count()
    write(report, section=section, text=text, seen_version=seen, actor=None)


def compiled(report: AnnualReport) -> Document:
    fresh = AnnualReport.objects.select_related("unit", "freeze").get(pk=report.pk)
    return compile_report(fresh, extracted_on=DAY)


def text_of(document: Document, section: str = "uppfoljning") -> Text:
    return next(
        each for each in document.sections() if each.key == section
    ).written_text


def body_of(document: Document) -> str:
    return render_body(document, "reports/document", municipality="X")[2]


def words_of(document: Document) -> str:
    with ZipFile(io.BytesIO(render_word(document))) as file:
        return file.read("word/document.xml").decode()


# --- references ---------------------------------------------------------------------------------
REFERENCES = [
    ("{se avsnitt lexsarah}", r"avsnitt \d(\.\d)+", "avsnitt-lexsarah"),
    ("{se  avsnitt   uppfoljning}", "avsnitt 2", "avsnitt-uppfoljning"),
    ("{se bilaga bilaga-riskanalyser}", "bilaga 1", "avsnitt-bilaga-riskanalyser"),
    ("{se bild utomstaende}", r"bild 1", "bild-1"),
    ("{se tabell personal 2}", r"tabell 3", "tabell-3"),
]


def test_reference_has_the_number_of_its_place_and_leads_there(
    report: AnnualReport,
) -> None:
    put(report, "uppfoljning", "\n\n".join(f"Läs {text}." for text, *_ in REFERENCES))
    html = body_of(compiled(report))

    found = re.findall(r'Läs <a href="#([^"]+)">([^<]+)</a>\.', html)
    assert [anchor for anchor, _ in found] == [anchor for *_, anchor in REFERENCES]
    for (anchor, said), (_, words, _) in zip(found, REFERENCES, strict=True):
        assert re.fullmatch(words, said)
        assert f'id="{anchor}"' in html


def test_reference_that_leads_nowhere_says_so_and_is_found_by_the_checker(
    report: AnnualReport,
) -> None:
    put(report, "uppfoljning", "Läs {se avsnitt finns-inte}.")
    document = compiled(report)

    assert "[Hänvisningen leder ingenstans: {se avsnitt finns-inte}]" in body_of(
        document
    )
    found = [
        each
        for each in check_document(report, document)
        if each.remark.rule == "reference"
    ]
    assert [each.words for each in found] == [
        "{se avsnitt finns-inte} leder ingenstans: det finns inte i berättelsen."
    ]


def test_reference_in_a_text_that_is_changed_after_the_lock_has_the_right_number(
    report: AnnualReport,
) -> None:
    actor = make_user("controller", (Role.QUALITY_CONTROLLER, report.unit))
    put(report, "uppfoljning", "Läs {se avsnitt lexsarah}.[^En not.]")
    before = text_of(compiled(report)).markup
    for name in ("granska", "las"):
        report = advancing.advance(
            report, name, actor=actor, seen_version=report.version
        )
    put(report, "avvikelser", "Läs också {se avsnitt lexsarah}.")
    document = compiled(report)

    assert text_of(document).markup == before
    assert text_of(document).notes == ("En not.",)
    assert re.search(r"\[avsnitt [\d.]+\]", text_of(document, "avvikelser").markup)


WITHIN = [
    "[x](#avsnitt-lexsarah)",
    "[x](<#not-a-1>)",
    "[x]( #bild-1)",
    "[x](&#35;avsnitt-1)",
    r"[x](\#avsnitt-1)",
    "[x](&#35;not-avvikelser-1)",
    "[x](<&#x23;bild-9>)",
    "[x](&num;bild-9)",
    "[x](&nbsp;&#35;bild-9)",
    "[x](\n&#9;#bild-9)",
]


def test_link_within_the_report_is_only_made_of_a_reference(
    report: AnnualReport,
) -> None:
    put(report, "uppfoljning", "\n\n".join(f"Läs {typed}." for typed in WITHIN))
    document = compiled(report)

    shown = re.findall(r"Läs [^<]*x[^<]*<?", body_of(document))
    assert len(shown) == len(WITHIN)
    assert "<a" not in to_html(text_of(document).markup)


@pytest.mark.parametrize(
    "typed",
    ["[x](https://a.se/#avsnitt-1)", "[x](<HTTP://a.se>)", '[x]( http://a.se "b")'],
)
def test_link_to_the_web_is_made_as_it_is_typed(
    report: AnnualReport, typed: str
) -> None:
    put(report, "uppfoljning", f"Läs {typed}.")

    assert to_html(text_of(compiled(report)).markup) == to_html(f"Läs {typed}.")
    assert to_html(f"Läs {typed}.").count("<a href=") == 1


# --- notes --------------------------------------------------------------------------------------
def test_note_stands_last_in_its_chapter_with_the_way_back(
    report: AnnualReport,
) -> None:
    put(report, "uppfoljning", "Så säger föreskriften.[^SOSFS 2011:9, *7 kap.*] Mer.")
    html = body_of(compiled(report))

    mark = '<a class="note" id="till-not-uppfoljning-1" href="#not-uppfoljning-1" aria-label="Not 1">1</a>'
    assert f"föreskriften.{mark} Mer." in html
    assert '<li id="not-uppfoljning-1">SOSFS 2011:9, <em>7 kap.</em> ' in html
    assert (
        '<a href="#till-not-uppfoljning-1" aria-label="Tillbaka till texten, not 1">'
        in html
    )


def test_notes_are_numbered_through_a_chapter(report: AnnualReport) -> None:
    put(report, "forbattringsarbete", "Ett.[^A] Två.[^B]")
    put(report, "avvikelser", "Tre.[^C]")
    put(report, "uppfoljning", "Annat kapitel.[^D]")
    document = compiled(report)

    notes = {
        chapter.key: chapter.notes for chapter in document.chapters if chapter.notes
    }
    assert notes == {
        "uppfoljning": [(1, "D")],
        "forbattringsarbete": [(1, "A"), (2, "B"), (3, "C")],
    }
    assert len(re.findall(r'<section class="notes">', body_of(document))) == 2


def test_note_may_hold_a_link_a_number_and_a_reference(report: AnnualReport) -> None:
    put(
        report,
        "uppfoljning",
        "Se.[^[Lagen](https://exempel.se) och {se avsnitt lexsarah}.]",
    )
    html = body_of(compiled(report))

    assert (
        '<a href="https://exempel.se" rel="noopener noreferrer">Lagen</a> och <a href="#avsnitt-'
        in html
    )


@pytest.mark.parametrize(
    "text", [r"Typ \[^ingen not]", "Oavslutad [^not", "Tom [^]", "[^rad\nbruten]"]
)
def test_what_is_no_note_stays_as_it_is_typed(report: AnnualReport, text: str) -> None:
    put(report, "uppfoljning", text)
    document = compiled(report)

    assert text_of(document).notes == ()
    assert 'class="notes"' not in body_of(document)


def test_note_with_a_personal_number_is_found_by_the_checker(
    report: AnnualReport,
) -> None:
    put(report, "uppfoljning", "Se noten.[^Gäller 19811218-9876.]")

    found = [each.remark.rule for each in check_document(report, compiled(report))]
    assert "personal" in found


def test_number_of_a_note_is_no_word_of_the_text() -> None:
    assert to_words("Så är det.[1](#not-a-1) Mer.") == [("Normal", "Så är det. Mer.")]


def test_word_has_notes_and_references_as_links(report: AnnualReport) -> None:
    put(report, "uppfoljning", "Läs {se avsnitt lexsarah}.[^SOSFS 2011:9.]")
    xml = words_of(compiled(report))

    marks = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    links = set(re.findall(r'<w:hyperlink w:anchor="([^"]+)"', xml))
    assert {"avsnitt_lexsarah", "not_uppfoljning_1", "till_not_uppfoljning_1"} <= marks
    assert links == {"avsnitt_lexsarah", "not_uppfoljning_1", "till_not_uppfoljning_1"}
    assert "SOSFS 2011:9." in xml
