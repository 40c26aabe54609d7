"""What a line of the history replaced: kept with it, sealed with it, told in Swedish, gone with its case."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from analysis.counted.subjects import Subject
from casework.cases.changes import changes_in, facts_of, fields_of, history_of, told
from casework.cases.history import broken_logs, log
from casework.database.encrypted_fields import SealedTextField
from casework.handling import retention
from casework.handling.assigning import assign
from casework.improvement import actions
from casework.models import Action, Case, Change
from deviations.models import Deviation, Kind
from deviations.process.services import take_step
from deviations.process.workflow import COMPLAINTS, STAFF_REPORTS
from kvalitet.operations.roles import as_owner
from lexsarah.duties.other import note_duty, reopen_duty, settle_duty
from lexsarah.law.policy import MALMO
from lexsarah.models import LexSarahCase
from lexsarah.process.services import take_step as take_lex
from lexsarah.process.workflow import workflow_for
from organisation.models import Unit, User
from organisation.rights import Role
from riskanalysis.models import RiskAnalysis
from riskanalysis.process import services as risks
from riskanalysis.process.workflow import WORKFLOW as RISK_ANALYSES
from selfcheck.models import Method, SelfCheck, SurveyQuestion
from selfcheck.process.workflow import workflow_for as check_workflow
from selfcheck.recording import recording
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", make_unit("SOC"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def case(unit: Unit) -> Deviation:
    made = make_deviation(unit, state="under_investigation", consequence="possible")
    log(made, action="file", label="Rapporterades", actor=None)
    return made


def correct(case: Deviation, actor: User, **facts: Any) -> Deviation:
    return take_step(
        case,
        "ratta",
        actor=actor,
        seen_version=case.version,
        facts={"kind": Kind.QUALITY_DEVIATION} | facts,
    )


def said(case: Case) -> list[tuple[str, str, str, str]]:
    """Return what the history of a case says was changed."""
    rows = Change.objects.filter(case=case.pk).order_by("pk")
    return [(change.row, change.field, change.before, change.after) for change in rows]


# --- what is kept -----------------------------------------------------------------------------
def test_take_keeps_what_a_correction_replaced(case: Deviation, chief: User) -> None:
    correct(
        case,
        chief,
        kind="improvement_idea",
        consequence="possible",
        category="Bemötande",
    )

    assert said(case) == [
        ("", "kind", "quality_deviation", "improvement_idea"),
        ("", "category", "", "Bemötande"),
    ]
    assert {change.entry.actor for change in Change.objects.all()} == {chief}


def test_take_keeps_whole_text_of_an_assessment_that_is_written_again(
    case: Deviation, chief: User
) -> None:
    first = {
        "is_deviation": "yes",
        "misconduct": "no",
        "assessment": "Rutinen följdes inte.",
    }
    judged = take_step(
        case, "bedom", actor=chief, seen_version=case.version, facts=first
    )

    again = first | {"is_deviation": "no", "assessment": "Rutinen följdes."}
    take_step(judged, "bedom", actor=chief, seen_version=judged.version, facts=again)

    assert said(case)[-2:] == [
        ("", "is_deviation", "yes", "no"),
        ("", "assessment", "Rutinen följdes inte.", "Rutinen följdes."),
    ]


def test_take_keeps_nothing_when_nothing_changed(case: Deviation, chief: User) -> None:
    correct(case, chief, consequence="possible")

    assert said(case) == []


def test_assign_keeps_who_had_the_case_before(
    case: Deviation, chief: User, unit: Unit
) -> None:
    other = make_user("other", (Role.SECTION_CHIEF, unit))
    Deviation.objects.filter(pk=case.pk).update(owner=chief)

    assign([case], owner=other, actor=chief)

    assert said(case) == [("", "owner", "Chief", "Other")]


def test_change_of_an_action_keeps_what_it_said(case: Deviation, chief: User) -> None:
    action = Action.objects.create(
        case=case, text="Skriv en rutin", decided_on=dt.date(2024, 5, 1)
    )

    actions.change_action(action, actor=chief, seen_version=0, text="Prata om det")

    assert said(case) == [("Åtgärd 1", "text", "Skriv en rutin", "Prata om det")]


def test_reopen_of_an_action_keeps_the_effect_that_was_judged(
    case: Deviation, chief: User
) -> None:
    day = dt.date(2024, 5, 1)
    action = Action.objects.create(
        case=case,
        text="Rutin",
        decided_on=day,
        done_on=day,
        effect="no",
        effect_on=day,
        effect_note="Fler.",
    )

    actions.reopen_action(action, actor=chief, seen_version=0)

    assert ("Åtgärd 1", "effect", "no", "") in said(case)
    assert ("Åtgärd 1", "effect_note", "Fler.", "") in said(case)


def test_analysis_that_is_made_again_keeps_how_high_its_risk_was(
    unit: Unit, chief: User
) -> None:
    case = make_riskanalysis(unit, number="RA-2024-0001", state="in_progress")
    parts = {
        "event": "fall",
        "cause": "halka",
        "consequence": "skada",
        "probability": 4,
        "severity": 4,
    }
    risk = risks.add_risk(
        case, actor=chief, form_token=uuid4(), facts=parts | {"decision": "act"}
    )

    risks.change_risk(
        risk, actor=chief, seen_version=0, facts={"probability": 1, "severity": 2}
    )

    assert said(case) == [
        ("Risk 1", "probability", "4", "1"),
        ("Risk 1", "severity", "4", "2"),
    ]


def test_survey_that_is_recorded_again_keeps_what_was_answered(
    unit: Unit, chief: User
) -> None:
    check = make_selfcheck(
        unit,
        number="EK-2024-0001",
        state="ongoing",
        method="survey",
        done_on=None,
        met=None,
        reviewed=None,
        invited=9,
        answered=9,
    )
    for questions in ([("Trivs du?", 9, 1), ("Trygg?", 9, 8)], [("Trivs du?", 9, 9)]):
        rows = [
            SurveyQuestion(text=text, answered=n, positive=p)
            for text, n, p in questions
        ]
        check.refresh_from_db()
        recording.record_survey(
            check, actor=chief, seen_version=check.version, questions=rows
        )

    assert [row for row in said(check) if row[2]] == [
        ("Fråga 1", "positive", "1", "9"),
        ("Fråga 2", "text", "Trygg?", ""),
        ("Fråga 2", "answered", "9", ""),
        ("Fråga 2", "positive", "8", ""),
    ]


def test_duty_that_is_opened_again_keeps_when_it_was_done(
    case: Deviation, chief: User
) -> None:
    then = dt.datetime(2024, 5, 1, 8, tzinfo=dt.UTC)
    duty = note_duty(case, actor=chief, kind="police", known_at=then)
    settled = settle_duty(duty, actor=chief, done_at=then, reference="K-1")

    reopen_duty(settled, actor=chief)

    assert said(case)[-2:] == [
        ("Polisanmälan", "done_at", then.isoformat(), ""),
        ("Polisanmälan", "reference", "K-1", ""),
    ]


@pytest.mark.parametrize(
    ("model", "steps"),
    [
        (Deviation, (*COMPLAINTS.steps, *STAFF_REPORTS.steps)),
        (LexSarahCase, workflow_for(MALMO).steps),
        (RiskAnalysis, RISK_ANALYSES.steps),
        (
            SelfCheck,
            tuple(step for method in Method for step in check_workflow(method).steps),
        ),
    ],
)
def test_every_fact_that_a_step_writes_is_kept(
    model: type[models.Model], steps: tuple[Any, ...]
) -> None:
    kept = {field.name for field in fields_of(model)}
    written = {
        name for step in steps for name in step.fields if name not in step.beside
    }

    assert written - kept <= {
        "duplicate_of"
    }  # the number of another case is for those who may read that one
    assert set(actions.FACTS) <= {field.name for field in fields_of(Action)}


# --- secrecy ----------------------------------------------------------------------------------
def test_sealed_value_never_stands_in_clear_in_a_change(case: Deviation) -> None:
    case.contact = "070-765 43 21"
    before = facts_of(case)
    case.contact = "070-123 45 67"

    (change,) = changes_in(case, before)

    assert isinstance(Deviation._meta.get_field("contact"), SealedTextField)
    assert (change.sealed, change.before, change.after) == (True, "", "")
    assert told(change).label == "Kontaktuppgifter"


def test_database_refuses_sealed_change_with_a_value(
    case: Deviation, chief: User
) -> None:
    entry = log(case, action="note", label="x", actor=chief)
    about = {
        "case": case,
        "entry": entry,
        "position": 1,
        "model": "deviations.deviation",
        "field": "contact",
    }

    with (
        pytest.raises(IntegrityError, match="change_tells_nothing_sealed"),
        transaction.atomic(),
    ):
        Change.objects.create(**about, sealed=True, before="070", after="071")


# --- sealing and purging ----------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "done",
    [
        "UPDATE casework_change SET before = 'occurred'",
        "UPDATE casework_change SET reason = 'x'",
        "DELETE FROM casework_change",
        (
            "INSERT INTO casework_change (case_id, entry_id, position, model, row, field, before, after,"
            " reason, sealed) SELECT case_id, entry_id, 9, model, row, 'unit', 'A', 'B', '', false"
            " FROM casework_change LIMIT 1"
        ),
    ],
    ids=["altered", "reason", "removed", "added"],
)
def test_verify_log_finds_change_that_was_tampered_with(
    case: Deviation, chief: User, done: str
) -> None:
    correct(case, chief, consequence="none", lowering_reason="Ingen drabbades.")
    assert broken_logs() == []

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_change DISABLE TRIGGER append_only")
        cursor.execute(done)
        cursor.execute("ALTER TABLE casework_change ENABLE TRIGGER append_only")

    assert broken_logs() == [case.number]


@pytest.mark.parametrize(
    ("done", "refusal"),
    [
        ("UPDATE casework_change SET after = ''", "permission denied"),
        ("DELETE FROM casework_change", "permission denied"),
    ],
)
def test_database_refuses_to_alter_a_change(
    case: Deviation, chief: User, done: str, refusal: str
) -> None:
    correct(case, chief, category="Bemötande")

    with (
        pytest.raises(DatabaseError, match=refusal),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(done)


@pytest.mark.usefixtures("purging_is_lent")
def test_purge_removes_changes_with_their_case(unit: Unit, chief: User) -> None:
    old = dt.date(2015, 5, 4)
    case = make_deviation(unit, state="under_investigation", received_on=old)
    correct(case, chief, category="Bemötande")
    closed = {"state": "closed", "is_deviation": "yes", "closed_on": old}
    Deviation.objects.filter(pk=case.pk).update(**closed)
    root = Unit.objects.get(code="SOC")
    registrar = make_user("registrar", (Role.REGISTRAR, root))
    rule = {
        "subject": Subject.DEVIATIONS,
        "years": 1,
        "decision": "SN 41",
        "decided_on": old,
    }
    retention.register(root, actor=registrar, **rule)

    assert sum(retention.purge(on=dt.date(2040, 1, 1))) == 1

    assert not Case.objects.filter(pk=case.pk).exists()
    assert not Change.objects.exists()


# --- lowering the consequence -----------------------------------------------------------------
def test_correction_that_lowers_the_consequence_needs_a_reason(
    case: Deviation, chief: User
) -> None:
    with pytest.raises(ValidationError, match="Skriv varför följderna sänks"):
        correct(case, chief, consequence="none")

    assert Deviation.objects.get(pk=case.pk).consequence == "possible"


def test_correction_that_lowers_the_consequence_keeps_why(
    case: Deviation, chief: User
) -> None:
    correct(case, chief, consequence="none", lowering_reason="Ingen drabbades.")

    assert Change.objects.get(field="consequence").reason == "Ingen drabbades."


def test_correction_that_raises_the_consequence_needs_no_reason(
    unit: Unit, chief: User
) -> None:
    case = make_deviation(unit, state="under_investigation")

    correct(case, chief, consequence="possible")

    assert said(case) == [("", "consequence", "", "possible")]


def test_database_refuses_consequence_that_is_lowered_past_the_history(
    case: Deviation,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with (
        pytest.raises(IntegrityError, match="lowered without a reason"),
        transaction.atomic(),
    ):
        Deviation.objects.filter(pk=case.pk).update(consequence="none")


# --- telling ----------------------------------------------------------------------------------
def test_history_tells_a_change_in_the_words_of_the_pages(
    case: Deviation, chief: User
) -> None:
    correct(case, chief, consequence="none", lowering_reason="Ingen drabbades.")

    (row,) = history_of(case)[0].told  # type: ignore[attr-defined]

    assert (row.label, row.before, row.after, row.reason) == (
        "Följder för den enskilde",
        "vet inte, eller det hade kunnat bli följder",
        "nej",
        "Ingen drabbades.",
    )


def test_history_tells_change_of_a_field_that_is_no_more(case: Deviation) -> None:
    gone = Change(
        case=case, model="deviations.gone", field="weather", before="sol", after="regn"
    )

    assert (told(gone).label, told(gone).before) == ("Weather", "sol")


def test_history_asks_as_many_questions_whatever_its_length(
    case: Deviation, chief: User, django_assert_num_queries: Any
) -> None:
    for category in ("Bemötande", "Sekretess", "Rutiner"):
        case.refresh_from_db()
        correct(case, chief, category=category)

    with django_assert_num_queries(2):
        history_of(case)


def test_lexsarah_decision_that_is_made_again_keeps_the_first(unit: Unit) -> None:
    lex = make_user("lex", (Role.LEX_INVESTIGATOR, unit))
    case = make_lexsarah(
        unit,
        number="LS-2024-0001",
        state="decided",
        decided_on=dt.date(2024, 5, 1),
        decided_by="committee",
        degree="misconduct",
    )

    take_lex(
        case, "gor-om", actor=lex, seen_version=0, facts={"reason": "Nya uppgifter."}
    )

    assert ("", "degree", "misconduct", "") in said(case)
