"""Tokens in authors' texts become live numbers; what means nothing says so and breaks no page."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from organisation.models import Unit
from reports.document.blocks import Document, Text
from reports.document.freezing import dump, load
from reports.document.numbers import query_of, where_of
from reports.document.word import render_word
from reports.editions.with_links import open_rows
from reports.life.services import begin, write
from reports.models import AnnualReport, Block
from reports.outlines.compiling import compile_report
from reports.tokens.sentences import amount
from reports.tokens.tokens import Asked, TokenError, offered, read_token
from tests.factories import make_deviation, make_unit
from tests.imported import Imported

DAY = dt.date(2024, 10, 15)
QUALITY = "{tal avvikelser inkomna slag=kvalitetsavvikelse}"


@pytest.mark.parametrize(
    ("token", "asked"),
    [
        ("{tal avvikelser}", Asked(False, "deviations", "received")),
        ("{jämför avvikelser avslutade}", Asked(True, "deviations", "closed")),
        (
            '{tal avvikelser område=BoU år=2024 kategori="Samverkan intern"}',
            Asked(
                False,
                "deviations",
                "received",
                (("category", "Samverkan intern"),),
                "BoU",
                2024,
            ),
        ),
        ("{tal lexsarah beslutade}", Asked(False, "lexsarah", "decided")),
        (
            QUALITY,
            Asked(False, "deviations", "received", (("kind", "quality_deviation"),)),
        ),
    ],
)
def test_token_is_read_and_written_back(token: str, asked: Asked) -> None:
    assert read_token(token) == asked
    assert read_token(str(asked)) == asked


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("{tal}", "skriv först vad som räknas"),
        ("{tal klagomål}", "skriv först vad som räknas"),
        ("{tal avvikelser beslutade}", "avvikelser räknas som inkomna, avslutade"),
        ("{tal avvikelser inkomna extra}", "avvikelser räknas som"),
        ("{tal avvikelser slag=hej}", "slag kan vara"),
        ("{tal avvikelser metod=enkät}", "”metod” går inte att välja här"),
        ("{tal avvikelser år=i-fjol}", "skriv året med fyra siffror"),
        ('{tal avvikelser kategori="öppen}', "ett citattecken saknas"),
        (
            '{tal avvikelser kategori="öppen kind=x"}',
            "ett värde kan inte innehålla ett villkor till",
        ),
        ("{tal " + "x" * 400 + "}", "skriv {tal …}"),
    ],
)
def test_token_that_means_nothing_says_what_to_write(token: str, says: str) -> None:
    with pytest.raises(TokenError, match=says.replace("{", r"\{")):
        read_token(token)


@pytest.mark.parametrize(
    ("token", "one"),
    [
        ("{jämför avvikelser}", "ett ärende"),
        ("{jämför lexsarah utredda}", "ett ärende"),
        ("{jämför lexsarah}", "en rapport enligt lex Sarah"),
        ("{jämför egenkontroller}", "en egenkontroll"),
    ],
)
def test_one_of_what_is_counted_is_said_in_right_swedish(token: str, one: str) -> None:
    assert amount(1, read_token(token).noun) == one


@pytest.mark.parametrize(
    "token",
    [
        "{tal lexsarah typ=Övergrepp}",
        "{tal lexsarah beslutade grad=serious_misconduct}",
        "{jämför lexsarah beslutade grad=found år=2023}",
        "{tal lexsarah malgrupp=barn}",
        "{tal lexsarah anmalda}",
    ],
)
def test_token_of_how_lex_sarah_was_judged_is_refused(token: str) -> None:
    with pytest.raises(TokenError, match="bara att räkna hur många"):
        read_token(token)


@pytest.mark.parametrize("value", ["foo bar=baz", "foo unit=baz", "a = b", "=", ""])
def test_query_of_free_words_with_signs_of_equality_is_read_back(value: str) -> None:
    where = (("category", value), ("kind", "praise"))

    assert where_of(query_of(where)) == where


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["foo bar=baz", "foo unit=baz"])
def test_token_with_a_sign_of_equality_breaks_neither_the_page_nor_an_edition(
    words: str,
) -> None:
    root = make_unit("SOC")
    make_deviation(root)
    call_command("aggregate")
    report = begin(unit=root, year=2024, template="malmo", actor=None)
    text = f'{{tal avvikelser kategori="{words}"}}'
    write(report, section="avvikelser", text=text, seen_version=0, actor=None)
    document = compile_report(report, extracted_on=DAY)
    section = next(each for each in document.sections() if each.key == "avvikelser")
    kept = open_rows(load(dump(document))).sections()
    opened = next(each.opened for each in kept if each.key == "avvikelser")

    assert (
        f'kategori="{words}"'
        in [str(asked) for asked, _ in offered(document, section)][-1]
    )
    assert opened[-1][2].endswith(urlencode({"kategori": words}))


@given(st.text(alphabet=st.characters(exclude_characters="{}\n"), max_size=60))
def test_read_of_any_words_is_a_question_or_an_error(words: str) -> None:
    with suppress(TokenError):
        asked = read_token(f"{{tal {words}}}")
        assert read_token(str(asked)) == asked


class TestTokensInAReport(Imported):
    """The numbers that stand in the texts are those of the register, and kept."""

    register = "goteborg"

    def setUp(self) -> None:
        unit = Unit.objects.get(code="SFC")
        self.report = begin(unit=unit, year=2024, template="goteborg", actor=None)

    def compile(self, text: str, section: str = "bedomning") -> Document:
        Block.objects.create(report=self.report, section=section, version=1, text=text)
        return compile_report(
            AnnualReport.objects.get(pk=self.report.pk), extracted_on=DAY
        )

    def text(self, document: Document, section: str = "bedomning") -> Text:
        found = next(each for each in document.sections() if each.key == section)
        return next(block for block in found.blocks if isinstance(block, Text))

    def test_number_is_about_the_section_and_the_year_of_the_report(self) -> None:
        assert (
            self.text(self.compile(QUALITY, "slutsatser-bou"), "slutsatser-bou").markup
            == "208"
        )
        assert self.text(self.compile(f"{QUALITY} st")).markup == "462 st"

    def test_number_of_another_area_and_year(self) -> None:
        text = (
            "{tal avvikelser slag=kvalitetsavvikelse område=EKB} mot "
            + QUALITY.replace("}", " område=BOU år=2023}")
        )

        assert self.text(self.compile(text)).markup == "115 mot 227"

    def test_comparison_is_a_sentence_from_the_numbers(self) -> None:
        document = self.compile(QUALITY.replace("tal", "jämför"), "slutsatser-ekb")

        assert self.text(document, "slutsatser-ekb").markup == (
            "Fler kvalitetsavvikelser kom in kvalitetsåret 2024 än kvalitetsåret 2023, 115 jämfört med 86."
        )

    def test_number_in_a_text_is_kept_with_its_question(self) -> None:
        document = self.compile("{tal avvikelser inkomna vag=brev område=STV-1}")

        kept = [n for n in document.ledger.numbers() if "channel" in n["query"]]
        assert [(n["unit"], n["period"]) for n in kept] == [
            ("STV-1", "2023-09..2024-08")
        ]

    def test_number_stands_alike_on_the_page_and_in_word(self) -> None:
        document = self.compile(f"Vi fick **{QUALITY}** rapporter.")

        html = render_to_string(
            "reports/document_body.html",
            {"document": document, "municipality": "Göteborg"},
        )
        assert "Vi fick <strong>462</strong> rapporter." in html
        assert len(render_word(document)) > 10_000

    def test_token_that_means_nothing_is_said_where_it_stands(self) -> None:
        for text, says in (
            ("Vi fick {tal klagomål}.", "skriv först vad som räknas"),
            ("{tal avvikelser område=FINNS-INTE}", "FINNS-INTE är ingen enhet i"),
            (
                "{jämför avvikelser år=1999}",
                "registret har inga sådana uppgifter för kvalitetsåret 1999",
            ),
        ):
            self.report.blocks.all().delete()
            document = self.compile(text)
            html = render_to_string(
                "reports/document_body.html",
                {"document": document, "municipality": "X"},
            )

            assert "[Talet går inte att hämta: " in html
            assert says in html
            assert len(self.text(document).wrong) == 1
            assert self.text(document).typed == text

    def test_number_outside_the_report_is_refused(self) -> None:
        self.report = begin(
            unit=Unit.objects.get(code="BOU"),
            year=2024,
            template="goteborg",
            actor=None,
        )

        assert (
            "VUX är ingen enhet i"
            in self.text(self.compile("{tal avvikelser område=VUX}")).wrong[0]
        )

    def test_words_of_the_register_cannot_become_markup(self) -> None:
        document = self.compile('{jämför avvikelser kategori="**a** <b>"}')

        html = render_to_string(
            "reports/document_body.html", {"document": document, "municipality": "X"}
        )
        assert "**a** &lt;b&gt;" in html

    def test_offered_numbers_are_those_of_the_section_and_mean_what_they_say(
        self,
    ) -> None:
        document = self.compile("x")
        section = next(
            each for each in document.sections() if each.key == "slutsatser-bou"
        )
        found = {
            asked.words: (str(asked), value)
            for asked, value in offered(document, section)
        }

        assert found["Kvalitetsavvikelser, inkomna"] == (QUALITY, 208)
        for token, value in found.values():
            asked = read_token(token)
            assert (
                document.ledger.answer(
                    asked.subject,
                    asked.basis,
                    "BOU",
                    document.period,
                    where=asked.where,
                )
                == value
            )
