"""The rows behind a number are what the cells counted, and nobody reads more of them than elsewhere."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from analysis.counted.countings import ALL_BUT, COUNTINGS
from analysis.counted.questions import Question
from analysis.counted.vocabulary import period_in_words
from analysis.figures import aggregate
from analysis.figures.rows import everything, readable, rows_url
from analysis.figures.stored import number as number_of
from analysis.figures.stored import table
from casework.database.periods import calendar_year, parse
from casework.models import Action, Case, Circle, NamedReader
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.imported import DATA, count_all
from tests.municipality import make_lexsarah

YEAR = calendar_year(2024)
ROWS = "/analys/underlag/"
ONE_ROW_OF = 15


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(person: User, address: str) -> str:
    response = browser(person).get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestRegister(TestCase):
    """Every number of an imported register: one row of fifteen."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Import and count, as an operator does."""
        with TemporaryDirectory() as folder:
            for path in (DATA / "malmo").glob("*.csv"):
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                kept = (
                    lines
                    if path.name == "units.csv"
                    else [lines[0], *lines[1::ONE_ROW_OF]]
                )
                (Path(folder) / path.name).write_text("".join(kept), encoding="utf-8")
            call_command("import_register", folder, stdout=StringIO())
        count_all()

    def test_rows_are_as_many_as_every_number_by_each_dimension_and_value(self) -> None:
        root, period = Unit.objects.get(code="ASF"), parse("2021-01..2024-12")
        walked = 0
        for counting in COUNTINGS:
            for name in ("unit", "month", *counting.dimensions):
                whole = Question(
                    counting.subject, root, period, counting.basis, (name,)
                )
                for (value,), count in table(whole).items():
                    narrowed = {
                        "period": parse(value) if name == "month" else period,
                        "where": () if name == "month" else ((name, value),),
                    }
                    question = Question(
                        counting.subject, root, basis=counting.basis, **narrowed
                    )
                    assert everything(question).count() == count, question
                    walked += 1

        assert walked > 250

    def test_rows_of_an_unprotected_register_are_all_the_controllers(self) -> None:
        root = Unit.objects.get(code="ASF")
        reader = make_user("controller", (Role.QUALITY_CONTROLLER, root))
        for counting in COUNTINGS:
            question = Question(counting.subject, root, YEAR, counting.basis)
            assert readable(question, reader=reader).count() == number_of(question), (
                question
            )

    def test_rows_by_two_dimensions_are_as_many_as_the_number(self) -> None:
        unit = Unit.objects.get(code="IFO")
        by = ("kind", "cause_area")
        for values, count in table(
            Question("deviations", unit, YEAR, "closed", by)
        ).items():
            where = tuple(zip(by, values, strict=True))
            question = Question("deviations", unit, YEAR, "closed", where=where)
            assert everything(question).count() == count, question

    def test_rows_of_a_value_that_stands_for_others_are_theirs(self) -> None:
        root = Unit.objects.get(code="ASF")
        for (name, value), but in ALL_BUT.items():
            subject, basis = (
                ("lexsarah", "decided")
                if name == "degree"
                else ("deviations", "received")
            )
            question = Question(subject, root, YEAR, basis, where=((name, value),))
            others = sum(
                count
                for (said,), count in table(
                    Question(subject, root, YEAR, basis, (name,))
                ).items()
                if said not in but
            )
            assert everything(question).count() == number_of(question) == others > 0


@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("EK", make_unit("SOC"), name="Ekonomi")


@pytest.fixture
def controller(unit: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit))


def address(unit: Unit, **dimensions: Any) -> str:
    aggregate.refresh()
    return rows_url("deviations", unit, YEAR, **dimensions)


def test_rows_url_says_everything_in_swedish_and_nobodys_name(unit: Unit) -> None:
    assert rows_url(
        "deviations",
        unit,
        parse("2024T1"),
        "closed",
        alone=True,
        cause_area="",
        kind="praise",
    ) == (
        "/analys/underlag/?amne=avvikelser&grund=avslutade&enhet=EK&period=2024T1"
        "&bara-enheten=ja&orsak=saknas&slag=praise"
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2024", "2024"),
        ("2024T2", "tertial 2 2024"),
        ("2024H1", "första halvåret 2024"),
        ("2024H2", "andra halvåret 2024"),
        ("2024-03", "mars 2024"),
        ("2023-09..2024-08", "kvalitetsåret 2024"),
        ("2023-02..2024-01", "februari 2023 till januari 2024"),
        ("2024-02..2024-05", "februari 2024 till maj 2024"),
    ],
)
def test_period_in_words_is_how_people_say_it(period: str, words: str) -> None:
    assert period_in_words(parse(period)) == words


def test_look_at_rows_shows_each_with_its_case(unit: Unit, controller: User) -> None:
    make_deviation(unit, number="KA-1", category="Sekretess")
    make_deviation(unit, number="KA-2", category="Samordning")
    page = text_of(controller, address(unit, category="Sekretess"))

    assert "KA-1" in page
    assert "KA-2" not in page
    assert ">1 ärende</strong> i statistiken" in page


