"""After a purge every figure is as it was, and nothing of the cases is left anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.utils import timezone

from analysis.counted.countings import DIMENSIONS
from analysis.counted.subjects import Subject
from analysis.figures.aggregate import refresh
from analysis.figures.rows import rows_url
from analysis.models import Cell, KeptCell, Signal, TertialAnalysis
from analysis.tertial.overview import findings, is_left_to_open
from analysis.tertial.scope import Scope
from analysis.tertial.services import open_analyses
from casework.cases.history import broken_logs, log
from casework.database.periods import calendar_year
from casework.files.scanning import SCAN
from casework.handling import purging, retention
from casework.models import (
    Action,
    Attachment,
    Case,
    Change,
    EmergencyOpening,
    FormDraft,
    Job,
    NamedReader,
    Note,
    Notice,
    Recusal,
    Tombstone,
)
from lexsarah.models import Concerned, Decision, OtherDuty
from organisation.models import Unit, User
from organisation.rights import Role
from reports.tertial.findings import patterns
from reports.tertial.sources import Compilation
from riskanalysis.models import PromptAnswer, Risk
from selfcheck.models import (
    Answer,
    Draw,
    DrawnReading,
    Indicator,
    Judgement,
    Plan,
    SurveyQuestion,
    UploadedReading,
    Verdict,
)
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.lent import salt, strike
from tests.municipality import (
    make_analysis,
    make_attachment,
    make_lexsarah,
    make_pattern,
    make_riskanalysis,
    make_selfcheck,
)
from tests.worlds import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purging_is_lent")]
LONG_AGO, TODAY = dt.date(2015, 3, 2), timezone.localdate()


class Kept(NamedTuple):
    """An administration, its registrar, and the cases that were closed long ago."""

    root: Unit
    registrar: User
    cases: list[Any]


def make_administration() -> tuple[Unit, User]:
    root = make_unit("SOC", name="Socialförvaltningen")
    return root, make_user("registrar", (Role.REGISTRAR, root))


def decide(root: Unit, registrar: User, years: int = 5) -> None:
    for subject in Subject:
        retention.register(
            root,
            subject=subject,
            years=years,
            decision="SN 41",
            decided_on=LONG_AGO,
            actor=registrar,
        )


@transaction.atomic  # an event that is a misconduct has its report before the transaction ends
def make_cases() -> Kept:
    """Make a case of each kind that was closed long ago, with a row in every table that belongs to one."""
    root, registrar = make_administration()
    unit = make_unit("EK", root)
    old: dict[str, Any] = {"received_on": LONG_AGO, "closed_on": LONG_AGO}
    answered = {"is_deviation": "yes", "state": "closed", "cause_area": "Rutiner"}
    deviation = make_deviation(
        unit, follow_up_hash="f" * 64, misconduct="misconduct", **answered, **old
    )
    duplicate = make_deviation(
        unit, state="duplicate", duplicate_of=deviation.case_ptr, **old
    )
    decided = {
        "decided_on": LONG_AGO,
        "decided_by": "board",
        "degree": "misconduct",
        "state": "closed",
    }
    lexsarah = make_lexsarah(unit, number="LS-2015-0001", **decided, **old)
    make_report_of(deviation, lexsarah)
    check = make_selfcheck(unit, number="EK-2015-0001", **old, done_on=LONG_AGO)
    risks = make_riskanalysis(
        unit, number="RA-2015-0001", **old, state="closed", decided_on=LONG_AGO
    )
    analysis = make_analysis(unit, number="TA-2015-0001", **old, year=2015)
    found = [deviation, duplicate, lexsarah, check, risks, analysis]
    for case in found:
        _fill(Case.objects.get(pk=case.pk), registrar)
    typed = {"address": "/", "names": ["text"], "form": "f", "typed": "Halva texten"}
    FormDraft.objects.create(
        user=registrar, case=Case.objects.get(pk=deviation.pk), **typed
    )
    said = {"case": lexsarah, "recorded_by": registrar}
    Concerned.objects.create(
        case=lexsarah, position=1, name="A", added_by=registrar, form_token=_token(1)
    )
    Decision.objects.create(
        **said, outcome="decided", body="board", on=LONG_AGO, degree="misconduct"
    )
    OtherDuty.objects.create(
        **said, kind="police", known_at=timezone.now(), reason="Nej"
    )
    _fill_the_rest(check, risks, analysis, registrar)
    refresh()
    return Kept(root, registrar, found)


kept_once = made_once(make_cases)


@pytest.fixture
def kept(kept_once: Kept) -> Kept:
    return deepcopy(kept_once)


@pytest.fixture
def root(kept: Kept) -> Unit:
    return kept.root


@pytest.fixture
def registrar(kept: Kept) -> User:
    return kept.registrar


@pytest.fixture
def cases(kept: Kept) -> list[Any]:
    return kept.cases


def _token(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def _fill(case: Case, person: User) -> None:
    replaced = Change(
        case=case,
        position=1,
        model="casework.Case",
        field="title",
        before="Brev",
        after="Ett brev",
    )
    log(case, action="file", label="Rapporterades", actor=None, changes=[replaced])
    done = {"decided_on": LONG_AGO, "done_on": LONG_AGO, "category": "Rutin"}
    first = Action.objects.create(case=case, text="Gör", **done)
    Action.objects.create(case=case, text="Gör mer", follows=first, **done)
    file = make_attachment(case)
    Job.objects.create(
        kind=SCAN, arguments={"attachment": file.pk}, done_at=timezone.now()
    )
    note = Note.objects.create(case=case, kind="internal", text="Ring", author=person)
    strike("casework_note", note.pk, "text")
    Notice.objects.create(case=case, user=person, kind="new")
    Recusal.objects.create(case=case, user=person)
    NamedReader.objects.create(case=case, user=person, position=1)
    salt(case.pk)
    now = timezone.now()
    EmergencyOpening.objects.create(
        case=case,
        person=person,
        role=Role.REGISTRAR,
        unit=case.unit,
        reason="Barnet är i fara just nu",
        opened_at=now,
        closes_at=now + EmergencyOpening.LASTS,
    )


def _fill_the_rest(check: Any, risks: Any, analysis: Any, person: User) -> None:
    draw = Draw.objects.create(
        check_case=check,
        of="cases",
        population="Alla",
        size=2,
        count=1,
        seed="s",
        drawn=[1],
        drawn_by=person,
    )
    line = UploadedReading.objects.create(
        check_case=check, file=1, line=1, who="annan", at=timezone.now(), about="1"
    )
    drawn = DrawnReading.objects.create(
        check_case=check, draw=draw, position=1, uploaded=line, at=timezone.now()
    )
    Judgement.objects.create(
        check_case=check, drawn=drawn, verdict=Verdict.MOTIVATED, judged_by=person
    )
    Answer.objects.create(
        check_case=check, file=1, question=1, said="yes", answered_by=person
    )
    SurveyQuestion.objects.create(
        check_case=check, position=1, text="Nöjd?", answered=2, positive=1
    )
    Indicator.objects.create(
        check_case=check, position=1, name="Tal", value=1, year=2015, source="Vi"
    )
    Risk.objects.create(
        analysis=risks,
        event="Flytt",
        cause="Byte",
        consequence="Väntan",
        probability=2,
        severity=3,
    )
    PromptAnswer.objects.create(
        unit=risks.unit,
        kind="rutin",
        reference="r",
        words="Nytt",
        analysis=risks,
        author=person,
    )
    make_pattern(analysis)


def purge_all() -> int:
    done = sum(retention.purge())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return done


def cells() -> list[tuple[Any, ...]]:
    names = ("unit", "subject", "basis", "month", "count", *DIMENSIONS)
    return sorted(Cell.objects.values_list(*names))


# --- figures ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "recount", [refresh, lambda: call_command("aggregate", all=True, verbosity=0)]
)
def test_purge_changes_no_figure(
    root: Unit, registrar: User, cases: list[Any], recount: Callable[[], object]
) -> None:
    beside = make_deviation(cases[0].unit, received_on=LONG_AGO, category="Sekretess")
    refresh()
    before = cells()
    decide(root, registrar)

    assert purge_all() == len(cases)
    recount()

    assert cells() == before
    assert KeptCell.objects.exists()
    assert list(Case.objects.values_list("number", flat=True)) == [beside.number]


def test_recount_of_a_year_keeps_what_was_purged(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    before = cells()
    decide(root, registrar)
    purge_all()
    call_command("aggregate", year="2015", verbosity=0)

    assert cells() == before


def test_kept_counts_are_never_changed(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    decide(root, registrar)
    purge_all()

    with pytest.raises(DatabaseError), transaction.atomic():
        KeptCell.objects.all().delete()


def test_rows_behind_a_number_say_how_many_are_purged(
    root: Unit, registrar: User, cases: list[Any], client: Client
) -> None:
    decide(root, registrar)
    purge_all()
    refresh()
    client.force_login(make_user("controller", (Role.QUALITY_CONTROLLER, root)))
    page = client.get(
        rows_url("deviations", root, calendar_year(2015))
    ).content.decode()

    assert "2 av dem är gallrade." in page


# --- analyses that are purged are done --------------------------------------------------------
def test_purged_analysis_is_no_work_to_do(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    Signal.objects.create(
        unit=cases[5].about,
        year=2015,
        tertial=1,
        kind="rise",
        level="pattern",
        category="Sekretess",
        count=7,
        before=2,
        periods=6,
        chance=0.001,
        false_share=0.01,
        parameters={},
    )
    open_analyses(
        2015,
        1,
        unit=root,
        actor=(controller := make_user("qc", (Role.QUALITY_CONTROLLER, root))),
    )
    TertialAnalysis.objects.update(
        state="done",
        closed_on=LONG_AGO,
        received_on=LONG_AGO,
        chief_note="A",
        conclusion="B",
    )
    decide(root, registrar)
    purge_all()
    scope = Scope(root, 2015, 1)

    assert not TertialAnalysis.objects.exists()
    assert findings(scope, controller).left == 0
    assert not is_left_to_open(scope)
    assert open_analyses(2015, 1, unit=root, actor=controller) == 0
    compilation = Compilation(root, 2015, 1, extracted_on=TODAY, internal=True)
    assert compilation.signals == []
    said = [paragraph.text for paragraph in patterns(compilation).blocks]
    assert "gallrade, med sina mönster" in str(said)


# --- nothing is left --------------------------------------------------------------------------
def owned_by_cases() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every table that belongs to cases, with its column that says to which."""
    waiting, seen = [Case], {Case}
    while waiting:
        for relation in waiting.pop()._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ManyToOneRel):
                model, field = relation.field.model, relation.field
                if (
                    field in model._meta.local_fields
                    and (model, field.name) not in purging.loose()
                ):
                    yield model, field.name
                    if model not in seen:
                        seen.add(model)
                        waiting.append(model)


