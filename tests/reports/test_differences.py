"""What the year's report gives away of a tertial that is hidden for the board is told before publishing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from analysis.figures.aggregate import refresh
from casework.database.periods import Period, tertial
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.freezing import dump
from reports.editions import building
from reports.editions.built import Built
from reports.models import AnnualReport, Edition, State
from reports.outlines.compiling import compile_report
from reports.publishing import advancing
from reports.publishing.inferable_numbers import given_away, worked_out
from reports.tertial.sources import Compilation
from tests.factories import make_deviation, make_unit, make_user
from tests.reports.test_workflow import DAY, DECISION, advance

ONE, TWO, THREE = (tertial(2024, number) for number in (1, 2, 3))
YEAR = Period(ONE.first, THREE.end)


# --- what is left of a year (pure) --------------------------------------------------------------
def test_worked_out_of_one_hidden_tertial_is_what_is_left() -> None:
    assert list(worked_out({YEAR: 53}, {ONE: 20, TWO: 30, THREE: None})) == [
        "tertial 3 2024 blir 3."
    ]


def test_worked_out_of_two_hidden_tertials_is_told_when_they_are_few_together() -> None:
    hidden = {ONE: 20, TWO: None, THREE: None}

    assert list(worked_out({YEAR: 26}, hidden)) == [
        "tertial 2 2024 och tertial 3 2024 blir tillsammans 6."
    ]
    assert list(worked_out({YEAR: 50}, hidden)) == []


def test_worked_out_of_a_tertial_that_is_printed_is_told() -> None:
    months = {
        Period(*pair): 1
        for pair in zip(THREE.months, [*THREE.months[1:], THREE.end], strict=True)
    }

    assert list(worked_out({THREE: 9}, {THREE: None})) == [
        "tertial 3 2024 står i berättelsen och är 9."
    ]
    assert list(worked_out(months, {THREE: None})) == [
        "tertial 3 2024 står i berättelsen och är 4."
    ]


def test_worked_out_of_a_year_that_has_not_ended_is_nothing() -> None:
    assert list(worked_out({YEAR: 53}, {ONE: 20, TWO: None})) == []


# --- a report beside the board's documents ------------------------------------------------------
@pytest.fixture
def department(controller: User) -> Unit:
    """Two units of 20, 30 and 3 or 9 each tertial: the board's documents hide the last of both."""
    department = make_unit("D", Unit.objects.get(code="SOC"))
    for code, last in (("DA", 3), ("DB", 9)):
        unit = make_unit(code, department)
        for period, count in ((ONE, 20), (TWO, 30), (THREE, last)):
            for _ in range(count):
                make_deviation(unit, received_on=period.first)
    refresh()
    return department


def approved(unit: Unit, controller: User) -> Edition:
    """Return a decided edition with the numbers of a report that has no small one among them."""
    report = AnnualReport.objects.create(unit=unit, year=2024)
    report = advance(report, "granska", "las", actor=controller)
    document = compile_report(report, extracted_on=DAY)
    kept = [
        number
        for number in document.ledger.numbers()
        if number["value"] not in range(1, 5)
    ]
    texts = {
        "texts": report.newest_texts(),
        "document": dump(replace(document, chapters=[])),
    }
    figures = {"numbers": kept}
    built = Built(document, figures, "", "", b"%PDF-", "0" * 64, texts, report.freeze)
    edition = building.store(report, built, job=None)
    advance(report, "beslut", actor=controller, **DECISION)
    return Edition.objects.get(pk=edition.pk)


@pytest.fixture
def controller(db: None) -> User:
    return make_user("kvalitet", (Role.QUALITY_CONTROLLER, make_unit("SOC")))


@pytest.fixture
def edition(department: Unit, controller: User) -> Edition:
    return approved(department, controller)


@pytest.mark.django_db
class TestGivenAway:
    def test_year_minus_the_board_s_tertials_is_told_of_each_unit(
        self, edition: Edition
    ) -> None:
        kind = (("kind", "quality_deviation"),)
        board = Compilation(edition.report.unit, 2024, 3, extracted_on=DAY)
        below = Unit.objects.get(code="DA")
        told = [
            board.counts("deviations", kind).by_unit[below.pk][at]
            for at in (ONE, TWO, THREE)
        ]

        assert told == [20, 30, None]
        assert [
            said
            for said in given_away(edition)
            if said.startswith("Kvalitetsavvikelser")
        ] == [
            "Kvalitetsavvikelser, Enhet DA: tertial 3 2024 blir 3.",
            "Kvalitetsavvikelser, Enhet DB: tertial 3 2024 blir 9.",
        ]

    def test_nothing_hidden_is_nothing_given_away(self, controller: User) -> None:
        unit = make_unit("ENSAM", Unit.objects.get(code="SOC"))
        for period in (ONE, TWO, THREE):
            for _ in range(9):
                make_deviation(unit, received_on=period.first)
        refresh()

        assert given_away(approved(unit, controller)) == []

    def test_publishing_what_is_given_away_needs_an_assessment(
        self, edition: Edition, controller: User
    ) -> None:
        report = edition.report
        with pytest.raises(ValidationError) as faults:
            advancing.advance(
                report, "publicera", actor=controller, seen_version=report.version
            )

        assert set(faults.value.message_dict) == {"assessment"}
        said = {"assessment": "Prövat enligt OSL 26 kap. 1 §."}
        done = advancing.advance(
            report,
            "publicera",
            actor=controller,
            seen_version=report.version,
            facts=said,
        )
        assert done.state == State.PUBLISHED

    def test_page_of_publishing_lists_what_is_given_away(
        self, edition: Edition, controller: User
    ) -> None:
        client = Client()
        client.force_login(controller)
        page = client.get("/rapporter/D/2024/malmo/steg/publicera/").content.decode()

        assert "Kvalitetsavvikelser, Enhet DA: tertial 3 2024 blir 3." in page
        assert 'name="assessment"' in page
