"""Beside the box stands what was said before, and examples that can be tied to no case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.models import Pattern, TertialAnalysis
from casework.models import Action, Case, Recusal
from organisation.models import Unit, User
from organisation.rights import Role
from reports.life.services import begin, write
from reports.models import AnnualReport, Assignment
from reports.outlines.compiling import compile_report
from reports.writing.author_help import Beside, beside
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import (
    make_analysis,
    make_lexsarah,
    make_pattern,
    make_report,
    make_riskanalysis,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 2, 3)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC", name="Socialförvaltningen")


@pytest.fixture
def writer(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


@pytest.fixture
def report(root: Unit) -> AnnualReport:
    return make_report(root, 2024)


def at_hand(report: AnnualReport, reader: User, section: str = "uppfoljning") -> Beside:
    document = compile_report(report, extracted_on=DAY)
    found = next(each for each in document.sections() if each.key == section)
    return beside(report, document, found, reader=reader)


def act(case: Case, **facts: object) -> Action:
    given = {
        "text": "Granska utskick.",
        "level": "department",
        "decided_on": dt.date(2024, 3, 1),
    }
    return Action.objects.create(case=case, **{**given, **facts})


def judge(analysis: TertialAnalysis, judge: User, **facts: object) -> Pattern:
    given = {
        "verdict": "no_action",
        "assessment": "Fler ringer när handläggare byts.",
        "count": 7,
    }
    return make_pattern(
        analysis, **{**given, "judged_by": judge, "judged_at": timezone.now(), **facts}
    )


# --- what was said before -----------------------------------------------------------------------
def test_text_of_the_year_before_stands_beside_in_whatever_outline(
    root: Unit, writer: User
) -> None:
    earlier = begin(unit=root, year=2023, template="goteborg", actor=None)
    write(
        earlier, section="inledning", text="Så skrev vi då.", seen_version=0, actor=None
    )
    report = begin(unit=root, year=2024, template="goteborg", actor=None)

    found = at_hand(report, writer, "inledning").earlier
    assert found
    assert found.text == "Så skrev vi då."


def test_newest_text_in_the_same_outline_comes_first(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    for template in ("goteborg", "malmo"):
        earlier = begin(unit=root, year=2023, template=template, actor=None)
        for version in range(2):
            text = f"{template} {version}"
            write(
                earlier, section="lexsarah", text=text, seen_version=version, actor=None
            )

    found = at_hand(report, writer, "lexsarah").earlier
    assert found
    assert found.text == "malmo 1"


def test_plans_of_the_year_before_stand_beside_their_follow_up(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    make_report(root, 2023)
    earlier = AnnualReport.objects.get(year=2023)
    write(
        earlier,
        section="utveckling",
        text="Vi ska svara snabbare.",
        seen_version=0,
        actor=None,
    )

    found = at_hand(report, writer)
    assert found.plan
    assert found.plan.text == "Vi ska svara snabbare."
    assert at_hand(report, writer, "avvikelser").plan is None


def test_undecided_text_of_a_report_that_one_does_not_read_is_not_shown(
    root: Unit, report: AnnualReport
) -> None:
    earlier = make_report(root, 2023, text="Halvfärdigt.")
    author = make_user("author", (Role.SECTION_CHIEF, root))
    Assignment.objects.create(report=report, section="uppfoljning", author=author)
    assert at_hand(report, author).earlier is None

    Assignment.objects.create(report=earlier, section="uppfoljning", author=author)
    assert at_hand(report, author).earlier is not None


# --- promises, actions, conclusions ---------------------------------------------------------------
def test_action_of_an_earlier_year_stands_with_what_became_of_it(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    case = make_deviation(root)
    act(case, decided_on=dt.date(2023, 10, 1), done_on=dt.date(2024, 4, 1))
    act(case, text="Utbilda alla.", due_on=dt.date(2025, 6, 1))
    found = at_hand(report, writer)

    assert [(p.where, p.text, p.outcome) for p in found.promised] == [
        ("Från 2023", "Granska utskick.", "Genomförd 1 april 2024.")
    ]
    assert [p.insert for p in found.actions] == [
        "Utbilda alla. Kvarstår till nästa år. Ska vara klar senast 1 juni 2025."
    ]


def test_action_in_one_unit_or_about_a_protected_person_is_not_shown(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    act(make_deviation(root), level="unit")
    act(make_deviation(root, protected=True))

    assert at_hand(report, writer).actions == []


@pytest.mark.parametrize("template", ["malmo", "goteborg"])
def test_action_of_a_case_that_only_some_may_read_is_neither_shown_nor_published(
    root: Unit, writer: User, template: str
) -> None:
    for circle in ("few", "investigator"):
        act(
            make_lexsarah(root, number=f"LS-{circle}", circle=circle),
            text="Hemlig åtgärd.",
        )
    act(make_deviation(root), text="Öppen åtgärd.")
    report = begin(unit=root, year=2024, template=template, actor=None)
    section = {"malmo": "uppfoljning", "goteborg": "inledning"}[template]
    document = compile_report(report, extracted_on=DAY)
    told = str([section.blocks for section in document.sections()])

    assert [passage.text for passage in at_hand(report, writer, section).actions] == [
        "Öppen åtgärd."
    ]
    assert "Hemlig åtgärd" not in told
    assert ("Öppen åtgärd" in told) == (template == "goteborg")


def test_action_of_a_case_that_the_reader_takes_no_part_in_is_not_shown(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    case = make_riskanalysis(root, number="RA-1")
    act(case, text="Två läser varje beslut.", done_on=dt.date(2024, 5, 1))
    assert (
        len(at_hand(report, writer).actions)
        == len(at_hand(report, writer).examples)
        == 1
    )

    Recusal.objects.create(case=case, user=writer)
    found = at_hand(report, writer)
    assert found.actions == found.examples == []


def test_section_about_an_area_has_the_actions_of_the_area(
    root: Unit, writer: User
) -> None:
    for code in ("EK", "BO"):
        act(make_deviation(make_unit(code, root)), text=f"Åtgärd {code}")
    report = begin(unit=root, year=2024, template="goteborg", actor=None)
    found = at_hand(report, writer, "slutsatser-ek")

    # The quality year of 2024 began in September 2023.
    assert [passage.text for passage in found.actions] == ["Åtgärd EK"]


def test_conclusions_and_judged_patterns_of_the_year_stand_beside(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    analysis = make_analysis(root, conclusion="Vi ser att svaren dröjer.")
    judge(analysis, writer)
    make_pattern(analysis, position=2, category="Bemötande")
    found = at_hand(report, writer)

    assert [p.text for p in found.conclusions] == ["Vi ser att svaren dröjer."]
    assert found.conclusions[0].where == "Tertial 1 2024, Socialförvaltningen"
    assert [(p.text, p.outcome) for p in found.patterns] == [
        ("Fler ringer när handläggare byts.", "Ingen åtgärd")
    ]


def test_what_is_put_in_is_plain_words(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    make_analysis(root, conclusion="Se *rutinen* [här](x)\noch {tal avvikelser}.")

    (found,) = at_hand(report, writer).conclusions
    assert found.insert == r"Se \*rutinen\* \[här\](x) och (tal avvikelser)."


# --- examples -----------------------------------------------------------------------------------
def test_examples_come_from_many_cases_from_risks_and_from_routines(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    analysis = make_analysis(root, number="TA-1")
    judge(analysis, writer)
    done = {"done_on": dt.date(2024, 5, 1)}
    act(analysis, improved_routine="Rutinen har fått en kontroll.", **done)
    act(make_riskanalysis(root, number="RA-1"), text="Två läser varje beslut.", **done)

    assert [p.insert for p in at_hand(report, writer).examples] == [
        "Fler ringer när handläggare byts. (Tertialanalysen, tertial 1 2024.)",
        "Rutinen har fått en kontroll. (Förbättrad rutin 2024.)",
        "Två läser varje beslut. (Åtgärd efter en riskanalys 2024.)",
    ]


def test_nothing_of_a_single_case_is_an_example(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    done = {"done_on": dt.date(2024, 5, 1), "improved_routine": "Rutinen är ändrad."}
    act(make_deviation(root, description="Anna blev utan svar."), **done)

    assert at_hand(report, writer).examples == []


def test_name_of_a_routine_and_the_same_words_again_are_no_examples(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    analysis = make_analysis(root, number="TA-1")
    for routine in (
        "Utskick",
        "Rutinen har fått en kontroll.",
        "Rutinen har fått en kontroll.",
    ):
        act(analysis, improved_routine=routine, done_on=dt.date(2024, 5, 1))

    assert [p.text for p in at_hand(report, writer).examples] == [
        "Rutinen har fått en kontroll."
    ]


def test_pattern_of_few_cases_is_no_example(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    judge(make_analysis(root), writer, count=4)

    assert at_hand(report, writer).examples == []


@pytest.mark.parametrize(
    "secret", ["19811218-9876", "anna@exempel.se", "070-123 45 67"]
)
def test_words_with_a_number_or_an_address_of_somebody_are_no_example(
    root: Unit, report: AnnualReport, writer: User, secret: str
) -> None:
    judge(make_analysis(root), writer, assessment=f"Se {secret} i ärendet.")

    assert at_hand(report, writer).examples == []


def test_number_of_questions_does_not_grow(
    root: Unit, report: AnnualReport, writer: User
) -> None:
    counts = []
    for number in range(1, 4, 2):
        for place in range(number):
            unit = make_unit(f"U{number}{place}", root)
            judge(make_analysis(unit, number=f"TA-{number}{place}"), writer)
            act(make_deviation(unit), done_on=dt.date(2024, 5, 1))
        document = compile_report(report, extracted_on=DAY)
        section = next(
            each for each in document.sections() if each.key == "uppfoljning"
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            beside(report, document, section, reader=writer)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
