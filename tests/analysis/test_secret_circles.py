"""Whoever may be kept from a lex Sarah case learns how many there are, never how they were judged."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import Signal, TertialAnalysis
from analysis.tertial import services
from casework.models import Circle
from casework.process.workflow import StepRefusedError
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.rendering import render_body
from reports.models import AnnualReport
from reports.outlines.compiling import compile_report
from tests.covering import every_pair
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.municipality import make_analysis, make_lexsarah, make_pattern
from tests.worlds import made_once

ABOUT = {"amne": "lexsarah", "enhet": "F-1", "period": "2024"}
OUTSIDE = (
    Role.SECTION_CHIEF,
    Role.UNIT_CHIEF,
    Role.DEPARTMENT_CHIEF,
    Role.PLANNING_OFFICER,
)
# A file leads to the page that says what is wrong with the question.
PAGES = {"rows": 400, "ask": 400, "ask_csv": 302, "ask_excel": 302}
JUDGEMENTS = (
    ("grad", "serious_misconduct"),
    ("grad", "found"),
    ("typ", "saknas"),
    ("grund", "anmalda"),
)
pytestmark = pytest.mark.django_db


def make_world() -> Unit:
    """A unit with a case about its chief, kept from the chiefs."""
    unit = make_unit("F-1", make_unit("F"))
    case = make_lexsarah(unit, number="LS-1", circle=Circle.INVESTIGATOR)
    make_report_of(make_deviation(unit), case)
    aggregate.refresh()
    return unit


unit_once = made_once(make_world)


@pytest.fixture
def unit(unit_once: Unit) -> Unit:
    return deepcopy(unit_once)


def browser(role: Role, unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("nagon", (role, unit)))
    return client


@pytest.mark.parametrize(
    ("role", "asked", "page"), every_pair(OUTSIDE, JUDGEMENTS, tuple(PAGES))
)
def test_count_how_cases_were_judged_is_refused(
    unit: Unit, role: Role, asked: tuple[str, str], page: str
) -> None:
    response = browser(role, unit).get(
        reverse(f"analysis:{page}"), ABOUT | dict([asked])
    )
    assert response.status_code == PAGES[page]
    assert 'data-number="1"' not in response.content.decode()


@pytest.mark.parametrize("split", ["rader", "kolumner"])
def test_split_by_degree_is_refused(unit: Unit, split: str) -> None:
    client = browser(Role.SECTION_CHIEF, unit)
    for page in ("ask", "ask_csv", "ask_excel"):
        response = client.get(reverse(f"analysis:{page}"), ABOUT | {split: "grad"})
        assert response.status_code == PAGES[page], page


def test_count_how_many_there_are_is_open(unit: Unit) -> None:
    page = (
        browser(Role.SECTION_CHIEF, unit)
        .get(reverse("analysis:rows"), ABOUT)
        .content.decode()
    )

    assert 'data-number="1"' in page
    assert "LS-1" not in page


def test_count_by_type_is_open_to_whoever_reads_every_case(unit: Unit) -> None:
    asked = ABOUT | {"typ": "utebliven insats"}
    page = (
        browser(Role.QUALITY_CONTROLLER, unit)
        .get(reverse("analysis:rows"), asked)
        .content.decode()
    )

    assert 'data-number="1"' in page


def test_form_offers_no_degree_to_those_outside(unit: Unit) -> None:
    page = (
        browser(Role.SECTION_CHIEF, unit)
        .get(reverse("analysis:ask"), ABOUT)
        .content.decode()
    )

    assert 'value="manad"' in page
    assert 'value="grad"' not in page


@pytest.mark.parametrize(
    ("role", "told"), [(Role.DEPARTMENT_CHIEF, False), (Role.QUALITY_CONTROLLER, True)]
)
def test_year_tells_what_went_to_ivo_to_whoever_reads_every_case(
    unit: Unit, role: Role, told: bool
) -> None:
    page = browser(role, unit).get(
        reverse("analysis:year"), {"unit": "F-1", "year": 2024}
    )

    assert ("Anmälningar till IVO" in page.content.decode()) == told


def test_pattern_of_a_type_opens_no_rows_for_those_outside(unit: Unit) -> None:
    case = make_analysis(
        unit, number="TA-1", year=2024, tertial=1, received_on=dt.date(2024, 5, 2)
    )
    make_pattern(
        case, kind="repeated", subject="lexsarah", type="Utebliven insats", category=""
    )
    for role, opens in ((Role.SECTION_CHIEF, False), (Role.QUALITY_CONTROLLER, True)):
        client = Client()
        client.force_login(make_user(role.value, (role, unit)))
        page = client.get(
            reverse("analysis:pattern", args=["TA-1", 1])
        ).content.decode()
        assert ("Visa ärendena" in page) == opens


# --- a type that came back -------------------------------------------------------------------------
SECRET, WORDS = "Övergrepp av chef", "Chefen har gjort det förr"


@pytest.fixture
def case(unit: Unit) -> TertialAnalysis:
    """An analysis with a judged pattern of one type of lex Sarah."""
    case = make_analysis(
        unit, number="TA-1", year=2024, tertial=1, received_on=dt.date(2024, 5, 2)
    )
    judge = make_user("utredare", (Role.QUALITY_CONTROLLER, unit))
    said = {
        "verdict": "no_action",
        "assessment": WORDS,
        "judged_by": judge,
        "judged_at": timezone.now(),
    }
    make_pattern(
        case,
        kind="repeated",
        subject="lexsarah",
        type=SECRET,
        category="",
        count=2,
        **said,
    )
    return case


def pages(case: TertialAnalysis) -> list[str]:
    """Return the addresses that tell what was found in a tertial."""
    return [
        reverse("analysis:overview") + "?unit=F-1&year=2024&tertial=1",
        reverse("analysis:detail", args=[case.number]),
        reverse("analysis:pattern", args=[case.number, 1]),
        reverse("analysis:step", args=[case.number, "slutsats"]),
    ]


def tells(page: str) -> bool:
    return any(words in page for words in (SECRET, WORDS, "av samma typ"))


@pytest.mark.parametrize("role", OUTSIDE)
def test_pattern_of_a_type_is_not_told_to_those_outside(
    case: TertialAnalysis, role: Role
) -> None:
    client = browser(role, case.about)
    for address in pages(case):
        response = client.get(address)
        assert (response.status_code, tells(response.content.decode())) == (
            200,
            False,
        ), address


def test_pattern_of_a_type_is_told_to_whoever_reads_every_case(
    case: TertialAnalysis,
) -> None:
    client = browser(Role.QUALITY_CONTROLLER, case.about)

    assert [tells(client.get(page).content.decode()) for page in pages(case)[:3]] == [
        True
    ] * 3


@pytest.mark.parametrize("role", OUTSIDE)
def test_signal_of_a_type_is_not_told_to_those_outside(unit: Unit, role: Role) -> None:
    found = {
        "kind": "repeated",
        "level": "pattern",
        "subject": "lexsarah",
        "type": SECRET,
        "count": 2,
    }
    Signal.objects.create(unit=unit, year=2024, tertial=1, **found)
    asked = "?unit=F-1&year=2024&tertial=1"
    page = (
        browser(role, unit).get(reverse("analysis:overview") + asked).content.decode()
    )

    assert "Att ta ställning till (1)" in page
    assert not tells(page)


@pytest.mark.parametrize(
    "role", [Role.DEPARTMENT_CHIEF, Role.PLANNING_OFFICER, Role.QUALITY_CONTROLLER]
)
def test_document_of_a_tertial_names_no_type(case: TertialAnalysis, role: Role) -> None:
    page = browser(role, case.about).get(
        "/rapporter/tertial/2024T1/F-1/", {"version": "intern"}
    )

    assert page.status_code == 200
    assert not tells(page.content.decode())


def test_report_of_a_year_names_no_type(case: TertialAnalysis) -> None:
    report = AnnualReport.objects.create(unit=case.about, year=2024)
    document = compile_report(report, extracted_on=dt.date(2025, 2, 1))
    told = render_body(document, "reports/document", municipality="X")[2]

    assert "Lex Sarah" in told
    assert not tells(told)


@pytest.mark.parametrize("role", [Role.SECTION_CHIEF, Role.PLANNING_OFFICER])
def test_judge_a_pattern_of_a_type_is_refused_to_those_outside(
    case: TertialAnalysis, role: Role
) -> None:
    said: dict[str, Any] = {
        "verdict": "action",
        "assessment": "Gissat.",
        "seen_version": 0,
    }
    answer = browser(role, case.about).post(
        reverse("analysis:pattern", args=["TA-1", 1]), said
    )
    found = case.patterns.get()

    assert answer.status_code == 404
    with pytest.raises(StepRefusedError):
        services.judge(found, actor=User.objects.get(username="nagon"), **said)
    assert case.patterns.get().assessment == WORDS
