"""From cases to signals to judged patterns: what the worker opens, and what people may conclude."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries  # type: ignore[attr-defined]

from analysis.figures import aggregate
from analysis.models import (
    Cell,
    Kind,
    Level,
    Signal,
    State,
    TertialAnalysis,
    TertialClose,
    Verdict,
)
from analysis.tasks import close_tertials, look, refresh
from analysis.tertial import compiling, services, signals
from analysis.tertial.signal_sentences import reason_for
from casework.background import jobs
from casework.cases.history import broken_logs
from casework.database.periods import tertial, tertial_of
from casework.improvement.actions import decide_action
from casework.models import Action, Job, Notice
from casework.process.deadlines import months_after
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_report_of, make_unit, make_user
from tests.worlds import made_once

TODAY = timezone.localdate()
BEFORE, LAST, NOW = signals.tertials_before(*tertial_of(TODAY), 2)
YEAR, NUMBER = LAST
pytestmark = pytest.mark.django_db


@dataclass
class Place:
    """A unit with a sudden rise in one category, another that is quiet, and those who work there."""

    root: Unit
    loud: Unit
    quiet: Unit
    chief: User
    planner: User


def make_place() -> Place:
    root = make_unit("F")
    loud, quiet = make_unit("F-1", root), make_unit("F-2", root)
    chief = make_user("chef", (Role.SECTION_CHIEF, loud))
    planner = make_user("planerare", (Role.PLANNING_OFFICER, root))
    for year, number in signals.tertials_before(*LAST, 6):
        for unit in (loud, quiet):
            _report(unit, year, number, "Bemötande")
    for _ in range(9):
        _report(loud, *LAST, "Sekretess")
    aggregate.count()
    return Place(root, loud, quiet, chief, planner)


place_once = made_once(make_place)


@pytest.fixture
def place(place_once: Place) -> Place:
    return deepcopy(place_once)


def _report(unit: Unit, year: int, number: int, category: str, **facts: object) -> None:
    make_deviation(
        unit, received_on=dt.date(year, 4 * number - 3, 3), category=category, **facts
    )


def _opened(place: Place) -> TertialAnalysis:
    compiling.look(*LAST)
    services.open_analyses(*LAST)
    return TertialAnalysis.objects.of(*LAST).get(about=place.loud)


def _take(
    case: TertialAnalysis, name: str, actor: User, **facts: object
) -> TertialAnalysis:
    fresh = TertialAnalysis.objects.get(pk=case.pk)
    return services.take_step(
        fresh, name, actor=actor, seen_version=fresh.version, facts=facts
    )


def _judge_all(case: TertialAnalysis, actor: User) -> None:
    for pattern in case.patterns.all():
        services.judge(
            pattern,
            actor=actor,
            seen_version=pattern.version,
            verdict=Verdict.NO_ACTION,
            assessment="Ett engångsfel i en skrivare.",
        )


# --- signals ----------------------------------------------------------------------------------
def test_look_finds_the_rise(place: Place) -> None:
    compiling.look(*LAST)
    rise = Signal.objects.get(kind=Kind.RISE, unit=place.loud)
    assert (rise.category, rise.count, rise.before, rise.periods) == (
        "Sekretess",
        9,
        0,
        6,
    )
    assert rise.level == Level.PATTERN
    assert rise.parameters["false_share"] == 0.10


def _look_job(**more: int) -> Job:
    return jobs.enqueue("analysis.look", year=YEAR, number=NUMBER, **more)


def _begin(job: Job) -> Job:
    """Take a job as a worker does, and let it read."""
    Job.objects.filter(pk=job.pk).update(
        attempts=1, leased_until=timezone.now() + jobs.LEASE
    )
    return Job.objects.get(pk=job.pk)


def _waiting() -> set[int]:
    looks = Job.objects.pending().filter(kind="analysis.look", leased_until=None)
    return {job.arguments.get("again", 0) for job in looks.filter(arguments__year=YEAR)}


def test_refresh_asks_for_another_look_when_all_have_begun(place: Place) -> None:
    _begin(_look_job())
    _begin(_look_job(again=1))
    compiling.ask_to_look(*LAST)
    compiling.ask_to_look(*LAST)
    assert _waiting() == {2}


def test_look_that_read_later_asks_for_another_when_an_older_one_is_not_done(
    place: Place,
) -> None:
    _begin(_look_job())
    later = _begin(_look_job(again=1))
    compiling.keep_for(later, signals.find(*LAST))
    assert _waiting() == {2}


def test_look_that_read_first_asks_for_nothing(place: Place) -> None:
    first = _begin(_look_job())
    _begin(_look_job(again=1))
    compiling.keep_for(first, signals.find(*LAST))
    assert _waiting() == set()


def test_look_here_and_now_asks_for_another_when_a_worker_is_looking(
    place: Place,
) -> None:
    _begin(_look_job())
    compiling.look(*LAST)
    assert _waiting() == {1}


def test_look_reads_outside_the_transaction_and_keeps_its_lease(place: Place) -> None:
    told: list[int] = []
    job = _begin(_look_job())
    effect = look(job, lambda percent, _doing: told.append(percent))
    assert len(told) >= 4
    assert not Signal.objects.exists()
    effect()
    assert Signal.objects.filter(kind=Kind.RISE, unit=place.loud).exists()


def test_refresh_asks_once_for_a_look_that_has_not_begun(place: Place) -> None:
    refresh()
    _report(place.loud, *LAST, "Samordning")
    refresh()
    assert Job.objects.filter(
        kind="analysis.look", arguments__year=YEAR
    ).count() == len({at for at in (LAST, NOW) if at[0] == YEAR})


def test_look_again_gives_the_same(place: Place) -> None:
    compiling.look(*LAST)
    before = list(
        Signal.objects.order_by("pk").values_list("unit", "kind", "category", "count")
    )
    compiling.look(*LAST)
    assert (
        list(
            Signal.objects.order_by("pk").values_list(
                "unit", "kind", "category", "count"
            )
        )
        == before
    )


def test_look_leaves_praise_out(place: Place) -> None:
    for _ in range(9):
        _report(place.quiet, *LAST, "Bemötande", kind="praise")
    aggregate.count()
    compiling.look(*LAST)
    assert not Signal.objects.filter(unit=place.quiet, kind=Kind.RISE).exists()


def test_look_finds_what_returns_after_an_action(place: Place) -> None:
    case = make_deviation(
        place.quiet,
        received_on=tertial(*BEFORE).first,
        category="Information",
        process="Boende",
    )
    Action.objects.create(
        case=case,
        text="Ny mall.",
        decided_on=tertial(*BEFORE).first,
        done_on=tertial(*BEFORE).last_day,
    )
    for _ in range(3):
        _report(place.quiet, *LAST, "Information", process="Boende")
    aggregate.count()
    compiling.look(*LAST)
    found = Signal.objects.get(kind=Kind.REPEATED)
    assert (found.unit, found.category, found.process, found.count) == (
        place.quiet,
        "Information",
        "Boende",
        3,
    )


def _acted_on(unit: Unit, before: int, after: int) -> None:
    """Let so many have come in during the year before an action, and so many in four months since."""
    done, seen = (
        tertial(*BEFORE).last_day,
        {"category": "Information", "process": "Boende"},
    )
    first = months_after(done.replace(day=1), -12)
    cases = [
        make_deviation(unit, received_on=months_after(first, n % 12), **seen)
        for n in range(before)
    ]
    decided = tertial(*BEFORE).first
    Action.objects.create(
        case=cases[-1], text="Ny mall.", decided_on=decided, done_on=done
    )
    for _ in range(after):
        _report(unit, *LAST, "Information", process="Boende")
    aggregate.count()
    compiling.look(*LAST)


def test_look_never_says_in_spite_of_an_action_that_halved(place: Place) -> None:
    _acted_on(place.quiet, before=48, after=8)
    assert not Signal.objects.filter(kind=Kind.REPEATED).exists()


def test_look_says_in_spite_of_an_action_that_changed_nothing(place: Place) -> None:
    _acted_on(place.quiet, before=48, after=16)
    found = Signal.objects.get(kind=Kind.REPEATED)
    assert (found.count, found.before, found.parameters["after_months"]) == (16, 48, 4)
    said = reason_for(found)
    assert said.startswith("16 nya i tertialet, efter att en åtgärd")
    assert "Från 48 på 12 månader till 16 på 4 månader" in said
    assert said.endswith("Men antalet har säkert inte halverats."), (
        "what the pattern rests on"
    )


def test_look_says_when_it_got_fewer_after_an_action(place: Place) -> None:
    _acted_on(place.quiet, before=48, after=3)
    found = Signal.objects.get(kind=Kind.EASED)
    assert (found.level, found.count) == (Level.FEWER, 3)
    assert "till 3 på 4 månader: säker minskning" in reason_for(found)


def test_look_finds_lex_sarah_of_one_type_again(place: Place) -> None:
    for at in (BEFORE, LAST):
        deviation = make_deviation(place.quiet, received_on=tertial(*at).first)
        report = make_report_of(deviation)
        report.case.type = "Bemötande"
        report.case.save()
    aggregate.count()
    compiling.look(*LAST)
    found = Signal.objects.get(kind=Kind.REPEATED, subject="lexsarah")
    assert (found.type, found.count) == ("Bemötande", 2)


def test_look_says_nothing_the_first_year() -> None:
    unit = make_unit("N")
    for _ in range(12):
        _report(unit, *LAST, "Sekretess")
    aggregate.count()
    compiling.look(*LAST)
    assert not Signal.objects.filter(kind=Kind.RISE, unit=unit).exists()


# --- opening ----------------------------------------------------------------------------------
def test_close_tertial_opens_an_analysis_for_each_unit(place: Place) -> None:
    close_tertials()
    jobs.run_pending()
    jobs.run_pending()  # the looks that closing asks for
    analyses = TertialAnalysis.objects.of(*LAST)
    assert set(analyses.values_list("about__code", flat=True)) == {"F", "F-1", "F-2"}
    assert analyses.get(about=place.loud).patterns.filter(category="Sekretess").exists()


def test_close_tertial_long_past_opens_nothing(place: Place) -> None:
    close_tertials()
    jobs.run_pending()
    assert TertialClose.objects.count() == 7
    assert not TertialAnalysis.objects.exclude(year=YEAR, tertial=NUMBER).exists()


def test_open_twice_is_once(place: Place) -> None:
    compiling.look(*LAST)
    assert services.open_analyses(*LAST) == 3
    assert services.open_analyses(*LAST) == 0


def test_open_tells_the_chief(place: Place) -> None:
    case = _opened(place)
    assert Notice.objects.filter(case_id=case.pk, user=place.chief).exists()


def test_open_asks_as_much_for_many_units_as_for_few(
    place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(12):
        unit = make_unit(f"F-3-{n}", place.root)
        make_user(f"chef {n}", (Role.SECTION_CHIEF, unit))
        for _ in range(9):
            _report(unit, *LAST, "Sekretess")
    aggregate.count()
    compiling.look(*LAST)
    with django_assert_max_num_queries(20):
        assert services.open_analyses(*LAST) == 15
    # One for each chief, and for the analyses of units without one those who act for them.
    assert Notice.objects.filter(kind=Notice.Kind.NEW).count() == 15
    assert not [number for number in broken_logs() if number.startswith("TA")]
    numbers = TertialAnalysis.objects.order_by("number").values_list(
        "number", flat=True
    )
    assert list(numbers) == [f"TA-{TODAY.year}-{n:04d}" for n in range(1, 16)]


def test_open_tells_nobody_of_what_he_or_she_opened(place: Place) -> None:
    make_user(
        "both", (Role.PLANNING_OFFICER, place.root), (Role.DEPARTMENT_CHIEF, place.root)
    )
    actor = User.objects.get(username="both")
    compiling.look(*LAST)
    services.open_analyses(*LAST, unit=place.root, actor=actor)
    assert not Notice.objects.filter(user=actor).exists()
    assert Notice.objects.filter(user=place.chief).count() == 1


def test_open_tertial_that_goes_on_is_refused(place: Place) -> None:
    with pytest.raises(StepRefusedError):
        services.open_analyses(*NOW, unit=place.root, actor=place.planner)


def test_open_tertial_from_before_the_register_is_refused(place: Place) -> None:
    with pytest.raises(StepRefusedError, match="Registret"):
        services.open_analyses(1990, 1, unit=place.root, actor=place.planner)


def test_open_by_a_chief_is_refused(place: Place) -> None:
    with pytest.raises(StepRefusedError):
        services.open_analyses(*BEFORE, unit=place.loud, actor=place.chief)


def test_late_report_reaches_an_open_analysis(place: Place) -> None:
    case = _opened(place)
    for _ in range(9):
        _report(place.loud, *LAST, "Samordning")
    aggregate.count()
    compiling.look(*LAST)
    assert case.patterns.filter(category="Samordning").exists()


def test_late_report_adds_nothing_to_what_was_marked_as_done_meanwhile(
    place: Place,
) -> None:
    case = _opened(place)
    TertialAnalysis.objects.filter(pk=case.pk).update(
        state=State.DONE, chief_note="Ja.", conclusion="Nej."
    )
    for _ in range(9):
        _report(place.loud, *LAST, "Samordning")
    aggregate.count()
    signals.renew(*LAST, signals.find(*LAST))
    assert services.add_patterns(*LAST) == 0
    assert not case.patterns.filter(category="Samordning").exists()


def test_late_report_leaves_what_was_judged(place: Place) -> None:
    case = _opened(place)
    _judge_all(case, place.chief)
    _report(place.loud, *LAST, "Sekretess")
    aggregate.count()
    compiling.look(*LAST)
    assert case.patterns.get(kind=Kind.RISE).count == 9
    assert Signal.objects.get(kind=Kind.RISE, unit=place.loud).count == 10


def test_same_cell_follows_the_earlier_pattern(place: Place) -> None:
    for _ in range(12):
        _report(place.loud, *BEFORE, "Sekretess")
        _report(place.loud, *LAST, "Sekretess")
        _report(place.loud, *LAST, "Sekretess")
    aggregate.count()
    compiling.look(*BEFORE)
    services.open_analyses(*BEFORE, unit=place.root, actor=place.planner)
    pattern = _opened(place).patterns.get(kind=Kind.RISE, category="Sekretess")
    assert pattern.follows is not None
    assert pattern.follows.analysis.period == tertial(*BEFORE)


# --- judging and closing ----------------------------------------------------------------------
def test_close_without_chiefs_note_is_refused(place: Place) -> None:
    case = _opened(place)
    _judge_all(case, place.planner)
    _take(case, "slutsats", place.planner, conclusion="Rutinen för utskick ändras.")
    _take(
        case, "ingen-atgard", place.planner, no_action_reason="Rutinen är redan ändrad."
    )
    with pytest.raises(StepRefusedError, match="kommentar"):
        _take(case, "klar", place.planner)


def test_close_with_an_unjudged_pattern_is_refused(place: Place) -> None:
    case = _opened(place)
    _take(case, "kommentera", place.chief, chief_note="Skrivaren stod fel.")
    _take(case, "slutsats", place.planner, conclusion="Skrivaren är flyttad.")
    _take(case, "ingen-atgard", place.planner, no_action_reason="Redan gjort.")
    with pytest.raises(StepRefusedError, match="mönster 1"):
        _take(case, "klar", place.planner)


def test_close_with_all_that_is_needed(place: Place) -> None:
    case = _opened(place)
    _take(case, "kommentera", place.chief, chief_note="Skrivaren stod fel.")
    _judge_all(case, place.planner)
    _take(case, "slutsats", place.planner, conclusion="Skrivaren är flyttad.")
    decide_action(
        TertialAnalysis.objects.get(pk=case.pk),
        actor=place.planner,
        text="Flytta skrivaren.",
        level="unit",
        owner=place.chief,
        due_on=TODAY + dt.timedelta(days=20),
    )
    done = _take(case, "klar", place.planner)
    assert (done.state, done.closed_on) == (State.DONE, TODAY)


def test_close_of_a_department_waits_for_its_units(place: Place) -> None:
    _opened(place)
    whole = TertialAnalysis.objects.get(about=place.root)
    head = make_user("avdelningschef", (Role.DEPARTMENT_CHIEF, place.root))
    _take(whole, "kommentera", head, chief_note="Två enheter.")
    _take(whole, "slutsats", place.planner, conclusion="Se enheterna.")
    _take(whole, "ingen-atgard", place.planner, no_action_reason="Enheterna gör det.")
    with pytest.raises(StepRefusedError, match="2 enheter är inte klara"):
        _take(whole, "klar", place.planner)


def test_close_by_a_chief_is_refused(place: Place) -> None:
    with pytest.raises(StepRefusedError):
        _take(_opened(place), "klar", place.chief)


def test_comment_hands_over_to_whoever_compiles(place: Place) -> None:
    case = _take(
        _opened(place), "kommentera", place.chief, chief_note="Skrivaren stod fel."
    )
    assert case.owner == place.planner


def test_judge_late_is_refused(place: Place) -> None:
    pattern = _opened(place).patterns.get(kind=Kind.RISE)
    said = {"verdict": Verdict.ACTION, "assessment": "Skrivaren."}
    services.judge(pattern, actor=place.chief, seen_version=0, **said)
    with pytest.raises(TooLateError):
        services.judge(pattern, actor=place.planner, seen_version=0, **said)


def test_judge_without_words_is_refused(place: Place) -> None:
    pattern = _opened(place).patterns.get(kind=Kind.RISE)
    with pytest.raises(ValidationError):
        services.judge(
            pattern,
            actor=place.chief,
            seen_version=0,
            verdict=Verdict.NO_ACTION,
            assessment="",
        )


def test_judge_by_a_stranger_is_refused(place: Place) -> None:
    pattern = _opened(place).patterns.get(kind=Kind.RISE)
    stranger = make_user("annan", (Role.SECTION_CHIEF, place.quiet))
    with pytest.raises(StepRefusedError):
        services.judge(
            pattern,
            actor=stranger,
            seen_version=0,
            verdict=Verdict.ACTION,
            assessment="Skrivaren.",
        )


def test_database_refuses_done_without_words(place: Place) -> None:
    case = _opened(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        TertialAnalysis.objects.filter(pk=case.pk).update(state=State.DONE)


def test_cells_of_the_tertial_are_untouched(place: Place) -> None:
    before = Cell.objects.count()
    _opened(place)
    assert Cell.objects.count() == before
