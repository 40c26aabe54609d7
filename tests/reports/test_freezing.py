"""What is locked stays, and an edition is made again to the byte, whatever changes around it."""

from __future__ import annotations

import datetime as dt
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from analysis.counted.subjects import Subject
from analysis.figures.aggregate import refresh
from casework.handling import retention
from casework.models import Case
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.file_format import SpoiledError
from reports.document.freezing import dump, load
from reports.document.rendering import render_body
from reports.editions import building, rebuilding
from reports.editions.built import Built
from reports.editions.rebuilding import rebuild
from reports.life.services import write
from reports.models import AnnualReport, Approval, Edition
from reports.outlines import suggestions
from reports.outlines.compiling import compile_report
from reports.publishing import advancing, publishing
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_report, make_riskanalysis, make_selfcheck
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purging_is_lent")]
DAY = dt.date(2025, 2, 3)


def make_root() -> Unit:
    unit = make_unit("SOC", name="Socialförvaltningen")
    for code, name in (("EK", "Ekonomi"), ("BO", "Boende")):
        below = make_unit(code, unit, name=name)
        for _ in range(3):
            make_deviation(below, received_on=dt.date(2024, 3, 1))
    decided: dict[str, Any] = {
        "decided_on": dt.date(2024, 4, 1),
        "state": "decided",
        "title": "Flytten",
    }
    make_riskanalysis(unit, number="RA-2024-0001", **decided)
    make_selfcheck(unit, number="EK-2024-0001", done_on=dt.date(2024, 4, 1))
    refresh()
    return unit


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


