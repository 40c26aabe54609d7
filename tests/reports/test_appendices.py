"""The appendices of a report come from live records: what is done in the year stands there at once."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from analysis.counted.subjects import Subject
from casework.handling.retention import purge, register
from casework.improvement.actions import decide_action, finish, judge_effect
from casework.models import Case
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.blocks import Table
from reports.life.services import begin
from reports.outlines.compiling import compile_report
from riskanalysis.models import RiskAnalysis
from riskanalysis.process import services as analyses
from selfcheck.models import Draw, SelfCheck, Template, TemplateVersion
from selfcheck.process import services as checks
from tests.factories import make_unit, make_user
from tests.municipality import make_riskanalysis, make_selfcheck

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ACTION, ROUTINE = "Påminn vid byte av handläggare", "Genomförandeplan"


@pytest.fixture
def unit() -> Unit:
    return make_unit("A-1", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


def appendix_of(unit: Unit, key: str, year: int = TODAY.year) -> list[tuple[str, ...]]:
    """Return the rows of an appendix of the year's report."""
    report = begin(unit=unit.parent or unit, year=year, template="malmo", actor=None)
    document = compile_report(report, extracted_on=TODAY)
    (found,) = (chapter for chapter in document.chapters if chapter.key == key)
    return [
        row for block in found.blocks if isinstance(block, Table) for row in block.rows
    ]


def act(case: Case, chief: User) -> None:
    """Decide an action that improves a routine, do it, and see that it helped."""
    action = decide_action(
        case, actor=chief, text=ACTION, level="unit", improved_routine=ROUTINE
    )
    action = finish(action, actor=chief, seen_version=action.version, done_on=TODAY)
    judge_effect(
        action,
        actor=chief,
        seen_version=action.version,
        effect="yes",
        effect_note="Ja.",
    )


def check_step(case: SelfCheck, name: str, chief: User, **facts: Any) -> SelfCheck:
    fresh = SelfCheck.objects.get(pk=case.pk)
    return checks.take_step(
        fresh, name, actor=chief, seen_version=fresh.version, facts=facts
    )


def analysis_step(
    case: RiskAnalysis, name: str, chief: User, **facts: Any
) -> RiskAnalysis:
    fresh = RiskAnalysis.objects.get(pk=case.pk)
    return analyses.take_step(
        fresh, name, actor=chief, seen_version=fresh.version, facts=facts
    )


def test_check_that_is_closed_stands_in_appendix_2_of_its_year(
    unit: Unit, chief: User
) -> None:
    about = {
        "title": "Planer",
        "unit": unit,
        "workplace": "Mottagningen",
        "planned_on": TODAY,
    }
    facts = {
        **about,
        "method": "file_review",
        "template": None,
        "why": "",
        "process": "",
    }
    case = checks.begin(actor=chief, form_token=uuid4(), facts=facts)
    check_step(case, "borja", chief)
    check_step(
        case,
        "resultat",
        chief,
        finding="some",
        result="En akt saknar plan.",
        met=8,
        reviewed=9,
    )
    check_step(case, "slutsats", chief, conclusion="Planer glöms vid byte.")
    act(SelfCheck.objects.get(), chief)
    check_step(case, "besluta", chief)
    check_step(case, "avsluta", chief)

    row = ("Planer", "Mottagningen", "En akt saknar plan.\n8 av 9", ACTION, ROUTINE)
    assert appendix_of(unit, "bilaga-egenkontroller") == [row]
    assert appendix_of(unit, "bilaga-egenkontroller", TODAY.year - 1) == []


def test_purge_takes_nothing_from_the_appendices_of_last_year(unit: Unit) -> None:
    year = TODAY.year - 1
    day = dt.date(year, 1, 10)
    about: dict[str, Any] = {"received_on": day, "closed_on": day}
    make_riskanalysis(
        unit, number="RA-1", title="Flytten", state="closed", decided_on=day, **about
    )
    make_selfcheck(unit, number="EK-1", title="Planer", done_on=day, **about)
    registrar = make_user("registrar", (Role.REGISTRAR, unit.parent))
    for subject in (Subject.RISKANALYSIS, Subject.SELFCHECK):
        said = {"subject": subject, "years": 1, "decision": "SN 41", "decided_on": day}
        register(unit.parent, actor=registrar, **said)

    assert sum(purge(on=dt.date(TODAY.year, 2, 1))) == 0
    assert [row[0] for row in appendix_of(unit, "bilaga-riskanalyser", year)] == [
        "Flytten"
    ]
    assert [row[0] for row in appendix_of(unit, "bilaga-egenkontroller", year)] == [
        "Planer"
    ]


def test_check_that_is_only_planned_stands_in_no_appendix(
    unit: Unit, chief: User
) -> None:
    about = {
        "title": "Planer",
        "unit": unit,
        "workplace": "Mottagningen",
        "planned_on": TODAY,
    }
    facts = {
        **about,
        "method": "file_review",
        "template": None,
        "why": "",
        "process": "",
    }
    checks.begin(actor=chief, form_token=uuid4(), facts=facts)

    assert appendix_of(unit, "bilaga-egenkontroller") == []


def test_analysis_that_is_decided_stands_in_appendix_1_of_its_year(
    unit: Unit, chief: User
) -> None:
    about = {
        "title": "Flytten",
        "unit": unit,
        "trigger": "move",
        "workplace": "Mottagningen",
    }
    case = analyses.plan(
        actor=chief, form_token=uuid4(), facts={**about, "planned_on": TODAY}
    )
    analysis_step(case, "borja", chief)
    said = {
        "event": "att ingen hittar",
        "cause": "ny adress",
        "consequence": "uteblivet stöd",
    }
    valued = {"probability": 3, "severity": 3, "decision": "act", "reason": ""}
    analyses.add_risk(case, actor=chief, form_token=uuid4(), facts=said | valued)
    act(RiskAnalysis.objects.get(), chief)
    before = appendix_of(unit, "bilaga-riskanalyser")
    analysis_step(case, "besluta", chief, review_on=TODAY + dt.timedelta(days=60))

    assert before == []
    assert appendix_of(unit, "bilaga-riskanalyser") == [
        ("Flytten", "Mottagningen", ACTION, ROUTINE)
    ]


def test_check_of_several_questions_shows_the_share_of_each(
    unit: Unit, chief: User
) -> None:
    template = Template.objects.create(code="planer", name="Planer")
    questions = ["Finns en plan?", "Är den följd upp?"]
    version = TemplateVersion.objects.create(
        template=template, number=1, method="file_review", questions=questions
    )
    about = {
        "title": "Planer",
        "unit": unit,
        "workplace": "Mottagningen",
        "planned_on": TODAY,
    }
    facts = {
        **about,
        "method": "file_review",
        "template": version,
        "why": "",
        "process": "",
    }
    case = checks.begin(actor=chief, form_token=uuid4(), facts=facts)
    check_step(case, "borja", chief)
    checks.make_draw(
        case, actor=chief, of=Draw.Of.FILES, population="Akter", size=40, count=3
    )
    for file, said in ((1, "yes"), (2, "no"), (3, "yes")):
        checks.answer(case, actor=chief, file=file, said={1: "yes", 2: said})
    check_step(
        case, "resultat", chief, finding="some", result="En plan är inte följd upp."
    )
    ((*_, result, _, _),) = appendix_of(unit, "bilaga-egenkontroller")
    assert result.split("\n")[1:] == [
        "Finns en plan?: 3 av 3",
        "Är den följd upp?: 2 av 3",
    ]
