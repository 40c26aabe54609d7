"""Coverage: each paragraph judged from counts, the counts from records, and the rows behind each cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from analysis.coverage import paragraphs
from analysis.coverage.paragraphs import (
    Level,
    coverage_of,
    leaves_among,
    tally,
    tree_of,
)
from analysis.coverage.records import Recorded, records_of
from casework.models import Action, Routine
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import RECEIVED, make_riskanalysis, make_selfcheck

YEAR = 2024
CLOSED = {"state": "closed", "is_deviation": "yes", "closed_on": dt.date(2024, 4, 2)}


@pytest.mark.parametrize(
    ("judge", "counts", "level", "words"),
    [
        ("routines", {}, "saknas", "ingen registrerad"),
        (
            "routines",
            {"routines": 2, "routines_to_review": 1},
            "delvis",
            "1 av 2 ska ses över",
        ),
        ("routines", {"routines": 2}, "klart", "2 sedda över"),
        ("analyses", {}, "saknas", "ingen gjord"),
        ("analyses", {"analyses_begun": 1}, "delvis", "1 påbörjade"),
        (
            "analyses",
            {"analyses_decided": 1, "analyses_begun": 1},
            "klart",
            "1 beslutade",
        ),
        ("checks", {}, "saknas", "ingen gjord"),
        ("checks", {"checks_begun": 1}, "delvis", "1 påbörjade"),
        (
            "checks",
            {"checks_done": 2, "checks_overdue": 1},
            "delvis",
            "2 gjorda, 1 försenade",
        ),
        ("checks", {"checks_done": 2}, "klart", "2 gjorda"),
        ("received", {}, "saknas", "ingen kom in"),
        ("received", {"received": 2, "overdue": 2}, "saknas", "2 av 2 försenade"),
        ("received", {"received": 2, "overdue": 1}, "delvis", "1 av 2 försenade"),
        ("received", {"received": 2}, "klart", "2 kom in, ingen försenad"),
        ("assessed", {}, "inget att bedöma", ""),
        ("assessed", {"to_assess": 3}, "saknas", "0 av 3 bedömda"),
        ("assessed", {"to_assess": 3, "assessed": 2}, "delvis", "2 av 3 bedömda"),
        ("assessed", {"to_assess": 3, "assessed": 3}, "klart", "3 av 3 bedömda"),
        ("actions", {}, "inget att bedöma", ""),
        ("actions", {"faults": 1}, "saknas", "avvikelser utan åtgärd"),
        (
            "actions",
            {"actions": 2, "actions_followed_up": 1},
            "delvis",
            "1 av 2 uppföljda",
        ),
        ("feedback", {"to_answer": 1, "answered": 1}, "klart", "1 av 1 fick svar"),
        ("documented", {"closed": 2}, "saknas", "0 av 2 dokumenterade"),
    ],
)
def test_paragraph_is_judged_from_its_counts(
    judge: str, counts: dict[str, int], level: str, words: str
) -> None:
    judgement = getattr(paragraphs, f"judge_{judge}")(Recorded(**counts))

    assert (judgement.level.value, judgement.words) == (level, words)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("EK", root, name="Ekonomi")


@pytest.fixture
def reader(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


def counted(unit: Unit, reader: User, *names: str) -> list[int]:
    found = records_of([unit], YEAR, reader=reader)[unit.pk]
    return [getattr(found, name) for name in names]


@pytest.mark.django_db
def test_routines_above_the_unit_count_and_those_beside_it_do_not(
    root: Unit, unit: Unit, reader: User
) -> None:
    registered = {"registered_on": dt.date(2023, 1, 1)}
    Routine.objects.create(
        code="a", name="A", unit=root, review_on=dt.date(2190, 1, 1), **registered
    )
    Routine.objects.create(code="b", name="B", unit=unit, **registered)
    Routine.objects.create(code="c", name="C", unit=make_unit("BO", root), **registered)

    assert counted(unit, reader, "routines", "routines_to_review") == [2, 1]


@pytest.mark.django_db
def test_routine_that_was_registered_later_does_not_count(
    unit: Unit, reader: User
) -> None:
    Routine.objects.create(
        code="a", name="A", unit=unit, registered_on=dt.date(2025, 1, 1)
    )

    assert counted(unit, reader, "routines") == [0]


@pytest.mark.django_db
def test_deviations_are_counted_by_the_year_they_came(unit: Unit, reader: User) -> None:
    make_deviation(unit, due_on=dt.date(2024, 3, 9))
    make_deviation(unit, **CLOSED, assessment="Vi skickade fel.")
    make_deviation(unit, state="forwarded", closed_on=dt.date(2024, 3, 9))
    make_deviation(unit, received_on=dt.date(2023, 12, 31))

    assert counted(unit, reader, "received", "overdue", "to_assess", "assessed") == [
        3,
        1,
        2,
        1,
    ]
    assert counted(unit, reader, "faults", "closed", "documented") == [1, 1, 1]


@pytest.mark.django_db
def test_feedback_is_asked_for_those_who_can_have_it(unit: Unit, reader: User) -> None:
    outside = {"reported_by": "outside", "kind": "complaint"}
    make_deviation(unit, **CLOSED)  # nobody knows who
    make_deviation(unit, **CLOSED, reporter=reader)
    make_deviation(
        unit, **CLOSED, **outside, contact_way="email", answered_on=dt.date(2024, 4, 1)
    )
    make_deviation(unit, **CLOSED, **outside, contact_way="none")

    assert counted(unit, reader, "to_answer", "answered") == [2, 1]


@pytest.mark.django_db
def test_checks_analyses_and_actions_are_counted_when_they_are_done(
    unit: Unit, reader: User
) -> None:
    check = make_selfcheck(
        unit, number="EK-1", received_on=dt.date(2023, 12, 1), conclusion="Bra."
    )
    make_riskanalysis(unit, number="RA-1", state="decided", decided_on=RECEIVED)
    make_riskanalysis(unit, number="RA-2")
    Action.objects.create(case=check, text="Gå igenom", decided_on=RECEIVED)
    Action.objects.create(case=check, text="Mer", decided_on=dt.date(2023, 12, 1))

    assert counted(unit, reader, "checks_done", "checks_older", "checks_begun") == [
        1,
        1,
        0,
    ]
    assert counted(unit, reader, "analyses_decided", "analyses_begun", "actions") == [
        1,
        1,
        1,
    ]


@pytest.mark.django_db
def test_what_the_reader_may_not_read_is_not_counted(unit: Unit, reader: User) -> None:
    make_deviation(unit, protected=True)

    assert counted(unit, reader, "received") == [0]


@pytest.mark.django_db
def test_rows_are_the_units_of_the_year_that_have_none_under_them(
    root: Unit, unit: Unit
) -> None:
    ended = make_unit("BO", root, valid_to=dt.date(2024, 6, 1))
    make_unit("NY", root, valid_from=dt.date(2025, 1, 1))

    assert leaves_among(tree_of(root, YEAR)) == [ended, unit]


@pytest.mark.django_db
def test_coverage_asks_as_many_questions_however_many_units(
    root: Unit, unit: Unit, reader: User, django_assert_num_queries: Any
) -> None:
    units = [unit, *(make_unit(f"U{place}", root) for place in range(6))]
    for found in units:
        make_deviation(found)

    with django_assert_num_queries(12):
        rows = coverage_of(units, YEAR, reader=reader)
    assert len(rows) == 7


@pytest.mark.django_db
def test_cell_leads_to_the_rows_that_are_late(
    root: Unit, unit: Unit, reader: User
) -> None:
    make_deviation(unit, number="KA-1", due_on=dt.date(2024, 3, 9))
    make_deviation(unit, number="KA-2", due_on=dt.date(2190, 3, 9))
    (row,) = coverage_of([unit], YEAR, reader=reader)
    cell = next(cell for cell in row.cells if cell.paragraph.number == "5:3")
    browser = Client()
    browser.force_login(reader)
    text = browser.get(cell.url).content.decode()

    assert cell.judgement.level == Level.PARTLY
    assert "KA-1" in text
    assert "KA-2" not in text


@pytest.mark.django_db
def test_every_cell_leads_to_a_page(unit: Unit, reader: User) -> None:
    (row,) = coverage_of([unit], YEAR, reader=reader)
    browser = Client()
    browser.force_login(reader)

    assert {browser.get(cell.url).status_code for cell in row.cells} == {200}


@pytest.mark.django_db
def test_page_says_in_words_how_each_paragraph_stands(unit: Unit, reader: User) -> None:
    make_deviation(unit)
    browser = Client()
    browser.force_login(reader)
    text = browser.get(
        "/analys/tackning/", {"unit": "SOC", "year": YEAR}
    ).content.decode()

    assert "1 kom in, ingen försenad" in text
    assert "0 av 1 bedömda" in text
    assert "Saknas" in text


@pytest.mark.django_db
def test_page_of_a_chief_has_no_other_unit(root: Unit, unit: Unit) -> None:
    make_unit("BO", root, name="Boende")
    browser = Client()
    browser.force_login(make_user("chief", (Role.SECTION_CHIEF, unit)))

    assert (
        browser.get("/analys/tackning/", {"unit": "BO", "year": YEAR}).status_code
        == 400
    )
    assert "Boende" not in browser.get("/analys/tackning/").content.decode()


# --- higher units -----------------------------------------------------------------------------
def cell_of(rows: list[Any], unit: Unit, number: str, **which: bool) -> Any:
    """Return the cell of a unit's row in a paragraph."""
    (row,) = [
        r
        for r in rows
        if r.unit == unit
        and all(getattr(r, name) == is_so for name, is_so in which.items())
    ]
    return next(cell for cell in row.cells if cell.paragraph.number == number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "make"), [("5:1", make_riskanalysis), ("5:2", make_selfcheck)]
)
def test_what_is_made_for_a_whole_department_counts_in_part(
    root: Unit, reader: User, number: str, make: Any
) -> None:
    department = make_unit("IFO", root)
    leaf = make_unit("BO", department)
    facts = (
        {"state": "decided", "decided_on": RECEIVED}
        if make is make_riskanalysis
        else {}
    )
    make(department, number="X-1", **facts)
    rows = coverage_of(tree_of(department, YEAR), YEAR, reader=reader)
    cell = cell_of(rows, leaf, number)

    assert (cell.judgement.level, cell.judgement.words) == (
        Level.PARTLY,
        "gjord för hela avdelningen",
    )
    assert "unit=IFO" in cell.url
    assert cell_of(rows, department, number, is_own=True).judgement.level == Level.DONE


