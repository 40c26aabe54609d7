"""What a purge leaves to know cases again by, what it asks about, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from analysis.counted.subjects import Subject
from analysis.tertial import signals
from casework.handling import purging, retention
from casework.models import Action, Case, RetentionRule, Tombstone
from deviations.models import Deviation, PurgedCode
from organisation.models import Unit, User
from organisation.rights import Role
from riskanalysis.register.imports import import_risk_analyses
from selfcheck.register.imports import import_selfchecks
from tests.factories import make_deviation, make_unit, make_user
from tests.lent import bury
from tests.registers import RISK_ANALYSIS, SELFCHECK, import_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purging_is_lent")]
OLD = dt.date(2015, 5, 4)
LATER = dt.date(2040, 1, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC", name="Socialförvaltningen")


@pytest.fixture
def registrar(root: Unit) -> User:
    return make_user("registrar", (Role.REGISTRAR, root))


def decide(root: Unit, registrar: User, **facts: Any) -> RetentionRule:
    said = {
        "subject": Subject.DEVIATIONS,
        "years": 1,
        "decision": "SN 41",
        "decided_on": OLD,
    }
    return retention.register(root, actor=registrar, **{**said, **facts})


def close(unit: Unit, closed_on: dt.date = OLD, **facts: Any) -> Deviation:
    said = {
        "state": "closed",
        "is_deviation": "yes",
        "received_on": min(closed_on, OLD),
    }
    return make_deviation(unit, closed_on=closed_on, **{**said, **facts})


# --- registers without numbers ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "subject", "read"),
    [
        (SELFCHECK, Subject.SELFCHECK, import_selfchecks),
        (RISK_ANALYSIS, Subject.RISKANALYSIS, import_risk_analyses),
    ],
)
def test_row_of_a_purged_case_is_known_after_the_decision_has_changed(
    root: Unit,
    registrar: User,
    tmp_path: Path,
    row: dict[str, str],
    subject: Subject,
    read: Any,
) -> None:
    rows = [{**row, "unit": root.code}]
    import_rows(tmp_path / "register.csv", rows, read)
    decide(root, registrar, subject=subject)
    assert sum(retention.purge(on=LATER)) == 1
    decide(root, registrar, subject=subject, years=None, decision="SN 50")
    again = import_rows(tmp_path / "register.csv", rows, read)

    assert not Case.objects.exists()
    assert (again.new, again.unchanged, again.purged) == (0, 0, 1)
    assert "1 gallrade" in str(again)


@pytest.mark.parametrize(
    "other", [{"unit": "B1"}, {"title": "Helt ny"}, {"workplace": "Annat hus"}]
)
def test_row_that_was_never_read_in_is_new_after_a_purge(
    root: Unit, registrar: User, tmp_path: Path, other: dict[str, str]
) -> None:
    make_unit("A1", root)
    make_unit("B1", root)
    row = {**SELFCHECK, "unit": "A1"}
    import_rows(tmp_path / "a.csv", [row], import_selfchecks)
    decide(root, registrar, subject=Subject.SELFCHECK)
    assert sum(retention.purge(on=LATER)) == 1
    first = import_rows(tmp_path / "b.csv", [row | other], import_selfchecks)

    assert (first.new, first.unchanged, first.purged) == (1, 0, 0)


def test_rows_that_were_two_are_known_as_two(
    root: Unit, registrar: User, tmp_path: Path
) -> None:
    rows = [{**SELFCHECK, "unit": root.code}] * 2
    import_rows(tmp_path / "a.csv", rows, import_selfchecks)
    decide(root, registrar, subject=Subject.SELFCHECK)
    assert sum(retention.purge(on=LATER)) == 2
    again = import_rows(tmp_path / "a.csv", [*rows, rows[0]], import_selfchecks)

    assert (again.new, again.purged) == (1, 2)


def test_tombstone_says_nothing_of_what_the_row_said(
    root: Unit, registrar: User, tmp_path: Path
) -> None:
    import_rows(
        tmp_path / "a.csv", [{**SELFCHECK, "unit": root.code}], import_selfchecks
    )
    decide(root, registrar, subject=Subject.SELFCHECK)
    sum(retention.purge(on=LATER))

    imprint = Tombstone.objects.get().imprint
    assert len(imprint) == 64
    assert set(imprint) <= set("0123456789abcdef")


# --- one batch --------------------------------------------------------------------------------
def test_tombstone_names_the_decision_in_force_when_the_case_goes(
    root: Unit, registrar: User
) -> None:
    close(root)
    decide(root, registrar)
    due = retention.find().groups[0]
    rule = decide(root, registrar, years=2, decision="SN 50")

    assert retention._purge(due, dt.date(2026, 5, 4)) == 1
    assert Tombstone.objects.get().rule == rule


def test_purge_has_a_lock_of_its_own() -> None:
    assert retention.PURGE_LOCK != signals._SIGNAL_LOCK


def test_batch_asks_only_about_its_own_cases(root: Unit, registrar: User) -> None:
    whole = close(root)
    double = close(
        root, state="duplicate", is_deviation="", duplicate_of=whole.case_ptr
    )
    other = close(root)
    Action.objects.create(case=other, text="Gör")
    decide(root, registrar)
    with CaptureQueriesContext(connection) as asked:
        found = retention.find(only=[whole.pk])

    assert found.groups == []
    assert found.kept == {(Subject.DEVIATIONS, retention.TIED): 1}
    told = [query["sql"] for query in asked.captured_queries]
    scans = [sql for sql in told if "duplicate_of" in sql or "effect_due" in sql]
    assert scans
    assert all(f"IN ({whole.pk})" in sql or f"IN ({double.pk})" in sql for sql in scans)


def test_code_that_is_kept_already_stops_no_purge(root: Unit, registrar: User) -> None:
    PurgedCode.objects.create(hash="f" * 64)
    close(root, follow_up_hash="f" * 64)
    decide(root, registrar)

    assert sum(retention.purge()) == 1


def test_cases_go_together_also_when_they_are_many(
    root: Unit, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "MANY", 0)
    whole, alone = close(root), close(root)
    late = dt.date(2025, 1, 1)
    close(root, late, state="duplicate", is_deviation="", duplicate_of=whole.case_ptr)
    decide(root, registrar)

    assert [[case.number for case in group] for group in retention.find().groups] == [
        [alone.number]
    ]


# --- what the page counts ---------------------------------------------------------------------
def test_preview_says_what_the_purge_does(root: Unit, registrar: User) -> None:
    cases = [close(root), close(root, OLD.replace(year=2016)), close(root)]
    close(root, state="duplicate", is_deviation="", duplicate_of=cases[0].case_ptr)
    late = close(root, dt.date(2025, 1, 1))
    close(root, state="duplicate", is_deviation="", duplicate_of=late.case_ptr)
    Action.objects.create(case=close(root), text="Gör")
    decide(root, registrar)
    found = retention.find()
    seen = retention.preview([root])

    assert [(subject, year, n, numbers) for subject, year, n, numbers in seen.due] == [
        (subject, year, len(numbers), numbers)
        for (subject, year), numbers in found.by_year().items()
    ]
    assert seen.kept == found.kept
    assert len(seen.kept) == 3


def test_preview_lists_so_many_numbers_and_counts_all(
    root: Unit, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST_NUMBERS", 2)
    numbers = sorted(close(root).number for _ in range(3))
    decide(root, registrar)

    assert retention.preview([root]).due == [(Subject.DEVIATIONS, 2015, 3, numbers[:2])]


def test_preview_asks_as_many_questions_however_many_cases(
    root: Unit, registrar: User
) -> None:
    decide(root, registrar)
    asked = []
    for _ in range(2):
        for _ in range(3):
            whole = close(root)
            close(root, state="duplicate", is_deviation="", duplicate_of=whole.case_ptr)
            close(root)
        with CaptureQueriesContext(connection) as queries:
            retention.preview([root])
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- what is read from rows -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("closed_on", "goes"), [(dt.date(2024, 1, 1), False), (dt.date(2023, 12, 31), True)]
)
def test_case_closed_this_year_or_the_two_before_is_kept(
    root: Unit, registrar: User, closed_on: dt.date, goes: bool
) -> None:
    close(root, closed_on)
    decide(root, registrar)
    found = retention.find(on=dt.date(2026, 11, 1))

    assert bool(found.groups) is goes
    assert bool(found.kept) is not goes


def test_case_whose_action_was_done_lately_is_kept(root: Unit, registrar: User) -> None:
    done = {"decided_on": OLD, "done_on": dt.date(2024, 1, 1)}
    Action.objects.create(case=close(root), text="Gör", **done)
    decide(root, registrar)

    assert retention.find(on=dt.date(2026, 11, 1)).groups == []


# --- what the database itself holds -----------------------------------------------------------
@pytest.mark.parametrize("named", ["key", "number"])
def test_case_with_the_tombstone_of_another_is_refused(
    root: Unit, registrar: User, named: str
) -> None:
    rule = decide(root, registrar)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('casework_case', 'id'))")
        key = cursor.fetchone()[0] + 1
    about = {
        "key": key + 1_000,
        "number": "X-1",
        named: {"key": key, "number": "KA-2015-0001"}[named],
    }
    bury(**about, subject="deviations", unit=root, rule=rule)

    with pytest.raises(IntegrityError, match="tombstone"), transaction.atomic():
        make_deviation(root, number="KA-2015-0001")


def test_case_that_takes_the_number_of_a_tombstone_is_refused(
    root: Unit, registrar: User
) -> None:
    rule, case = decide(root, registrar), make_deviation(root)
    bury(key=10**9, number="X-1", subject="deviations", unit=root, rule=rule)

    with pytest.raises(IntegrityError, match="tombstone"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(number="X-1")
