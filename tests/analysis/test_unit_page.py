"""A chief sees the own unit over time, every number opens its rows, and the wall learns of nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import Cell, RegisterPeriod
from analysis.rules.masking import ALL
from analysis.unit.figures import lex_sarah_of
from analysis.unit.over_time import OwnUnit
from analysis.unit.sheet import Sheet
from casework.database.periods import Period
from casework.models import Action
from organisation.models import Unit, User
from organisation.rights import Role
from tests.analysis.solving import spans
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
PAGE, SHEET = "/analys/enhet/", "/analys/enhet/blad/"
ASKED = {"unit": "F-1", "year": "2024", "tertial": "3"}


@dataclass
class Place:
    """A unit that reports, one that is silent, one that reports much, and those who look at them."""

    root: Unit
    own: Unit
    silent: Unit
    chief: User
    planner: User


def report(unit: Unit, count: int, *, first: int = 2024, **dimensions: str) -> None:
    """Let a unit have had so many reports, as the worker counts them, spread over the months until 2024."""
    months = Period(dt.date(first, 1, 1), dt.date(2025, 1, 1)).months
    shares = Counter(months[place % len(months)] for place in range(count))
    said = {"unit": unit, "subject": "deviations", "basis": "received", **dimensions}
    Cell.objects.bulk_create(
        Cell(month=month, count=share, **said) for month, share in shares.items()
    )


def make_place() -> Place:
    root = make_unit("F", name="Förvaltningen")
    own = make_unit("F-1", root, name="Ekonomi", staff=20)
    silent, busy = (
        make_unit("F-2", root, name="Tysta", staff=40),
        make_unit("F-3", root, staff=100),
    )
    report(
        own,
        36,
        first=2022,
        cause_area="Teknik och system",
        cause_level="system",
        process="Boende",
    )
    report(busy, 100)
    chief = make_user("chef", (Role.SECTION_CHIEF, own))
    return Place(
        root, own, silent, chief, make_user("planerare", (Role.PLANNING_OFFICER, root))
    )


place_once = made_once(make_place)


@pytest.fixture
def place(place_once: Place) -> Place:
    return deepcopy(place_once)


def get(user: User, path: str = PAGE, **asked: str) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(path, ASKED | asked)
    assert response.status_code == 200, response.content.decode()[-2000:]
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def own_unit(place: Place) -> OwnUnit:
    return OwnUnit(place.own, 2024, 3, reader=place.chief)


# --- who --------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [PAGE, SHEET])
@pytest.mark.parametrize("unit", ["F-2", "F", "finns-inte"])
def test_unit_that_is_not_ones_own_does_not_exist(
    place: Place, path: str, unit: str
) -> None:
    client = Client()
    client.force_login(place.chief)
    assert client.get(path, ASKED | {"unit": unit}).status_code == 404


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_unit_asked_with_a_year_that_is_none_says_what_to_write(
    place: Place, path: str
) -> None:
    client = Client()
    client.force_login(place.chief)
    response = client.get(path, ASKED | {"year": "hej"})
    assert response.status_code == 400
    assert "Ange året med fyra siffror" in response.content.decode()


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_unit_without_choice_shows_the_own_one(place: Place, path: str) -> None:
    client = Client()
    client.force_login(place.chief)
    assert "Ekonomi" in client.get(path).content.decode()


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_unit_without_choice_but_with_something_else_in_the_address_shows_the_own_one(
    place: Place, path: str
) -> None:
    client = Client()
    client.force_login(place.chief)
    assert "Ekonomi" in client.get(path, {"page": "2"}).content.decode()


@pytest.mark.parametrize("path", [PAGE, SHEET])
def test_unit_before_the_register_began_says_so(place: Place, path: str) -> None:
    assert "Uppgift saknas." in get(place.chief, path, year="2001")


# --- how much ---------------------------------------------------------------------------------
def test_level_begins_with_the_register_and_ends_with_the_tertial(place: Place) -> None:
    months = list(own_unit(place).by_month)
    assert (months[0], months[-1], len(months)) == (
        dt.date(2022, 1, 1),
        dt.date(2024, 12, 1),
        36,
    )


def known(place: Place, subject: str, first: int, end: int | None) -> None:
    """Say that the register of a subject is whole from the first day of a year to that of another."""
    years = {"first": dt.date(first, 1, 1), "end": end and dt.date(end, 1, 1)}
    RegisterPeriod.objects.create(
        unit=place.root, subject=subject, reason="Inläst.", **years
    )


def test_level_begins_after_a_time_that_the_register_does_not_know(
    place: Place,
) -> None:
    known(place, "deviations", 2022, 2023)
    known(place, "deviations", 2024, None)
    assert min(own_unit(place).by_month) == dt.date(2024, 1, 1)


def test_unit_draws_no_lex_sarah_of_a_time_that_the_register_does_not_know(
    place: Place,
) -> None:
    known(place, "lexsarah", 2022, 2024)
    for number in range(40):
        day = dt.date(2023, number % 12 + 1, 3)
        make_lexsarah(place.own, number=f"LS-2023-{number:04d}", received_on=day)
    drawn = lex_sarah_of(own_unit(place))
    assert drawn is not None
    assert (drawn.caption, len(drawn.chart.rows)) == (
        "Lex Sarah per månad, jan 2022 – dec 2023",
        24,
    )


def test_unit_says_no_days_since_the_latest_lex_sarah_where_the_register_does_not_know(
    place: Place,
) -> None:
    known(place, "lexsarah", 2022, 2024)
    for number in range(9):
        day = dt.date(2023, number + 1, 3)
        make_lexsarah(place.own, number=f"LS-2023-{number:04d}", received_on=day)
    said = words(get(place.chief))
    assert "dagar mellan ärenden" in said
    assert "sedan det senaste ärendet" not in said


def test_level_of_a_new_unit_begins_with_its_first_whole_month(place: Place) -> None:
    place.own.valid_from = dt.date(2024, 6, 15)
    place.own.save(update_fields=["valid_from"])
    assert min(own_unit(place).by_month) == dt.date(2024, 7, 1)


def test_level_never_counts_a_month_that_is_not_over(place: Place) -> None:
    today = timezone.localdate()
    own = OwnUnit(place.own, today.year, (today.month + 3) // 4, reader=place.chief)
    assert max(own.by_month) < today.replace(day=1)


def test_unit_shows_a_level_without_limits_and_why(place: Place) -> None:
    said = words(get(place.chief))
    assert "för få för gränser" in said
    assert "Fler rapporter är varken bättre eller sämre" in said


def test_unit_compares_two_years_by_an_exact_test(place: Place) -> None:
    assert "skillnaden är inte säker" in words(get(place.chief))


# --- every number opens its rows --------------------------------------------------------------
def test_unit_numbers_are_those_of_the_rows_that_they_open(place: Place) -> None:
    for month in (1, 5, 9):
        facts = {"cause_area": "Teknik och system", "process": "Boende"}
        make_deviation(place.own, received_on=dt.date(2024, month, 2), **facts)
    make_deviation(place.own, received_on=dt.date(2023, 2, 2))
    aggregate.count()
    client = Client()
    client.force_login(place.chief)
    html = get(place.chief)
    links = set(re.findall(r'<a href="(/analys/underlag/[^"]+)">([\d\xa0]+)', html))
    assert len(links) >= 10
    for url, number in sorted(links)[::3]:
        page = client.get(url.replace("&amp;", "&")).content.decode()
        assert re.search(rf"\b{number}\b", words(page)), url


# --- beside the others ------------------------------------------------------------------------
def test_unit_with_fewer_reports_than_chance_gives_is_to_be_talked_about(
    place: Place,
) -> None:
    place.own.staff = 90
    place.own.save(update_fields=["staff"])
    said = words(get(place.chief))
    assert "Få rapporter: prata om det på APT" in said
    assert re.search(r"Ekonomi: 1[12] rapporter på 90 medarbetare, väntat \d\d\.", said)


def test_unit_that_reports_as_expected_is_not(place: Place) -> None:
    assert "Få rapporter" not in get(place.chief)


def test_unit_that_is_silent_is_named_to_whoever_compiles(place: Place) -> None:
    assert "Tysta: inga rapporter de senaste 12 månaderna" in words(
        get(place.planner, unit="F")
    )


def test_unit_without_number_of_staff_says_so(place: Place) -> None:
    place.own.staff = None
    place.own.save(update_fields=["staff"])
    said = words(get(place.chief))
    assert "Antal medarbetare är inte registrerat för Ekonomi" in said


def test_unit_never_names_the_other_units(place: Place) -> None:
    assert "Tysta" not in get(place.chief)


# --- how it is handled ------------------------------------------------------------------------
def test_handled_tells_the_median_of_five_and_not_of_four(place: Place) -> None:
    for number, (month, count) in enumerate(((2, 4), (9, 5))):
        for day in range(count):
            received = dt.date(2024, month, 1)
            closed = received + dt.timedelta(days=10 * (day + 1) + number)
            facts = {
                "state": "closed",
                "is_deviation": "no",
                "assessment": "Ingen avvikelse.",
            }
            make_deviation(place.own, received_on=received, closed_on=closed, **facts)
    handled = {row.name: (row.count, row.median) for row in own_unit(place).handled()}
    assert handled["Tertial 1 2024"] == (4, None)
    assert handled["Tertial 3 2024"] == (5, 31)
    assert len(handled) == 6


def test_actions_tell_what_is_late_and_what_helped(place: Place) -> None:
    case = make_deviation(place.own)
    day = dt.date(2024, 3, 1)
    for facts in (
        {"due_on": day},
        {},
        {"done_on": day, "effect": "yes", "effect_on": day},
        {"done_on": day, "effect": "no", "effect_on": day},
        {"done_on": day, "effect_due_on": day},
        {"rejected_on": day, "rejected_reason": "Behövs inte."},
    ):
        Action.objects.create(case=case, text="Ny mall", decided_on=day, **facts)
    found = own_unit(place).actions()
    assert found == {
        "ongoing": 2,
        "late": 1,
        "done": 3,
        "to_judge": 1,
        "yes": 1,
        "partly": 0,
        "no": 1,
    }


def test_count_actions_of_the_unit_alone_leaves_out_those_below(place: Place) -> None:
    case = make_deviation(place.own, number="KA-2024-0009")
    Action.objects.create(case=case, text="Ny mall", decided_on=dt.date(2024, 3, 1))

    below, alone = (
        OwnUnit(place.root, 2024, 3, reader=place.planner, alone=only)
        for only in (False, True)
    )
    assert (below.actions()["ongoing"], alone.actions()["ongoing"]) == (1, 0)


def test_unit_shows_the_latest_checks_and_how_sure_they_are(place: Place) -> None:
    make_selfcheck(place.own, number="EK-2024-0001", title="Aktgranskning")
    make_riskanalysis(place.own, number="RA-2024-0001", title="Flytten")
    said = words(get(place.chief))
    assert "8 av 10 (säkert mellan 49–94 %)" in said
    assert "Flytten" in said


def test_unit_lists_a_few_lex_sarah_cases_and_draws_no_limits(place: Place) -> None:
    make_lexsarah(place.own, number="LS-2024-0001")
    said = words(get(place.chief))
    assert "För få för att visa mönster" in said
    assert "2024-03-01" in said


def test_unit_asks_as_many_questions_whatever_there_is(place: Place) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(place.planner, unit="F")
        return len(queries)

    before = asked()
    for number in range(4):
        unit = make_unit(f"F-9{number}", place.root, staff=10)
        report(unit, 24, cause_area=f"Orsak {number}", process=f"Rutin {number}")
        make_selfcheck(unit, number=f"EK-2024-100{number}")
        make_riskanalysis(unit, number=f"RA-2024-100{number}")
    assert asked() == before
    assert before <= 41


# --- the wall ---------------------------------------------------------------------------------
def test_sheet_shows_no_number_under_five(place: Place) -> None:
    report(place.own, 3, cause_area="Kunskap och kompetens", process="Stöd")
    said = words(get(place.chief, SHEET))
    assert "Kunskap och kompetens" not in said
    assert "Stöd" not in said
    assert "Teknik och system" not in said, (
        "the other cause would give the hidden one away"
    )
    assert "För få för att visa." in said


def test_sheet_shows_the_common_cause_beside_many_rare_ones(place: Place) -> None:
    for number in range(4):
        report(place.own, 3, cause_area=f"Ovanlig {number}", process="Boende")
    said = words(get(place.chief, SHEET))
    assert "Vanligast: Teknik och system, 12" in said
    assert "Ovanlig" not in said
    assert "Antal under fem visas inte" in said


def test_sheet_masks_the_whole_when_it_is_small(place: Place) -> None:
    said = words(get(place.planner, SHEET, unit="F-2"))
    assert "Rapporter 0" in said
    report(place.silent, 3)
    said = words(get(place.planner, SHEET, unit="F-2"))
    assert "Rapporter dolt" in said
    assert "Per 100 medarbetare –" in said


@pytest.fixture
def nested(place: Place) -> list[Unit]:
    """A unit that has registered some itself, with small and large units below it."""
    above = make_unit("F-4", place.root, name="Vuxna", staff=10)
    below = [
        make_unit(f"F-4-{n}", above, name=f"Sektion {n}", staff=10) for n in range(3)
    ]
    for unit, count in zip((above, *below), (9, 3, 20, 12), strict=True):
        report(unit, count, cause_area="Teknik och system", process="Boende")
    report(above, 2, cause_area="Samverkan", process="Stöd")
    report(below[1], 4, cause_area="Kunskap och kompetens", process="Stöd")
    return [above, *below]


def test_sheet_of_a_unit_with_others_below_counts_only_itself(
    place: Place, nested: list[Unit]
) -> None:
    said = words(get(place.planner, SHEET, unit="F-4"))
    assert "Rapporter 11" in said
    assert "räknar bara det som är rapporterat direkt på Vuxna" in said
    assert "unit=F-4-1" in get(place.planner, SHEET, unit="F-4")


def test_sheets_of_units_under_each_other_cannot_be_solved(
    place: Place, nested: list[Unit]
) -> None:
    """All that the sheets show together: each number is of one unit, and a sum is only within its sheet."""
    truth: dict[tuple[str, ...], int] = {}
    shown: dict[tuple[str, ...], int | None] = {}
    relations = []
    for unit in [place.root, *nested]:
        own = OwnUnit(unit, 2024, 3, reader=place.planner, alone=True)
        sheet = Sheet(own)
        total = (unit.code, ALL)
        truth[total] = own.count(own.year)
        for dimension, masked in sheet.masked.items():
            counts = {
                (unit.code, dimension, line.name): line.count
                for line in own.lines(dimension)
            }
            truth |= counts
            relations.append(dict.fromkeys(counts, 1) | {total: -1})
            shown |= {key: masked[key[-1]] for key in (total, *counts)}
    hidden = {key: truth[key] for key, count in shown.items() if count is None}
    assert len(hidden) >= 4
    assert sum(truth[unit.code, ALL] for unit in nested) == 9 + 2 + 3 + 20 + 4 + 12
    for key, width in spans(relations, hidden):
        assert width is None or width >= 5, (key, width, shown)


def test_sheet_asks_three_questions(place: Place) -> None:
    html = get(place.chief, SHEET)
    assert html.count("Det här kom vi fram till") == 3
    assert "Den vanligaste orsaken är ”Teknik och system”" in html


def test_sheet_holds_no_text_of_a_case(place: Place) -> None:
    make_deviation(
        place.own, received_on=dt.date(2024, 5, 5), title="Karin Kanariefågel"
    )
    assert "Karin" not in get(place.chief, SHEET)