def test_look_at_rows_of_the_unit_alone_leaves_out_what_lies_below(
    unit: Unit, controller: User
) -> None:
    make_deviation(unit, number="KA-1")
    make_deviation(make_unit("EK-1", unit), number="KA-2")

    assert 'data-number="2"' in text_of(controller, address(unit))
    alone = text_of(controller, address(unit, alone=True))
    assert 'data-number="1"' in alone
    assert "KA-2" not in alone


def test_look_at_rows_that_fewer_may_read_says_how_many(
    unit: Unit, controller: User
) -> None:
    make_deviation(unit, number="KA-1")
    make_deviation(unit, number="KA-2", title="Hemlig", protected=True)
    page = text_of(controller, address(unit))

    assert "2 ärenden</strong> i statistiken. Du får läsa 1 av dem." in page
    assert "KA-2" not in page
    assert "Hemlig" not in page


def test_look_at_rows_shows_a_named_reader_no_title_of_a_protected_case(
    unit: Unit, controller: User
) -> None:
    case = make_deviation(unit, number="KA-2", title="Hemlig", protected=True)
    NamedReader.objects.create(case=case, user=controller, position=1)
    page = text_of(controller, address(unit))

    assert "Skyddade personuppgifter" in page
    assert "Hemlig" not in page


def test_look_at_rows_shows_no_own_report_by_what_its_handler_wrote(unit: Unit) -> None:
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    make_deviation(make_unit("BO", unit.parent), number="KA-9", reporter=chief)
    planner = make_user("planner", (Role.PLANNING_OFFICER, unit.parent))
    facts = {"cause_area": "Samverkan", "circle": Circle.INVESTIGATOR}
    make_deviation(unit, number="KA-8", reporter=planner, **facts)
    page = text_of(planner, address(unit, cause_area="Samverkan"))

    assert 'data-number="1"' in page
    assert "KA-8" not in page
    assert "Inget som du får läsa" in page


def test_look_at_rows_of_lex_sarah_counts_reports_not_cases(
    unit: Unit, controller: User
) -> None:
    case = make_lexsarah(unit, number="LS-1")
    for _ in range(2):
        make_report_of(make_deviation(unit), case)
    aggregate.refresh()
    page = text_of(controller, rows_url("lexsarah", unit, YEAR))

    assert "2 rapporter</strong>" in page
    assert page.count('/LS-1/">LSR-') == 2


def test_look_at_rows_of_actions_leads_to_each(unit: Unit, controller: User) -> None:
    case = make_deviation(unit, number="KA-1")
    Action.objects.create(
        case=case, text="Gå igenom rutinen", decided_on=dt.date(2024, 3, 2)
    )
    aggregate.refresh()
    page = text_of(controller, rows_url("actions", unit, YEAR, "decided"))

    assert '<a href="/atgarder/KA-1/1/">KA-1, åtgärd 1</a>' in page
    assert "Gå igenom rutinen" in page


def test_look_at_rows_before_they_are_counted_says_so(
    unit: Unit, controller: User
) -> None:
    url = address(unit)
    make_deviation(unit)

    assert "inte räknat än" in text_of(controller, url)
    aggregate.refresh()
    assert "inte räknat än" not in text_of(controller, url)


def test_look_at_rows_takes_as_many_queries_for_three_as_for_one(
    unit: Unit, controller: User
) -> None:
    client, taken = browser(controller), []
    for rows in (1, 2):
        for _ in range(rows):
            make_deviation(unit)
        url = address(unit)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        taken.append(len(captured))

    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("period=2024T9", "Perioden ”2024T9” går inte att läsa"),
        ("period=", "Skriv en period"),
        ("enhet=FINNS-EJ", "Välj en enhet i listan"),
        ("amne=vader", "Välj ett ämne i listan"),
        ("grund=anmalda", "räknas på inkomna, avslutade"),
        ("typ=fall", "har inget som heter ”typ av händelse”"),
        ("kategori=" + "x" * 201, "högst 200 tecken"),
        ("kategori=%00", "ll"),
    ],
)
def test_look_at_rows_of_what_cannot_be_asked_says_what_to_change(
    unit: Unit, controller: User, asked: str, words: str
) -> None:
    name = asked.split("=", maxsplit=1)[0]
    rest = {"amne": "avvikelser", "enhet": "EK", "period": "2024"}
    rest.pop(name, None)
    query = "&".join([asked, *(f"{key}={value}" for key, value in rest.items())])
    response = browser(controller).get(f"{ROWS}?{query}")

    assert response.status_code == 400
    assert words in response.content.decode()


def test_look_at_rows_of_a_unit_that_is_not_ones_own_is_refused_as_one_that_does_not_exist(
    unit: Unit,
) -> None:
    stranger = make_user("stranger", (Role.SECTION_CHIEF, make_unit("BO", unit.parent)))
    response = browser(stranger).get(address(unit))

    assert response.status_code == 400
    assert "Välj en enhet i listan" in response.content.decode()


def test_look_at_rows_without_a_question_shows_what_came_in(
    unit: Unit, controller: User
) -> None:
    case = make_deviation(unit, number="KA-1")
    aggregate.refresh()

    assert Case.objects.filter(pk=case.pk).exists()
    assert 'data-number="1"' in text_of(controller, ROWS)
