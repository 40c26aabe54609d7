"""Whatever reads stored figures for somebody counts first what has changed: no command needs a worker."""

from __future__ import annotations

import datetime as dt
import json
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from casework.background.jobs import run
from casework.models import Job, Recount
from organisation.models import Unit
from organisation.rights import Role
from reports.editions import building
from reports.life.services import request_build, request_tertial
from reports.models import Edition
from reports.publishing import advancing
from reports.tokens.snapshot import StillChangingError, read_counted
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_report
from tests.worlds import made_once

DATA = Path(__file__).parent.parent / "data"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unlaid")]


def said_by(command: str, *arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def make_root() -> Unit:
    unit = make_unit("SOC", name="Socialförvaltningen")
    for _ in range(7):
        make_deviation(unit, received_on=dt.date(2024, 3, 1))
    return unit


root_once = made_once(make_root)


@pytest.fixture
def root(root_once: Unit) -> Unit:
    return deepcopy(root_once)


def test_report_has_the_published_numbers_right_after_an_import(tmp_path: Path) -> None:
    said_by("import_register", str(DATA / "goteborg"))
    said_by("build_report", unit="SFC", template="goteborg", year=2024, out=tmp_path)

    numbers = json.loads((tmp_path / "figures.json").read_text())["numbers"]
    asked = (
        "deviations",
        "SFC",
        "2023-09..2024-08",
        "received",
        "kind=quality_deviation",
    )
    named = ("subject", "unit", "period", "basis", "query")
    assert [
        n["value"] for n in numbers if tuple(n[name] for name in named) == asked
    ] == [462]
    assert (
        "registrerades inga kvalitetsavvikelser"
        not in (tmp_path / "report.html").read_text()
    )


def test_import_leaves_nothing_to_count() -> None:
    said_by("import_register", str(DATA / "goteborg"))

    assert not Recount.objects.exists()
    asked = [
        "--unit",
        "SFC",
        "--period",
        "2023-09..2024-08",
        "--where",
        "kind=quality_deviation",
    ]
    assert said_by("figures", "deviations", *asked) == "count\n462\n"


def test_figures_counts_what_has_changed(root: Unit) -> None:
    assert (
        said_by("figures", "deviations", "--unit", "SOC", "--period", "2024")
        == "count\n7\n"
    )


def test_counting_for_a_reader_lets_the_rules_look(root: Unit) -> None:
    said_by("figures", "deviations", "--unit", "SOC", "--period", "2024")
    assert Job.objects.pending().filter(kind="analysis.look").exists()


def test_edition_counts_first_and_says_when(root: Unit) -> None:
    job = request_build(make_report(root, 2024))
    run(job.pk)
    edition = Edition.objects.get(job=job)

    values = [
        n["value"]
        for n in edition.figures["numbers"]
        if n["period"] == "2024" and not n["query"]
    ]
    assert edition.counted_at is not None
    assert edition.counted_at <= edition.built_at
    assert [n for n in edition.figures["numbers"] if n["value"] == 7], values


def test_document_of_a_tertial_counts_first_and_says_when(root: Unit) -> None:
    job = request_tertial(root, 2024, 1, internal=True)
    run(job.pk)
    edition = job.tertial_edition

    assert [n for n in edition.figures["numbers"] if n["value"] == 7]
    assert edition.counted_at is not None


def test_lock_counts_first(root: Unit) -> None:
    actor, report = (
        make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        make_report(root, 2024),
    )
    for name in ("granska", "las"):
        report = advancing.advance(
            report, name, actor=actor, seen_version=report.version
        )

    assert report.freeze is not None
    stored = json.dumps(report.freeze.document)
    assert '"value": 7' in stored
    assert building.build(report, lambda *_: None).document.counted_at is not None


def test_reading_is_refused_while_the_register_keeps_changing(root: Unit) -> None:
    """A case that comes in during the reading itself would stand in an appendix and in no number."""

    def change_again(
        execute: Any, sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Let somebody's case come in right after each counting."""
        result = execute(sql, params, many, context)
        if sql.startswith("DELETE FROM casework_recount"):
            Recount.objects.create(subject="deviations", unit=root)
        return result

    with (
        connection.execute_wrapper(change_again),
        pytest.raises(StillChangingError, match="Försök igen"),
    ):
        read_counted(root, lambda _at: None)
