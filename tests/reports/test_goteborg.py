"""The report in the Göteborg form, by department and quality year, from the imported register."""

from __future__ import annotations

import datetime as dt
import re

from analysis.counted.vocabulary import UNKNOWN
from casework.database.periods import quality_year
from casework.models import Action
from deviations.models import Deviation
from organisation.models import Unit
from reports.document.blocks import Document, Key, Paragraph, Section, Table
from reports.document.ledger import Ledger
from reports.life.services import begin, write
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from selfcheck.models import Method, Plan, SelfCheck
from tests.imported import Imported
from tests.reports.as_imported import as_imported
from tests.reports.test_annual import words_of

DAY = dt.date(2024, 10, 15)
QUALITY_YEAR = "2023-09..2024-08"


def tables_of(section: Section) -> list[Table]:
    return [
        block
        for part in section.walk()
        for block in part.blocks
        if isinstance(block, Table)
    ]


class TestGoteborgReport(Imported):
    """Everything that the outline promises stands in the report."""

    register = "goteborg"

    def begin(self, year: int = 2024, unit: str = "SFC") -> AnnualReport:
        return begin(
            unit=Unit.objects.get(code=unit), year=year, template="goteborg", actor=None
        )

    def compile(self, year: int = 2024, unit: str = "SFC") -> Document:
        return compile_report(self.begin(year, unit), extracted_on=DAY)

    def section(self, key: str) -> Section:
        return next(
            section for section in self.compile().sections() if section.key == key
        )

    def section_of_2024(self, key: str) -> Section:
        return next(each for each in self.of_2024.sections() if each.key == key)

    def case_with(self, unit: str, **facts: object) -> Action:
        deviation = Deviation.objects.filter(unit__code__startswith=unit).earliest("pk")
        return Action.objects.create(case=deviation, level="department", **facts)

    @property
    def of_2024(self) -> Document:
        return as_imported(self.register, "SFC", 2024, "goteborg", DAY)

    def test_views_tell_praise_apart_from_complaints_of_the_same_category(self) -> None:
        section = next(s for s in self.of_2024.sections() if s.key == "synpunkter-stv")
        (table,) = tables_of(section)

        rows = [row[0:2] for row in table.rows]
        assert ("Klagomål: Bemötande", "11") in rows
        assert ("Beröm: Bemötande", "8") in rows
        assert rows[-1] == ("Totalt", "20")
        said = (block.text for block in section.blocks if isinstance(block, Paragraph))
        assert (
            "Av dem var elva klagomål, ett förbättringsförslag och åtta beröm."
            in " ".join(said)
        )

    def test_key_numbers_add_no_praise_to_complaints(self) -> None:
        (key,) = [
            b for s in self.of_2024.sections() for b in s.blocks if isinstance(b, Key)
        ]

        said = {label: value for label, value, _ in key.items}
        assert said["Klagomål och synpunkter från utomstående"] == "30"
        assert said["Beröm från utomstående"] == "13"

    def test_report_holds_every_published_figure(self) -> None:
        held = {
            (n["subject"], n["basis"], n["unit"], n["period"], n["query"]): str(
                n["value"]
            )
            for n in self.of_2024.ledger.numbers()
        }

        assert len(self.published) == 31
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

    def test_report_shows_every_published_figure_in_its_department(self) -> None:
        document = self.of_2024
        for entry in self.published:
            chapter = next(
                c for c in document.chapters if self.is_about(c, entry["unit"])
            )
            cells = {
                cell
                for table in tables_of(chapter)
                for row in table.rows
                for cell in row
            }
            said = [
                block.text
                for part in chapter.walk()
                for block in part.blocks
                if isinstance(block, Paragraph)
            ]
            shown = {"0": "Inga lex Sarah-utredningar", "1": "en händelse"}.get(
                str(entry["value"]), ""
            )
            assert str(entry["value"]) in cells or shown in " ".join(said), entry

    def is_about(self, chapter: Section, unit: str) -> bool:
        return chapter.key == f"avdelning-{unit.lower()}" or (
            unit == "SFC" and chapter.key == "inledning"
        )

    def test_report_is_about_the_quality_year(self) -> None:
        text = words_of(self.of_2024)

        assert "1 september 2023–31 augusti 2024" in text
        periods = {
            n["period"]
            for n in self.of_2024.ledger.numbers()
            if n["subject"] == "deviations"
        }
        assert periods == {QUALITY_YEAR, "2022-09..2023-08"}

    def test_report_has_a_chapter_for_each_department_with_the_same_parts(self) -> None:
        titles = [section.title for section in self.of_2024.sections()]

        assert [chapter.heading for chapter in self.of_2024.chapters] == [
            "Inledning",
            "Barn och unga",
            "Ekonomiskt bistånd",
            "Stadsövergripande uppdrag - barn, familj och trygghet",
            "Stadsövergripande verksamheter",
            "Vuxna",
        ]
        assert [title for title in titles if title.startswith("2")] == [
            "2 Barn och unga",
            "2.1 Resultat av systematiskt kvalitetsarbete",
            "2.1.1 Egenkontroll",
            "2.1.1.1 Brukares inflytande och delaktighet",
            "2.1.1.2 Brukarenkäter",
            "2.1.1.3 Öppna jämförelser",
            "2.1.1.4 Externa tillsyner och granskningar",
            "2.1.1.5 Interna granskningar",
            "2.1.1.6 Övrig egenkontroll",
            "2.1.2 Synpunkter, avvikelser och lex Sarah",
            "2.1.2.1 Synpunkter",
            "2.1.2.2 Avvikelser",
            "2.1.2.3 Lex Sarah",
            "2.1.3 Förbättringsarbetet sedan förra året",
            "2.2 Slutsatser och förbättringsåtgärder",
        ]

    def test_investigations_of_the_departments_add_up_to_the_whole(self) -> None:
        tables = tables_of(self.section_of_2024("bedomning"))
        table = next(
            table for table in tables if "lex Sarah-utredningar" in table.caption
        )

        assert table.rows[-1] == ("Totalt", "13", "11", "24")
        assert [row[-1] for row in table.rows] == ["8", "0", "0", "7", "9", "24"]

    def test_parts_of_every_table_add_up(self) -> None:
        tables = [
            table
            for chapter in self.of_2024.chapters
            for table in tables_of(chapter)
            if table.total
        ]

        assert len(tables) > 10
        for table in tables:
            for heading, column in zip(
                table.header[1:], list(zip(*table.rows, strict=True))[1:], strict=True
            ):
                if heading != "Andel" and UNKNOWN not in column:
                    *parts, whole = [int(cell.replace("\u00a0", "")) for cell in column]
                    assert sum(parts) == whole, table.caption

    def test_measurements_are_told_as_so_many_of_so_many(self) -> None:
        rows = [
            row
            for table in tables_of(self.section_of_2024("ovrig-ekb"))
            for row in table.rows
        ]

        assert (
            "FREDA-kortfrågor ställda senaste året",
            "Ekonomiskt bistånd",
            "April 2024",
        ) in {row[:3] for row in rows}
        assert "39 av 40, 98 %" in {row[3] for row in rows}

    def test_check_done_in_the_quality_year_stands_with_its_share(self) -> None:
        unit = Unit.objects.get(code="VUX-1")
        for day, title in (
            (dt.date(2023, 8, 31), "För tidig"),
            (dt.date(2023, 9, 1), "Första dagen"),
        ):
            SelfCheck.objects.create(
                subject="selfcheck",
                number=f"E-{title}",
                unit=unit,
                title=title,
                received_on=day,
                workplace="Vuxna 1",
                method=Method.FILE_REVIEW,
                state="closed",
                closed_on=day,
                done_on=day,
                met=16,
                reviewed=39,
            )

        rows = [
            row
            for table in tables_of(self.section("granskningar-vux"))
            for row in table.rows
        ]
        assert rows == [("Första dagen", "Vuxna 1", "16 av 39", "–")]

    def test_section_without_records_suggests_to_say_so(self) -> None:
        (text,) = self.section_of_2024("enkater-bou").blocks

        assert (
            text.markup == "Ingen brukarenkät är registrerad under kvalitetsåret 2024."
        )  # type: ignore[union-attr]

    def test_action_that_is_not_done_remains_and_one_from_before_is_carried(
        self,
    ) -> None:
        self.case_with("BOU", text="Stärk barnens röst", decided_on=dt.date(2023, 3, 1))
        self.case_with(
            "BOU",
            text="Ny mall",
            decided_on=dt.date(2023, 10, 1),
            done_on=dt.date(2024, 2, 1),
            effect="partly",
            effect_on=dt.date(2024, 6, 1),
            effect_note="Hälften använder den.",
        )
        self.case_with("EKB", text="Annan avdelning", decided_on=dt.date(2023, 10, 1))

        (table,) = tables_of(self.section("atgarder-bou"))
        assert table.rows == (
            ("Stärk barnens röst\nFrån 2023", "Kvarstår till nästa år."),
            (
                "Ny mall",
                "Genomförd 1 februari 2024. Åtgärden hade delvis effekt. Hälften använder den.",
            ),
        )
        (planned,) = tables_of(self.section("slutsatser-bou"))
        assert planned.rows == (("Stärk barnens röst", "–"),)

    def test_action_of_one_case_and_one_about_a_protected_person_are_not_shown(
        self,
    ) -> None:
        narrow = self.case_with(
            "BOU", text="Samtal med handläggaren", decided_on=dt.date(2024, 3, 1)
        )
        Action.objects.filter(pk=narrow.pk).update(level="individual")
        hidden = self.case_with(
            "VUX", text="Hemlig adress", decided_on=dt.date(2024, 3, 1)
        )
        type(hidden.case).objects.filter(pk=hidden.case_id).update(protected=True)  # type: ignore[attr-defined]

        text = words_of(self.compile())
        assert "Samtal med handläggaren" not in text
        assert "Hemlig adress" not in text

    def test_check_planned_for_next_quality_year_is_in_the_table_of_plans(self) -> None:
        for day, title in (
            (dt.date(2024, 8, 31), "I år"),
            (dt.date(2024, 9, 1), "Nästa år"),
        ):
            Plan.objects.create(
                unit=Unit.objects.get(code="STV-2"),
                year=2024,
                title=title,
                method=Method.SURVEY,
                first_on=day,
            )

        (table,) = tables_of(self.section("slutsatser-stv"))
        assert [row[0] for row in table.rows] == ["Nästa år"]

    def test_text_of_one_department_stands_in_its_chapter_alone(self) -> None:
        write(
            self.begin(),
            section="slutsatser-vux",
            text="Bara vi.",
            seen_version=0,
            actor=None,
        )

        text = words_of(self.compile())
        assert text.count("Bara vi.") == 1
        assert text.index("Vuxna") < text.index("Bara vi.")

    def test_report_of_a_unit_without_units_below_is_one_chapter_about_itself(
        self,
    ) -> None:
        document = self.compile(unit="BOU-1")

        assert [chapter.heading for chapter in document.chapters] == [
            "Inledning",
            "Enhet Barn och unga 1",
        ]

    def test_unit_that_is_asked_for_twice_is_counted_once(self) -> None:
        unit = Unit.objects.get(code="SFC")
        once, twice = (
            Ledger(unit, quality_year).by_area("deviations", "received", asked, [2024])
            for asked in ([unit], [unit, unit])
        )

        assert once == twice
        assert once[unit.pk][2024]

    def test_report_compares_quality_years(self) -> None:
        text = words_of(self.of_2024)

        assert (
            "Fler kvalitetsavvikelser registrerades kvalitetsåret 2024 än kvalitetsåret 2023"
            in text
        )
        assert re.search(
            r"Under kvalitetsåret 2024 registrerades 208 kvalitetsavvikelser, jämfört med 227",
            text,
        )