@pytest.fixture
def actor(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


@pytest.fixture
def report(root: Unit) -> AnnualReport:
    return make_report(
        root, 2024, text="Vi lärde oss **mycket** av {tal avvikelser inkomna}."
    )


def lock(report: AnnualReport, actor: User) -> AnnualReport:
    for name in ("granska", "las"):
        report = advancing.advance(
            report, name, actor=actor, seen_version=report.version
        )
    return report


def body_of(report: AnnualReport) -> str:
    return render_body(
        compile_report(report, extracted_on=DAY), "reports/document", municipality="X"
    )[2]


def change_everything(root: Unit) -> None:
    """Merge a unit, rename another, purge what was there, let people go, add a case, and count again."""
    first, second = Unit.objects.filter(parent=root)
    Deviation.objects.filter(unit=first).update(unit=second)
    closed = {"closed_on": DAY, "state": "closed", "is_deviation": "yes"}
    Deviation.objects.update(
        **{name: closed[name] for name in ("state", "is_deviation")}
    )
    Case.objects.update(closed_on=closed["closed_on"])
    registrar = make_user("registrar", (Role.REGISTRAR, root))
    for subject in Subject:
        decision = {
            "subject": subject,
            "years": 1,
            "decision": "SN 41",
            "decided_on": DAY,
        }
        retention.register(root, actor=registrar, **decision)
    assert sum(retention.purge(on=dt.date(2030, 1, 1))) == 8
    assert not Case.objects.exists()
    User.objects.exclude(pk=registrar.pk).update(name="Någon Annan", is_active=False)
    Unit.objects.filter(pk=first.pk).update(
        valid_to=dt.date(2024, 1, 1), name="Borttagen"
    )
    Unit.objects.filter(pk=root.pk).update(name="Omsorgen")
    make_deviation(second, received_on=dt.date(2024, 5, 1))
    refresh()


def test_document_is_the_same_after_it_was_kept(report: AnnualReport) -> None:
    document = compile_report(report, extracted_on=DAY)
    kept = load(json.loads(json.dumps(dump(document))))

    assert kept.chapters == document.chapters
    assert kept.ledger.numbers() == document.ledger.numbers()
    assert (kept.title, kept.extracted_on, kept.unit.name) == (
        document.title,
        DAY,
        "Socialförvaltningen",
    )


def test_locked_report_keeps_its_numbers(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    report = lock(report, actor)
    before = body_of(report)
    change_everything(root)

    assert body_of(report) == before


def test_opened_report_has_the_numbers_of_today(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    report = lock(report, actor)
    change_everything(root)
    report = advancing.advance(
        report,
        "tillbaka",
        actor=actor,
        seen_version=report.version,
        facts={"reason": "Fel enhet."},
    )

    assert report.freeze is None
    assert "Omsorgen" in body_of(report)


def test_text_changed_after_the_lock_has_locked_numbers(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    report = lock(report, actor)
    change_everything(root)
    text = "Det kom {tal avvikelser inkomna}, inte {tal avvikelser inkomna område=Z}."
    write(report, section="uppfoljning", text=text, seen_version=1, actor=actor)

    html = body_of(report)
    assert "Det kom 6, inte" in html
    assert "talet finns inte i det låsta underlaget" in html


def test_lock_asks_again_when_it_is_locked_again(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    report = lock(report, actor)
    report = advancing.advance(
        report,
        "tillbaka",
        actor=actor,
        seen_version=report.version,
        facts={"reason": "Fel."},
    )
    report = lock(report, actor)

    assert [freeze.number for freeze in report.freezes.all()] == [2, 1]


def test_rebuild_gives_the_same_bytes_after_everything_changed(
    report: AnnualReport,
    root: Unit,
    actor: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    built = building.build(lock(report, actor), lambda percent, doing: None)
    stored = building.store(report, built, job=None)
    change_everything(root)
    monkeypatch.setitem(suggestions.SUGGESTIONS, "ledningssystem", "Andra ord.")
    settings.MUNICIPALITY_NAME = "En annan kommun"

    edition = Edition.objects.get(pk=stored.pk)
    again = rebuild(edition)
    assert (again.html, again.pdf) == (edition.html, bytes(edition.pdf))
    assert "Flytten" in again.html
    assert again.from_data
    assert again.is_same


def assert_files_are_the_same_after_everything_changed(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    built = building.build(lock(report, actor), lambda percent, doing: None)
    edition = building.store(report, built, job=None)
    Approval.objects.create(
        edition=edition,
        body="Socialnämnden",
        decided_on=built.document.extracted_on,
        paragraph=41,
        registry_number="SN-2025-7",
        recorded_by=actor,
    )
    before = publishing.make_files(edition)
    change_everything(root)

    assert publishing.make_files(Edition.objects.get(pk=edition.pk)) == before


@pytest.mark.usefixtures("unlaid")
def test_word_and_page_of_the_archive_are_the_same_after_everything_changed(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    assert_files_are_the_same_after_everything_changed(report, root, actor)


@pytest.mark.every
def test_archive_is_the_same_to_the_byte_after_everything_changed(
    report: AnnualReport, root: Unit, actor: User
) -> None:
    assert_files_are_the_same_after_everything_changed(report, root, actor)


@pytest.mark.usefixtures("unlaid")
def test_rebuild_with_new_templates_stands_in_with_the_page_that_was_kept(
    report: AnnualReport, root: Unit, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = building.build(lock(report, actor), lambda percent, doing: None)
    edition = building.store(report, built, job=None)
    change_everything(root)
    monkeypatch.setattr(
        rebuilding, "render_body", lambda *_args, **_about: ({}, "", "<p>Ny mall</p>")
    )

    again = rebuild(edition)
    assert (again.html, again.pdf) == (edition.html, bytes(edition.pdf))
    assert (again.from_data, again.is_same) == (False, True)


@pytest.mark.usefixtures("unlaid")
def test_rebuild_edition_tells_whether_the_bytes_are_the_same(
    report: AnnualReport, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = building.build(report, lambda percent, doing: None)
    stored = building.store(report, built, job=None)
    other = {**built.inputs, "sums": {**built.inputs["sums"], "pdf": "0" * 64}}
    building.store(report, replace(built, inputs=other), job=None)
    named = (report.unit.code, str(report.year), report.template)

    call_command("rebuild_edition", *named, "1", out=tmp_path)
    assert "Samma filer till sista byte." in capsys.readouterr().out
    assert (tmp_path / "report.pdf").read_bytes() == bytes(stored.pdf)
    for number, says in (("2", "inte desamma"), ("3", "ingen sådan utgåva")):
        with pytest.raises(CommandError, match=says):
            call_command("rebuild_edition", *named, number)


def test_rebuild_of_an_edition_without_its_inputs_is_refused(root: Unit) -> None:
    spoiled = make_report(root, 2023, edition=True).editions.get()
    spoiled.inputs = {}

    with pytest.raises(SpoiledError):
        rebuild(spoiled)


def test_build_without_a_lock_belongs_to_no_freeze(report: AnnualReport) -> None:
    document = compile_report(report, extracted_on=DAY)
    built = Built(document, {}, "", "", b"", "0" * 64)

    assert building.store(report, built, job=None).freeze is None


@pytest.mark.parametrize(
    "table", ["edition", "freeze", "approval", "publication", "archive", "reportlog"]
)
def test_database_refuses_to_change_what_was_kept(table: str) -> None:
    """The trigger stands on every table that is only added to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'append_only%%'",
            [f"reports_{table}"],
        )
        assert cursor.fetchone() == (2,)


def test_edition_is_never_changed(root: Unit) -> None:
    edition = make_report(root, 2023, edition=True).editions.get()

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(html="")
