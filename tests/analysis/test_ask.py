"""Ask the register freely: a table, a chart, a file and an address, all with the same numbers."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analysis.ask.table import answer, chart_of
from analysis.counted.questions import Question
from analysis.figures import aggregate
from analysis.models import SavedQuestion
from analysis.views.ask import QUESTIONS
from casework.database.periods import calendar_year
from casework.models import Action
from organisation.models import Unit, User
from organisation.rights import Role
from tests.analysis.walking import walk
from tests.covering import every_pair
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.hostile import HOSTILE
from tests.municipality import make_lexsarah

pytestmark = pytest.mark.django_db
ASK, SAVED = "/analys/fraga/", "/analys/fraga/sparade/"
YEAR = calendar_year(2024)


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC", name="Socialförvaltningen"), name="Ekonomi")


@pytest.fixture
def controller(unit: Unit) -> User:
    assert unit.parent
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


@pytest.fixture
def browser(controller: User) -> Client:
    client = Client()
    client.force_login(controller)
    return client


def asked(**more: str) -> str:
    query = {
        "amne": "avvikelser",
        "grund": "inkomna",
        "enhet": "SOC",
        "period": "2024",
        **more,
    }
    return "&".join(f"{name}={value}" for name, value in query.items())


def text_of(client: Client, path: str = ASK, *, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the numbers of the answer by the label of their row."""
    table = page[page.index('id="svar"') :]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    return {
        label: re.findall(r"(\d+|dolt)(?:</a>)?</td>", cells) for label, cells in rows
    }


# --- the answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "basis", "split"),
    [("lexsarah", "inkomna", "typ"), ("atgarder", "beslutade", "atgardsniva")],
)
def test_ask_of_other_subjects_shows_numbers_that_open_as_many_rows(
    unit: Unit, browser: Client, subject: str, basis: str, split: str
) -> None:
    case = make_lexsarah(unit, number="LS-1")
    for level in ("unit", "individual", "unit"):
        deviation = make_deviation(unit)
        make_report_of(deviation, case)
        Action.objects.create(
            case=deviation, text="Ändra", level=level, decided_on=dt.date(2024, 3, 2)
        )
    aggregate.refresh()
    walked = walk(browser, f"{ASK}?{asked(amne=subject, grund=basis, rader=split)}")

    assert walked
    assert [said for said, _, _ in walked] == [count for _, count, _ in walked]


def test_chart_of_more_than_four_series_is_none(unit: Unit) -> None:
    for n in range(5):
        make_deviation(unit, category=f"Kategori {n}")
    aggregate.refresh()
    by_one = Question("deviations", unit, YEAR, "received", ("category",))
    by_two = Question("deviations", unit, YEAR, "received", ("unit", "category"))

    assert chart_of(by_one, answer(by_one))
    assert chart_of(by_two, answer(by_two)) is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"period": "i+fjol"}, "går inte att läsa"),
        ({"rader": "farg"}, "Välj i listan vad raderna ska vara."),
        ({"rader": "enhet", "kolumner": "enhet"}, "Välj något annat för kolumnerna"),
        ({"kategori": "Finns inte"}, "Kategori: välj något i listan."),
        ({"enhet": "X"}, "Välj en enhet i listan."),
        ({"amne": "lexsarah", "slag": "complaint"}, "har inget som heter ”slag”"),
    ],
)
def test_ask_what_cannot_be_answered_says_what_to_change(
    unit: Unit, browser: Client, more: dict[str, str], words: str
) -> None:
    assert words in text_of(browser, f"{ASK}?{asked(**more)}", status=400)


@pytest.mark.parametrize(
    ("path", "field", "name"),
    every_pair(
        (ASK, f"{ASK}tabell.csv", "/analys/underlag/"),
        ("amne", "enhet", "period", "rader", "kategori", "page"),
        (
            "nul",
            "number of 5000 digits",
            "superscript",
            "lone surrogate",
            "not utf-8",
            "script",
        ),
    ),
)
def test_ask_hostile_things_gets_a_page(
    unit: Unit, browser: Client, path: str, field: str, name: str
) -> None:
    query = {
        "amne": "avvikelser",
        "enhet": "SOC",
        "period": "2024",
        field: HOSTILE[name],
    }

    answer = browser.get(f"{path}?{urlencode(query)}")

    assert answer.status_code in {200, 302, 400}


def test_ask_with_more_columns_than_can_be_read_says_what_to_do(
    unit: Unit, browser: Client
) -> None:
    for n in range(25):
        make_deviation(unit, category=f"Kategori {n}")
    aggregate.refresh()
    page = text_of(
        browser, f"{ASK}?{asked(rader='slag', kolumner='kategori')}", status=400
    )

    assert "Låt kategori vara rader i stället" in page


def test_ask_takes_as_many_queries_for_many_rows_as_for_one(
    unit: Unit, browser: Client
) -> None:
    taken = []
    for rows in (1, 3):
        for n in range(rows):
            make_deviation(
                make_unit(f"EK-{rows}{n}", unit), category=f"Kategori {rows}{n}"
            )
        aggregate.refresh()
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"{ASK}?{asked(rader='enhet', kolumner='kategori')}")
        taken.append(len(captured))

    assert taken[0] == taken[1]


