"""Before a report is decided and published: what must be put right, and every small number in its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from analysis.charts.charts import Chart
from analysis.figures.aggregate import refresh
from casework.models import Job
from organisation.models import User
from reports.document.blocks import Document, Figure, Key, Section, Table, Text
from reports.document.freezing import dump
from reports.life import services
from reports.life.workflow import ARCHIVE
from reports.models import AnnualReport, Approval, State
from reports.outlines.compiling import compile_report
from reports.publishing.advancing import must_be_mended
from reports.publishing.publishing import as_word
from reports.publishing.small_numbers import count_small, in_files, places_of
from tests.factories import make_deviation
from tests.municipality import Municipality, municipality_for_a_module
from tests.reports.test_workflow import DAY, DECISION, advance, decided, store_edition

pytestmark = pytest.mark.django_db
WRONG = "Det kom {tal hittepå}."


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as town:
        yield town


@pytest.fixture
def controller(town: Municipality) -> User:
    return town.people["quality_controller"]


@pytest.fixture
def report(town: Municipality) -> AnnualReport:
    return AnnualReport.objects.create(unit=town.own, year=2020)


def locked_with(text: str, report: AnnualReport, controller: User) -> AnnualReport:
    services.write(
        report, section="uppfoljning", text=text, seen_version=0, actor=controller
    )
    report = advance(report, "granska", "las", actor=controller)
    store_edition(report)
    return report


# --- what must be put right -------------------------------------------------------------------
def test_decision_with_something_to_put_right_is_refused(
    report: AnnualReport, controller: User
) -> None:
    report = locked_with(WRONG, report, controller)

    with pytest.raises(ValidationError) as faults:
        advance(report, "beslut", actor=controller, **DECISION)
    assert set(faults.value.message_dict) == {"despite"}
    assert not Approval.objects.filter(edition__report=report).exists()


def test_decision_with_a_reason_is_kept_with_what_was_left(
    report: AnnualReport, controller: User
) -> None:
    report = locked_with(WRONG, report, controller)
    report = advance(
        report, "beslut", actor=controller, despite="Nämnden vet om det.", **DECISION
    )

    assert report.state == State.APPROVED
    assert (
        report.log.get(action="beslut").reason
        == "Beslutades med 1 fel att rätta. Nämnden vet om det."
    )


def test_decision_after_it_is_put_right_needs_no_reason(
    report: AnnualReport, controller: User
) -> None:
    report = locked_with(WRONG, report, controller)
    services.write(
        report, section="uppfoljning", text="Rätt nu.", seen_version=1, actor=controller
    )
    store_edition(report)

    assert must_be_mended(report) == []
    assert (
        advance(report, "beslut", actor=controller, **DECISION).state == State.APPROVED
    )


def address(report: AnnualReport, step: str) -> str:
    return f"/rapporter/{report.unit.code}/{report.year}/{report.template}/steg/{step}/"


def test_page_of_the_decision_shows_what_must_be_put_right(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = locked_with(WRONG, report, controller)
    page = (
        town.client("quality_controller")
        .get(address(report, "beslut"))
        .content.decode()
    )

    assert "Att rätta (1)" in page
    assert "Varför beslutas berättelsen ändå?" in page


def test_page_of_the_decision_asks_no_reason_when_all_is_right(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = locked_with("Allt är rätt.", report, controller)
    page = (
        town.client("quality_controller")
        .get(address(report, "beslut"))
        .content.decode()
    )

    assert "Varför beslutas berättelsen ändå?" not in page


def test_page_of_the_decision_keeps_what_was_typed(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = locked_with(WRONG, report, controller)
    said: dict[str, Any] = {
        **DECISION,
        "seen_version": report.version,
        "registry_number": "SN-2021-77",
    }
    answer = town.client("quality_controller").post(address(report, "beslut"), said)

    assert answer.status_code == 400
    assert "SN-2021-77" in answer.content.decode()


# --- small numbers ----------------------------------------------------------------------------
def document_with(report: AnnualReport, *blocks: Any) -> Document:
    document = compile_report(report, extracted_on=DAY)
    document.chapters = [Section("egen-1", "Tal", list(blocks))]
    document.number_all()
    return document


def test_small_numbers_are_told_with_their_place(
    report: AnnualReport, controller: User
) -> None:
    key = Key((("Rapporter", "3", "0"), ("Avvikelser", "12", "9")))
    table = Table(
        "Per enhet",
        ("Enhet", "2020"),
        (("Boende", "4"), ("Ekonomi", "40"), ("Totalt", "44")),
    )
    chart = Chart(
        "Fler", "", "", ("Enhet", "2020"), (("Boende", "2"), ("Ekonomi", "0"))
    )
    document = document_with(report, key, table, Figure("Bild", chart, "Kvalitet"))
    edition = store_edition(report)
    edition.inputs = {"document": dump(document)}

    (place,) = places_of(edition)
    assert place.section.heading == "Tal"
    assert place.numbers == [
        "Rapporter: 3",
        "Tabell 1, Boende, 2020: 4",
        "Bild 1, Boende, 2020: 2",
    ]
    assert place.hiding == ["Tabell 1 har ett litet tal."]


def test_small_numbers_of_the_files_are_told_with_their_question(
    report: AnnualReport,
) -> None:
    make_deviation(report.unit, received_on=dt.date(2020, 3, 1))
    refresh()
    document = compile_report(report, extracted_on=DAY)
    edition = store_edition(report)
    edition.figures = {"numbers": document.ledger.numbers()}

    assert any(
        told.startswith("avvikelser, inkomna, EK, 2020") for told in in_files(edition)
    )
    assert all(
        told.endswith((": 1", ": 2", ": 3", ": 4")) for told in in_files(edition)
    )


def derived(report: AnnualReport) -> Document:
    """Return a report whose register holds no small number, and whose tables show what is left over."""
    rest = (("Boende", "6"), ("Gemensamt", "2"), ("Totalt", "8"))
    placed = Table("Per enhet", ("Enhet", "2020"), rest, token="{tabell avvikelser}")
    return document_with(
        report, Text("Så här blev det.", suggested=False, placed=("Så", placed))
    )


def test_small_number_of_a_table_placed_in_a_text_is_told(
    report: AnnualReport, controller: User
) -> None:
    edition = store_edition(report, numbers=(6, 8))
    edition.inputs = {"document": dump(derived(report))}

    assert [place.numbers for place in places_of(edition)] == [
        ["Tabell 1, Gemensamt, 2020: 2"]
    ]
    assert count_small(edition) == 1


@pytest.mark.parametrize(
    ("value", "count"),
    [(0, 0), (4, 1), (5, 0), ("2/40", 1), ("38/40", 1), ("20/40", 0), ("0/40", 0)],
)
def test_count_of_small_numbers_reads_shares(
    report: AnnualReport, value: int | str, count: int
) -> None:
    edition = store_edition(report)
    edition.figures = {"numbers": [{"value": value}]}

    assert count_small(edition) == count


def test_publishing_a_small_number_that_follows_from_others_needs_an_assessment(
    report: AnnualReport, controller: User
) -> None:
    report = decided(report, controller, numbers=(6, 8), document=dump(derived(report)))

    with pytest.raises(ValidationError) as faults:
        advance(report, "publicera", actor=controller)
    assert set(faults.value.message_dict) == {"assessment"}


def test_page_of_publishing_lists_the_small_numbers(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = decided(report, controller, numbers=(0, 3, 5))
    client: Client = town.client("quality_controller")
    page = client.get(address(report, "publicera")).content.decode()

    assert "I filerna med alla tal: 1" in page


# --- the files of what is published -----------------------------------------------------------
def test_decision_is_cleaned_of_what_nobody_sees(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = locked_with("Allt är rätt.", report, controller)
    said = {**DECISION, "body": "Social\x0bnämnden", "registry_number": "SN\x0b-7"}
    town.client("quality_controller").post(
        address(report, "beslut"), {**said, "seen_version": report.version}
    )

    approval = Approval.objects.get(edition__report=report)
    assert (approval.body, approval.registry_number) == ("Socialnämnden", "SN-7")


def test_word_of_a_decision_with_unseen_signs_is_made(
    report: AnnualReport, controller: User
) -> None:
    edition = decided(report, controller).editions.get()
    edition.inputs = {"document": dump(document_with(report))}
    edition.approval.body = "Social\x0bnämnden"

    assert as_word(edition, approval=edition.approval).startswith(b"PK")


def failed_files(report: AnnualReport, controller: User) -> Job:
    advance(decided(report, controller), "publicera", actor=controller)
    Job.objects.filter(kind=ARCHIVE).update(
        failed_at=timezone.now(), problem="Det tog för lång tid."
    )
    return Job.objects.get(kind=ARCHIVE)


def test_standing_tells_that_the_files_could_not_be_made(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    failed_files(report, controller)
    page = f"{report.get_absolute_url()}lage/"

    html = town.client("quality_controller").get(page).content.decode()
    assert "Det tog för lång tid." in html
    assert "Gör filerna igen" in html
    assert (
        "Gör filerna igen"
        not in town.client("board_secretary").get(page).content.decode()
    )


def test_files_that_failed_are_made_again_once(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    failed = failed_files(report, controller)
    client, page = (
        town.client("quality_controller"),
        f"{report.get_absolute_url()}lage/filer/",
    )
    for _ in range(2):
        assert client.post(page).status_code == 302

    assert Job.objects.pending().get(kind=ARCHIVE).arguments == failed.arguments
