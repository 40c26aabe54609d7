"""Taking a step: one of many wins, and who is refused leaves nothing behind."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from casework.process.workflow import StepRefusedError, TooLateError, take
from deviations.models import Deviation
from deviations.process.workflow import STAFF_REPORTS
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

FINDINGS = {
    "is_deviation": "yes",
    "misconduct": "no",
    "assessment": "Fel adress i registret.",
}


@pytest.mark.django_db(transaction=True)
def test_take_by_many_at_once_is_taken_once() -> None:
    unit = make_unit()
    case = make_deviation(unit)
    chiefs = [make_user(f"chief{n}", (Role.SECTION_CHIEF, unit)) for n in range(8)]
    begin = threading.Barrier(len(chiefs))
    outcomes: list[str] = []

    def click(n: int) -> None:
        begin.wait()
        try:
            take(STAFF_REPORTS, case, "utred", actor=chiefs[n], seen_version=0)
            outcomes.append("taken")
        except TooLateError:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(n,)) for n in range(len(chiefs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["taken"] + ["too late"] * 7
    assert [entry.action for entry in case.log.all()] == ["utred"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "seen_version", "facts", "refusal"),
    [
        (Role.SECTION_CHIEF, 1, FINDINGS, TooLateError),
        (Role.STAFF, 0, FINDINGS, StepRefusedError),
        (Role.SECTION_CHIEF, 0, {"assessment": "Fel."}, ValidationError),
        (
            Role.SECTION_CHIEF,
            0,
            {"is_deviation": "yes", "misconduct": "no", "assessment": ""},
            ValidationError,
        ),
        (
            Role.SECTION_CHIEF,
            0,
            {**FINDINGS, "is_deviation": "kanske"},
            ValidationError,
        ),
    ],
)
def test_take_that_is_refused_changes_nothing(
    role: Role, seen_version: int, facts: dict[str, str], refusal: type[Exception]
) -> None:
    unit = make_unit()
    case = make_deviation(unit, state="under_investigation")

    with pytest.raises(refusal):
        take(
            STAFF_REPORTS,
            case,
            "bedom",
            actor=make_user("person", (role, unit)),
            seen_version=seen_version,
            facts=facts,
        )
    stored = Deviation.objects.get()
    assert (stored.state, stored.assessment, stored.closed_on) == (
        "under_investigation",
        "",
        None,
    )
    assert not case.log.exists()


@pytest.mark.django_db
def test_take_ignores_facts_that_the_step_does_not_ask_for() -> None:
    unit = make_unit()
    case = make_deviation(unit)
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    take(
        STAFF_REPORTS,
        case,
        "utred",
        actor=chief,
        seen_version=0,
        facts={"description": "Något annat."},
    )

    assert Deviation.objects.get().description == case.description


@pytest.mark.django_db
def test_take_writes_from_where_to_where_and_who() -> None:
    unit = make_unit()
    chief = make_user("chief", (Role.UNIT_CHIEF, unit))
    case = take(
        STAFF_REPORTS, make_deviation(unit), "utred", actor=chief, seen_version=0
    )

    entry = case.log.get()
    assert (entry.from_state, entry.to_state, entry.label, entry.actor) == (
        "reported",
        "under_investigation",
        "Utredningen började",
        chief,
    )