def test_every_table_of_a_case_has_a_row_to_purge(cases: list[Any]) -> None:
    empty = {
        model._meta.label
        for model, _ in owned_by_cases()
        if not model._default_manager.exists()
    }

    assert empty == set()


def test_purge_leaves_no_row_file_or_job(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    decide(root, registrar)
    purge_all()

    left: Collection[str] = {
        m._meta.label for m, _ in owned_by_cases() if m._default_manager.exists()
    }
    assert left == set()
    assert not Attachment.objects.exists()
    assert not Job.objects.filter(kind=SCAN).exists()
    assert Tombstone.objects.count() == len(cases)


def test_history_of_what_is_left_is_whole_after_a_purge(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    log(make_deviation(root), action="file", label="Rapporterades", actor=None)
    decide(root, registrar)
    purge_all()

    assert broken_logs() == []


# --- together or not at all -------------------------------------------------------------------
def test_event_is_kept_as_long_as_its_lex_sarah_case(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    retention.register(
        root,
        subject=Subject.DEVIATIONS,
        years=5,
        decision="SN 41",
        decided_on=LONG_AGO,
        actor=registrar,
    )

    assert retention.find().groups == []
    assert retention.find().kept == {(Subject.DEVIATIONS, retention.TIED): 2}


def test_case_that_ivo_has_not_answered_is_kept(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    case = cases[2]
    case.degree, case.ivo_decided_by, case.ivo_outcome = (
        "serious_misconduct",
        "board",
        "waiting",
    )
    case.ivo_notified_on = LONG_AGO
    case.save()
    decide(root, registrar)

    assert not {case.pk, cases[0].pk} & {
        due.key for group in retention.find().groups for due in group
    }


def test_serious_case_that_was_never_notified_is_kept(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    cases[2].degree = "serious_misconduct"
    cases[2].save()
    decide(root, registrar)

    assert cases[2].pk not in {
        due.key for group in retention.find().groups for due in group
    }


def test_check_of_the_plan_of_last_year_is_kept(
    root: Unit, registrar: User, cases: list[Any]
) -> None:
    plan = Plan.objects.create(
        unit=cases[3].unit,
        year=TODAY.year - 1,
        title="P",
        method="file_review",
        first_on=dt.date(TODAY.year - 1, 3, 2),
    )
    cases[3].plan, cases[3].occasion_on = plan, LONG_AGO
    cases[3].save()
    decide(root, registrar)

    assert cases[3].pk not in {
        due.key for group in retention.find().groups for due in group
    }
