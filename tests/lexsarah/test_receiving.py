"""A report is received: who is kept out of it, who is told when nobody is there, and what comes again."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from casework.database.periods import STOCKHOLM
from casework.handling.services import begin_protection, recuse
from casework.models import LogEntry, Notice
from casework.process.workflow import StepRefusedError, TooLateError
from deviations.models import Deviation, Misconduct
from deviations.process.services import file_from_public
from deviations.process.to_lexsarah import escalate
from lexsarah.models import Decision, LexSarahCase, LexSarahReport, Meeting
from lexsarah.process.services import record_decision, take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.municipality import make_lexsarah

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def lex(unit: Unit) -> User:
    return make_user("lex", (Role.LEX_INVESTIGATOR, unit.parent))


@pytest.fixture
def controller(unit: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


def reported(deviation: Deviation, actor: User) -> LexSarahCase:
    escalate(deviation, actor=actor, misconduct=Misconduct.YES)
    return LexSarahCase.objects.get()


def step(name: str, actor: User, **facts: Any) -> LexSarahCase:
    case = LexSarahCase.objects.get()
    return take_step(case, name, actor=actor, seen_version=case.version, facts=facts)


# --- who has no part in the event has none in the case ----------------------------------------
def test_recusal_follows_the_event_into_the_case(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    for person in (chief, lex):
        recuse(deviation, person=person, actor=person)
    case = reported(deviation, make_user("boss", (Role.DEPARTMENT_CHIEF, unit.parent)))

    for person in (chief, lex):
        assert not LexSarahCase.objects.visible_to(person).exists()
        assert not Notice.objects.filter(user=person, case=case.pk).exists()
    with pytest.raises(StepRefusedError, match="jävig"):
        step("ta-emot", lex)


def test_recusal_since_the_first_report_follows_into_the_case(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    reported(deviation, chief)
    step("skicka-tillbaka", lex, reason="Nej.")
    recuse(Deviation.objects.get(), person=chief, actor=chief)
    escalate(deviation, actor=lex, misconduct=Misconduct.YES)

    assert not LexSarahCase.objects.visible_to(chief).exists()


# --- nobody is there --------------------------------------------------------------------------
def test_protected_event_without_an_investigator_is_for_the_controller(
    unit: Unit, chief: User, controller: User
) -> None:
    deviation = make_deviation(unit, reporter=make_user("staff", (Role.STAFF, unit)))
    begin_protection(deviation, readers=[chief], actor=chief)
    case = reported(deviation, chief)

    assert {reader.user for reader in case.named_readers.all()} == {chief, controller}
    assert Notice.objects.get(case=case.pk, kind="urgent").user == controller


def test_protected_event_reported_by_the_investigator_is_not_read_by_the_investigator(
    unit: Unit, chief: User, lex: User, controller: User
) -> None:
    deviation = make_deviation(unit, reporter=lex)
    begin_protection(deviation, readers=[chief], actor=chief)
    case = reported(deviation, chief)

    assert {reader.user for reader in case.named_readers.all()} == {chief, controller}
    assert not LexSarahCase.objects.handled_by(lex).exists()


def test_protected_event_names_no_more_than_three(
    unit: Unit, chief: User, lex: User
) -> None:
    others = [
        make_user(f"lex{n}", (Role.LEX_INVESTIGATOR, unit.parent)) for n in range(3)
    ]
    deviation = make_deviation(unit)
    begin_protection(deviation, readers=[chief], actor=chief)
    case = reported(deviation, chief)

    readers = [reader.user for reader in case.named_readers.all()]
    assert len(readers) == 3
    assert chief in readers
    assert set(readers) - {chief} <= {lex, *others}


def test_event_that_is_protected_after_it_was_sent_back_comes_again_protected(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    reported(deviation, chief)
    step("skicka-tillbaka", lex, reason="Nej.")
    begin_protection(Deviation.objects.get(), readers=[chief], actor=chief)
    escalate(deviation, actor=chief, misconduct=Misconduct.YES)

    case = LexSarahCase.objects.get()
    assert case.protected
    assert {reader.user for reader in case.named_readers.all()} == {chief, lex}


# --- the anonymous ----------------------------------------------------------------------------
def test_anonymous_report_is_dated_by_the_day_alone(
    unit: Unit, chief: User, lex: User
) -> None:
    said = {
        "kind": "complaint",
        "description": "Ingen kom.",
        "unit": unit,
        "proposal": "",
    }
    file_from_public(
        form_token=uuid4(),
        facts={**said, "contact_way": "code", "consequence": "occurred"},
    )

    midnight = dt.datetime.combine(TODAY, dt.time(), STOCKHOLM)
    case = LexSarahCase.objects.get()
    assert (case.created_at, case.from_outside) == (midnight, True)
    assert set(LogEntry.objects.values_list("at", flat=True)) == {midnight}
    assert set(Notice.objects.values_list("created_at", flat=True)) == {midnight}


# --- what is decided anew ---------------------------------------------------------------------
def decided(deviation: Deviation, chief: User, lex: User, degree: str) -> LexSarahCase:
    case = reported(deviation, chief)
    step("ta-emot", lex)
    if degree == "none":
        return step("besluta", lex, degree="none", assessment="Insatsen gavs.")
    case.refresh_from_db()
    LexSarahCase.objects.update(
        state="proposed", proposed_degree=degree, summary="Ingen kom."
    )
    return board_decides(
        case,
        make_user("secretary", (Role.BOARD_SECRETARY, deviation.unit.parent)),
        degree,
    )


def board_decides(case: LexSarahCase, secretary: User, degree: str) -> LexSarahCase:
    meeting, _ = Meeting.objects.get_or_create(
        unit=case.unit.parent,
        body="committee",
        on=TODAY,
        defaults={"created_by": secretary},
    )
    said = {
        "degree": degree,
        "notifies": False,
        "approves_measures": True,
        "paragraph": "§ 1",
    }
    return record_decision(
        case, meeting=meeting, actor=secretary, seen_version=case.version, facts=said
    )


@pytest.mark.parametrize(
    ("degree", "between"), [("none", "reported"), ("misconduct", "closed")]
)
def test_event_follows_a_decision_that_is_made_anew(
    unit: Unit, chief: User, lex: User, degree: str, between: str
) -> None:
    deviation = make_deviation(unit)
    decided(deviation, chief, lex, degree)
    deviation.refresh_from_db()
    assert deviation.state == between

    step("gor-om", lex, reason="Nya uppgifter har kommit.")

    deviation.refresh_from_db()
    assert (deviation.state, deviation.circle, deviation.misconduct) == (
        "escalated",
        "few",
        "misconduct",
    )
    assert LexSarahReport.objects.count() == 1


def test_event_comes_back_to_the_chief_when_the_new_decision_is_that_it_was_nothing(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    decided(deviation, chief, lex, "misconduct")
    step("gor-om", lex, reason="Nya uppgifter har kommit.")
    step("besluta", lex, degree="none", assessment="Insatsen gavs.")

    deviation.refresh_from_db()
    assert (deviation.state, deviation.misconduct, deviation.closed_on) == (
        "under_investigation",
        "no",
        None,
    )


def test_event_reported_anew_since_then_is_left_as_it_is(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    first = decided(deviation, chief, lex, "none")
    escalate(deviation, actor=chief, misconduct=Misconduct.RISK)
    version = Deviation.objects.get().version
    take_step(
        first,
        "gor-om",
        actor=lex,
        seen_version=first.version,
        facts={"reason": "Nya uppgifter har kommit."},
    )

    assert Deviation.objects.get().version == version
    assert LexSarahCase.objects.count() == 2


# --- many at once -----------------------------------------------------------------------------
def at_once(*verbs: Callable[[], object]) -> list[str]:
    """Run some verbs at the same moment; return the name of what each raised, or "done"."""
    begin, outcomes = threading.Barrier(len(verbs)), []

    def run(verb: Callable[[], object]) -> None:
        try:
            begin.wait()
            verb()
            outcomes.append("done")
        except (StepRefusedError, TooLateError) as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_event_reported_by_many_at_once_is_one_report(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    verbs = [lambda: escalate(deviation, actor=chief, misconduct=Misconduct.YES)] * 4

    assert at_once(*verbs) == ["done"] * 4
    assert LexSarahReport.objects.count() == LexSarahCase.objects.count() == 1
    assert deviation.log.filter(action="escalate").count() == 1


@pytest.mark.django_db(transaction=True)
def test_chief_reports_again_while_the_investigator_sends_back(
    unit: Unit, chief: User, lex: User
) -> None:
    deviation = make_deviation(unit)
    case = reported(deviation, chief)

    def send_back() -> object:
        return take_step(
            case,
            "skicka-tillbaka",
            actor=lex,
            seen_version=case.version,
            facts={"reason": "Nej."},
        )

    def report() -> None:
        escalate(deviation, actor=chief, misconduct=Misconduct.YES, grounds="Jo.")

    case.refresh_from_db()
    assert at_once(send_back, report) == ["done", "done"]
    # Whoever came first: the event lies with the investigator again, or with the chief; never nowhere.
    deviation.refresh_from_db()
    case.refresh_from_db()
    assert (deviation.state, case.state) in {
        ("escalated", "reported"),
        ("reported", "returned"),
    }
    assert LexSarahCase.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_chief_describes_measures_while_the_investigator_sends_back(
    unit: Unit, chief: User, lex: User
) -> None:
    case = reported(make_deviation(unit), chief)
    case.refresh_from_db()

    def taking(name: str, actor: User, **facts: str) -> Callable[[], object]:
        return lambda: take_step(
            case, name, actor=actor, seen_version=case.version, facts=facts
        )

    outcomes = at_once(
        taking("skicka-tillbaka", lex, reason="Nej."),
        taking("omedelbart", chief, immediate_measures="Mat kördes ut."),
    )

    assert outcomes == ["TooLateError", "done"]
    assert case.log.filter(action__in=["skicka-tillbaka", "omedelbart"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_case_decided_by_two_secretaries_at_once_is_decided_once(unit: Unit) -> None:
    secretaries = [
        make_user(f"secretary{n}", (Role.BOARD_SECRETARY, unit.parent))
        for n in range(2)
    ]
    case = make_lexsarah(
        unit,
        number="LS-2026-0001",
        state="proposed",
        proposed_degree="misconduct",
        summary="Ingen kom.",
    )
    make_report_of(make_deviation(unit), case)
    Meeting.objects.create(
        unit=unit.parent, body="committee", on=TODAY, created_by=secretaries[0]
    )
    verbs = [
        lambda person=person: board_decides(case, person, "misconduct")
        for person in secretaries
    ]

    assert at_once(*verbs) == ["TooLateError", "done"]
    assert Decision.objects.count() == 1
    case.refresh_from_db()
    assert (case.state, case.version) == ("decided", 1)
