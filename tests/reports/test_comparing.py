"""What differs between two editions: numbers by their question, texts by their section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reports.document.file_format import SpoiledError
from reports.document.freezing import dump
from reports.editions.comparing import ChangedNumber, changed_numbers, changed_texts
from reports.life.services import write
from reports.models import AnnualReport, Edition
from reports.outlines.compiling import compile_report
from tests.municipality import (
    EXTRACTED,
    Municipality,
    make_report,
    municipality_for_a_module,
)

pytestmark = pytest.mark.django_db

ASKED = {
    "subject": "lexsarah",
    "basis": "received",
    "unit": "EK",
    "period": "2024",
    "query": "",
}
PAGE = "/rapporter/EK/2012/malmo/utgavor/"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def make_edition(
    report: AnnualReport,
    number: int,
    *numbers: dict[str, Any],
    keeps_inputs: bool = True,
) -> Edition:
    """Keep an edition of the texts as they are, with those numbers."""
    document = dump(compile_report(report, extracted_on=EXTRACTED))
    return Edition.objects.create(
        report=report,
        number=number,
        extracted_on=EXTRACTED,
        figures={"numbers": list(numbers)},
        html=f"<h1>Utgåva {number}</h1>",
        pdf=b"%PDF-1.7",
        checksum="0" * 64,
        inputs={"document": document} if keeps_inputs else {},
    )


@pytest.fixture
def report(town: Municipality) -> AnnualReport:
    made = make_report(town.own, 2012)
    return AnnualReport.objects.select_related("unit").get(pk=made.pk)


def test_compare_names_the_numbers_that_changed(report: AnnualReport) -> None:
    old = make_edition(
        report, 1, {**ASKED, "value": 3}, {**ASKED, "period": "2023", "value": 8}
    )
    new = make_edition(
        report, 2, {**ASKED, "value": 4}, {**ASKED, "period": "2023", "value": 8}
    )

    assert changed_numbers(old, new) == [
        ChangedNumber(
            "Rapporter enligt lex Sarah, inkomna", report.unit.name, "2024", 3, 4
        )
    ]


def test_compare_tells_a_new_number_from_one_that_is_gone(report: AnnualReport) -> None:
    series = {
        "subject": "series",
        "basis": "measured",
        "query": "title=Vaccinerade med påfyllning",
    }
    old = make_edition(report, 1, {**ASKED, "value": 3})
    new = make_edition(
        report, 2, {**ASKED, **series, "period": "2024-03", "value": "8/9"}
    )

    assert [
        (number.what, number.period, number.before, number.after)
        for number in changed_numbers(old, new)
    ] == [
        ("Vaccinerade med påfyllning", "mars 2024", None, "8/9"),
        ("Rapporter enligt lex Sarah, inkomna", "2024", 3, None),
    ]


def test_compare_shows_what_was_written_since(report: AnnualReport) -> None:
    write(
        report,
        section="uppfoljning",
        text="Vi lärde oss mycket.",
        seen_version=0,
        actor=None,
    )
    old = make_edition(report, 1)
    write(
        report,
        section="uppfoljning",
        text="Vi lärde oss mer.",
        seen_version=1,
        actor=None,
    )
    new = make_edition(report, 2)

    [changed] = changed_texts(old, new)

    assert [(piece.kind, piece.text) for piece in changed.pieces] == [
        ("same", "Vi lärde oss "),
        ("old", "mycket."),
        ("new", "mer."),
    ]


def test_compare_with_a_spoiled_edition_says_that_it_cannot_be_read(
    report: AnnualReport,
) -> None:
    old = make_edition(report, 1, keeps_inputs=False)

    with pytest.raises(SpoiledError):
        changed_texts(old, make_edition(report, 2))


# --- the pages --------------------------------------------------------------------------------
def test_list_shows_each_edition(town: Municipality, report: AnnualReport) -> None:
    make_edition(report, 1)
    make_edition(report, 2)

    html = town.client("department_chief").get(PAGE).content.decode()

    assert f"{PAGE}1/" in html
    assert f"{PAGE}2/andringar/" in html
    assert f"{PAGE}1/andringar/" not in html


def test_list_takes_the_same_queries_however_many_editions(
    town: Municipality, report: AnnualReport, django_assert_num_queries: Any
) -> None:
    for number in range(1, 4):
        make_edition(report, number)
        with django_assert_num_queries(6):
            town.client("department_chief").get(PAGE)


def test_earlier_edition_is_read_as_it_was_built(
    town: Municipality, report: AnnualReport
) -> None:
    make_edition(report, 1)
    make_edition(report, 2)

    assert (
        "Utgåva 1</h1>"
        in town.client("board_secretary").get(f"{PAGE}1/").content.decode()
    )
    assert (
        town.client("board_secretary").get(f"{PAGE}1/kvalitetsberattelse.pdf").content
        == b"%PDF-1.7"
    )


@pytest.mark.parametrize(
    "query", ["?mot=9", "?mot=2", "?mot=x", "?mot=99999999999999999999"]
)
def test_compare_with_what_is_no_other_edition_is_not_found(
    town: Municipality, report: AnnualReport, query: str
) -> None:
    make_edition(report, 1)
    make_edition(report, 2)

    assert (
        town.client("planning_officer").get(f"{PAGE}2/andringar/{query}").status_code
        == 404
    )


def test_compare_begins_with_the_edition_before(
    town: Municipality, report: AnnualReport
) -> None:
    for number in (1, 2, 3):
        make_edition(report, number, {**ASKED, "value": number})

    html = town.client("planning_officer").get(f"{PAGE}3/andringar/").content.decode()

    assert "jämfört med utgåva 2" in html
    assert "Rapporter enligt lex Sarah, inkomna" in html


def test_compare_the_first_edition_is_not_found(
    town: Municipality, report: AnnualReport
) -> None:
    make_edition(report, 1)

    assert town.client("planning_officer").get(f"{PAGE}1/andringar/").status_code == 404
