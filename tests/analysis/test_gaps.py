"""A month of which the register knows nothing is no month of none: not in a level, nor after an action."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from analysis.ask.table import answer
from analysis.counted.nouns import Noun
from analysis.counted.questions import Question
from analysis.figures.known import Known
from analysis.models import Cell, Kind, RegisterPeriod
from analysis.tertial import signals
from analysis.tertial.acting import acted_on
from analysis.unit.over_time import OwnUnit
from casework.database.periods import Period, calendar_year, tertial
from casework.models import Action, ActionLevel
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.blocks import Paragraph
from reports.life.services import begin
from reports.outlines.compiling import compile_report
from reports.tertial.document import compile_tertial
from reports.tertial.sources import Compilation
from reports.tokens.sentences import most
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
SAID = {"subject": "deviations", "basis": "received"}


def known(unit: Unit, first: dt.date, end: dt.date | None, **said: str) -> None:
    about = {"unit": unit, "subject": "deviations", "reason": "Prov.", **said}
    RegisterPeriod.objects.create(first=first, end=end, **about)


def report(unit: Unit, period: Period, each: int, **dimensions: str) -> None:
    cells = (
        Cell(unit=unit, month=month, count=each, **SAID, **dimensions)
        for month in period.months
    )
    Cell.objects.bulk_create(cells)


def make_world() -> Unit:
    """Return a unit of which nothing is known between 2024 and August 2025."""
    root = make_unit("F")
    own = make_unit("F-1", root, staff=20)
    known(root, dt.date(2021, 1, 1), dt.date(2025, 1, 1))
    known(root, dt.date(2025, 9, 1), None)
    report(
        own,
        Period(dt.date(2021, 1, 1), dt.date(2025, 1, 1)),
        10,
        category="Sekretess",
        process="Boende",
    )
    report(
        own,
        Period(dt.date(2025, 9, 1), dt.date(2026, 1, 1)),
        10,
        category="Sekretess",
        process="Boende",
    )
    return own


unit_once = made_once(make_world)


@pytest.fixture
def unit(unit_once: Unit) -> Unit:
    return deepcopy(unit_once)


@pytest.fixture
def planner(unit: Unit) -> User:
    return make_user("planerare", (Role.PLANNING_OFFICER, unit.parent))


def shown(planner: User, address: str, **asked: str) -> str:
    browser = Client()
    browser.force_login(planner)
    response = browser.get(address, {"unit": "F-1", "tertial": "1"} | asked)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("at", "run"),
    [
        ("2024-03", ("2021-01", "2025-01")),
        ("2025-01", ("2025-01", "2025-01")),
        ("2025-10", ("2025-09", "2026-01")),
        ("2020-12", ("2020-12", "2020-12")),
    ],
)
def test_months_around_one_end_where_the_register_does(
    unit: Unit, at: str, run: tuple[str, str]
) -> None:
    first, end, month = (dt.date.fromisoformat(f"{text}-01") for text in (*run, at))
    found = Known(unit).run(
        unit, "deviations", "received", month, end=dt.date(2026, 1, 1)
    )
    assert found == Period(first, end)


def test_level_begins_after_the_last_gap(unit: Unit, planner: User) -> None:
    own = OwnUnit(unit, 2025, 3, reader=planner)
    assert list(own.by_month) == tertial(2025, 3).months
    assert own.change is None


def test_level_up_to_a_gap_says_that_nothing_is_known(
    unit: Unit, planner: User
) -> None:
    own = OwnUnit(unit, 2025, 1, reader=planner)
    assert own.by_month == {}
    page = shown(planner, "/analys/enhet/", year="2025")
    assert "Uppgift saknas." in page
    assert "säker minskning" not in page


def test_workspace_of_an_unknown_tertial_calls_no_unit_silent(
    unit: Unit, planner: User
) -> None:
    page = shown(planner, "/analys/", year="2025", unit="F")
    assert "Rapporterade inget" not in page
    assert "Inget i tertialet sticker ut" not in page
    assert "0 rapporter på 0 månader" not in page
    assert "Uppgift saknas om vad som kom in under tertialet." in page


def act(unit: Unit, day: dt.date) -> None:
    case = make_deviation(unit, category="Sekretess", process="Boende", received_on=day)
    Action.objects.create(
        case=case,
        text="Genomgång.",
        level=ActionLevel.GROUP,
        decided_on=day,
        due_on=day,
        done_on=day,
    )


def test_silence_that_nobody_kept_is_no_effect_of_an_action(unit: Unit) -> None:
    act(unit, dt.date(2024, 10, 2))
    acted = next(acted_on(tertial(2025, 1), dt.date(2023, 5, 1), lambda *_: None))
    assert (acted.effect.before, acted.effect.before_months) == (120, 12)
    assert (acted.effect.after, acted.effect.after_months) == (20, 2)
    assert Kind.EASED not in {signal.kind for signal in signals.find(2025, 1)}


# --- what is asked of a time that is known in part ---------------------------------------------
def test_none_of_a_year_that_is_known_in_part_is_not_known(unit: Unit) -> None:
    asked = ("deviations", "received", calendar_year(2025))
    of_unit = Known(unit)
    assert of_unit.tells_count(1, unit, *asked)
    assert not of_unit.tells_count(0, unit, *asked)
    assert of_unit.tells_count(0, unit, "deviations", "received", calendar_year(2024))


def test_answer_has_no_none_where_nothing_is_known(unit: Unit) -> None:
    known(unit.parent, dt.date(2024, 1, 1), None, reported_by="outside")
    report(
        unit, Period(dt.date(2021, 5, 1), dt.date(2021, 6, 1)), 3, reported_by="staff"
    )
    report(
        unit, Period(dt.date(2024, 5, 1), dt.date(2024, 6, 1)), 3, reported_by="outside"
    )
    span = Period(dt.date(2021, 1, 1), dt.date(2026, 1, 1))
    RegisterPeriod.objects.filter(reported_by="").update(reported_by="staff")
    found = answer(
        Question("deviations", unit.parent, span, "received", ("month", "reported_by"))
    )
    shown = {
        line.label: [number.shown for number in line.numbers] for line in found.lines
    }
    outside, staff = (found.columns.index(name) for name in ("Utomstående", "Personal"))
    assert (shown["maj 2021"][outside], shown["maj 2021"][staff]) == (
        "uppgift saknas",
        3,
    )
    assert (shown["maj 2024"][outside], shown["maj 2024"][staff]) == (3, 0)


def test_figures_tell_no_none_of_a_time_that_is_known_in_part(unit: Unit) -> None:
    out, err = StringIO(), StringIO()
    asked = [
        "deviations",
        "--unit",
        "F",
        "--period",
        "2025",
        "--where",
        "category=Annat",
    ]
    call_command("figures", *asked, stdout=out, stderr=err)
    assert out.getvalue() == 'count\n""\n'
    assert "8 månader mellan 2025-01 och 2025-08" in err.getvalue()


# --- in a report ------------------------------------------------------------------------------
def said_of(unit: Unit, year: int) -> str:
    report_of = begin(unit=unit, year=year, template="malmo", actor=None)
    document = compile_report(report_of, extracted_on=dt.date(2026, 3, 1))
    blocks = [block for section in document.sections() for block in section.blocks]
    return " ".join(
        block.text for block in blocks if isinstance(block, Paragraph)
    ).replace("\xa0", " ")


def test_year_that_is_known_in_part_is_compared_by_the_month(unit: Unit) -> None:
    report(
        unit,
        Period(dt.date(2024, 1, 1), dt.date(2025, 1, 1)),
        9,
        kind="quality_deviation",
    )
    report(
        unit,
        Period(dt.date(2025, 9, 1), dt.date(2026, 1, 1)),
        9,
        kind="quality_deviation",
    )
    said = said_of(unit.parent, 2025)
    assert "36 kvalitetsavvikelser på 4 månader, jämfört med 108 på 12 månader" in said
    assert "Färre kvalitetsavvikelser" not in said


def test_none_in_a_year_that_is_known_in_part_is_said_to_be_unknown(unit: Unit) -> None:
    said = said_of(unit.parent, 2025)
    assert "Uppgift om kvalitetsavvikelser 2025 saknas." in said
    assert "Inga kvalitetsavvikelser" not in said


def test_praise_of_earlier_years_is_no_none_in_a_year_that_is_not_known(
    unit: Unit,
) -> None:
    about = {"kind": "praise", "reported_by": "outside"}
    report(unit, Period(dt.date(2024, 1, 1), dt.date(2024, 3, 1)), 4, **about)
    RegisterPeriod.objects.filter(end=None).delete()
    said = said_of(unit.parent, 2025)
    assert "Uppgift om beröm från utomstående 2025 saknas." in said
    assert "togs inga" not in said


def test_finding_of_a_chart_has_no_whole_of_which_a_part_is_not_known() -> None:
    noun = Noun("klagomål", "klagomål", neuter=True)
    assert (
        most(noun, 2024, {"Norr": 3, "Söder": 1})
        == "Flest klagomål 2024: Norr, 3 av 4."
    )
    assert (
        most(noun, 2024, {"Norr": 3, "Söder": 1, "Väster": None})
        == "Flest klagomål 2024: Norr, 3."
    )


# --- in the document of a tertial -------------------------------------------------------------
@pytest.mark.parametrize("internal", [True, False])
def test_tertial_of_which_nothing_is_known_is_not_said_to_have_no_pattern(
    unit: Unit, internal: bool
) -> None:
    compilation = Compilation(
        unit.parent, 2025, 1, dt.date(2026, 3, 1), internal=internal
    )
    document = compile_tertial(compilation)
    said = " ".join(
        b.text
        for s in document.sections()
        for b in s.blocks
        if isinstance(b, Paragraph)
    )
    assert "Reglerna hittade inget mönster" not in said
    assert "Uppgift saknas om vad som kom in: reglerna har inget att räkna." in said


@pytest.mark.parametrize("internal", [True, False])
def test_none_in_a_tertial_that_is_known_in_part_is_not_known(
    unit: Unit, internal: bool
) -> None:
    known(unit.parent, dt.date(2025, 3, 1), dt.date(2025, 5, 1))
    compilation = Compilation(
        unit.parent, 2025, 1, dt.date(2026, 3, 1), internal=internal
    )
    held = compilation.counts("deviations", (("kind", "quality_deviation"),)).by_unit[
        unit.parent.pk
    ]
    assert tertial(2025, 1) not in held
    assert held[tertial(2024, 3)] == 0
