"""Ask a register that holds something: a table, a chart and a file, all with the same numbers."""

from __future__ import annotations

import datetime as dt
import re
from copy import deepcopy

import pytest
from django.test import Client

from analysis.ask.table import answer, chart_of
from analysis.counted.questions import Question
from analysis.figures import aggregate
from organisation.models import Unit
from organisation.rights import Role
from tests.analysis.test_ask import ASK, YEAR, asked, rows_of, sheets_of, text_of
from tests.analysis.walking import numbers_of, walk
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db


def make_filled() -> Unit:
    """Report in two units, two months and two categories, one of them said by nobody."""
    unit = make_unit("EK", make_unit("SOC", name="Socialförvaltningen"), name="Ekonomi")
    below = make_unit("EK-1", unit, name="Utbetalning")
    for count, where, category, month in (
        (6, unit, "Sekretess", 2),
        (2, below, "", 3),
        (7, below, "Sekretess", 3),
    ):
        for _ in range(count):
            make_deviation(
                where, category=category, received_on=dt.date(2024, month, 5)
            )
    aggregate.refresh()
    return unit


unit_once = made_once(make_filled)


@pytest.fixture
def unit(unit_once: Unit) -> Unit:
    return deepcopy(unit_once)


@pytest.fixture
def browser(unit: Unit) -> Client:
    assert unit.parent
    client = Client()
    client.force_login(make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent)))
    return client


def test_ask_by_two_dimensions_shows_a_table_with_sums(
    unit: Unit, browser: Client
) -> None:
    page = text_of(browser, f"{ASK}?{asked(rader='enhet', kolumner='kategori')}")

    assert rows_of(page) == {
        "Ekonomi (själva enheten)": ["6", "0", "6"],
        "Utbetalning": ["7", "2", "9"],
        "Totalt": ["13", "2", "15"],
    }


def test_ask_by_month_reads_them_in_order(unit: Unit, browser: Client) -> None:
    assert rows_of(text_of(browser, f"{ASK}?{asked(rader='manad')}")) == {
        "februari 2024": ["6"],
        "mars 2024": ["9"],
        "Totalt": ["15"],
    }


def test_ask_narrowed_counts_only_that(unit: Unit, browser: Client) -> None:
    assert rows_of(text_of(browser, f"{ASK}?{asked(kategori='saknas')}")) == {
        "Totalt": ["2"]
    }


@pytest.mark.parametrize(
    "split",
    [
        {},
        {"rader": "enhet"},
        {"rader": "manad", "kolumner": "kategori"},
        {"rader": "kategori", "kolumner": "enhet", "slag": "fault"},
        {"rader": "enhet", "kolumner": "manad", "kategori": "Sekretess"},
        {"kolumner": "slag", "bara-enheten": "ja", "enhet": "EK"},
    ],
)
def test_ask_shows_numbers_that_open_as_many_rows(
    unit: Unit, browser: Client, split: dict[str, str]
) -> None:
    walked = walk(browser, f"{ASK}?{asked(**split)}")

    assert walked
    assert [said for said, _, _ in walked] == [count for _, count, _ in walked]


def test_ask_without_a_question_answers_the_newest_year(
    unit: Unit, browser: Client
) -> None:
    assert [said for said, _ in numbers_of(text_of(browser))] == [15]


def test_ask_what_nobody_has_reported_says_why_it_is_empty(
    unit: Unit, browser: Client
) -> None:
    page = text_of(browser, f"{ASK}?{asked(period='2027', rader='enhet')}")

    assert "Svaret är noll." in page
    assert "längre period" in page


def test_ask_before_the_register_began_says_that_nothing_is_known(
    unit: Unit, browser: Client
) -> None:
    asked_then = asked(period="2019", rader="enhet")
    page = text_of(browser, f"{ASK}?{asked_then}")

    assert "Uppgift saknas för 12 månader mellan 2019-01 och 2019-12." in page
    assert "Svaret är noll." not in page
    assert list(numbers_of(page)) == []
    assert (
        browser.get(f"{ASK}tabell.csv?{asked_then}")
        .content.decode()
        .endswith("Totalt;uppgift saknas\r\n")
    )


def test_chart_says_what_there_is_most_of(unit: Unit) -> None:
    question = Question("deviations", unit, YEAR, "received", ("category",))
    chart = chart_of(question, answer(question))

    assert chart
    assert chart.title == "Flest: Sekretess, 13 av 15"


def test_ask_masked_hides_small_numbers_and_what_gives_them_away(
    unit: Unit, browser: Client
) -> None:
    rows = rows_of(text_of(browser, f"{ASK}?{asked(rader='kategori', maskera='on')}"))

    assert rows == {"Sekretess": ["dolt"], "Uppgift saknas": ["dolt"], "Totalt": ["15"]}


def test_ask_masked_gives_masked_files(unit: Unit, browser: Client) -> None:
    query = asked(rader="kategori", maskera="on")
    text = browser.get(f"{ASK}tabell.csv?{query}").content.decode("utf-8-sig")

    assert text.split("\r\n")[1:4] == [
        "Sekretess;dolt",
        "Uppgift saknas;dolt",
        "Totalt;15",
    ]
    assert (
        "dolt"
        in sheets_of(browser, query)["sharedStrings"]
        + sheets_of(browser, query)["sheet1"]
    )


def test_files_hold_the_numbers_of_the_page(unit: Unit, browser: Client) -> None:
    query = asked(rader="enhet", kolumner="kategori")
    page = rows_of(text_of(browser, f"{ASK}?{query}"))
    text = browser.get(f"{ASK}tabell.csv?{query}").content.decode("utf-8-sig")
    header, *lines = text.strip().split("\r\n")
    sheet = sheets_of(browser, query)["sheet1"]
    numbers = re.findall(
        r"<c [^>]*?(?<!t=\"s\")(?<!t=\"inlineStr\")><v>(\d+)</v>", sheet
    )

    assert header == "Enhet;Sekretess;Uppgift saknas;Totalt"
    assert {line.split(";")[0]: line.split(";")[1:] for line in lines} == page
    assert numbers == [number for row in page.values() for number in row]
