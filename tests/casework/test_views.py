"""The inbox, the way to a case, the actions, and what all lists of cases share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.models import Action, Case
from organisation.models import Role, Unit, User
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck

pytestmark = pytest.mark.django_db
INBOX, ACTIONS = "/inkorg/", "/atgarder/"
LISTS: dict[str, Callable[..., Case]] = {
    INBOX: make_deviation,
    "/lex-sarah/": make_lexsarah,
    "/egenkontroll/": make_selfcheck,
    "/riskanalys/": make_riskanalysis,
}


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("IFO", make_unit("SOC")), name="Ekonomi")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def shown(client: Client, path: str, **query: Any) -> list[str]:
    """Return the numbers of the cases on a page, in their order."""
    text = client.get(path, query).content.decode()
    return re.findall(r'<th scope="row"[^>]*><a href="[^"]*/([^/"]+)/">', text)


def counts(client: Client) -> list[int]:
    text = client.get(INBOX).content.decode()
    return [int(count) for count in re.findall(r"<strong>(\d+)</strong>", text)]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three_cases(
    browser: Client, unit: Unit, path: str, rows: int, django_assert_num_queries: Any
) -> None:
    for serial in range(rows):
        LISTS[path](make_unit(f"EK-{serial}", unit), number=f"X-{serial}")
    queries = {INBOX: 9, "/egenkontroll/": 10}

    with django_assert_num_queries(queries.get(path, 8)):
        browser.get(path)


@pytest.mark.parametrize("path", LISTS)
def test_list_shows_only_what_the_role_opens(browser: Client, unit: Unit, path: str) -> None:
    LISTS[path](unit, number="OWN")
    LISTS[path](unit.parent, number="ABOVE")
    LISTS[path](make_unit("BO", unit.parent), number="BESIDE")

    assert shown(browser, path) == ["OWN"]


@pytest.mark.parametrize("path", LISTS)
def test_list_turns_pages_of_twenty_five(browser: Client, unit: Unit, path: str) -> None:
    for serial in range(26):
        LISTS[path](unit, number=f"X-{serial:02}")

    assert (len(shown(browser, path)), len(shown(browser, path, page=2))) == (25, 1)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "x-1"}, ["X-1"]),
        ({"q": "BREV"}, ["X-2"]),
        ({"q": "%"}, []),
        ({"year": "2023"}, ["X-2"]),
        ({"unit": "EK-B"}, ["X-2"]),
        ({"unit": "EK", "year": "2024"}, ["X-1"]),
    ],
)
def test_list_is_narrowed(
    browser: Client, unit: Unit, path: str, query: dict[str, str], found: list[str]
) -> None:
    LISTS[path](unit, number="X-1", received_on=dt.date(2024, 5, 1))
    LISTS[path](make_unit("EK-B", unit), number="X-2", received_on=dt.date(2023, 5, 1), title="Brev bort")

    assert shown(browser, path, **query) == found


def test_inbox_is_narrowed_by_kind(browser: Client, unit: Unit) -> None:
    for path, number in zip(LISTS, "ABCD", strict=True):
        LISTS[path](unit, number=number)

    assert shown(browser, INBOX, subject="lexsarah") == ["B"]


@pytest.mark.parametrize("path", [*LISTS, ACTIONS])
@pytest.mark.parametrize(
    "query",
    [
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
    ],
)
def test_list_with_garbage_in_the_address_is_answered(
    browser: Client, unit: Unit, path: str, query: str
) -> None:
    assert browser.get(f"{path}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("path", LISTS)
def test_list_says_what_is_wrong_with_the_filter(browser: Client, unit: Unit, path: str) -> None:
    assert "Ange året med fyra siffror." in browser.get(path, {"year": "i år"}).content.decode()


@pytest.mark.parametrize("path", [*LISTS, ACTIONS])
def test_list_without_rows_says_so(browser: Client, path: str) -> None:
    assert 'class="empty"' in browser.get(path).content.decode()


def test_inbox_counts_each_view(browser: Client, unit: Unit, chief: User) -> None:
    today = timezone.localdate()
    make_deviation(unit, due_on=today)
    make_deviation(unit, due_on=today - dt.timedelta(days=1), owner=chief)
    make_deviation(unit, closed_on=today, state="closed", is_deviation="no")

    assert counts(browser) == [2, 1, 1, 1]


def test_inbox_shows_the_most_urgent_first(browser: Client, unit: Unit) -> None:
    make_deviation(unit, number="NO-DAY")
    make_deviation(unit, number="LATER", due_on=dt.date(2030, 1, 1))
    make_deviation(unit, number="FIRST", due_on=dt.date(2020, 1, 1))

    assert shown(browser, INBOX) == ["FIRST", "LATER", "NO-DAY"]


@pytest.mark.parametrize(
    ("view", "found"),
    [
        ("att-gora", ["LATE", "OWN"]),
        ("forsenade", ["LATE"]),
        ("mina", ["OWN"]),
        ("avslutade", ["CLOSED"]),
    ],
)
def test_inbox_shows_the_chosen_view(
    browser: Client, unit: Unit, chief: User, view: str, found: list[str]
) -> None:
    make_deviation(unit, number="LATE", due_on=dt.date(2020, 1, 1))
    make_deviation(unit, number="OWN", owner=chief)
    make_deviation(unit, number="CLOSED", closed_on=dt.date(2024, 4, 1), state="closed", is_deviation="no")

    assert shown(browser, INBOX, visa=view) == found


def test_inbox_of_staff_shows_their_own_reports(unit: Unit) -> None:
    staff = make_user("staff", (Role.STAFF, unit))
    make_deviation(unit, number="MINE", reporter=staff)
    make_deviation(unit)
    client = Client()
    client.force_login(staff)

    assert shown(client, INBOX) == ["MINE"]


@pytest.mark.parametrize("path", LISTS)
def test_case_leads_to_the_page_of_its_app(browser: Client, unit: Unit, path: str) -> None:
    case = LISTS[path](unit, number="X-Å1")
    response = browser.get("/arenden/X-Å1/", follow=True)

    assert response.status_code == 200
    assert response.resolver_match.view_name == f"{case.subject}:detail"


def test_case_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_deviation(make_unit("BO", unit.parent), number="BESIDE")

    assert browser.get("/arenden/BESIDE/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_actions_take_the_same_queries_for_one_and_three(
    browser: Client, unit: Unit, rows: int, django_assert_num_queries: Any
) -> None:
    for serial in range(rows):
        case = make_deviation(make_unit(f"EK-{serial}", unit))
        Action.objects.create(case=case, text="Ny rutin", decided_on=dt.date(2024, 5, 1))

    with django_assert_num_queries(7):
        browser.get(ACTIONS)


def test_actions_show_the_chosen_view(browser: Client, unit: Unit) -> None:
    case = make_deviation(unit)
    Action.objects.create(case=case, text="Ny rutin", decided_on=dt.date(2024, 5, 1))
    Action.objects.create(
        case=case, text="Utbildning", decided_on=dt.date(2024, 5, 1), done_on=dt.date(2024, 6, 1)
    )
    ongoing = browser.get(ACTIONS).content.decode()
    done = browser.get(ACTIONS, {"visa": "genomforda"}).content.decode()

    assert ("Ny rutin" in ongoing, "Utbildning" in ongoing) == (True, False)
    assert ("Ny rutin" in done, "Utbildning" in done) == (False, True)


def test_actions_of_cases_that_are_not_visible_are_not_shown(browser: Client, unit: Unit) -> None:
    case = make_deviation(make_unit("BO", unit.parent))
    Action.objects.create(case=case, text="Hemlig åtgärd", decided_on=dt.date(2024, 5, 1))

    assert "Hemlig" not in browser.get(ACTIONS).content.decode()
