"""Charts and tables that authors place in their texts: from the register, numbered, and locked with it."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.aggregate import refresh
from organisation.models import Unit, User
from organisation.rights import Role
from reports.checks import check_document
from reports.document.blocks import Document, Figure, Table, Text
from reports.document.rendering import render_body
from reports.document.word import render_word
from reports.life.services import write
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from reports.publishing import advancing
from reports.tokens.placements import Placement, read_placement
from reports.tokens.placing import place, placeable
from reports.tokens.tokens import Asked, TokenError, offered
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_report
from tests.worlds import made_once

DAY = dt.date(2025, 2, 3)
PLACE = "uppfoljning"
RECEIVED = Asked(False, "deviations", "received")
BY_UNIT = "{bild avvikelser inkomna per=enhet åren=2}"


def make_root() -> Unit:
    unit = make_unit("SOC", name="Socialförvaltningen")
    for code, category in (("EK", "Sekretess"), ("BO", "Bemötande")):
        below = make_unit(code, unit, name=f"Enhet {code}")
        for day in (dt.date(2023, 11, 1), dt.date(2024, 3, 1), dt.date(2024, 6, 1)):
            make_deviation(below, received_on=day, category=category)
    refresh()
    return unit


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


@pytest.fixture
def report(root: Unit) -> AnnualReport:
    return make_report(root, 2024)


def compiled(report: AnnualReport, text: str) -> Document:
    newest = report.blocks.filter(section=PLACE).order_by("-version").first()
    write(
        report,
        section=PLACE,
        text=text,
        seen_version=newest.version if newest else 0,
        actor=None,
    )
    fresh = AnnualReport.objects.select_related("unit", "freeze").get(pk=report.pk)
    return compile_report(fresh, extracted_on=DAY)


def text_of(document: Document) -> Text:
    return next(each for each in document.sections() if each.key == PLACE).written_text


def table_of(document: Document) -> Table:
    return next(part for part in text_of(document).placed if isinstance(part, Table))


def body_of(document: Document) -> str:
    return render_body(document, "reports/document", municipality="X")[2]


@pytest.mark.parametrize(
    ("token", "placement"),
    [
        (
            "{bild avvikelser per=kategori}",
            Placement(True, RECEIVED, "category"),
        ),
        (
            "{tabell lexsarah beslutade per=år}",
            Placement(False, Asked(False, "lexsarah", "decided"), "år", 4),
        ),
        (BY_UNIT, Placement(True, RECEIVED, "enhet", 2)),
        (
            "{bild avvikelser inkomna per=manad åren=3 slag=beröm område=EK år=2023}",
            Placement(
                True,
                Asked(
                    False, "deviations", "received", (("kind", "praise"),), "EK", 2023
                ),
                "månad",
                3,
            ),
        ),
    ],
)
def test_placement_is_read_and_written_back(token: str, placement: Placement) -> None:
    assert read_placement(token) == placement
    assert read_placement(str(placement)) == placement


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("{bild}", "skriv först vad som räknas"),
        ("{bild avvikelser}", "skriv per= och något av år, tertial, månad, enhet"),
        ("{bild avvikelser per=metod}", "skriv per= och något av"),
        (
            "{bild avvikelser per=enhet åren=9}",
            "åren är hur många år som visas, 1 till 4",
        ),
        ("{bild avvikelser per=enhet åren=12}", "åren är hur många år"),
        (
            "{bild avvikelser per=slag slag=beröm}",
            "det går inte att dela på det som redan är valt",
        ),
        ("{tal avvikelser per=slag}", "skriv {bild …}"),
    ],
)
def test_placement_that_means_nothing_says_what_to_write(token: str, says: str) -> None:
    with pytest.raises(TokenError, match=re.escape(says)):
        read_placement(token)


@pytest.mark.parametrize(
    "token",
    [
        "{bild lexsarah per=typ}",
        "{tabell lexsarah beslutade per=grad}",
        "{tabell lexsarah beslutade per=enhet grad=found}",
        "{bild lexsarah anmalda per=år}",
    ],
)
def test_placement_of_how_lex_sarah_was_judged_is_refused(token: str) -> None:
    with pytest.raises(TokenError, match="bara att räkna hur många"):
        read_placement(token)


@given(st.text(alphabet=st.characters(exclude_characters="{}\n"), max_size=60))
def test_read_of_any_words_places_something_or_says_why_not(words: str) -> None:
    with suppress(TokenError):
        placement = read_placement(f"{{bild {words}}}")
        assert read_placement(str(placement)) == placement


@pytest.mark.django_db
class TestPlacedInAReport:
    def test_chart_stands_where_it_is_written_with_its_table(
        self, report: AnnualReport
    ) -> None:
        document = compiled(report, f"Före.\n\n{BY_UNIT}\n\nEfter.")

        kinds = [
            part if isinstance(part, str) else type(part)
            for part in text_of(document).placed
        ]
        assert kinds == ["Före.\n\n", Figure, Table, "\n\nEfter."]
        html = body_of(document)
        assert html.index("Före.") < html.index('id="bild-1"') < html.index("Efter.")

    def test_table_counts_by_unit_and_year_and_adds_up(
        self, report: AnnualReport
    ) -> None:
        table = table_of(compiled(report, BY_UNIT))

        assert table.header == ("Verksamhet", "2023", "2024")
        assert table.rows == (
            ("Enhet BO", "1", "2"),
            ("Enhet EK", "1", "2"),
            ("Totalt", "2", "4"),
        )
        assert (
            table.source
            == "Källa: registret i Kvalitet, inkomna ärenden, uttag 2025-02-03."
        )

    @pytest.mark.parametrize(
        ("per", "rows"),
        [
            (
                "tertial",
                (
                    ("Tertial 1", "2"),
                    ("Tertial 2", "2"),
                    ("Tertial 3", "0"),
                    ("Totalt", "4"),
                ),
            ),
            ("kategori", (("Bemötande", "2"), ("Sekretess", "2"), ("Totalt", "4"))),
            ("år", (("2023", "2"), ("2024", "4"))),
        ],
    )
    def test_table_is_split_as_it_is_asked(
        self, report: AnnualReport, per: str, rows: tuple[tuple[str, ...], ...]
    ) -> None:
        assert (
            table_of(compiled(report, f"{{tabell avvikelser per={per}}}")).rows == rows
        )

    def test_months_that_have_not_begun_have_no_number(self, root: Unit) -> None:
        make_deviation(root, received_on=dt.date(2025, 1, 7))
        refresh()
        rows = dict(
            table_of(
                compiled(make_report(root, 2025), "{tabell avvikelser per=månad}")
            ).rows
        )

        assert (rows["Januari"], rows["Februari"], rows["Mars"]) == ("1", "0", "–")

    def test_unit_that_begins_when_the_year_has_ended_has_no_row(
        self, root: Unit
    ) -> None:
        make_unit("NY", root, name="Enhet NY", valid_from=dt.date(2025, 1, 1))
        rows = table_of(
            compiled(make_report(root, 2024), "{tabell avvikelser per=enhet}")
        ).rows

        assert {row[0] for row in rows} == {"Enhet EK", "Enhet BO", "Totalt"}

    def test_long_list_is_cut_and_still_adds_up(self, root: Unit) -> None:
        for number in range(20):
            make_deviation(
                root, received_on=dt.date(2024, 4, 1), category=f"Kategori {number}"
            )
        refresh()
        rows = table_of(
            compiled(make_report(root, 2024), "{tabell avvikelser per=kategori}")
        ).rows

        assert len(rows) == 13
        assert rows[-2:] == (("Övriga", "11"), ("Totalt", "24"))

    def test_numbers_are_kept_with_their_questions(self, report: AnnualReport) -> None:
        document = compiled(report, "{tabell avvikelser per=kategori område=EK}")

        kept = [
            n for n in document.ledger.numbers() if n["query"] == "category=Sekretess"
        ]
        assert [(n["unit"], n["value"]) for n in kept] == [("EK", 2)]

    def test_chart_says_its_finding_for_those_who_do_not_see_it(
        self, report: AnnualReport
    ) -> None:
        document = compiled(report, "{bild avvikelser per=tertial}")
        figure = next(
            part for part in text_of(document).placed if isinstance(part, Figure)
        )

        assert (
            figure.chart.title
            == "Flest ärenden 2024: tertial 1 och tertial 2, 2 var av 4."
        )
        assert figure.caption == "Ärenden, inkomna, per tertial 2024"

    def test_numbers_of_later_charts_move_on(self, report: AnnualReport) -> None:
        before = compiled(report, "Ingen bild.")
        after = compiled(report, BY_UNIT)

        def charts(document: Document) -> list[int]:
            blocks = [
                block for section in document.sections() for block in section.shown
            ]
            return [block.number for block in blocks if isinstance(block, Figure)]

        assert charts(after) == list(range(1, len(charts(before)) + 2))

    def test_same_chart_twice_has_no_name_twice(self, report: AnnualReport) -> None:
        names = re.findall(
            r'\sid="([^"]+)"', body_of(compiled(report, f"{BY_UNIT}\n\n{BY_UNIT}"))
        )

        assert len(names) == len(set(names))

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (f"Se {BY_UNIT} här.", "den ska stå ensam på en rad"),
            ("{bild hej}", "skriv först vad som räknas"),
            (
                "{bild avvikelser per=enhet område=EK}",
                "Enhet EK har inga enheter under sig",
            ),
            (
                "{bild avvikelser per=år år=2001}",
                "registret har inga sådana uppgifter för 2001",
            ),
            ("{bild avvikelser per=år område=X}", "X är ingen enhet i"),
        ],
    )
    def test_token_that_means_nothing_is_said_where_it_stands(
        self, report: AnnualReport, text: str, says: str
    ) -> None:
        document = compiled(report, text)

        assert "[Bilden går inte att hämta: " in body_of(document)
        assert says in text_of(document).wrong[0]
        assert any(says in found.words for found in check_document(report, document))

    def test_no_more_are_placed_than_a_section_has_room_for(
        self, report: AnnualReport
    ) -> None:
        text = text_of(compiled(report, "{tabell avvikelser per=år}\n\n" * 22))

        assert len([part for part in text.placed if isinstance(part, Table)]) == 20
        assert len(text.wrong) == 2

    def test_word_has_the_table(self, report: AnnualReport) -> None:
        assert len(render_word(compiled(report, BY_UNIT))) > 10_000

    def test_locked_report_keeps_its_charts_and_takes_no_new_ones(
        self, report: AnnualReport, root: Unit
    ) -> None:
        actor = make_user("controller", (Role.QUALITY_CONTROLLER, root))
        before = table_of(compiled(report, BY_UNIT)).rows
        lock(report, actor)
        make_deviation(root, received_on=dt.date(2024, 5, 1))
        refresh()
        text = f"Nytt.\n\n{BY_UNIT}\n\n{{tabell avvikelser per=månad}}"
        document = compiled(report, text)

        assert table_of(document).rows == before
        assert "den finns inte i det låsta underlaget" in text_of(document).wrong[0]

    def test_offered_charts_can_all_be_placed(self, report: AnnualReport) -> None:
        document = compiled(report, "x")
        section = next(each for each in document.sections() if each.key == PLACE)
        found = placeable(document, section, list(offered(document, section)))

        assert found
        for placement in found:
            assert place(document, section, read_placement(str(placement)), position=1)


def lock(report: AnnualReport, actor: User) -> None:
    for name in ("granska", "las"):
        report = advancing.advance(
            report, name, actor=actor, seen_version=report.version
        )


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["{tal avvikelser}", "{jämför avvikelser}"])
def test_text_holds_so_many_numbers_that_the_page_still_opens_soon(
    report: AnnualReport, token: str
) -> None:
    document = compiled(report, " ".join([token] * 62))

    assert len(text_of(document).wrong) == 2
    assert (
        body_of(document).count(
            "[Talet går inte att hämta: högst 60 tal får plats i ett avsnitt]"
        )
        == 2
    )