@pytest.mark.django_db
def test_what_the_unit_has_made_itself_counts_before_that_of_the_department(
    root: Unit, unit: Unit, reader: User
) -> None:
    make_selfcheck(root, number="EK-1")
    make_selfcheck(unit, number="EK-2")

    rows = coverage_of([unit], YEAR, reader=reader)
    assert cell_of(rows, unit, "5:2").judgement.level == Level.DONE


@pytest.mark.django_db
def test_higher_unit_has_the_sum_of_those_below(
    root: Unit, unit: Unit, reader: User
) -> None:
    make_unit("BO", root)
    make_selfcheck(unit, number="EK-1", conclusion="Bra.")
    rows = coverage_of(tree_of(root, YEAR), YEAR, reader=reader)
    check, documented = (
        cell_of(rows, root, number, is_sum=True) for number in ("5:2", "7:1")
    )

    assert (check.judgement.level, check.judgement.words) == (
        Level.PARTLY,
        "1 av 2 klara",
    )
    assert documented.judgement.words == "1 av 1 klara"


@pytest.mark.django_db
def test_tally_counts_no_sums(root: Unit, unit: Unit, reader: User) -> None:
    rows = coverage_of(tree_of(root, YEAR), YEAR, reader=reader)

    assert sum(count for _, count in tally(rows)) == len(paragraphs.PARAGRAPHS)


@pytest.mark.django_db
def test_page_counts_the_routines_that_were_never_checked(
    unit: Unit, reader: User
) -> None:
    Routine.objects.create(code="a", name="A", unit=unit)
    Routine.objects.create(code="b", name="B", unit=unit)
    make_selfcheck(unit, number="EK-1", process="a")
    browser = Client()
    browser.force_login(reader)
    page = browser.get("/analys/tackning/", {"unit": "SOC", "year": YEAR})

    (pill,) = [
        pill for pill in page.context["pills"] if pill["label"].startswith("Rutiner")
    ]
    assert pill["count"] == 1
    text = browser.get(pill["url"]).content.decode()
    assert "aldrig kontrollerad" in text
