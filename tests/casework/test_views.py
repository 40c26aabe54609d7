"""The way to a case, the actions, and what all lists of cases share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from casework.models import Case
from casework.register.filters import PAGE
from casework.register.filtersets import CaseFilter, InboxFilter
from lexsarah.register.filtersets import RegisterFilter
from organisation.models import Unit
from riskanalysis.register.filtersets import AnalysisFilter
from selfcheck.register.filtersets import CheckFilter
from tests.blank import draw_nothing
from tests.covering import each
from tests.factories import make_deviation, make_unit
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck
from tests.offices import Office, make_office
from tests.worlds import made_once, world_for_a_module

pytestmark = pytest.mark.django_db
INBOX, ACTIONS = "/inkorg/", "/atgarder/"
LISTS: dict[str, Callable[..., Case]] = {
    INBOX: make_deviation,
    "/lex-sarah/": make_lexsarah,
    "/egenkontroll/": make_selfcheck,
    "/riskanalys/": make_riskanalysis,
}
FILTERS: dict[str, type[CaseFilter]] = {
    INBOX: InboxFilter,
    "/lex-sarah/": RegisterFilter,
    "/egenkontroll/": CheckFilter,
    "/riskanalys/": AnalysisFilter,
}
office = made_once(make_office)


def shown(client: Client, path: str, **query: Any) -> list[str]:
    """Return the numbers of the cases on a page, in their order."""
    text = client.get(path, query).content.decode()
    return re.findall(r'<th scope="row"[^>]*><a href="[^"]*/([^/"]+)/">', text)


@pytest.mark.parametrize("path", LISTS)
def test_list_takes_as_many_queries_for_three_cases_as_for_one(
    browser: Client, unit: Unit, path: str
) -> None:
    taken = []
    for rows in (1, 2):
        for serial in range(rows):
            LISTS[path](
                make_unit(f"EK-{rows}{serial}", unit), number=f"X-{rows}{serial}"
            )
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        taken.append(len(captured))

    assert taken[0] == taken[1]


@pytest.mark.parametrize("path", LISTS)
def test_list_shows_only_what_the_role_opens_and_the_filter_finds(
    browser: Client, unit: Unit, path: str
) -> None:
    LISTS[path](unit, number="OWN")
    LISTS[path](unit, number="OLDER", received_on=dt.date(2023, 3, 1))
    LISTS[path](unit.parent, number="ABOVE")
    LISTS[path](make_unit("BO", unit.parent), number="BESIDE")

    assert shown(browser, path, year="2024") == ["OWN"]


@pytest.mark.parametrize("path", LISTS)
def test_list_turns_pages(
    browser: Client, unit: Unit, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_nothing(monkeypatch)
    monkeypatch.setattr("casework.register.filters.PAGE", 2)
    for serial in range(3):
        LISTS[path](unit, number=f"X-{serial}")
    first, second = (browser.get(path, {"page": page}).context for page in (1, 2))

    assert (len(first["page"]), len(second["page"])) == (2, 1)


def test_page_is_of_twenty_five() -> None:
    assert PAGE == 25


def in_turn(nth: int, paths: Iterable[str], questions: Iterable[Any]) -> list[Any]:
    """Return each list with each question: the suite asks one in some, another in the next list."""
    asked = list(questions)
    return [
        pytest.param(
            path,
            *question,
            marks=() if (turn - place) % nth == 0 else pytest.mark.every,
        )
        for place, path in enumerate(paths)
        for turn, question in enumerate(asked)
    ]


NARROWED: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"q": "x"}, ["X-2", "X-1"]),
    ({"q": "BREVEN"}, ["X-2"]),
    ({"q": "%"}, []),
    ({"year": "2023"}, ["X-2"]),
    ({"unit": "EK-B"}, ["X-2"]),
    ({"unit": "EK", "year": "2024"}, ["X-1"]),
)


def make_two_of_each(unit: Unit) -> None:
    """Make two cases of each kind, one of them older, below and of another title."""
    below = make_unit("EK-B", unit)
    for kind, make in enumerate(LISTS.values()):
        make(unit, number=f"X-1{kind}", received_on=dt.date(2024, 5, 1))
        older = {"received_on": dt.date(2023, 5, 1), "title": "Brev bort"}
        make(below, number=f"X-2{kind}", **older)


@pytest.fixture(scope="class")
def two_of_each(office: Office, django_db_blocker: Any) -> Iterator[None]:
    make = partial(make_two_of_each, office.unit)
    with world_for_a_module(django_db_blocker, make):
        yield


@pytest.mark.usefixtures("two_of_each")
class TestNarrowing:
    """Each list with each question, asked of what its page and its file ask."""

    @pytest.mark.parametrize(("path", "query", "found"), in_turn(1, LISTS, NARROWED))
    def test_list_is_narrowed(
        self, office: Office, path: str, query: dict[str, str], found: list[str]
    ) -> None:
        kind = list(LISTS).index(path)
        rows = FILTERS[path](QueryDict(urlencode(query)), user=office.chief).qs
        numbers = rows.values_list("number", flat=True)
        ours = [number[:3] for number in numbers if number[3:] == str(kind)]

        assert sorted(ours) == sorted(found)


GARBAGE = (
    "page=0",
    "page=-1",
    "page=tio",
    "page=99999999999999999999999",
    "year=0",
    "year=99999999999999999999",
    "year=%EF%BC%92",
    "q=" + "a" * 5_000,
    "q=%ED%A0%80%FF",
    "unit=FINNS-INTE",
    "unit[]=1&unit=2&unit=3",
    "visa=allt",
    "subject=x",
    "%00=1",
    "=&&&;",
)


# Each of GARBAGE but what is refused before any view, where it has nothing to do with what it stands beside.
TOGETHER = (
    f"page=0&year=0&q={'a' * 5_000}&unit=FINNS-INTE",
    "page=-1&year=99999999999999999999&q=%ED%A0%80%FF&unit[]=1&unit=2&unit=3",
    "page=tio&year=%EF%BC%92&visa=allt&=&&&;",
    "page=99999999999999999999999&subject=x",
)


@pytest.mark.parametrize(
    ("path", "query"), in_turn(4, [*LISTS, ACTIONS], zip(TOGETHER, strict=True))
)
def test_list_with_much_garbage_in_the_address_is_answered(
    browser: Client, unit: Unit, path: str, query: str
) -> None:
    assert browser.get(f"{path}?{query}").status_code in {200, 400}


@pytest.mark.every
@pytest.mark.parametrize("query", GARBAGE)
@pytest.mark.parametrize("path", [*LISTS, ACTIONS])
def test_list_with_garbage_in_the_address_is_answered(
    browser: Client, unit: Unit, path: str, query: str
) -> None:
    assert browser.get(f"{path}?{query}").status_code in {200, 400}


# Each list says it by the field they share; that each says what is wrong, test_filtersets asks.
@pytest.mark.parametrize("path", each(4, LISTS))
def test_list_says_what_is_wrong_with_the_filter(
    browser: Client, unit: Unit, path: str
) -> None:
    assert (
        "Ange året med fyra siffror."
        in browser.get(path, {"year": "i år"}).content.decode()
    )


@pytest.mark.parametrize("path", [*LISTS, ACTIONS])
def test_list_without_rows_says_so(browser: Client, path: str) -> None:
    assert 'class="empty"' in browser.get(path).content.decode()


@pytest.mark.parametrize("path", LISTS)
def test_case_leads_to_the_page_of_its_app(
    browser: Client, unit: Unit, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_nothing(monkeypatch)
    case = LISTS[path](unit, number="X-Å1")
    response = browser.get("/arenden/X-Å1/", follow=True)

    assert response.status_code == 200
    assert response.resolver_match.view_name == f"{case.subject}:detail"


def test_case_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_deviation(make_unit("BO", unit.parent), number="BESIDE")

    assert browser.get("/arenden/BESIDE/").status_code == 404
