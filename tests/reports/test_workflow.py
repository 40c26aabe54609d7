"""The life of a report: who may take which step when, what must be so first, and what is written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.models import Job
from casework.process.workflow import StepRefusedError, TooLateError, take
from organisation.models import User
from organisation.rights import Role
from reports.document.freezing import dump
from reports.editions import building
from reports.editions.built import Built
from reports.life import services
from reports.life.workflow import LIFE
from reports.models import (
    AnnualReport,
    Approval,
    Assignment,
    Edition,
    Publication,
    ReportLog,
    State,
    TextDraft,
)
from reports.outlines.compiling import compile_report
from reports.publishing import advancing
from reports.tasks import build, remove_old_drafts
from reports.writing import comments
from reports.writing.authoring import (
    assign,
    compare,
    keep_draft,
    note_opened,
    restore,
    writing_now,
)
from tests.factories import make_user
from tests.municipality import Municipality, make_report, municipality_for_a_module

pytestmark = pytest.mark.django_db
# Reports are locked today, and no board decides what is not locked.
DAY = timezone.localdate()
DECISION = {
    "body": "Socialnämnden",
    "decided_on": DAY,
    "paragraph": 41,
    "registry_number": "SN-2025-7",
}
REASON = {"reason": "Ett tal var fel."}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


@pytest.fixture
def report(town: Municipality) -> AnnualReport:
    return make_report(town.own, 2020, text="Vi lärde oss mycket.")


@pytest.fixture
def controller(town: Municipality) -> User:
    return town.people["quality_controller"]


def advance(
    report: AnnualReport, *names: str, actor: User, **facts: Any
) -> AnnualReport:
    for name in names:
        report = advancing.advance(
            report, name, actor=actor, seen_version=report.version, facts=facts
        )
    return report


def store_edition(
    report: AnnualReport, *, numbers: tuple[int, ...] = (), **inputs: Any
) -> Edition:
    """Keep an edition with no chapters and those numbers, with a stub of the PDF that takes seconds."""
    figures = {"numbers": [{"value": value} for value in numbers]}
    document = compile_report(report, extracted_on=DAY)
    kept = dump(replace(document, chapters=[]))
    inputs = {"texts": report.newest_texts(), "document": kept, **inputs}
    built = Built(document, figures, "", "", b"%PDF-", "0" * 64, inputs, report.freeze)
    return building.store(report, built, job=None)


def decided(report: AnnualReport, controller: User, **edition: Any) -> AnnualReport:
    report = advance(report, "granska", "las", actor=controller)
    store_edition(report, **edition)
    return advance(report, "beslut", actor=controller, **DECISION)


# --- the table ----------------------------------------------------------------------------------
WHO_MAY = """
          draft    review         locked           approved               published
