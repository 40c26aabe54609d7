"""The database itself asks whether a case may go: what Python has chosen is refused where it must stay."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from analysis.counted.subjects import Subject
from casework.handling import purge_functions, retention
from casework.handling.purging import children, loose
from casework.models import Action, Case, RetentionRule, Tombstone
from kvalitet.operations.roles import as_owner
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah

pytestmark = pytest.mark.django_db
OLD, LATER = dt.date(2015, 5, 4), dt.date(2040, 1, 1)


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


def close(unit: Unit, closed_on: dt.date | None = OLD, **facts: Any) -> Any:
    said = {"state": "closed", "is_deviation": "yes", "received_on": OLD}
    return make_deviation(unit, closed_on=closed_on, **{**said, **facts})


def may_go(keys: list[int], day: dt.date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_may_go(%s, %s)", [keys, day])
        return {key for (key,) in cursor.fetchall()}


def purge(*cases: Any, day: dt.date = LATER) -> None:
    """Call the function as somebody does who has not looked for what may go."""
    keys = [case.pk for case in cases]
    with transaction.atomic(), connection.cursor() as cursor:
        told = ["" for _ in keys]
        cursor.execute("SELECT casework_purge(%s, %s, %s)", [keys, told, day])


# --- what must stay -----------------------------------------------------------------------------
def without_decision(root: Unit, _registrar: User) -> Any:
    return close(root)


def open_case(root: Unit, registrar: User) -> Any:
    decide(root, registrar)
    return close(root, None, state="under_investigation", is_deviation="")


def kept_from_now_on(root: Unit, registrar: User) -> Any:
    decide(root, registrar)
    decide(root, registrar, years=None, decision="SN 50")
    return close(root)


def decided_for_another_kind(root: Unit, registrar: User) -> Any:
    decide(root, registrar, subject=Subject.SELFCHECK)
    return close(root)


def with_an_action_that_is_not_done(root: Unit, registrar: User) -> Any:
    decide(root, registrar)
    case = close(root)
    Action.objects.create(case=case, text="Gör")
    return case


def a_day_too_young(root: Unit, registrar: User) -> Any:
    decide(root, registrar, years=5)
    return close(root, dt.date(2035, 1, 2))


def read_row_by_row(root: Unit, registrar: User) -> Any:
    decide(root, registrar)
    return close(root, dt.date(2038, 1, 1))


def tied_to_one_that_stays(root: Unit, registrar: User) -> Any:
    decide(root, registrar)
    whole = close(root, None, state="under_investigation", is_deviation="")
    return close(root, state="duplicate", is_deviation="", duplicate_of=whole.case_ptr)


def that_ivo_is_to_be_told_of(root: Unit, registrar: User) -> Any:
    decide(root, registrar, subject=Subject.LEXSARAH)
    decided = {"decided_on": OLD, "decided_by": "board", "degree": "serious_misconduct"}
    about = {"received_on": OLD, "closed_on": OLD, "state": "closed"}
    return make_lexsarah(root, number="LS-2015-0001", **decided, **about)


@pytest.mark.usefixtures("purging_is_lent")
@pytest.mark.parametrize(
    "make",
    [
        without_decision,
        open_case,
        kept_from_now_on,
        decided_for_another_kind,
        with_an_action_that_is_not_done,
        a_day_too_young,
        read_row_by_row,
        tied_to_one_that_stays,
        that_ivo_is_to_be_told_of,
    ],
)
def test_database_refuses_a_case_that_must_stay(
    root: Unit, registrar: User, make: Callable[[Unit, User], Any]
) -> None:
    case = make(root, registrar)

    assert may_go([case.pk], LATER) == set()
    with pytest.raises(DatabaseError, match=f"case {case.number} must stay"):
        purge(case)


@pytest.mark.usefixtures("purging_is_lent")
def test_one_that_must_stay_stops_all_that_were_asked_for(
    root: Unit, registrar: User
) -> None:
    stays, goes = with_an_action_that_is_not_done(root, registrar), close(root)

    with pytest.raises(DatabaseError, match="must stay"):
        purge(goes, stays)
    assert Case.objects.count() == 2


@pytest.mark.usefixtures("purging_is_lent")
def test_half_of_what_belongs_together_is_refused(root: Unit, registrar: User) -> None:
    decide(root, registrar)
    whole = close(root)
    double = close(
        root, state="duplicate", is_deviation="", duplicate_of=whole.case_ptr
    )

    for one in (whole, double):
        with pytest.raises(DatabaseError, match="must stay"):
            purge(one)
    purge(whole, double)
    assert Tombstone.objects.count() == 2


@pytest.mark.usefixtures("purging_is_lent")
def test_case_that_is_not_there_is_refused(root: Unit, registrar: User) -> None:
    decide(root, registrar)

    with pytest.raises(DatabaseError, match="must stay"):
        purge(Case(pk=10**9))


@pytest.mark.usefixtures("purging_is_lent")
@pytest.mark.parametrize(
    ("closed_on", "day"),
    [
        (dt.date(2024, 2, 29), dt.date(2029, 2, 28)),
        (dt.date(2023, 3, 1), dt.date(2028, 2, 29)),
        (dt.date(2023, 2, 28), dt.date(2028, 2, 29)),
        (dt.date(2020, 12, 31), dt.date(2025, 12, 31)),
        (dt.date(2020, 12, 31), dt.date(2025, 12, 30)),
    ],
)
def test_database_counts_years_as_the_decision_is_read(
    root: Unit, registrar: User, closed_on: dt.date, day: dt.date
) -> None:
    decide(root, registrar, years=5)
    case = close(root, closed_on)

    goes = closed_on <= retention.last_day_to_purge(5, on=day)
    assert may_go([case.pk], day) == ({case.pk} if goes else set())


@pytest.mark.usefixtures("purging_is_lent")
@pytest.mark.parametrize("seed", range(5))
def test_database_lets_go_what_is_found_and_nothing_else(
    root: Unit, registrar: User, seed: int
) -> None:
    draw = random.Random(seed)
    units = [root, make_unit("A", root), make_unit("OTHER")]
    decide(root, registrar, years=3)
    other = make_user("other", (Role.REGISTRAR, units[2]))
    decide(units[2], other, years=draw.choice([None, 8]))
    cases: list[Any] = []
    for _ in range(12):
        closed_on = draw.choice([None, OLD, dt.date(2019, 1, 1), dt.date(2023, 6, 1)])
        state = (
            {} if closed_on else {"state": "under_investigation", "is_deviation": ""}
        )
        if closed_on and cases and draw.random() < 0.5:
            state = {"state": "duplicate", "is_deviation": ""}
            state |= {"duplicate_of": draw.choice(cases).case_ptr}
        cases.append(case := close(draw.choice(units), closed_on, **state))
        if draw.random() < 0.2:
            done = {"decided_on": OLD, "done_on": OLD} if draw.random() < 0.5 else {}
            Action.objects.create(case=case, text="Gör", **done)
    day = dt.date(2026, 7, 1)

    found = {due.key for group in retention.find(on=day).groups for due in group}
    assert may_go([case.pk for case in cases], day) == found
    assert 0 < len(found) < len(cases)


# --- what the functions are written from --------------------------------------------------------
def test_functions_remove_from_every_table_that_hangs_on_a_case() -> None:
    statements = list(purge_functions.removals())

    def below(model: Any) -> Iterator[Any]:
        for field in children(model):
            if (field.model, field.name) not in loose() and field.model is not model:
                yield field
                yield from below(field.model)

    for field in below(Case):
        start = f'DELETE FROM "{field.model._meta.db_table}" WHERE "{field.column}" IN'
        assert any(one.startswith(start) for one in statements), start
    assert statements[-1].startswith('DELETE FROM "casework_case"')


# --- who may call them --------------------------------------------------------------------------
@pytest.fixture
def purger() -> Iterator[psycopg.Connection[Any]]:
    where = settings.LOGIN_DATABASES["purger"] | {
        "NAME": connection.settings_dict["NAME"]
    }
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)
    with psycopg.connect(address) as link:
        yield link
        link.rollback()


def test_purger_purges_nothing_before_its_day(
    purger: psycopg.Connection[Any],
) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    with pytest.raises(psycopg.errors.CheckViolation, match="before its day"):
        purger.execute("SELECT casework_purge('{1}', '{\"\"}', %s)", [tomorrow])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT casework_purge_as_of('{1}', '{\"\"}', '2040-01-01')",
        "SELECT casework_due('{1}', '2040-01-01')",
        "SELECT casework_released('{1}', '2040-01-01')",
        "DELETE FROM casework_logentry",
        "DELETE FROM casework_case",
        "TRUNCATE casework_case CASCADE",
        "INSERT INTO casework_tombstone SELECT * FROM casework_tombstone",
        "UPDATE casework_case SET closed_on = '2015-01-01'",
        "INSERT INTO casework_retentionrule SELECT * FROM casework_retentionrule",
    ],
)
def test_purger_may_nothing_but_what_it_is_lent(
    purger: psycopg.Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        purger.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_purger_is_refused_a_case_that_must_stay(
    root: Unit, registrar: User, purger: psycopg.Connection[Any]
) -> None:
    case = with_an_action_that_is_not_done(root, registrar)

    with pytest.raises(psycopg.errors.CheckViolation, match="must stay"):
        purger.execute("SELECT casework_purge(%s, '{\"\"}', current_date)", [[case.pk]])


@pytest.mark.django_db(transaction=True)
def test_command_purges_as_the_purger_alone(
    root: Unit, registrar: User, settings: Any
) -> None:
    close(root)
    decide(root, registrar)
    out = StringIO()
    logins, settings.LOGIN_DATABASES = settings.LOGIN_DATABASES, {}
    with pytest.raises(CommandError, match="DATABASE_PURGER_URL"):
        call_command("purge", yes=True, stdout=out)
    assert Case.objects.exists()
    settings.LOGIN_DATABASES = logins
    call_command("purge", yes=True, stdout=out)

    assert "1 ärende gallrades" in out.getvalue()
    assert (Case.objects.count(), Tombstone.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_functions_are_written_anew_however_often_it_is_migrated(root: Unit) -> None:
    with as_owner():
        purge_functions.make_purge_functions()
        purge_functions.make_purge_functions()
        assert may_go([1], LATER) == set()
