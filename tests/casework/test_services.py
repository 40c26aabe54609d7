"""Numbers without gaps, and a history that nobody can change."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from casework.cases.history import broken_logs, log
from casework.handling.services import keep_series_ahead, next_number
from casework.improvement.actions import decide_action
from casework.models import Action, Case, LogEntry
from kvalitet.operations.roles import as_owner
from tests.factories import LONG_AGO, make_deviation, make_unit


@pytest.mark.django_db
def test_next_number_counts_within_series_and_year() -> None:
    numbers = [
        next_number("KA", 2026),
        next_number("KA", 2026),
        next_number("KS", 2026),
        next_number("KA", 2027),
    ]

    assert numbers == ["KA-2026-0001", "KA-2026-0002", "KS-2026-0001", "KA-2027-0001"]


@pytest.mark.django_db
def test_next_number_after_import_goes_on_from_the_highest() -> None:
    keep_series_ahead(
        [
            "KA-2024-1276",
            "KA-2024-0003",
            "SFC-2024-0001",
            "odd",
            "X-20-1",
            "LS-2024-99999999999",
        ]
    )

    assert next_number("KA", 2024) == "KA-2024-1277"


@pytest.mark.django_db(transaction=True)
def test_next_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        next_number("KA", 2026)


@pytest.mark.django_db(transaction=True)
def test_next_number_from_many_at_once_leaves_no_gap() -> None:
    taken: list[str] = []

    def file(keep: bool) -> None:
        try:
            with transaction.atomic():
                number = next_number("KA", 2026)
                transaction.set_rollback(not keep)
            if keep:
                taken.append(number)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=file, args=(turn % 3 != 0,)) for turn in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [f"KA-2026-{n:04d}" for n in range(1, 9)]


@pytest.mark.django_db
def test_log_entry_cannot_be_changed_in_the_database() -> None:
    case = make_deviation(make_unit())
    log(case, action="file", label="Rapporterade", actor=None)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        LogEntry.objects.update(label="Något annat")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        LogEntry.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_broken_logs_finds_a_changed_line() -> None:
    unit = make_unit()
    cases = [make_deviation(unit) for _ in range(3)]
    for case in cases:
        log(case, action="file", label="Rapporterade", actor=None)
        log(case, action="start", label="Börjar utreda", actor=None)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_logentry DISABLE TRIGGER append_only")
        cursor.execute(
            "UPDATE casework_logentry SET label = 'x' WHERE case_id = %s AND sequence = 1",
            [cases[0].pk],
        )
        cursor.execute(
            "DELETE FROM casework_logentry WHERE case_id = %s AND sequence = 1",
            [cases[1].pk],
        )
        cursor.execute("ALTER TABLE casework_logentry ENABLE TRIGGER append_only")

    assert broken_logs() == [cases[0].number, cases[1].number]


@pytest.mark.django_db
def test_broken_logs_finds_a_case_without_history() -> None:
    case = make_deviation(make_unit())

    assert broken_logs() == [case.number]


@pytest.mark.django_db
def test_decide_action_stands_in_the_history() -> None:
    case = make_deviation(make_unit())
    decide_action(case, text="Gå igenom rutinen", decided_on=LONG_AGO, actor=None)

    assert Action.objects.get().case == Case.objects.get()
    assert [entry.action for entry in case.log.all()] == ["action"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "impossible",
    [
        {"received_on": "0001-01-01"},
        {"occurred_on": "2024-03-02"},
        {"closed_on": "2024-02-28"},
        {"kind": "quality_deviation", "reported_by": "outside"},
        {"state": "closed"},
        {"is_deviation": "perhaps"},
        {"subject": "weather"},
    ],
)
def test_database_refuses_an_impossible_case(impossible: dict[str, str]) -> None:
    with pytest.raises(DatabaseError):
        make_deviation(make_unit(), **impossible)
