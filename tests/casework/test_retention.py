"""Decisions on retention: who registers them, what they let go, and what they never do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from analysis.counted.subjects import Subject
from casework.cases.history import log
from casework.handling import purging, retention
from casework.kinds import kind_of
from casework.models import Action, Case, LogEntry, RetentionRule, Tombstone
from deviations.imports import import_deviations
from deviations.models import Deviation
from deviations.reporting.codes import code_for, hash_of
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.register.imports import import_selfchecks
from tests.factories import make_deviation, make_unit, make_user
from tests.lent import bury
from tests.registers import DEVIATION, SELFCHECK, import_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purging_is_lent")]
DAY = dt.date(2026, 5, 4)
OLD = dt.date(2019, 5, 4)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC", name="Socialförvaltningen")


@pytest.fixture
def registrar(root: Unit) -> User:
    return make_user("registrar", (Role.REGISTRAR, root))


def decide(root: Unit, registrar: User, **facts: Any) -> RetentionRule:
    said = {
        "subject": Subject.DEVIATIONS,
        "years": 5,
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
    case = make_deviation(unit, closed_on=closed_on, **{**said, **facts})
    log(case, action="file", label="Rapporterades", actor=None)
    return case


def numbers() -> list[str]:
    return [case.number for group in retention.find(on=DAY).groups for case in group]


# --- what a decision lets go ------------------------------------------------------------------
def test_find_without_decision_lets_nothing_go(root: Unit) -> None:
    close(root)

    assert retention.find(on=DAY).groups == []


@pytest.mark.parametrize(
    ("closed_on", "goes"),
    [(DAY.replace(year=2021), True), (dt.date(2021, 5, 5), False)],
)
def test_find_lets_a_case_go_on_the_day(
    root: Unit, registrar: User, closed_on: dt.date, goes: bool
) -> None:
    case = close(root, closed_on)
    decide(root, registrar)

    assert (numbers() == [case.number]) is goes


def test_last_day_of_a_leap_year_is_the_28th() -> None:
    assert retention.last_day_to_purge(5, on=dt.date(2028, 2, 29)) == dt.date(
        2023, 2, 28
    )


def test_find_keeps_what_is_open(root: Unit, registrar: User) -> None:
    make_deviation(root, received_on=OLD)
    decide(root, registrar)

    assert numbers() == []


def test_find_keeps_other_kinds_and_other_administrations(
    root: Unit, registrar: User
) -> None:
    close(make_unit("GBG"))
    decide(root, registrar)
    decide(root, registrar, subject=Subject.LEXSARAH)

    assert numbers() == []


@pytest.mark.parametrize(
    "open_action",
    [
        {},
        {"decided_on": OLD},
        {"decided_on": OLD, "done_on": OLD, "effect_due_on": OLD},
    ],
)
def test_find_keeps_a_case_with_an_open_action(
    root: Unit, registrar: User, open_action: dict[str, Any]
) -> None:
    Action.objects.create(case=close(root), text="Gör", **open_action)
    decide(root, registrar)

    assert numbers() == []
    assert [reason for _, reason in retention.find(on=DAY).kept] == [
        "En åtgärd är inte klar eller inte uppföljd."
    ]


def test_duplicates_go_together_or_not_at_all(root: Unit, registrar: User) -> None:
    whole = close(root)
    close(
        root,
        dt.date(2025, 1, 1),
        state="duplicate",
        is_deviation="",
        duplicate_of=whole.case_ptr,
    )
    decide(root, registrar)

    assert numbers() == []


def test_later_decision_lets_cases_be_kept(root: Unit, registrar: User) -> None:
    close(root)
    decide(root, registrar)
    decide(root, registrar, years=None, decision="SN 50")

    assert numbers() == []


# --- registering ------------------------------------------------------------------------------
def test_register_the_same_decision_twice_is_one(root: Unit, registrar: User) -> None:
    assert decide(root, registrar) == decide(root, registrar)


def test_register_in_an_administration_that_is_not_ones_own_is_refused(
    registrar: User,
) -> None:
    with pytest.raises(ValidationError):
        decide(make_unit("GBG"), registrar)


def test_register_by_somebody_else_is_refused(root: Unit) -> None:
    with pytest.raises(ValidationError):
        decide(root, make_user("controller", (Role.QUALITY_CONTROLLER, root)))


def test_decision_is_never_changed(root: Unit, registrar: User) -> None:
    decide(root, registrar)

    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionRule.objects.update(years=1)


# --- what the database itself holds -----------------------------------------------------------
def entomb(case: Case, rule: RetentionRule, then: str) -> None:
    """Write the tombstone of a case that stays, and do something more; all of it or nothing."""
    about = {
        "key": case.pk,
        "number": case.number,
        "subject": case.subject,
        "unit": case.unit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        bury(**about, rule=rule)
        cursor.execute(then)


def test_history_without_tombstone_cannot_be_removed(root: Unit) -> None:
    close(root)

    with pytest.raises(DatabaseError), transaction.atomic():
        LogEntry.objects.all()._raw_delete("default")


def test_history_with_tombstone_cannot_be_changed(root: Unit, registrar: User) -> None:
    case, rule = close(root), decide(root, registrar)

    with pytest.raises(DatabaseError, match="permission denied"):
        entomb(case, rule, "UPDATE casework_logentry SET label = 'x'")


def test_tombstone_of_a_case_that_stays_is_refused(root: Unit, registrar: User) -> None:
    case, rule = close(root), decide(root, registrar)

    with pytest.raises(IntegrityError, match="still there"):
        entomb(case, rule, "SET CONSTRAINTS ALL IMMEDIATE")


# --- purging ----------------------------------------------------------------------------------
def test_purge_leaves_a_tombstone_with_its_decision(
    root: Unit, registrar: User
) -> None:
    case = close(root)
    rule = decide(root, registrar)
    sum(retention.purge(on=DAY))

    stone = Tombstone.objects.get()
    assert (stone.number, stone.subject, stone.unit, stone.rule) == (
        case.number,
        "deviations",
        root,
        rule,
    )
    assert stone.purged_on == timezone.localdate()
    assert not Case.objects.exists()


def test_purge_that_is_stopped_goes_on_where_it_was(
    root: Unit, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for _ in range(3):
        close(root)
    decide(root, registrar)
    next(retention.purge(on=DAY))

    assert (Tombstone.objects.count(), Case.objects.count()) == (1, 2)
    assert sum(retention.purge(on=DAY)) == 2


def test_purge_that_fails_leaves_everything(
    root: Unit, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(root)
    decide(root, registrar)

    def refuse(_tombstones: Any) -> None:
        raise RuntimeError

    kind = replace(kind_of("deviations"), keep=(refuse,))
    monkeypatch.setattr(purging, "registered", lambda: [kind])
    with pytest.raises(RuntimeError), transaction.atomic():
        sum(retention.purge(on=DAY))

    assert (
        Tombstone.objects.count(),
        Case.objects.count(),
        LogEntry.objects.count(),
    ) == (0, 1, 1)


def test_purge_leaves_a_case_that_was_opened_again_meanwhile(
    root: Unit, registrar: User
) -> None:
    case = close(root)
    decide(root, registrar)
    due = retention.find(on=DAY).groups[0]
    Deviation.objects.filter(pk=case.pk).update(
        state="under_investigation", closed_on=None
    )

    assert retention._purge(due, DAY) == 0


def test_register_read_again_does_not_bring_back_what_was_purged(
    root: Unit, registrar: User, tmp_path: Path
) -> None:
    row = {**DEVIATION, "unit": root.code}
    outcome = import_rows(tmp_path / "deviations.csv", [row], import_deviations)
    decide(root, registrar, years=1)
    assert sum(retention.purge(on=timezone.localdate() + dt.timedelta(days=3650))) == 1
    assert outcome is not None
    again = import_rows(tmp_path / "deviations.csv", [row], import_deviations)

    assert not Case.objects.exists()
    assert (again.new, again.purged) == (0, 1)


def test_register_without_numbers_read_again_does_not_bring_back_what_was_purged(
    root: Unit, registrar: User, tmp_path: Path
) -> None:
    row = {**SELFCHECK, "unit": root.code}
    import_rows(tmp_path / "selfchecks.csv", [row], import_selfchecks)
    decide(root, registrar, subject=Subject.SELFCHECK, years=1)
    assert sum(retention.purge(on=timezone.localdate() + dt.timedelta(days=3650))) == 1
    again = import_rows(tmp_path / "selfchecks.csv", [row], import_selfchecks)

    assert not Case.objects.exists()
    assert (again.new, again.purged) == (0, 1)


# --- the command ------------------------------------------------------------------------------
def run(**options: Any) -> str:
    out = StringIO()
    call_command("purge", stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("options", [{}, {"dry_run": True, "yes": True}])
def test_purge_command_asks_what_to_do(options: dict[str, bool]) -> None:
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("purge", stderr=errors, **options)

    assert ended.value.code == 1
    assert "--dry-run" in errors.getvalue()


def test_purge_command_without_decision_says_so(root: Unit) -> None:
    close(root)

    assert "Inget gallringsbeslut är registrerat" in run(yes=True)
    assert Case.objects.exists()


def test_purge_command_shows_and_changes_nothing(root: Unit, registrar: User) -> None:
    case = close(root)
    decide(root, registrar)

    told = run(dry_run=True)
    assert "avvikelse, avslutade 2019: 1" in told
    assert case.number in told
    assert case.title not in told
    assert Case.objects.exists()


def test_purge_command_purges(root: Unit, registrar: User) -> None:
    close(root)
    decide(root, registrar)

    assert "1 ärende gallrades." in run(yes=True)
    assert not Case.objects.exists()


# --- the pages --------------------------------------------------------------------------------
@pytest.fixture
def client(registrar: User) -> Client:
    client = Client()
    client.force_login(registrar)
    return client


SENT = {
    "unit": "SOC",
    "subject": "deviations",
    "years": "5",
    "decision": "SN 41",
    "decided_on": "2019-05-04",
}


def test_page_lists_numbers_and_no_titles(
    client: Client, root: Unit, registrar: User
) -> None:
    case = close(root, title="Hemlig rubrik")
    decide(root, registrar)

    page = client.get("/organisation/gallring/").content.decode()
    assert case.number in page
    assert "Hemlig rubrik" not in page


def test_page_registers_a_decision(client: Client, registrar: User) -> None:
    answer = client.post("/organisation/gallring/beslut/", SENT)

    assert answer.status_code == 302
    assert RetentionRule.objects.get().registered_by == registrar


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": "0"},
        {"years": "101"},
        {"decision": ""},
        {"decided_on": "2999-01-01"},
        {"unit": "X"},
    ],
)
def test_page_keeps_what_was_typed_when_something_is_wrong(
    client: Client, wrong: dict[str, str]
) -> None:
    answer = client.post(
        "/organisation/gallring/beslut/", SENT | {"decision": "SN 77"} | wrong
    )

    assert answer.status_code == 400
    assert wrong.get("decision", "SN 77") in answer.content.decode()
    assert not RetentionRule.objects.exists()


def test_page_of_a_purged_case_tells_staff_why_it_is_gone(
    client: Client, root: Unit, registrar: User
) -> None:
    case = close(root)
    decide(root, registrar)
    sum(retention.purge(on=DAY))

    answer = client.get(f"/arenden/{case.number}/")
    assert answer.status_code == 404
    assert "enligt beslut SN 41" in answer.content.decode()


def test_page_of_an_unknown_case_tells_nothing(client: Client) -> None:
    answer = client.get("/arenden/KA-2024-9999/")

    assert answer.status_code == 404
    assert "gallrat" not in answer.content.decode()


def test_code_of_a_purged_case_is_answered_in_words(
    client: Client, root: Unit, registrar: User
) -> None:
    case = close(root)
    code = code_for(case.form_token)
    Deviation.objects.filter(pk=case.pk).update(follow_up_hash=hash_of(code))
    decide(root, registrar)
    sum(retention.purge(on=DAY))

    answer = Client().post("/synpunkt/svar/", {"code": code})
    assert answer.status_code == 410
    assert "Ärendet är borttaget" in answer.content.decode()
