"""Remarks on a report's sections: made by who reads it, answered, seen to, counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from organisation.models import User
from reports.models import AnnualReport, ReportComment
from reports.writing import comments
from tests.municipality import Municipality, make_report, municipality_for_a_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


@pytest.fixture
def report(town: Municipality) -> AnnualReport:
    return make_report(town.own, 2020, text="Vi lärde oss mycket.")


@pytest.fixture
def secretary(town: Municipality) -> User:
    return town.people["board_secretary"]


@pytest.fixture
def made(report: AnnualReport, secretary: User) -> ReportComment:
    return comments.comment(
        report, section="uppfoljning", text="Stämmer talet?", actor=secretary
    )


def page_of(report: AnnualReport) -> str:
    return f"{report.get_absolute_url()}avsnitt/uppfoljning/"


@pytest.mark.parametrize(
    "who", ["board_secretary", "department_chief", "planning_officer"]
)
def test_reader_comments(town: Municipality, report: AnnualReport, who: str) -> None:
    town.client(who).post(page_of(report), {"text": "Skriv kortare."})

    kept = report.comments.get()
    assert (kept.text, kept.author, kept.resolved_at) == (
        "Skriv kortare.",
        town.people[who],
        None,
    )


def test_empty_comment_is_told(town: Municipality, report: AnnualReport) -> None:
    response = town.client("board_secretary").post(page_of(report), {"text": " "})

    assert response.status_code == 400
    assert "Skriv en kommentar." in response.content.decode()


def test_comments_are_numbered_within_each_report(
    town: Municipality, report: AnnualReport, made: ReportComment, secretary: User
) -> None:
    other = make_report(town.own, 2019)
    numbers = [
        comments.comment(of, section="uppfoljning", text="x", actor=secretary).number
        for of in (report, other)
    ]

    assert (made.number, numbers) == (1, [2, 1])


def test_answer_leaves_the_comment_open(
    town: Municipality, report: AnnualReport, made: ReportComment
) -> None:
    town.client("quality_controller").post(
        f"{page_of(report)}kommentar/1/", {"do": "reply", "text": "Ja, det gör det."}
    )

    assert made.replies.get().text == "Ja, det gör det."
    assert report.comments.filter(resolved_at=None).count() == 1


@pytest.mark.parametrize(
    ("who", "status", "resolved"),
    [
        ("planning_officer", 302, True),
        ("board_secretary", 302, True),
        ("department_chief", 403, False),
    ],
)
def test_comment_is_seen_to_by_writers_and_whoever_asked(
    town: Municipality,
    report: AnnualReport,
    made: ReportComment,
    who: str,
    status: int,
    resolved: bool,
) -> None:
    response = town.client(who).post(
        f"{page_of(report)}kommentar/1/", {"do": "resolve"}
    )

    made.refresh_from_db()
    assert (response.status_code, made.resolved_at is not None) == (status, resolved)


def test_comment_seen_to_twice_keeps_the_first(
    made: ReportComment, secretary: User, town: Municipality
) -> None:
    comments.resolve(made, actor=secretary)
    comments.resolve(made, actor=town.people["quality_controller"])

    made.refresh_from_db()
    assert made.resolved_by == secretary


def test_comment_is_opened_again(
    town: Municipality, report: AnnualReport, made: ReportComment
) -> None:
    comments.resolve(made, actor=made.author)
    town.client("quality_controller").post(
        f"{page_of(report)}kommentar/1/", {"do": "reopen"}
    )

    assert report.comments.filter(resolved_at=None).count() == 1


def test_comment_of_another_section_is_not_found(
    town: Municipality, report: AnnualReport, made: ReportComment
) -> None:
    page = f"{report.get_absolute_url()}avsnitt/utveckling/kommentar/1/"

    assert (
        town.client("quality_controller").post(page, {"do": "resolve"}).status_code
        == 404
    )


def test_hostile_comment_is_inert(town: Municipality, report: AnnualReport) -> None:
    town.client("board_secretary").post(
        page_of(report), {"text": "<script src=//x></script>"}
    )

    assert (
        "<script src=//x>"
        not in town.client("quality_controller").get(page_of(report)).content.decode()
    )


def test_comments_take_the_same_queries_however_many(
    town: Municipality,
    report: AnnualReport,
    made: ReportComment,
    django_assert_max_num_queries: Any,
) -> None:
    comments.reply(made, text="Ja.", actor=made.author)
    with django_assert_max_num_queries(400) as first:
        town.client("quality_controller").get(page_of(report))
    for _ in range(3):
        again = comments.comment(
            report, section="uppfoljning", text="Hm.", actor=made.author
        )
        comments.reply(again, text="Ja.", actor=made.author)
    before = len(first)
    with django_assert_max_num_queries(before):
        town.client("quality_controller").get(page_of(report))
