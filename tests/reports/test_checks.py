"""The checker: finds what published reports got wrong, and is silent about what is right."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cached_property

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.charts import grouped_bars
from organisation.models import Unit, User
from reports.checks import (
    Finding,
    check,
    check_document,
    check_report,
    count_by_severity,
    directions,
    live_numbers,
    sums,
    tables,
    texts,
)
from reports.checks import names as naming
from reports.checks.numerals import split_sentences
from reports.checks.remarks import RULES, Remark, Severity
from reports.document.blocks import (
    Document,
    Figure,
    Key,
    Paragraph,
    Section,
    Table,
    Text,
)
from reports.document.ledger import Ledger
from reports.life.services import begin, write
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from reports.writing.comments import comment, resolve
from tests.imported import Imported

DAY = dt.date(2025, 1, 27)
# Sums to 23 + 1: the published report said 23.
WRONG_SUM = (
    "Under kvalitetsåret har 23 lex Sarah-utredningar färdigställts. De rapporter som inkommer är adekvata. "
    "I 13 av utredningarna har det konstaterats att det inte föreligger något missförhållande. "
    "I övriga elva har missförhållande konstaterats, varav ett av dessa anmäldes."
)


def of_sums(text: str) -> list[tuple[str, str]]:
    return [
        (remark.rule, remark.words) for remark in sums.remarks(split_sentences(text))
    ]


def rules(text: str) -> list[str]:
    sentences = split_sentences(text)
    return [r.rule for r in (*sums.remarks(sentences), *directions.remarks(sentences))]


def document(*blocks: Text | Paragraph | Key | Figure | Table) -> Document:
    section = Section("ett", "Ett", list(blocks), number="1")
    made = Document(
        "Titel",
        Unit(code="EK", name="Ekonomi"),
        2024,
        DAY,
        [section],
        Ledger(Unit(code="EK")),
    )
    made.number_all()
    return made


def found_in(*blocks: Text | Paragraph | Key | Figure | Table) -> list[Finding]:
    return check(document(*blocks), names={"EK": "Ekonomiskt bistånd"})


def own(markup: str) -> Text:
    return Text(markup, suggested=False)


# --- sums and shares --------------------------------------------------------------------------
def test_sum_that_was_published_wrong_is_found() -> None:
    assert of_sums(WRONG_SUM) == [
        ("sum", "Summan stämmer inte: 13 + 11 = 24, men det står 23.")
    ]


def test_share_that_was_published_wrong_is_found() -> None:
    [remark] = sums.row_remarks("Mars 552 (530) 117 (157) 21 % (24%)")

    assert (
        remark.words
        == "Andelen stämmer inte: 157 av 530 är 30 procent, inte 24 procent."
    )
    assert not list(sums.row_remarks("Februari 529 (500) 128 (142) 24 % (28%)"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I 45 av 39 ärenden hade frågan ställts.", "part"),
        ("Av 12 rapporter bedömdes 14 vara allvarliga.", "part"),
        ("Det kom in 13 synpunkter, varav 15 var beröm.", "part"),
        ("Av 530 utredningar blev 157 (24 procent) sena.", "share"),
        ("24 procent (157 av 530) blev sena.", "share"),
        ("Av 20 synpunkter var 12 klagomål och 9 beröm.", "sum"),
        ("Av 23 rapporter bedömdes 13 och 9 som fel.", "sum"),
    ],
)
def test_what_does_not_add_up_in_a_sentence_is_found(text: str, rule: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "Åtta utredningar är klara. I sex av dem fanns brister, varav ett anmäldes. De två övriga ej.",
        "Av de sju utredningar som har färdigställts har två resulterat i inget. I övriga fem fanns brister.",
        "Under året har 13 inkommit, varav fem är beröm och åtta klagomål.",
        "Enkäten skickades till 98 chefer varav 54 chefer valde att svara, en svarsfrekvens på 55 procent.",
        "Dokumenterat i akten (19 av 22 bisysslor), men betydligt färre var diarieförda (8 av 22 bisysslor).",
        "Av 177 klagomål gällde 40 bemötande och 35 väntetid.",
        "Av 12 enheter har 30 ärenden granskats.",
        "Under året hölls 12 utbildningar med 340 deltagare. I övriga tre enheter var det ingen.",
        "I 16 av 39 ärenden ställdes frågan, jämfört med 20 procent året innan.",
        "Cirka 24 procent (157 av 600) blev sena.",
        "Av 112 rapporter bedömdes 44 (39 procent) vara missförhållanden.",
    ],
)
def test_sentence_that_adds_up_or_cannot_be_read_for_certain_is_left_alone(
    text: str,
) -> None:
    assert rules(text) == []


# --- words of direction -----------------------------------------------------------------------
def test_sentence_that_was_published_to_be_read_two_ways_is_found() -> None:
    text = "Färre klagomål och synpunkter från personal inkom 2023 än 2024, 37 jämfört med 55."

    assert rules(text) == ["order"]


@pytest.mark.parametrize(
    "text",
    [
        "Färre kvalitetsavvikelser inkom 2024 än 2023, 1 276 jämfört med 1 113.",
        "Antalet minskade från 43 till 57.",
        "Vi registrerade 57 avvikelser, vilket är en minskning från 43 föregående år.",
        "Antalet besök har fördubblats från 40 till 60.",
        "Under året kom fem synpunkter. Det är fler än föregående år, då tio synpunkter kom.",
        "Andelen är lägre, 39 jämfört med 30 procent.",
        "Fler rapporter kom 2024 än 2023, 40 jämfört med 40.",
    ],
)
def test_word_of_direction_against_its_numbers_is_found(text: str) -> None:
    assert rules(text) == ["direction"]


@pytest.mark.parametrize(
    "text",
    [
        "Fler kvalitetsavvikelser inkom 2024 än 2023, 1 276 jämfört med 1 113.",
        "Antalet svar har ökat 2022 med 511 jämfört med 2021.",
        "5 490 brukare erbjöds att delta, vilket var 2 039 fler än under 2021.",
        "Räknat per månad kom fler klagomål in 2024 än 2023, 5 på 1 månad jämfört med 12 på 12 månader.",
        "Chefen har färre medarbetare än 10.",
        "Fler rapporter behöver inte betyda sämre kvalitet.",
        "Antalet har ökat varje år sedan 2020.",
    ],
)
def test_direction_that_is_right_or_has_no_numbers_is_left_alone(text: str) -> None:
    assert rules(text) == []


def test_direction_of_a_difference_that_may_be_chance_is_said_kindly() -> None:
    [remark] = directions.remarks(
        ["Färre rapporter kom 2022 än 2021, 124 jämfört med 129."]
    )

    assert (remark.rule, remark.severity) == ("uncertain", Severity.CONSIDER)


# --- tables and charts ------------------------------------------------------------------------
GOOD = Table(
    "Ärenden",
    ("Område", "Antal", "Andel"),
    (
        ("Norr", "60", "60 %"),
        ("varav barn", "10", "10 %"),
        ("Söder", "40", "40 %"),
        ("Totalt", "100", "100 %"),
    ),
    total=True,
    number=3,
)


def table_with(row: int, *cells: str) -> Table:
    return replace(GOOD, rows=(*GOOD.rows[:row], cells, *GOOD.rows[row + 1 :]))


def test_table_that_adds_up_is_left_alone() -> None:
    assert not list(tables.table_remarks(GOOD))


@pytest.mark.parametrize(
    ("table", "rule", "words"),
    [
        (
            Table(
                "T",
                ("Område", "2024"),
                (("Norr", "60"), ("Söder", "40"), ("Totalt", "101")),
            ),
            "sum",
            "raderna blir 100, men summan är 101",
        ),
        (table_with(1, "varav barn", "61", "61 %"), "part", "mer än helheten 60"),
        (table_with(0, "Norr", "60", "61 %"), "share", "60 av 100 är inte 61 %"),
        (replace(GOOD, caption=" "), "alternative", "Tabell 3 saknar rubrik."),
        (
            Table("T", ("O", "A", "B", "Totalt"), (("Norr", "5", "6", "12"),)),
            "sum",
            "kolumnerna blir 11, men summan är 12",
        ),
        (
            Table("T", ("Månad", "Antal", "Av", "Andel"), (("maj", "9", "8", "–"),)),
            "",
            "",
        ),
        (
            Table("T", ("Månad", "Antal", "Av", "Andel"), (("maj", "9", "8", "90 %"),)),
            "part",
            "är större",
        ),
    ],
)
def test_table_that_does_not_add_up_is_found(
    table: Table, rule: str, words: str
) -> None:
    remarks = list(tables.table_remarks(table))

    assert [remark.rule for remark in remarks] == ([rule] if rule else [])
    assert not rule or words in remarks[0].words


def test_small_numbers_are_counted_with_what_hides_them() -> None:
    rows = (("Norr", "3"), ("Väst", "17"), ("Söder", "40"), ("Totalt", "60"))
    table = Table("Ärenden", ("Område", "2024"), rows, total=True, number=1)

    assert tables.small_cells(table) == [(0, 1)]
    [remark] = tables.table_remarks(table)
    assert remark.words == (
        "Tabell 1 har ett litet tal. Att dölja det så att det inte kan räknas fram tar 2 celler."
    )


def test_row_with_the_same_text_twice_is_found() -> None:
    table = Table(
        "T", ("A", "B"), (("Utvärdering efter insats",) * 2,), widths=(50, 50)
    )

    assert [remark.rule for remark in tables.table_remarks(table)] == ["repeated"]


def test_chart_without_words_is_found() -> None:
    chart = replace(grouped_bars("Flest: Norr", ["Norr"], [("2024", [7])]), title="")

    remarks = tables.figure_remarks(Figure("", chart, "Källa", number=2))

    assert [remark.words for remark in remarks] == [
        "Bild 2 saknar rubrik.",
        "Bild 2 saknar text för den som inte ser bilden.",
    ]


# --- texts ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("Anna, 19121212-1212, ringde.", "personal", Severity.MUST),
        ("Skriv till anna@exempel.se.", "contact", Severity.SHOULD),
        ("Ring 040-12 34 56.", "contact", Severity.SHOULD),
        ("Vi har gjort xx saker.", "placeholder", Severity.MUST),
        ("TODO", "placeholder", Severity.MUST),
        ("Vi har [fyll i].", "placeholder", Severity.MUST),
        ("Vi har [...] gjort.", "placeholder", Severity.MUST),
        ("Uppgifterna är hämtade den 28 januari 2025.", "future", Severity.MUST),
        ("Rutinen beslutades 2025-03-01.", "future", Severity.SHOULD),
        ("Se avsnitt 7.2.", "reference", Severity.SHOULD),
        ("Ekonomisk bistånd växer.", "", None),
        ("Ekonomiskt bestånd växer.", "names", Severity.SHOULD),
    ],
)
def test_text_that_must_not_be_printed_is_found(
    text: str, rule: str, severity: Severity | None
) -> None:
    found = [(f.remark.rule, f.severity) for f in found_in(own(text))]

    assert found == ([(rule, severity)] if rule else [])


@pytest.mark.parametrize(
    "text",
    [
        "Se avsnitt 1.",
        "Se avsnitt 3 i handboken.",
        "Arbetet ska vara klart 2026-03-01.",
        "Läs [mer](https://www.socialstyrelsen.se/) och not [1].",
        "Det ekonomiska biståndets handläggare arbetar.",
        "Enligt 5 kap. 6 § gäller SOSFS 2011:9.",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert not found_in(own(text))


def test_personal_number_is_never_repeated() -> None:
    [finding] = found_in(own("Anna, 19121212-1212, ringde."))

    assert finding.quote == "Anna, [personnummer], ringde."


def test_personal_number_in_a_table_of_texts_is_found() -> None:
    table = Table(
        "Åtgärder", ("Åtgärd",), (("Ring Anna, 19121212-1212",),), widths=(100,)
    )

    assert [finding.remark.rule for finding in found_in(table)] == ["personal"]


def test_same_name_spelt_two_ways_is_found() -> None:
    text = own("Sektionen Mottag VINR/beder är ny.\n\nSektionen VINR/heder tar emot.")

    [finding] = found_in(text)

    assert finding.words == "”VINR/beder” och ”VINR/heder” är nästan lika."


@pytest.mark.parametrize(
    ("one", "other"), [("Utredningen", "Utredningar"), ("Malmöborna", "Malmöbornas")]
)
def test_inflection_is_no_other_name(one: str, other: str) -> None:
    assert not list(naming.twins([one, other]))


def test_section_that_is_heavy_to_read_is_said_kindly() -> None:
    heavy = (
        "Verksamhetsutvecklingens kvalitetsledningssystem förutsätter dokumentationsansvar "
        * 5
    )
    text = own(f"{heavy}. {heavy}. {heavy}.")

    assert [(f.remark.rule, f.severity) for f in found_in(text)] == [
        ("readability", Severity.CONSIDER)
    ]
    assert texts.lix(["Vi gör det."]) is None


def test_token_that_means_nothing_is_found() -> None:
    text = replace(
        own("[Talet går inte att hämta: okänt]"),
        typed="{tal x}",
        wrong=("{tal x}: okänt",),
    )

    assert [finding.words for finding in found_in(text)] == ["{tal x}: okänt."]


def test_section_without_anything_is_found() -> None:
    assert [finding.remark.rule for finding in found_in(own(" "))] == ["empty"]
    assert not found_in(own(" "), Paragraph(("Något.",)))


# --- numbers by hand --------------------------------------------------------------------------
def entry(
    value: int, query: str = "kind=quality_deviation", **facts: str
) -> dict[str, object]:
    about = {
        "subject": "deviations",
        "unit": "EK",
        "period": "2024",
        "basis": "received",
        "query": query,
    }
    return {"id": "n1", **about, **facts, "value": value}


def by_hand(sentence: str, *ledger: dict[str, object]) -> list[Remark]:
    names = {"EK": "Ekonomi", "BO": "Boende och stöd"}
    return list(
        live_numbers.remarks(sentence, ledger, year=2024, unit="EK", names=names)
    )


def test_number_that_the_register_has_is_offered_as_a_live_one() -> None:
    [remark] = by_hand("Det kom in 341 kvalitetsavvikelser 2024.", entry(341))

    assert remark.rule == "typed"
    assert remark.words == (
        "341 är ett tal ur registret: kvalitetsavvikelser, inkomna 2024. "
        "Skriv {tal avvikelser inkomna slag=kvalitetsavvikelse} i stället."
    )


def test_number_on_any_basis_is_compared_with_the_words_for_it() -> None:
    investigated = entry(14, "", subject="lexsarah", basis="completed")

    [remark] = by_hand(
        "Under 2024 utreddes 12 lex Sarah-rapporter färdigt.", investigated
    )

    assert remark.rule == "contradicted"
    assert "registret har 14: lex Sarah, färdigutredda 2024" in remark.words
    assert not by_hand("Under 2024 kom 12 lex Sarah-rapporter in.", investigated)


def test_number_of_a_named_unit_is_offered_with_its_area() -> None:
    other = entry(341, unit="BO")

    [remark] = by_hand("I Boende och stöd kom 341 kvalitetsavvikelser in.", other)

    assert "område=BO" in remark.words
    assert not by_hand("Det kom in 341 kvalitetsavvikelser.", other)


def test_number_that_the_register_contradicts_is_found() -> None:
    [remark] = by_hand("Under 2024 kom 342 kvalitetsavvikelser in.", entry(341))

    assert remark.rule == "contradicted"
    assert remark.words.startswith("Texten säger 342, men registret har 341:")


@pytest.mark.parametrize(
    "sentence",
    [
        "Under 2024 kom 342 kvalitetsavvikelser som gällde bemötande in.",
        "Under 2023 kom 341 kvalitetsavvikelser in.",
        "Vi har 341 medarbetare.",
        "Under 2024 kom cirka 340 kvalitetsavvikelser in.",
        "Kvalitetsavvikelser handlar om bemötande.",
    ],
)
def test_number_of_something_else_is_left_alone(sentence: str) -> None:
    assert not by_hand(sentence, entry(341))


# --- the whole --------------------------------------------------------------------------------
@given(st.text(max_size=300), st.booleans())
def test_any_text_is_checked(text: str, suggested: bool) -> None:
    table = Table(text, ("A", text), ((text, text), ("Totalt", text)), total=True)
    texts = Table(text, ("A",), ((text,),), widths=(100,))

    for finding in found_in(
        Text(text, suggested),
        Paragraph((text,)),
        table,
        texts,
        Key(((text, text, ""),)),
    ):
        assert finding.words
        assert finding.remark.rule in RULES


TELLING = (
    "av",
    "varav",
    "övriga",
    "23",
    "13",
    "elva",
    "24 %",
    "än",
    "färre",
    "2024",
    ",",
    ". ",
    "och",
    "mot",
)


@given(st.lists(st.sampled_from(TELLING)))
def test_any_row_of_words_is_checked(words: list[str]) -> None:
    for finding in found_in(own(" ".join(words))):
        assert finding.words


def test_gravest_comes_first_and_every_severity_is_counted() -> None:
    findings = found_in(own("Skriv till anna@exempel.se. TODO"))

    assert [finding.severity for finding in findings] == [
        Severity.MUST,
        Severity.SHOULD,
    ]
    assert count_by_severity(findings) == {
        Severity.MUST: 1,
        Severity.SHOULD: 1,
        Severity.CONSIDER: 0,
    }


class TestWholeReports(Imported):
    """Our own reports are without errors, and what is planted in one is found, nothing else."""

    register = "malmo"

    def begin(self, year: int, template: str = "malmo") -> AnnualReport:
        unit = Unit.objects.get(code="ASF")
        return begin(unit=unit, year=year, template=template, actor=None)

    def check(self, report: AnnualReport) -> list[Finding]:
        return check_report(report, extracted_on=DAY)

    @cached_property
    def report(self) -> AnnualReport:
        return self.begin(2024)

    def test_generated_reports_have_no_errors(self) -> None:
        for year, template in ((2022, "malmo"), (2024, "malmo"), (2024, "goteborg")):
            found = self.check(self.begin(year, template))

            assert not [f for f in found if f.severity is Severity.MUST], (
                year,
                template,
            )
            assert {f.remark.rule for f in found} <= {"empty", "small", "repeated"}

    def test_row_that_was_published_with_repeated_cells_is_found(self) -> None:
        found = [f for f in self.check(self.begin(2022)) if f.remark.rule == "repeated"]

        assert [f.quote for f in found] == [
            "Utvärdering från brukare efter avslutad insats."
        ]

    def test_planted_errors_are_found_and_nothing_else(self) -> None:
        before = self.check(self.report)
        planted = {
            "sammanfattning": WRONG_SUM.replace(
                "lex Sarah-utredningar", "granskningar"
            ),
            "utomstaende": "Färre besök gjordes 2024 än 2023, 640 jämfört med 500.",
            "personal": "Under 2024 rapporterades 1 276 kvalitetsavvikelser i våra verksamheter.",
            "monster": "Samtalet med Anna, 19121212-1212, gav mycket.",
        }
        for section, text in planted.items():
            write(self.report, section=section, text=text, seen_version=0, actor=None)

        found = [
            (f.section, f.remark.rule)
            for f in self.check(self.report)
            if f not in before
        ]

        assert sorted(found) == [
            ("monster", "personal"),
            ("personal", "typed"),
            ("sammanfattning", "sum"),
            ("utomstaende", "direction"),
        ]

    def test_number_that_is_fetched_is_not_typed_by_hand(self) -> None:
        text = "Under 2024 rapporterades {tal avvikelser inkomna slag=kvalitetsavvikelse} kvalitetsavvikelser."
        write(self.report, section="personal", text=text, seen_version=0, actor=None)

        assert not [f for f in self.check(self.report) if f.remark.rule == "typed"]

    def test_open_comment_is_found_until_it_is_resolved(self) -> None:
        actor = User.objects.create(username="lena")
        compiled = compile_report(self.report, extracted_on=DAY)
        made = comment(self.report, section="riskanalys", text="Varför?", actor=actor)
        waiting = [
            f
            for f in check_document(self.report, compiled)
            if f.remark.rule == "comments"
        ]
        resolve(made, actor=actor)

        assert [(f.section, f.words) for f in waiting] == [
            ("riskanalys", "En kommentar väntar på svar.")
        ]
        assert not [
            f
            for f in check_document(self.report, compiled)
            if f.remark.rule == "comments"
        ]