plan      granska  las,tillbaka   tillbaka         ny-utgava              ny-utgava
ctrl      granska  las,tillbaka   beslut,tillbaka  publicera,ny-utgava    ny-utgava
secr      -        -              beslut           -                      -
dept      -        -              -                -                      -
sect      -        -              -                -                      -
adm       -        -              -                -                      -
"""
ROLES = {
    "plan": "planning_officer",
    "ctrl": "quality_controller",
    "secr": "board_secretary",
    "dept": "department_chief",
    "sect": "section_chief",
    "adm": "system_admin",
}


def test_steps_open_to_each_role_are_those_of_the_table(town: Municipality) -> None:
    states, *rows = (line.split() for line in WHO_MAY.strip().splitlines())
    for who, *cells in rows:
        for state, cell in zip(states, cells, strict=True):
            at = AnnualReport(unit=town.own, year=2020, state=state)
            names = [step.name for step in LIFE.open_to(at, town.people[ROLES[who]])]
            assert ",".join(names) == cell.strip("-"), (who, state)


def test_every_state_is_left_by_a_step() -> None:
    assert {source for step in LIFE.steps for source in step.sources} == set(
        State.values
    )


# --- taking steps -------------------------------------------------------------------------------
def test_report_goes_all_the_way_and_every_step_is_written_down(
    report: AnnualReport, controller: User
) -> None:
    report = advance(decided(report, controller), "publicera", actor=controller)

    entries = report.log.order_by("pk").values_list(
        "action", "from_state", "to_state", "actor"
    )
    assert list(entries) == [
        ("granska", "draft", "review", controller.pk),
        ("las", "review", "locked", controller.pk),
        ("beslut", "locked", "approved", controller.pk),
        ("publicera", "approved", "published", controller.pk),
    ]


def test_step_by_who_may_not_is_refused(
    report: AnnualReport, town: Municipality
) -> None:
    with pytest.raises(StepRefusedError):
        take(
            LIFE,
            report,
            "granska",
            actor=town.people["board_secretary"],
            seen_version=report.version,
        )


def test_step_in_another_state_is_refused(
    report: AnnualReport, controller: User
) -> None:
    with pytest.raises(StepRefusedError):
        take(LIFE, report, "las", actor=controller, seen_version=report.version)


def test_second_of_two_is_too_late(report: AnnualReport, controller: User) -> None:
    advance(report, "granska", actor=controller)

    with pytest.raises(TooLateError):
        take(LIFE, report, "granska", actor=controller, seen_version=report.version)


@pytest.mark.parametrize("missing", DECISION)
def test_decision_without_a_fact_is_not_written(
    report: AnnualReport, controller: User, missing: str
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    store_edition(report)

    with pytest.raises(ValidationError) as faults:
        advance(report, "beslut", actor=controller, **(DECISION | {missing: None}))
    assert set(faults.value.message_dict) == {missing}
    assert not Approval.objects.filter(edition__report=report).exists()


def test_decision_is_recorded_by_the_boards_secretary(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    edition = store_edition(report)
    advance(report, "beslut", actor=town.people["board_secretary"], **DECISION)

    approval = Approval.objects.get(edition=edition)
    assert (approval.body, approval.decided_on, approval.paragraph) == (
        "Socialnämnden",
        DAY,
        41,
    )


def test_decision_before_the_numbers_were_locked_is_refused(
    report: AnnualReport, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    edition = store_edition(report)

    with pytest.raises(ValidationError, match="Ange den dagen eller en senare"):
        advance(
            report,
            "beslut",
            actor=controller,
            **(DECISION | {"decided_on": DAY - dt.timedelta(days=1)}),
        )
    assert not Approval.objects.filter(edition=edition).exists()


def test_decision_without_an_edition_of_the_locked_numbers_is_refused(
    report: AnnualReport, controller: User
) -> None:
    store_edition(report)
    report = advance(report, "granska", "las", actor=controller)

    with pytest.raises(StepRefusedError, match="Bygg en utgåva"):
        advance(report, "beslut", actor=controller, **DECISION)


def test_decision_on_an_edition_with_an_older_text_is_refused(
    report: AnnualReport, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    store_edition(report)
    services.write(
        report, section="uppfoljning", text="Nytt.", seen_version=1, actor=controller
    )

    with pytest.raises(StepRefusedError, match="senaste texterna"):
        advance(report, "beslut", actor=controller, **DECISION)


def test_decision_with_an_open_comment_is_refused(
    report: AnnualReport, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    store_edition(report)
    made = comments.comment(
        report, section="uppfoljning", text="Stämmer?", actor=controller
    )

    with pytest.raises(StepRefusedError, match="1 kommentar är öppen"):
        advance(report, "beslut", actor=controller, **DECISION)
    comments.resolve(made, actor=controller)
    assert (
        advance(report, "beslut", actor=controller, **DECISION).state == State.APPROVED
    )


def test_decided_report_takes_no_texts_comments_or_editions(
    report: AnnualReport, controller: User
) -> None:
    report = decided(report, controller)

    with pytest.raises(services.DecidedError):
        services.write(
            report,
            section="uppfoljning",
            text="Nytt.",
            seen_version=1,
            actor=controller,
        )
    with pytest.raises(services.DecidedError):
        comments.comment(report, section="uppfoljning", text="Nytt.", actor=controller)
    with pytest.raises(services.DecidedError):
        store_edition(report)


def test_new_edition_leaves_the_decided_one_as_it_is(
    report: AnnualReport, controller: User
) -> None:
    report = decided(report, controller)
    before = report.editions.get()
    report = advance(report, "ny-utgava", actor=controller, **REASON)
    services.write(
        report, section="uppfoljning", text="Nytt.", seen_version=1, actor=controller
    )
    store_edition(report)

    assert report.log.first().reason == REASON["reason"]
    assert report.editions.get(number=1).approval.edition == before
    assert report.editions.count() == 2


def test_opening_without_a_reason_is_refused(
    report: AnnualReport, controller: User
) -> None:
    report = advance(report, "granska", actor=controller)

    with pytest.raises(ValidationError):
        advance(report, "tillbaka", actor=controller)


# --- publishing ---------------------------------------------------------------------------------
def test_publishing_small_numbers_needs_an_assessment(
    report: AnnualReport, controller: User
) -> None:
    report = decided(report, controller, numbers=(0, 3, 5))

    with pytest.raises(ValidationError) as faults:
        advance(report, "publicera", actor=controller)
    assert set(faults.value.message_dict) == {"assessment"}
    advance(
        report,
        "publicera",
        actor=controller,
        assessment="Prövat enligt OSL 26 kap. 1 §.",
    )
    assert Publication.objects.get(edition__report=report).assessment.startswith(
        "Prövat"
    )


def test_publishing_asks_for_the_files_of_the_archive(
    report: AnnualReport, controller: User
) -> None:
    report = advance(decided(report, controller), "publicera", actor=controller)

    assert Job.objects.get(kind="reports.archive").arguments == {
        "edition": report.editions.get().pk
    }


def test_publishing_a_second_report_of_the_same_year_is_refused(
    report: AnnualReport, controller: User, town: Municipality
) -> None:
    advance(decided(report, controller), "publicera", actor=controller)
    other = AnnualReport.objects.create(unit=town.own, year=2020, template="goteborg")
    other = decided(other, controller)

    with pytest.raises(StepRefusedError, match="redan publicerad"):
        advance(other, "publicera", actor=controller)


# --- building while it is decided ---------------------------------------------------------------
@pytest.mark.usefixtures("unlaid")
def test_build_of_a_report_decided_meanwhile_stores_nothing(
    report: AnnualReport, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    effect = build(services.request_build(report), lambda percent, doing: None)
    store_edition(report)
    advance(report, "beslut", actor=controller, **DECISION)

    with pytest.raises(Exception, match="beslutades medan"):
        effect()
    assert report.editions.count() == 1


# --- authors ------------------------------------------------------------------------------------
def test_author_of_a_section_writes_it_and_no_other(
    report: AnnualReport, town: Municipality
) -> None:
    author = town.people["section_chief"]
    mine = {
        "section": "uppfoljning",
        "author": author,
        "due_on": DAY,
        "status": "draft",
    }
    assign(report, **mine, actor=town.people["quality_controller"])

    address = report.get_absolute_url()
    answers = [
        town.client("section_chief").get(f"{address}{page}").status_code
        for page in (
            "skriv/uppfoljning/",
            "skriv/utveckling/",
            "lage/",
            "avsnitt/uppfoljning/ansvar/",
        )
    ]
    assert answers == [200, 404, 200, 200]
    assert town.client("unit_chief").get(f"{address}lage/").status_code == 404


def test_author_says_that_the_section_is_done_and_changes_nothing_else(
    report: AnnualReport, town: Municipality
) -> None:
    author = town.people["section_chief"]
    mine = {
        "section": "uppfoljning",
        "author": author,
        "due_on": DAY,
        "status": "draft",
    }
    assign(report, **mine, actor=town.people["quality_controller"])
    sent = {"status": "ready", "author": "", "due_on": ""}
    town.client("section_chief").post(
        f"{report.get_absolute_url()}avsnitt/uppfoljning/ansvar/", sent
    )

    kept = Assignment.objects.get(report=report)
    assert (kept.author, kept.due_on, kept.status) == (author, DAY, "ready")


def test_standing_takes_the_same_queries_however_many_sections_are_given(
    report: AnnualReport,
    town: Municipality,
    controller: User,
    django_assert_max_num_queries: Any,
) -> None:
    address, client = (
        f"{report.get_absolute_url()}lage/",
        town.client("quality_controller"),
    )
    with django_assert_max_num_queries(400) as first:
        client.get(address)
    for section in ("uppfoljning", "utveckling", "sammanfattning"):
        mine = {
            "section": section,
            "author": controller,
            "due_on": DAY,
            "status": "draft",
        }
        assign(report, **mine, actor=controller)
        comments.comment(report, section=section, text="Hm.", actor=controller)
    before = len(first)
    with django_assert_max_num_queries(before):
        client.get(address)


@pytest.mark.parametrize(
    ("who", "builds"), [("quality_controller", True), ("board_secretary", False)]
)
def test_standing_leads_to_building_for_those_who_may_alone(
    report: AnnualReport, town: Municipality, who: str, builds: bool
) -> None:
    page = town.client(who).get(f"{report.get_absolute_url()}lage/")

    assert ("#bygge" in page.content.decode()) == builds


def test_standing_shows_the_whole_history_of_a_report(
    report: AnnualReport, town: Municipality
) -> None:
    ReportLog.objects.bulk_create(
        ReportLog(report=report, action="note", label=f"Händelse {n};")
        for n in range(60)
    )
    text = (
        town.client("quality_controller")
        .get(f"{report.get_absolute_url()}lage/")
        .content.decode()
    )

    assert [n for n in range(60) if f"Händelse {n};" not in text] == []


# --- drafts and versions ------------------------------------------------------------------------
def draft(
    report: AnnualReport, actor: User, text: str = "Halvskrivet", **facts: Any
) -> TextDraft:
    return keep_draft(
        report, section="uppfoljning", text=text, seen_version=1, actor=actor, **facts
    )


def test_draft_stands_in_the_box_again_and_is_seen_by_nobody_else(
    report: AnnualReport, town: Municipality, controller: User
) -> None:
    draft(report, controller)
    page = f"{report.get_absolute_url()}skriv/uppfoljning/"

    assert (
        "Halvskrivet</textarea>"
        in town.client("quality_controller").get(page).content.decode()
    )
    theirs = town.client("planning_officer").get(page).content.decode()
    assert "Halvskrivet" not in theirs
    assert f"{controller.name} skriver, just nu." in theirs


def test_draft_is_gone_when_the_text_is_saved(
    report: AnnualReport, controller: User
) -> None:
    draft(report, controller)
    services.write(
        report, section="uppfoljning", text="Helt.", seen_version=1, actor=controller
    )

    assert not TextDraft.objects.exists()


def test_draft_from_before_anothers_text_is_told_when_it_is_saved(
    report: AnnualReport, town: Municipality, controller: User
) -> None:
    draft(report, controller)
    other = make_user("other", (Role.PLANNING_OFFICER, town.own))
    services.write(
        report, section="uppfoljning", text="Deras.", seen_version=1, actor=other
    )
    page = f"{report.get_absolute_url()}skriv/uppfoljning/"
    form = town.client("quality_controller").get(page).context["form"]
    typed = {name: form[name].value() for name in ("text", "seen_version")}

    response = town.client("quality_controller").post(page, typed)
    assert response.status_code == 409
    assert "Deras." in response.content.decode()
    assert "Halvskrivet</textarea>" in response.content.decode()


@pytest.mark.parametrize(("headers", "status"), [({}, 302), ({"x-draft": "1"}, 200)])
def test_draft_is_kept_with_and_without_a_script(
    report: AnnualReport, town: Municipality, headers: dict[str, str], status: int
) -> None:
    page = f"{report.get_absolute_url()}skriv/uppfoljning/utkast/"
    sent = {"text": "Halvskrivet", "seen_version": 1}
    response = town.client("quality_controller").post(page, sent, headers=headers)

    assert response.status_code == status
    assert TextDraft.objects.get().text == "Halvskrivet"


def test_draft_is_kept_without_asking_for_the_figures_of_the_report(
    report: AnnualReport, town: Municipality, django_assert_max_num_queries: Any
) -> None:
    client = town.client("quality_controller")
    page = f"{report.get_absolute_url()}skriv/uppfoljning/utkast/"
    with django_assert_max_num_queries(24) as asked:
        client.post(
            page, {"text": "Halvskrivet", "seen_version": 1}, headers={"x-draft": "1"}
        )

    assert not [query for query in asked if "analysis_cell" in query["sql"]]


@pytest.mark.parametrize("section", ["finns-inte", "bilaga-riskanalyser"])
def test_draft_of_a_section_that_nobody_writes_is_given_back(
    report: AnnualReport, town: Municipality, section: str
) -> None:
    page = f"{report.get_absolute_url()}skriv/{section}/utkast/"
    response = town.client("quality_controller").post(
        page, {"text": "Halvskrivet", "seen_version": 1}
    )

    assert response.status_code == 409
    assert "Halvskrivet" in response.content.decode()
    assert not TextDraft.objects.exists()


def test_draft_says_when_it_was_typed_not_when_the_page_was_opened(
    report: AnnualReport, controller: User
) -> None:
    typed = draft(report, controller).typed_at
    note_opened(report, section="uppfoljning", actor=controller)

    found = TextDraft.objects.get()
    assert found.typed_at == typed
    assert found.updated_at > found.typed_at


def test_draft_that_is_left_is_removed(report: AnnualReport, controller: User) -> None:
    draft(report, controller)
    TextDraft.objects.update(updated_at=timezone.now() - dt.timedelta(days=91))
    remove_old_drafts()

    assert not TextDraft.objects.exists()


def test_opened_section_is_told_and_hides_no_newer_text(
    report: AnnualReport, town: Municipality, controller: User
) -> None:
    page = f"{report.get_absolute_url()}skriv/uppfoljning/"
    sent = {"text": "Vi lärde oss mycket.", "seen_version": 1, "opened": "1"}
    town.client("quality_controller").post(
        f"{page}utkast/", sent, headers={"x-draft": "1"}
    )
    services.write(
        report, section="uppfoljning", text="Nyare.", seen_version=1, actor=None
    )

    assert (
        "Nyare.</textarea>"
        in town.client("quality_controller").get(page).content.decode()
    )
    assert writing_now(report, "uppfoljning", but=town.people["planning_officer"])


def test_earlier_version_counts_again_as_a_new_one(
    report: AnnualReport, controller: User
) -> None:
    services.write(
        report, section="uppfoljning", text="Sämre.", seen_version=1, actor=controller
    )
    first = report.blocks.get(version=1)
    restore(report, first, seen_version=2, actor=controller)

    texts = report.blocks.order_by("version").values_list("text", flat=True)
    assert list(texts) == ["Vi lärde oss mycket.", "Sämre.", "Vi lärde oss mycket."]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("a b", "a b", [("same", "a b")]),
        (
            "a b\nc",
            "a d\nc",
            [("same", "a "), ("old", "b"), ("new", "d"), ("same", "\nc")],
        ),
        ("", "ny", [("new", "ny")]),
        ("bort", "", [("old", "bort")]),
    ],
)
def test_compare_tells_what_came_and_went(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(piece.kind, piece.text) for piece in compare(old, new)] == pieces


def test_compare_of_many_short_lines_is_quick() -> None:
    pieces = compare("a\n" * 10_000, "b\n" + "a\n" * 9_999)

    assert [piece.kind for piece in pieces] == ["old", "new"]
