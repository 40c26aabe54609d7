"""A decided report stands when its outline is changed, and a draft says what has become of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import DjangoDbBlocker

from organisation.models import User
from reports.document.freezing import dump
from reports.editions import building
from reports.editions.built import Built
from reports.editions.outline_changes import changes_in
from reports.editions.rebuilding import document_of
from reports.life import services
from reports.models import (
    AnnualReport,
    Assignment,
    Edition,
    Freeze,
    OwnOutline,
    ReportComment,
    State,
    Template,
)
from reports.outlines.compiling import compile_report
from reports.outlines.editing import changed, keep_outline
from reports.outlines.outline import Item, Outline, outline_named
from reports.outlines.written_sections import written_keys
from reports.writing import comments
from reports.writing.authoring import assign
from reports.writing.reminders import left_to_write, remind_authors
from tests.municipality import Municipality, municipality_for_a_module
from tests.reports.test_workflow import DAY, DECISION, REASON, advance

pytestmark = pytest.mark.django_db
OWN = Outline(
    "Vår mall",
    "calendar",
    (Item("avvikelser"), Item("egen-1", "Om oss"), Item("egen-2", "Barn")),
)


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as town:
        yield town


@pytest.fixture
def own(town: Municipality) -> OwnOutline:
    return OwnOutline.objects.create(
        slug="egen-prov", name="Vår mall", data=OWN.as_data()
    )


@pytest.fixture
def controller(town: Municipality) -> User:
    return town.people["quality_controller"]


@pytest.fixture
def report(town: Municipality, own: OwnOutline, controller: User) -> AnnualReport:
    """Make a report in an own outline, with a text in its last section and an edition."""
    report = AnnualReport.objects.create(unit=town.own, year=2020, template=own.slug)
    services.write(
        report, section="egen-2", text="Barnen först.", seen_version=0, actor=controller
    )
    return report


def built(report: AnnualReport) -> Edition:
    document = compile_report(report, extracted_on=DAY)
    inputs = {"texts": report.newest_texts(), "document": dump(document)}
    made = Built(
        document, {"numbers": []}, "", "", b"%PDF-", "0" * 64, inputs, report.freeze
    )
    return building.store(report, made, job=None)


def change(own: OwnOutline) -> None:
    """Remove the last section, rename one, add one, and put them in another order."""
    first, second, _ = OWN.items
    items = (
        replace(second, heading="Om vår förvaltning"),
        first,
        Item("egen-3", "Äldre"),
    )
    keep_outline(own, replace(OWN, items=items), seen=1)


def keys(report: AnnualReport) -> list[str]:
    return [
        section.key for section in compile_report(report, extracted_on=DAY).sections()
    ]


def test_decided_report_keeps_its_sections(
    report: AnnualReport, own: OwnOutline, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    edition = built(report)
    report = advance(report, "beslut", actor=controller, **DECISION)
    before = keys(report)
    change(own)

    assert keys(report) == before
    assert [section.key for section in document_of(edition).sections()] == before
    assert not changes_in(report, compile_report(report, extracted_on=DAY))


def test_draft_after_a_decision_says_what_has_changed(
    report: AnnualReport, own: OwnOutline, controller: User
) -> None:
    report = advance(report, "granska", "las", actor=controller)
    built(report)
    report = advance(report, "beslut", actor=controller, **DECISION)
    change(own)
    report = advance(report, "ny-utgava", actor=controller, **REASON)

    changes = changes_in(report, compile_report(report, extracted_on=DAY))
    assert (changes.edition, changes.added, changes.renamed) == (
        1,
        ["Äldre"],
        ["Om vår förvaltning"],
    )
    assert (changes.removed, changes.without_place) == (["Barn"], ["Barn"])
    assert changes.is_moved


def test_draft_in_an_outline_that_is_as_it_was_says_nothing(
    report: AnnualReport,
) -> None:
    built(report)

    assert not changes_in(report, compile_report(report, extracted_on=DAY))


def test_text_without_a_section_is_told_of_before_any_edition(
    report: AnnualReport, own: OwnOutline
) -> None:
    change(own)

    changes = changes_in(report, compile_report(report, extracted_on=DAY))
    assert (changes.edition, changes.removed, changes.without_place) == (
        0,
        [],
        ["egen-2"],
    )


def test_text_comes_back_with_its_section(
    report: AnnualReport, own: OwnOutline
) -> None:
    change(own)
    keep_outline(own, OWN, seen=2)

    text = next(
        s
        for s in compile_report(report, extracted_on=DAY).sections()
        if s.key == "egen-2"
    )
    assert text.written_text.markup == "Barnen först."
    assert outline_named(own.slug) == OWN


def test_new_chapter_never_takes_the_text_of_one_that_was_removed() -> None:
    added = changed(changed(OWN, "add", {"part": "egen"}), "remove-3", {})

    assert [item.key for item in changed(added, "add", {"part": "egen"}).items][
        -1
    ] == "egen-4"


def test_page_of_a_draft_says_that_the_sections_have_changed(
    report: AnnualReport, own: OwnOutline, town: Municipality
) -> None:
    built(report)
    change(own)
    page = (
        town.client("quality_controller")
        .get(f"/rapporter/EK/2020/{own.slug}/lage/")
        .content.decode()
    )

    assert "Avsnitten har ändrats" in page
    assert "Borttagna: Barn." in page


# --- what was given or said of a section that is gone -----------------------------------------
def given_and_gone(report: AnnualReport, own: OwnOutline, town: Municipality) -> User:
    """Give the last section to a chief, let somebody ask in it, and remove it; return the chief."""
    boss, author = town.people["quality_controller"], town.people["section_chief"]
    assign(
        report,
        section="egen-2",
        title="3 Barn",
        author=author,
        due_on=DAY,
        status="draft",
        actor=boss,
    )
    comments.comment(report, section="egen-2", text="Hur många?", actor=boss)
    change(own)
    return author


def test_open_comment_of_a_section_that_is_gone_hinders_no_decision(
    report: AnnualReport, own: OwnOutline, town: Municipality, controller: User
) -> None:
    given_and_gone(report, own, town)
    report = advance(report, "granska", "las", actor=controller)
    built(report)

    assert (
        advance(report, "beslut", actor=controller, despite="x", **DECISION).state
        == State.APPROVED
    )


def test_section_that_is_gone_is_nothing_left_to_write(
    report: AnnualReport, own: OwnOutline, town: Municipality
) -> None:
    author = given_and_gone(report, own, town)

    assert left_to_write(author) == 0
    assert remind_authors(today=DAY) == 0
    assert (
        "3 Barn"
        not in town.client("section_chief")
        .get("/rapporter/mina-avsnitt/")
        .content.decode()
    )


def test_standing_lists_what_is_left_of_a_section_that_is_gone(
    report: AnnualReport, own: OwnOutline, town: Municipality
) -> None:
    given_and_gone(report, own, town)
    page = f"{report.get_absolute_url()}lage/"
    html = town.client("quality_controller").get(page).content.decode()

    assert "Hur många?" in html
    assert "Ta bort ansvaret" in html
    assert (
        "Ta bort ansvaret"
        not in town.client("board_secretary").get(page).content.decode()
    )


def test_what_is_left_of_a_section_that_is_gone_is_cleared(
    report: AnnualReport, own: OwnOutline, town: Municipality
) -> None:
    given_and_gone(report, own, town)
    client, section = (
        town.client("quality_controller"),
        f"{report.get_absolute_url()}avsnitt/egen-2/",
    )
    client.post(f"{section}ansvar/bort/")
    answer = client.post(
        f"{section}kommentar/1/", {"do": "resolve", "from": "standing"}, follow=True
    )

    assert answer.status_code == 200
    assert "Avsnitt som inte längre finns" not in answer.content.decode()
    assert not Assignment.objects.filter(report=report).exists()
    assert (
        ReportComment.objects.get(report=report).resolved_by
        == town.people["quality_controller"]
    )


@pytest.mark.parametrize("template", [*Template.values, "egen-prov"])
@pytest.mark.parametrize("locked", [False, True])
def test_written_keys_are_those_of_the_whole_report(
    own: OwnOutline, town: Municipality, template: str, locked: bool
) -> None:
    report = AnnualReport.objects.create(unit=town.root, year=2024, template=template)
    document = compile_report(report, extracted_on=DAY)
    report.freeze = Freeze(report=report, document=dump(document)) if locked else None

    assert written_keys(report) == {
        section.key for section in document.sections() if section.is_written
    }
