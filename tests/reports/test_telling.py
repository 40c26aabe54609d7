"""Whoever is given a section is told, finds it in a list, and is reminded of its last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from casework.background.mails import write_digests
from casework.models import Mail, Notice
from organisation.models import User
from reports.models import AnnualReport, Assignment, State
from reports.writing.authoring import assign
from reports.writing.reminders import left_to_write, remind_authors, to_write
from tests.municipality import Municipality, municipality_for_a_module

pytestmark = pytest.mark.django_db
TODAY = dt.date(2025, 2, 3)
MINE = "/rapporter/mina-avsnitt/"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def give(
    town: Municipality,
    who: str | None,
    section: str = "uppfoljning",
    *,
    due: dt.date | None = None,
    **facts: Any,
) -> Assignment:
    given: dict[str, Any] = {
        "status": "draft",
        "actor": town.people["quality_controller"],
        **facts,
    }
    author = town.people[who] if who else None
    title = f"2 Avsnittet {section}"
    return assign(
        town.report, section=section, title=title, author=author, due_on=due, **given
    )


def kinds(user: User) -> list[str]:
    found = Notice.objects.filter(user=user, kind__in=Notice.ABOUT_SECTIONS)
    return list(found.order_by("pk").values_list("kind", flat=True))


def test_give_tells_the_author_once_a_day(town: Municipality) -> None:
    give(town, "section_chief")
    give(town, "section_chief", "avvikelser")
    give(town, "section_chief", "avvikelser", status="ready")

    assert kinds(town.people["section_chief"]) == ["section_given"]


def test_give_to_oneself_tells_nobody(town: Municipality) -> None:
    give(town, "quality_controller")

    assert kinds(town.people["quality_controller"]) == []


def test_give_to_another_takes_back_what_nobody_has_read(town: Municipality) -> None:
    give(town, "section_chief")
    give(town, "unit_chief")

    assert kinds(town.people["section_chief"]) == []
    assert kinds(town.people["unit_chief"]) == ["section_given"]


def test_remind_tells_a_week_before_and_when_the_day_has_passed(
    town: Municipality,
) -> None:
    author = town.people["section_chief"]
    give(town, "section_chief", due=TODAY + dt.timedelta(days=7))
    for day, new in ((-1, 0), (0, 1), (1, 0), (8, 1), (9, 0)):
        assert remind_authors(today=TODAY + dt.timedelta(days=day)) == new

    assert kinds(author) == ["section_given", "section_due", "section_overdue"]


@pytest.mark.parametrize("status", ["ready", "approved"])
def test_remind_says_nothing_of_what_is_done(town: Municipality, status: str) -> None:
    give(town, "section_chief", due=TODAY, status=status)

    assert remind_authors(today=TODAY) == 0


def test_remind_says_nothing_of_a_decided_report_or_to_who_has_left(
    town: Municipality,
) -> None:
    give(town, "section_chief", due=TODAY)
    User.objects.filter(username="section_chief").update(is_active=False)
    assert remind_authors(today=TODAY) == 0

    User.objects.filter(username="section_chief").update(is_active=True)
    held = town.people["section_chief"].memberships
    held.update(valid_to=TODAY)
    assert remind_authors(today=TODAY) == 0

    held.update(valid_to=None)
    Assignment.objects.filter(author__username="section_chief").update(
        report=town.published
    )
    assert remind_authors(today=TODAY) == 0


def test_list_has_the_sections_of_open_reports_what_is_first_due_first(
    town: Municipality,
) -> None:
    give(town, "section_chief", "avvikelser", due=TODAY + dt.timedelta(days=9))
    give(town, "section_chief", "lexsarah", due=TODAY)
    give(town, "section_chief", "utveckling", due=TODAY, status="approved")
    Assignment.objects.create(
        report=town.published,
        section="uppfoljning",
        author=town.people["section_chief"],
    )
    author = town.people["section_chief"]

    assert [row.section for row in to_write(author)] == [
        "lexsarah",
        "avvikelser",
        "utveckling",
    ]
    assert left_to_write(author) == 2


def test_page_shows_ones_own_sections_and_leads_to_writing(town: Municipality) -> None:
    give(town, "section_chief", due=timezone.localdate() - dt.timedelta(days=1))
    html = town.client("section_chief").get(MINE).content.decode()

    assert (
        '<a href="/rapporter/EK/2024/malmo/skriv/uppfoljning/">2 Avsnittet uppfoljning</a>'
        in html
    )
    assert "Försenat" in html
    assert (
        "Du har inga avsnitt att skriva."
        in town.client("unit_chief").get(MINE).content.decode()
    )


def test_inbox_says_how_many_are_left(town: Municipality) -> None:
    give(town, "section_chief")
    give(town, "section_chief", "avvikelser")

    assert (
        "Mina avsnitt i kvalitetsberättelsen: 2"
        in town.client("section_chief").get("/inkorg/").content.decode()
    )
    assert (
        "Mina avsnitt" not in town.client("unit_chief").get("/inkorg/").content.decode()
    )


def test_notice_leads_to_the_list_and_is_read(town: Municipality) -> None:
    give(town, "section_chief")
    client = town.client("section_chief")
    assert (
        "Du har fått ett avsnitt att skriva" in client.get("/notiser/").content.decode()
    )
    response = client.post("/notiser/", {"sections": "1"})

    assert (response.status_code, response["Location"]) == (302, MINE)
    assert not Notice.objects.unread().filter(user__username="section_chief").exists()


def test_notice_of_a_section_leaves_one_about_a_risk_analysis_unread(
    town: Municipality,
) -> None:
    author = town.people["section_chief"]
    Notice.objects.create(user=author, unit=town.own, kind=Notice.Kind.NO_ANALYSIS)
    give(town, "section_chief")
    town.client("section_chief").post("/notiser/", {"unit": "EK"})

    unread = Notice.objects.unread().filter(user=author)
    assert [notice.kind for notice in unread] == ["section_given"]


def test_who_no_longer_writes_meets_no_notice_and_no_list(town: Municipality) -> None:
    give(town, "section_chief")
    town.people["section_chief"].memberships.update(role="staff")

    assert (
        "avsnitt" not in town.client("section_chief").get("/notiser/").content.decode()
    )
    assert town.client("section_chief").get(MINE).status_code == 404


def test_mail_says_neither_whose_section_nor_which(town: Municipality) -> None:
    author = town.people["section_chief"]
    User.objects.filter(pk=author.pk).update(email="chef@exempel.se", rhythm="daily")
    give(town, "section_chief")
    write_digests(rhythm="daily", period="2025-02-03")

    mail = Mail.objects.get(user=author)
    assert "1 avsnitt att skriva" in mail.body
    assert "uppfoljning" not in mail.body
    assert "Ekonomi" not in mail.body


def test_nobody_is_given_anything_in_a_decided_report(town: Municipality) -> None:
    assert AnnualReport.objects.get(pk=town.published.pk).state == State.PUBLISHED
    assert left_to_write(town.people["section_chief"]) == 0
