"""Self-checks from plan to result to action: who may do what, what is drawn and counted, and what it asks."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from casework.improvement.actions import decide_action
from casework.process.workflow import StepRefusedError
from organisation.access import remembering
from organisation.models import Unit, User
from organisation.rights import CHIEFS, Role
from selfcheck.models import Draw, Method, SelfCheck, State, Template, TemplateVersion
from selfcheck.plan.occasions import occasions
from selfcheck.process.services import (
    answer,
    begin,
    draw_cases,
    make_draw,
    publish,
    take_step,
    withdraw,
)
from selfcheck.process.workflow import workflow_for
from selfcheck.review.drawing import draw, wilson
from selfcheck.review.reviewing import last_time, results_of
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_selfcheck
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
QUESTIONS = ["Finns en plan?", "Är den följd?"]
FOUND = {"finding": "some", "result": "En akt saknar plan."}

# What a chief of the unit may do with a file review, by state; a quality controller opens again.
RIGHTS = """
planned   | borja beskriv flytta-fram stall-in
ongoing   | beskriv flytta-fram stall-in resultat
result    | resultat slutsats besluta
decided   | slutsats avsluta
closed    | oppna-igen
cancelled | -
"""


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def controller(unit: Unit) -> User:
    assert unit.parent
    return make_user("controller", (Role.QUALITY_CONTROLLER, unit.parent))


def started(unit: Unit, chief: User, **facts: Any) -> SelfCheck:
    """Return a check that has begun, without a template unless one is given."""
    about = {
        "title": "Planer",
        "unit": unit,
        "workplace": "Mottagningen",
        "method": "file_review",
        "template": None,
        "why": "",
        "process": "",
        "planned_on": TODAY + dt.timedelta(days=30),
    }
    case = begin(actor=chief, form_token=uuid4(), facts=about | facts)
    return step(case, "borja", chief)


def ongoing(unit: Unit, chief: User, **facts: Any) -> SelfCheck:
    """Return a check as it is when its chief has begun it."""
    begun = {
        "title": "Planer",
        "state": "ongoing",
        "owner": chief,
        "received_on": TODAY,
        "planned_on": TODAY + dt.timedelta(days=30),
        **dict.fromkeys(("done_on", "met", "reviewed")),
    }
    number = f"EK-2026-{SelfCheck.objects.count() + 1:04d}"
    return make_selfcheck(unit, number=number, **begun | facts)


def step(case: SelfCheck, name: str, actor: User, **facts: Any) -> SelfCheck:
    fresh = SelfCheck.objects.get(pk=case.pk)
    return take_step(fresh, name, actor=actor, seen_version=fresh.version, facts=facts)


def version_of(
    controller: User, questions: list[str] | None = None, **facts: Any
) -> TemplateVersion:
    asked = {
        "questions": QUESTIONS if questions is None else questions,
        "method": "file_review",
    }
    template = Template.objects.filter(code="planer").first()
    return publish(
        actor=controller,
        template=template,
        code="planer",
        name="Planer",
        facts={**asked, "source": "", **facts},
    )


def reviewed(unit: Unit, chief: User, controller: User, count: int = 2) -> SelfCheck:
    """Return a file review that is answered: yes, but no to the first question about the last file."""
    case = ongoing(unit, chief, template=version_of(controller))
    make_draw(
        case, actor=chief, of=Draw.Of.FILES, population="Alla", size=40, count=count
    )
    for file in range(1, count + 1):
        answer(
            case,
            actor=chief,
            file=file,
            said={1: "no" if file == count else "yes", 2: "yes"},
        )
    return case


# --- rights -----------------------------------------------------------------------------------
def everybody() -> tuple[SelfCheck, dict[Role, User]]:
    """Make a check that goes on, and a person for each role in its unit."""
    unit = make_unit("B", make_unit("A"))
    people = {role: make_user(role.value, (role, unit)) for role in Role}
    return ongoing(unit, people[Role.SECTION_CHIEF]), people


@pytest.fixture(scope="class")
def roles(
    django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[SelfCheck, dict[Role, User]]]:
    with world_for_a_module(django_db_blocker, everybody) as made, remembering():
        yield made


class TestEveryRole:
    """What the table of rights says of each role, about a check that is made once."""

    @pytest.mark.parametrize("line", RIGHTS.strip().splitlines())
    def test_open_to_offers_what_the_table_says(
        self, line: str, roles: tuple[SelfCheck, dict[Role, User]]
    ) -> None:
        state, steps = (part.strip() for part in line.split("|"))
        case, people = roles
        case.state = state
        by_role = {Role(role): set(steps.split()) - {"-"} for role in CHIEFS}
        if state == State.CLOSED:
            by_role[Role.QUALITY_CONTROLLER] = {"oppna-igen"}
        workflow = workflow_for("file_review")

        assert {
            role: {step.name for step in workflow.open_to(case, who)}
            for role, who in people.items()
        } == {role: by_role.get(role, set()) for role in Role}


@pytest.mark.parametrize("method", Method)
def test_every_method_leads_from_plan_to_the_end(method: Method) -> None:
    workflow = workflow_for(method)
    reached, before = {State.PLANNED.value}, set()
    while reached != before:
        before = set(reached)
        reached |= {
            step.target
            for step in workflow.steps
            if step.target and step.sources & reached
        }

    assert reached == set(State.values)
    assert all(step.law for step in workflow.steps)


# --- draws ------------------------------------------------------------------------------------
def test_draw_can_be_repeated_by_anybody_from_its_record(
    unit: Unit, chief: User
) -> None:
    made = make_draw(
        ongoing(unit, chief),
        actor=chief,
        of=Draw.Of.FILES,
        population="Alla",
        size=50,
        count=7,
    )
    lots = {
        place: hashlib.sha256(f"{made.seed}:{place}".encode()).hexdigest()
        for place in range(1, 51)
    }

    assert made.drawn == sorted(lots, key=lots.__getitem__)[:7]


def test_draw_is_uniform_over_ten_thousand_draws() -> None:
    size, count, rounds = 20, 5, 10_000
    times = [0] * (size + 1)
    for seed in range(rounds):
        for place in draw(str(seed), size=size, count=count):
            times[place] += 1
    expected = rounds * count / size
    # Chi-square with 19 degrees of freedom: 43.8 is exceeded by chance in 1 of 1 000.
    assert sum((found - expected) ** 2 / expected for found in times[1:]) < 43.8


def test_draw_of_cases_never_holds_a_protected_one_unless_told(
    unit: Unit, chief: User
) -> None:
    shown, hidden = make_deviation(unit), make_deviation(unit, protected=True)
    case = ongoing(unit, chief)
    cases = [shown.case_ptr, hidden.case_ptr]
    first = draw_cases(case, actor=chief, cases=cases, population="Öppna", count=1)
    told = draw_cases(
        case,
        actor=chief,
        cases=cases,
        population="Öppna",
        count=2,
        with_protected=True,
        reason="Gäller dem.",
    )

    assert first.members == [shown.number]
    assert set(told.members) == {shown.number, hidden.number}


@pytest.mark.parametrize(("size", "count"), [(3, 4), (0, 1), (3, 0)])
def test_draw_of_more_than_there_is_is_refused(
    size: int, count: int, unit: Unit, chief: User
) -> None:
    case = ongoing(unit, chief)
    with pytest.raises(ValidationError):
        make_draw(
            case,
            actor=chief,
            of=Draw.Of.FILES,
            population="Alla",
            size=size,
            count=count,
        )

    assert not case.draws.exists()


def test_draw_again_needs_a_reason_and_keeps_the_first(unit: Unit, chief: User) -> None:
    case = ongoing(unit, chief)
    facts: dict[str, Any] = {
        "actor": chief,
        "of": Draw.Of.FILES,
        "population": "Alla",
        "size": 9,
        "count": 2,
    }
    make_draw(case, **facts)
    with pytest.raises(ValidationError, match="varför"):
        make_draw(case, **facts)
    make_draw(case, **facts, reason="Fel lista.")

    assert case.draws.count() == 2


def test_draw_is_never_changed(unit: Unit, chief: User) -> None:
    make_draw(
        ongoing(unit, chief),
        actor=chief,
        of=Draw.Of.FILES,
        population="Alla",
        size=9,
        count=2,
    )
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Draw.objects.update(count=1)


# --- answers ----------------------------------------------------------------------------------
def test_results_count_yes_of_yes_and_no(
    unit: Unit, chief: User, controller: User
) -> None:
    case = reviewed(unit, chief, controller, count=3)
    answer(case, actor=chief, file=2, said={1: "not_applicable", 2: "not_verifiable"})
    first, second = results_of(case)

    assert (first.met, first.reviewed, first.not_applicable) == (1, 2, 1)
    assert (second.met, second.reviewed, second.not_verifiable) == (2, 2, 1)


def test_result_before_everything_is_answered_says_how_much_is_left(
    unit: Unit, chief: User, controller: User
) -> None:
    case = ongoing(unit, chief, template=version_of(controller))
    with pytest.raises(StepRefusedError, match="Dra först"):
        step(case, "resultat", chief, **FOUND)
    make_draw(case, actor=chief, of=Draw.Of.FILES, population="Alla", size=9, count=2)
    answer(case, actor=chief, file=1, said={1: "yes"})
    with pytest.raises(StepRefusedError, match="3 frågor"):
        step(case, "resultat", chief, **FOUND)


def test_result_of_a_file_review_is_counted_and_never_typed(
    unit: Unit, chief: User, controller: User
) -> None:
    case = step(
        reviewed(unit, chief, controller),
        "resultat",
        chief,
        **FOUND,
        met=40,
        reviewed=40,
    )

    assert (case.met, case.reviewed, case.done_on) == (3, 4, TODAY)


def test_answer_after_the_result_is_refused(
    unit: Unit, chief: User, controller: User
) -> None:
    case = reviewed(unit, chief, controller)
    step(case, "resultat", chief, **FOUND)
    with pytest.raises(StepRefusedError):
        answer(case, actor=chief, file=1, said={1: "no"})


@pytest.mark.parametrize(("file", "question"), [(3, 1), (0, 1), (1, 3), (1, 0)])
def test_answer_about_what_is_not_there_is_refused(
    file: int, question: int, unit: Unit, chief: User, controller: User
) -> None:
    case = reviewed(unit, chief, controller)
    with pytest.raises(StepRefusedError):
        answer(case, actor=chief, file=file, said={question: "yes"})


# --- from result to action --------------------------------------------------------------------
def test_decide_asks_for_conclusion_and_action(
    unit: Unit, chief: User, controller: User
) -> None:
    case = step(reviewed(unit, chief, controller), "resultat", chief, **FOUND)
    with pytest.raises(StepRefusedError, match=r"Slutsats.*åtgärd"):
        step(case, "besluta", chief)
    step(case, "slutsats", chief, conclusion="Planer glöms när handläggaren byts.")
    action = decide_action(
        SelfCheck.objects.get(), actor=chief, text="Påminn vid byte", level="unit"
    )
    step(case, "besluta", chief)
    with pytest.raises(StepRefusedError, match="effekten"):
        step(case, "avsluta", chief)
    type(action).objects.update(done_on=TODAY, effect="yes", effect_on=TODAY)

    assert step(case, "avsluta", chief).closed_on == TODAY


def test_result_without_faults_needs_no_action(unit: Unit, chief: User) -> None:
    case = ongoing(unit, chief)
    step(
        case,
        "resultat",
        chief,
        finding="none",
        result="Allt var rätt.",
        met=8,
        reviewed=8,
    )
    step(case, "slutsats", chief, conclusion="Rutinen fungerar.")
    step(case, "besluta", chief)

    assert step(case, "avsluta", chief).state == State.CLOSED


def test_reopened_check_keeps_what_was_found(unit: Unit, chief: User) -> None:
    case = ongoing(unit, chief)
    step(case, "resultat", chief, finding="none", result="Allt var rätt.")
    step(case, "slutsats", chief, conclusion="Bra.")
    step(case, "besluta", chief)
    step(case, "avsluta", chief)
    case = step(case, "oppna-igen", chief, reason="En akt glömdes.")

    assert (case.state, case.result, case.done_on, case.closed_on) == (
        "result",
        "Allt var rätt.",
        TODAY,
        None,
    )
    assert case.notes.get().text == "En akt glömdes."


def test_last_time_tells_a_change_only_when_it_is_certain(
    unit: Unit, chief: User
) -> None:
    long_ago = TODAY - dt.timedelta(days=365)
    make_selfcheck(
        unit,
        number="EK-1",
        title="Planer",
        done_on=long_ago,
        received_on=long_ago,
        met=10,
        reviewed=40,
    )
    case = ongoing(unit, chief)
    readable = SelfCheck.objects.handled_by(chief)
    words = []
    for met in (11, 38):
        case.met, case.reviewed = met, 40
        found = last_time(case, readable)
        assert found
        words.append(found.words)

    assert words == ["Ingen säker förändring.", "Andelen är högre."]


# --- templates --------------------------------------------------------------------------------
def test_publish_leaves_a_running_check_with_its_version(
    unit: Unit, chief: User, controller: User
) -> None:
    case = reviewed(unit, chief, controller)
    version_of(controller, ["En ny fråga?"])

    case.refresh_from_db()
    assert [result.question for result in results_of(case)] == QUESTIONS
    assert Template.objects.get(code="planer").versions.first().number == 2


def test_publish_the_same_twice_is_one_version(controller: User) -> None:
    assert version_of(controller) == version_of(controller)


def test_publish_is_for_the_controller_alone(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError):
        publish(
            actor=chief, template=None, code="x", name="X", facts={"method": "survey"}
        )


def test_withdrawn_template_stays_with_the_checks_that_began(
    unit: Unit, chief: User, controller: User
) -> None:
    case = reviewed(unit, chief, controller)
    assert case.template
    withdraw(case.template.template, actor=controller)

    assert len(results_of(SelfCheck.objects.get())) == len(QUESTIONS)


def test_standard_templates_come_along() -> None:
    codes = set(Template.objects.values_list("code", flat=True))

    assert {
        "dokumentation",
        "loggkontroll",
        "skyddade-personuppgifter",
        "freda-kortfragor",
    } <= codes
    assert all(template.versions.exists() for template in Template.objects.all())


@pytest.mark.django_db(transaction=True)
def test_standard_templates_are_there_after_a_test_that_commits() -> None:
    call_command("flush", interactive=False, verbosity=0)

    assert Template.objects.filter(code="loggkontroll").exists()


# --- numbers and days -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("met", "reviewed", "words"),
    [
        (39, 40, "87–100 %"),
        (16, 39, "27–57 %"),
        (15, 21, "50–86 %"),
        (8, 9, "57–98 %"),
        (0, 5, "0–43 %"),
    ],
)
def test_wilson_of_the_published_results(met: int, reviewed: int, words: str) -> None:
    interval = wilson(met, reviewed)
    assert interval
    assert interval.words == words


def test_wilson_of_nothing_is_nothing() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("first", "rhythm", "days"),
    [
        ("2026-03-31", "once", ["2026-03-31"]),
        ("2026-02-27", "half", ["2026-02-27", "2026-08-27"]),
        ("2026-04-30", "tertial", ["2026-04-30", "2026-08-31", "2026-12-30"]),
        ("2026-10-30", "month", ["2026-10-30", "2026-11-30", "2026-12-30"]),
    ],
)
def test_occasions_fall_on_working_days_of_the_year(
    first: str, rhythm: str, days: list[str]
) -> None:
    assert [
        day.isoformat() for day in occasions(dt.date.fromisoformat(first), rhythm)
    ] == days
