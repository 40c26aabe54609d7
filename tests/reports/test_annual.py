"""The report in the Malmö form, from the imported register."""

from __future__ import annotations

import csv
import datetime as dt
import re
from html import unescape
from io import StringIO

from django.core.management import call_command
from django.template.loader import render_to_string

from analysis.counted.vocabulary import UNKNOWN
from organisation.models import Unit
from reports.document.blocks import Document, Figure, Table
from reports.life.services import begin, write
from reports.models import AnnualReport
from reports.outlines.appendices import NOTHING
from reports.outlines.compiling import compile_report
from tests.imported import DATA, Imported
from tests.reports.as_imported import as_imported

DAY = dt.date(2025, 2, 3)
# The year whose report holds a published number: it shows four years back.
REPORT_OF = {
    "2020": 2022,
    "2021": 2022,
    "2022": 2022,
    "2023": 2024,
    "2024": 2024,
    "2025": 2025,
}


def words_of(document: Document) -> str:
    html = render_to_string(
        "reports/document_body.html", {"document": document, "municipality": "Malmö"}
    )
    text = re.sub(r"<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").split()
    )


class TestMalmoReport(Imported):
    """Everything that the outline promises stands in the report."""

    register = "malmo"

    def begin(self, year: int, unit: str = "ASF") -> AnnualReport:
        return begin(
            unit=Unit.objects.get(code=unit), year=year, template="malmo", actor=None
        )

    def compile(self, year: int, unit: str = "ASF") -> Document:
        return as_imported(self.register, unit, year, "malmo", DAY)

    @property
    def of_2024(self) -> Document:
        return self.compile(2024)

    def test_report_holds_every_published_figure(self) -> None:
        documents = {year: self.compile(year) for year in (2022, 2024, 2025)}
        held = {
            (n["subject"], n["basis"], n["unit"], n["period"], n["query"]): str(
                n["value"]
            )
            for document in documents.values()
            for n in document.ledger.numbers()
        }

        for entry in self.published:
            query = " ".join(
                f"{name}={value}" for name, value in sorted(entry["where"].items())
            )
            key = (
                entry["subject"],
                entry["basis"],
                entry["unit"],
                entry["period"],
                query,
            )
            assert held.get(key) == str(entry["value"]), key

    def test_report_shows_every_published_figure_in_words_or_tables(self) -> None:
        words = {year: words_of(self.compile(year)) for year in (2022, 2024, 2025)}

        for entry in self.published:
            value = str(entry["value"])
            shown = (
                value.replace("/", " ")
                if "/" in value
                else f"{int(value):,}".replace(",", " ")
            )
            text = words[REPORT_OF[entry["period"][:4]]]
            assert re.search(rf"(?<![\d/]){re.escape(shown)}(?!\d)", text), entry

    def test_report_compares_with_the_year_before(self) -> None:
        text = words_of(self.of_2024)

        assert (
            "Fler kvalitetsavvikelser rapporterades 2024 än 2023, 1 276 jämfört med 1 113."
            in text
        )
        assert (
            "177 klagomål och synpunkter från utomstående emot, jämfört med 152 året innan: ingen"
            in text
        )
        assert (
            "112 rapporter enligt lex Sarah in, jämfört med 143 året innan: ingen säker"
            in text
        )

    def test_report_has_every_chapter_of_the_outline(self) -> None:
        titles = [section.title for section in self.of_2024.sections()]

        assert titles == [
            "1 Sammanfattning",
            "2 Uppföljning av utvecklingsområden 2024",
            "3 Ledningssystemets uppbyggnad – processer och rutiner",
            "4 Det systematiska förbättringsarbetet",
            "4.1 Avvikelser",
            "4.1.1 Klagomål och synpunkter från utomstående",
            "4.1.2 Klagomål och synpunkter från personal och kvalitetsavvikelser",
            "4.1.3 Lex Sarah",
            "4.1.4 Sammanställning och analys av avvikelser",
            "4.2 Riskanalys",
            "4.3 Egenkontroll",
            "4.3.1 Mätserier",
            "5 Prioriterade utvecklingsområden 2025",
            "Bilaga 1. Riskanalyser",
            "Bilaga 2. Egenkontroller",
        ]

    def test_charts_and_tables_are_numbered_in_reading_order(self) -> None:
        blocks = [
            block for section in self.of_2024.sections() for block in section.blocks
        ]
        figures = [block.number for block in blocks if isinstance(block, Figure)]
        tables = [block.number for block in blocks if isinstance(block, Table)]

        assert figures == list(range(1, len(figures) + 1))
        assert tables == list(range(1, len(tables) + 1))

    def test_parts_of_every_table_add_up(self) -> None:
        tables = [
            block for section in self.of_2024.sections() for block in section.blocks
        ]
        for table in (
            block for block in tables if isinstance(block, Table) and block.total
        ):
            columns = list(zip(*table.rows, strict=True))[1:]
            for heading, column in zip(table.header[1:], columns, strict=True):
                if heading != "Andel":
                    *parts, whole = [int(cell.replace("\u00a0", "")) for cell in column]
                    assert sum(parts) == whole, table.caption

    def test_appendices_of_2022_have_every_row(self) -> None:
        appendices = [
            chapter for chapter in self.compile(2022).chapters if chapter.appendix
        ]

        rows = [
            sum(len(block.rows) for block in appendix.blocks) for appendix in appendices
        ]  # type: ignore[union-attr]
        assert rows == [17, 60]

    def test_appendices_of_2022_hold_the_cells_of_the_register(self) -> None:
        for appendix, name, columns in zip(
            [chapter for chapter in self.compile(2022).chapters if chapter.appendix],
            ("risk_analyses", "selfchecks"),
            (("title", "workplace"), ("title", "workplace", "result")),
            strict=True,
        ):
            with (DATA / "malmo" / f"{name}.csv").open(
                encoding="utf-8", newline=""
            ) as file:
                register = list(csv.DictReader(file, delimiter=";"))
            cells = [
                tuple(
                    row[column] or NOTHING
                    for column in (*columns, "actions", "improved_routine")
                )
                for row in register
            ]
            shown = [
                row
                for block in appendix.blocks
                if isinstance(block, Table)
                for row in block.rows
            ]
            assert sorted(shown) == sorted(cells)

    def test_report_says_when_and_from_where_it_is(self) -> None:
        assert words_of(self.of_2024).count("uttag 2025-02-03") >= 10

    def test_report_of_a_section_without_units_below_is_about_itself(self) -> None:
        text = words_of(self.compile(2024, "IFO-KRI-2"))

        assert "Kriscentrum Heder" in text

    def test_written_text_replaces_the_suggestion(self) -> None:
        report = self.begin(2024)
        write(
            report,
            section="utveckling",
            text="Vi ska **göra mer** <script>x</script>",
            seen_version=0,
            actor=None,
        )
        document = compile_report(report, extracted_on=DAY)
        html = render_to_string(
            "reports/document_body.html",
            {"document": document, "municipality": "Malmö"},
        )

        assert "<strong>göra mer</strong>" in html
        assert "<script" not in html

    def test_every_number_can_be_asked_again(self) -> None:
        for number in self.of_2024.ledger.numbers():
            if number["subject"] == "series":
                continue
            out = StringIO()
            where = [
                [part] for part in re.findall(r"(\w+=.*?)(?= \w+=|$)", number["query"])
            ]
            question = {name: number[name] for name in ("unit", "period", "basis")}
            call_command(
                "figures", number["subject"], where=where, stdout=out, **question
            )
            said = "" if number["value"] == UNKNOWN else str(number["value"])
            assert out.getvalue().splitlines()[-1].strip('"') == said, number
