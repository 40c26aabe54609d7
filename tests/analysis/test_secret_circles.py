"""Whoever may be kept from a lex Sarah case learns how many there are, never how they were judged."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from analysis import aggregate
from casework.models import Circle
from organisation.models import Role, Unit
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.municipality import make_analysis, make_lexsarah, make_pattern

ABOUT = {"amne": "lexsarah", "enhet": "F-1", "period": "2024"}
OUTSIDE = (Role.SECTION_CHIEF, Role.UNIT_CHIEF, Role.DEPARTMENT_CHIEF, Role.PLANNING_OFFICER)
# A file leads to the page that says what is wrong with the question.
PAGES = {"rows": 400, "ask": 400, "ask_csv": 302, "ask_excel": 302}
pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    """A unit with a case about its chief, kept from the chiefs."""
    unit = make_unit("F-1", make_unit("F"))
    case = make_lexsarah(unit, number="LS-1", circle=Circle.INVESTIGATOR)
    make_report_of(make_deviation(unit), case)
    aggregate.refresh()
    return unit


def browser(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("nagon", (role, unit)))
    return client


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize(
    "asked", [{"grad": "serious_misconduct"}, {"grad": "found"}, {"typ": "saknas"}, {"grund": "anmalda"}]
)
def test_count_how_cases_were_judged_is_refused(unit: Unit, role: Role, asked: dict[str, str]) -> None:
    client = browser(role, unit)
    for page, status in PAGES.items():
        response = client.get(reverse(f"analysis:{page}"), ABOUT | asked)
        assert response.status_code == status, page
        assert 'data-number="1"' not in response.content.decode()


@pytest.mark.parametrize("split", ["rader", "kolumner"])
def test_split_by_degree_is_refused(unit: Unit, split: str) -> None:
    client = browser(Role.SECTION_CHIEF, unit)
    for page in ("ask", "ask_csv", "ask_excel"):
        response = client.get(reverse(f"analysis:{page}"), ABOUT | {split: "grad"})
        assert response.status_code == PAGES[page], page


def test_count_how_many_there_are_is_open(unit: Unit) -> None:
    page = browser(Role.SECTION_CHIEF, unit).get(reverse("analysis:rows"), ABOUT).content.decode()

    assert 'data-number="1"' in page
    assert "LS-1" not in page


def test_count_by_type_is_open_to_whoever_reads_every_case(unit: Unit) -> None:
    asked = ABOUT | {"typ": "utebliven insats"}
    page = browser(Role.QUALITY_CONTROLLER, unit).get(reverse("analysis:rows"), asked).content.decode()

    assert 'data-number="1"' in page


def test_form_offers_no_degree_to_those_outside(unit: Unit) -> None:
    page = browser(Role.SECTION_CHIEF, unit).get(reverse("analysis:ask"), ABOUT).content.decode()

    assert 'value="manad"' in page
    assert 'value="grad"' not in page


@pytest.mark.parametrize(("role", "told"), [(Role.DEPARTMENT_CHIEF, False), (Role.QUALITY_CONTROLLER, True)])
def test_year_tells_what_went_to_ivo_to_whoever_reads_every_case(unit: Unit, role: Role, told: bool) -> None:
    page = browser(role, unit).get(reverse("analysis:year"), {"unit": "F-1", "year": 2024})

    assert ("Anmälningar till IVO" in page.content.decode()) == told


def test_pattern_of_a_type_opens_no_rows_for_those_outside(unit: Unit) -> None:
    case = make_analysis(unit, number="TA-1", year=2024, tertial=1, received_on=dt.date(2024, 5, 2))
    make_pattern(case, kind="repeated", subject="lexsarah", type="Utebliven insats", category="")
    for role, opens in ((Role.SECTION_CHIEF, False), (Role.QUALITY_CONTROLLER, True)):
        client = Client()
        client.force_login(make_user(role.value, (role, unit)))
        page = client.get(reverse("analysis:pattern", args=["TA-1", 1])).content.decode()
        assert ("Visa ärendena" in page) == opens
