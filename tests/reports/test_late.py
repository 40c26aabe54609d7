"""A case that comes in late changes no published report, and the next one says what was published and why."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy

import pytest
from django.test import Client

from analysis.tertial.compiling import catch_up
from casework.background import jobs
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from reports.checks import check_document
from reports.document.blocks import Paragraph, Section
from reports.life.services import request_build, request_tertial
from reports.models import AnnualReport, Approval, Edition, Publication, TertialEdition
from reports.outlines.compiling import compile_report
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_report
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unlaid")]
OUTSIDE = {"kind": "complaint", "reported_by": "outside", "channel": "letter"}


def make_root() -> Unit:
    unit = make_unit("SOC", name="Socialförvaltningen")
    for year, count in ((2023, 9), (2024, 12), (2025, 8)):
        for _ in range(count):
            make_deviation(unit, received_on=dt.date(year, 3, 1), **OUTSIDE)
    return unit


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


@pytest.fixture
def controller(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


@pytest.fixture
def published(root: Unit, controller: User) -> Edition:
    """Build and publish the report of 2024."""
    job = request_build(make_report(root, 2024))
    jobs.run(job.pk)
    edition = Edition.objects.get(job=job)
    said = {
        "body": "SN",
        "decided_on": dt.date(2025, 3, 1),
        "paragraph": 41,
        "registry_number": "SN-1",
    }
    Approval.objects.create(edition=edition, recorded_by=controller, **said)
    Publication.objects.create(edition=edition, published_by=controller)
    return edition


def next_report(root: Unit) -> AnnualReport:
    return make_report(root, 2025)


def come_late(root: Unit) -> Deviation:
    """File a complaint of 2024 after the report of that year, and count it."""
    late = make_deviation(root, received_on=dt.date(2024, 3, 3), **OUTSIDE)

    catch_up()
    return late


def found_in(report: AnnualReport, reader: User | None = None) -> list[str]:
    document = compile_report(report, extracted_on=dt.date(2026, 2, 2))
    findings = check_document(report, document, reader=reader)
    return [finding.words for finding in findings if finding.remark.rule == "late"]


def explained_in(report: AnnualReport) -> list[tuple[Section, str]]:
    document = compile_report(report, extracted_on=dt.date(2026, 2, 2))
    return [
        (section, block.text)
        for section in document.sections()
        for block in section.blocks
        if isinstance(block, Paragraph) and "redovisades" in block.text
    ]


def test_checker_lists_what_came_in_after_the_published_report(
    root: Unit, published: Edition, controller: User
) -> None:
    late = come_late(root)
    said = found_in(next_report(root), controller)
    assert any(
        words.startswith(
            "Skiljer sig från den publicerade berättelsen 2024 (12, nu 13): klagomål och synpunkter"
        )
        and f"1 kom in efter underlaget ({late.number})." in words
        for words in said
    ), said


def test_checker_names_no_case_to_somebody_who_may_not_read_it(
    root: Unit, published: Edition
) -> None:
    late = come_late(root)
    said = " ".join(
        found_in(
            next_report(root), make_user("secretary", (Role.BOARD_SECRETARY, root))
        )
    )
    assert "1 kom in efter underlaget." in said
    assert late.number not in said


def test_next_report_explains_the_number_of_the_year_before(
    root: Unit, published: Edition
) -> None:
    come_late(root)
    ((section, said),) = explained_in(next_report(root))
    assert said == (
        "I kvalitetsberättelsen för 2024 redovisades 12 klagomål och synpunkter från utomstående. "
        "Ett ärende kom in efter det, och antalet är nu 13."
    )
    assert "13" in " ".join(
        block.text for block in section.blocks if isinstance(block, Paragraph)
    )


def test_number_that_was_put_right_is_not_said_to_have_come_late(
    root: Unit, published: Edition
) -> None:
    moved = Deviation.objects.filter(received_on__year=2024).order_by("pk")[:2]
    Deviation.objects.filter(pk__in=[row.pk for row in moved]).update(
        kind="praise", is_deviation="no"
    )

    catch_up()
    said = [text for _, text in explained_in(next_report(root))]
    assert said[0].endswith(
        "Uppgifter har rättats eller kommit till efter det, och antalet är nu 10."
    )
    assert "redovisades inga beröm från utomstående." in said[1]


def test_nothing_is_said_where_nothing_has_changed(
    root: Unit, published: Edition
) -> None:
    report = next_report(root)
    assert found_in(report) == []
    assert explained_in(report) == []


def test_published_report_stays_as_it_was(root: Unit, published: Edition) -> None:
    before = Edition.objects.get(pk=published.pk)
    come_late(root)
    after = Edition.objects.get(pk=published.pk)
    assert (after.figures, after.html, after.checksum) == (
        before.figures,
        before.html,
        before.checksum,
    )


def test_page_of_the_checker_shows_the_sentence_for_the_text(
    root: Unit, published: Edition, controller: User
) -> None:
    late = come_late(root)
    client = Client()
    client.force_login(controller)
    page = client.get(
        f"{next_report(root).get_absolute_url()}kontroll/"
    ).content.decode()
    assert "Tal som har ändrats sedan de publicerades" in page
    assert late.number in page
    assert "Ett ärende kom in efter det, och antalet är nu 13." in page


def test_page_of_a_tertial_says_what_its_document_tells_otherwise(
    root: Unit, controller: User
) -> None:
    job = request_tertial(root, 2024, 1, internal=False)
    jobs.run(job.pk)
    assert TertialEdition.objects.filter(job=job).exists()
    client = Client()
    client.force_login(controller)
    address = "/rapporter/tertial/2024T1/SOC/"
    assert (
        "Något har ändrats sedan dokumentet byggdes"
        not in client.get(address).content.decode()
    )
    come_late(root)
    page = client.get(address).content.decode()
    assert "Något har ändrats sedan dokumentet byggdes" in page
    assert "2024T1: 12 " in page
    assert "nu 13." in page