def test_ask_offers_no_words_from_other_units(unit: Unit) -> None:
    make_deviation(make_unit("BO", unit.parent), category="Hos andra")
    make_deviation(unit, category="Hos oss")
    aggregate.refresh()
    client = Client()
    client.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))
    page = text_of(client)

    assert "Hos oss" in page
    assert "Hos andra" not in page


# --- masked -------------------------------------------------------------------------------------


def test_ask_masked_leaves_no_row_or_column_with_one_number_hidden(
    unit: Unit, browser: Client
) -> None:
    below = make_unit("EK-1", unit, name="Utbetalning")
    for count, where, category in (
        (6, unit, "Sekretess"),
        (8, below, "Bemötande"),
        (3, below, "Samordning"),
    ):
        for _ in range(count):
            make_deviation(where, category=category, received_on=dt.date(2024, 2, 5))
    aggregate.refresh()
    page = text_of(
        browser, f"{ASK}?{asked(rader='enhet', kolumner='kategori', maskera='on')}"
    )

    # A zero is shown: what is hidden beside it alone would be read from the sum.
    rows = list(rows_of(page).values())
    lines = [*rows, *(list(column) for column in zip(*rows, strict=True))]
    assert any("dolt" in row for row in rows)
    assert [line for line in lines if line.count("dolt") == 1] == []


# --- files --------------------------------------------------------------------------------------
def sheets_of(browser: Client, query: str) -> dict[str, str]:
    response = browser.get(f"{ASK}tabell.xlsx?{query}")
    assert response.status_code == 200
    with ZipFile(BytesIO(response.content)) as book:
        names = [
            name
            for name in book.namelist()
            if name.startswith("xl/") and name.endswith(".xml")
        ]
        found = {
            name.rsplit("/", 1)[-1].removesuffix(".xml"): book.read(name).decode()
            for name in names
        }
    return {"sharedStrings": "", **found}


@pytest.mark.parametrize("category", ["=1+1", "+SUM(A1)", "-2", "@x", " =cmd", "＝1"])
def test_files_hold_no_formula(unit: Unit, browser: Client, category: str) -> None:
    make_deviation(unit, category=category)
    aggregate.refresh()
    query = asked(rader="kategori")
    lines = (
        browser.get(f"{ASK}tabell.csv?{query}")
        .content.decode("utf-8-sig")
        .split("\r\n")
    )

    assert lines[1] == f"'{category};1"
    assert "<f>" not in sheets_of(browser, query)["sheet1"]


def test_file_of_what_cannot_be_answered_leads_to_the_page_that_says_why(
    browser: Client,
) -> None:
    response = browser.get(f"{ASK}tabell.csv?period=x&annat=y")

    assert (response.status_code, response["Location"]) == (302, f"{ASK}?period=x")


# --- saved questions ----------------------------------------------------------------------------
def test_save_question_keeps_what_the_address_asks(
    controller: User, browser: Client
) -> None:
    browser.post(
        f"{SAVED}?period=2024&rader=enhet&page=2&x=1", {"name": " Per\u202e enhet "}
    )
    saved = SavedQuestion.objects.get()

    assert (saved.user, saved.name, saved.query) == (
        controller,
        "Per enhet",
        "period=2024&rader=enhet",
    )
    assert '<a href="?period=2024&amp;rader=enhet">Per enhet</a>' in text_of(browser)


def test_save_question_under_the_same_name_replaces_it(browser: Client) -> None:
    for year in (2023, 2024):
        browser.post(f"{SAVED}?period={year}", {"name": "Året"})

    assert [saved.query for saved in SavedQuestion.objects.all()] == ["period=2024"]


@pytest.mark.parametrize("name", ["", " \u200b\u202e ", "a" * 61, "\0"])
def test_save_question_without_a_proper_name_saves_nothing(
    browser: Client, name: str
) -> None:
    assert browser.post(f"{SAVED}?period=2024", {"name": name}).status_code == 400
    assert not SavedQuestion.objects.exists()


def test_save_question_that_is_too_long_saves_nothing(browser: Client) -> None:
    response = browser.post(f"{SAVED}?kategori={'%C3%A5' * 200}", {"name": "Lång"})

    assert response.status_code == 400
    assert "Frågan är för lång" in response.content.decode()


def test_save_question_without_room_says_so(controller: User, browser: Client) -> None:
    SavedQuestion.objects.bulk_create(
        SavedQuestion(user=controller, name=str(n), query="period=2024")
        for n in range(QUESTIONS.most)
    )
    response = browser.post(f"{SAVED}?period=2024", {"name": "Ett till"})

    assert response.status_code == 400
    assert f"Du har redan {QUESTIONS.most} sparade frågor." in response.content.decode()


def test_remove_question_removes_only_ones_own(
    unit: Unit, controller: User, browser: Client
) -> None:
    SavedQuestion.objects.create(user=controller, name="Året", query="period=2024")
    SavedQuestion.objects.create(
        user=make_user("other"), name="Året", query="period=2023"
    )
    browser.post(SAVED, {"remove": "Året"})

    assert [saved.query for saved in SavedQuestion.objects.all()] == ["period=2023"]
