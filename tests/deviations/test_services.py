"""Filing: one form is one case, and nothing about an anonymous sender is kept."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from casework.database.periods import STOCKHOLM
from casework.models import LogEntry, NumberSeries
from casework.process.deadlines import next_workday
from deviations.models import Deviation
from deviations.process.services import (
    AlreadyFiledError,
    file_from_public,
    file_from_staff,
)
from deviations.reporting.codes import code_for, grouped, hash_of
from organisation.models import Unit
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

TOKEN = UUID("6f1c9a52-6a0e-4d5f-9a7c-2f3b8f0f6f11")


def complaint(unit: Unit, **facts: Any) -> dict[str, Any]:
    return {
        "kind": "complaint",
        "description": "Ingen svarade i telefon.",
        "occurred_on": None,
        "unit": unit,
        "proposal": "",
        **facts,
    }


def report(unit: Unit, **facts: Any) -> dict[str, Any]:
    return complaint(unit) | {
        "kind": "quality_deviation",
        "consequence": "none",
        "process": "Boende",
        "category": "Sekretess",
        "target_group": "Vuxna",
        **facts,
    }


@pytest.mark.django_db
def test_file_from_public_keeps_nothing_about_the_sender() -> None:
    filed = file_from_public(form_token=TOKEN, facts=complaint(make_unit()))

    midnight = dt.datetime.combine(timezone.localdate(), dt.time(), STOCKHOLM)
    assert (filed.reporter, filed.reported_by, filed.channel) == (
        None,
        "outside",
        "e_service",
    )
    assert filed.created_at == midnight
    assert [entry.at for entry in filed.log.all()] == [midnight]


@pytest.mark.django_db
def test_file_from_public_stores_only_a_hash_of_the_code() -> None:
    filed = Deviation.objects.get(
        pk=file_from_public(form_token=TOKEN, facts=complaint(make_unit())).pk
    )

    code = code_for(filed.form_token)
    assert filed.follow_up_hash == hash_of(code)
    assert code not in str(vars(filed))


@pytest.mark.django_db
def test_file_from_public_numbers_in_the_series_of_complaints() -> None:
    filed = file_from_public(form_token=TOKEN, facts=complaint(make_unit()))

    assert filed.number == f"KS-{timezone.localdate().year}-0001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "prefix"),
    [("quality_deviation", "KA"), ("complaint", "KP"), ("improvement_idea", "KP")],
)
def test_file_from_staff_numbers_by_kind(kind: str, prefix: str) -> None:
    unit = make_unit()
    filed = file_from_staff(
        actor=make_user("anna"), form_token=TOKEN, facts=report(unit, kind=kind)
    )

    assert filed.number.startswith(f"{prefix}-")


@pytest.mark.django_db
def test_file_from_staff_gives_thirty_days() -> None:
    filed = file_from_staff(
        actor=make_user("anna"), form_token=TOKEN, facts=report(make_unit())
    )

    assert filed.due_on == next_workday(filed.received_on + dt.timedelta(days=30))


@pytest.mark.django_db
def test_file_from_staff_begins_the_history() -> None:
    anna = make_user("anna")
    filed = file_from_staff(actor=anna, form_token=TOKEN, facts=report(make_unit()))

    assert list(filed.log.values_list("sequence", "actor", "to_state")) == [
        (1, anna.pk, "reported")
    ]


@pytest.mark.django_db
def test_file_twice_with_one_form_makes_one_case() -> None:
    unit = make_unit()
    first, second = (
        file_from_public(form_token=TOKEN, facts=complaint(unit)) for _ in range(2)
    )

    assert first == second
    assert NumberSeries.objects.get().last == 1


@pytest.mark.django_db
def test_file_with_the_token_of_another_person_makes_a_case_of_its_own() -> None:
    unit = make_unit()
    cases = [
        file_from_staff(actor=make_user("anna"), form_token=TOKEN, facts=report(unit)),
        file_from_staff(actor=make_user("bo"), form_token=TOKEN, facts=report(unit)),
        file_from_public(form_token=TOKEN, facts=complaint(unit)),
        file_from_public(form_token=TOKEN, facts=complaint(unit)),
    ]

    assert len({case.pk for case in cases}) == 3
    assert cases[3].follow_up_hash == hash_of(code_for(cases[3].form_token))


@pytest.mark.django_db
def test_file_what_the_database_refuses_takes_no_number() -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(IntegrityError, match="case_occurs_before_it_is_received"):
        file_from_public(
            form_token=TOKEN, facts=complaint(make_unit(), occurred_on=tomorrow)
        )

    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_file_fifty_times_at_once_makes_one_case() -> None:
    unit = make_unit()
    numbers: list[str] = []

    def send() -> None:
        try:
            numbers.append(
                file_from_public(form_token=TOKEN, facts=complaint(unit)).number
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(numbers) == 50
    assert len(set(numbers)) == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db
def test_file_waits_for_no_broker() -> None:
    """The suite's broker is a closed port: filing that talked to it would fail or hang."""
    assert file_from_staff(
        actor=make_user("anna", (Role.STAFF, make_unit())),
        form_token=uuid4(),
        facts=report(Unit.objects.get()),
    ).pk


def test_code_read_aloud_and_typed_carelessly_is_the_same_code() -> None:
    code = code_for(TOKEN)
    careless = (
        grouped(code).lower().replace(" ", " - ").replace("0", "o").replace("1", "l")
    )

    assert hash_of(careless) == hash_of(code)


@pytest.mark.parametrize(
    "typed", ["", "0000", "U" * 28, "å" * 28, "٣" * 28, "0" * 10_000]
)
def test_hash_of_what_cannot_be_a_code_is_nothing(typed: str) -> None:
    assert hash_of(typed) is None


def test_code_depends_on_the_key(settings: Any) -> None:
    before = code_for(TOKEN)
    settings.FOLLOW_UP_KEY = "another key"

    assert code_for(TOKEN) != before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"occurred_on": dt.date(2024, 1, 2)}, {"kind": "praise"}]
)
def test_file_again_with_another_answer_is_not_dropped(changes: dict[str, Any]) -> None:
    facts = complaint(make_unit())
    file_from_public(form_token=TOKEN, facts=facts)
    with pytest.raises(AlreadyFiledError):
        file_from_public(form_token=TOKEN, facts=facts | changes)


@pytest.mark.django_db
def test_file_again_after_a_chief_has_corrected_it_is_the_same_case() -> None:
    facts = complaint(make_unit())
    filed = file_from_public(form_token=TOKEN, facts=facts)
    Deviation.objects.filter(pk=filed.pk).update(kind="suggestion", version=1)

    assert file_from_public(form_token=TOKEN, facts=facts) == filed


@pytest.mark.django_db(transaction=True)
def test_mark_without_a_lex_sarah_report_is_refused_by_the_database() -> None:
    deviation = make_deviation(make_unit("Z"))
    with pytest.raises(IntegrityError, match="not reported"), transaction.atomic():
        Deviation.objects.filter(pk=deviation.pk).update(misconduct="misconduct")

    deviation.refresh_from_db()
    assert deviation.misconduct == ""
