"""The year's plan: what opens when, once; what becomes of it when a plan is changed, moved or withdrawn."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from celery import current_app
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from casework.background.jobs import run_pending
from casework.models import Notice, Routine
from casework.process.deadlines import next_workday
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.access import remembering
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from selfcheck.models import Plan, SelfCheck, State, Template, TemplateVersion
from selfcheck.plan.occasions import occasions
from selfcheck.plan.planning import (
    add_plan,
    change_plan,
    copy_year,
    move_plan,
    open_due,
    withdraw_plan,
)
from selfcheck.plan.wheel import wheel_of
from selfcheck.process.services import take_step
from tests.factories import LONG_AGO, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = next_workday(TODAY + dt.timedelta(days=14))
# The days of a plan are those of a year that is all in sight, whatever day the tests are run.
YEAR = TODAY.year + 1
SPRING = dt.date(YEAR, 3, 31)
IN_TIME = SPRING - dt.timedelta(days=30)
QUERIES = 14  # of the page of a year, however much is planned

# Who may what with the plans of the own unit.
RIGHTS = """
section_chief      | add copy change withdraw move
unit_chief         | add copy change withdraw move
department_chief   | add copy change withdraw move
administration_chief | add copy change withdraw move
planning_officer   | add copy
quality_controller | add copy
"""


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"), name="Mottagningen")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


def facts(**said: Any) -> dict[str, Any]:
    return {
        "title": "Planer",
        "why": "Planer glöms.",
        "process": "Boende",
        "method": "file_review",
        "rhythm": "once",
        "template": None,
        "first_on": SPRING,
        "responsible": None,
        **said,
    }


def planned(unit: Unit, chief: User, **said: Any) -> Plan:
    return add_plan(actor=chief, unit=unit, facts=facts(**said))


def changed(plan: Plan, chief: User, **said: Any) -> Plan:
    return change_plan(
        plan, actor=chief, seen_version=plan.version, facts=facts(**said)
    )


def begun(check: SelfCheck, chief: User) -> SelfCheck:
    return take_step(check, "borja", actor=chief, seen_version=check.version, facts={})


def last_line(check: SelfCheck) -> str:
    return str(check.log.order_by("sequence").values_list("label", flat=True).last())


def above_of(unit: Unit) -> Unit:
    assert unit.parent
    return unit.parent


# --- what opens -------------------------------------------------------------------------------
def test_open_due_opens_what_lies_within_thirty_days(unit: Unit, chief: User) -> None:
    planned(unit, chief, rhythm="quarter")

    assert open_due(today=IN_TIME - dt.timedelta(days=1)) == 0
    assert open_due(today=IN_TIME) == 1
    check = SelfCheck.objects.get()
    assert (check.state, check.planned_on, check.due_on, check.unit) == (
        State.PLANNED,
        SPRING,
        SPRING,
        unit,
    )
    assert (check.title, check.why, check.process) == (
        "Planer",
        "Planer glöms.",
        "Boende",
    )
    assert check.log.get().label == "Öppnades enligt årsplanen"
    assert Notice.objects.get(kind=Notice.Kind.NEW).user == chief


def test_open_due_opens_all_that_a_worker_who_was_away_missed(
    unit: Unit, chief: User
) -> None:
    plan = planned(unit, chief, rhythm="quarter")

    assert open_due(today=dt.date(YEAR, 12, 24)) == 4
    assert open_due(today=dt.date(YEAR, 12, 25)) == 0
    days = plan.checks.order_by("occasion_on").values_list("occasion_on", flat=True)
    assert list(days) == occasions(SPRING, "quarter")


def test_open_due_leaves_what_had_passed_when_it_was_planned(
    unit: Unit, chief: User
) -> None:
    plan = planned(unit, chief, rhythm="quarter")
    Plan.objects.update(holds_from=dt.date(YEAR, 9, 1))
    open_due(today=dt.date(YEAR, 12, 24))
    days = plan.checks.order_by("occasion_on").values_list("occasion_on", flat=True)

    assert list(days) == occasions(SPRING, "quarter")[2:]


def test_open_due_leaves_a_check_whose_day_was_moved(unit: Unit, chief: User) -> None:
    planned(unit, chief)
    open_due(today=IN_TIME)
    check = SelfCheck.objects.get()
    later = {"planned_on": SPRING + dt.timedelta(days=9), "reason": "Semester."}
    take_step(
        check, "flytta-fram", actor=chief, seen_version=check.version, facts=later
    )

    assert open_due(today=SPRING) == 0


def test_open_due_takes_the_newest_version_of_the_template(
    unit: Unit, chief: User
) -> None:
    template = Template.objects.create(code="egen", name="Egen")
    for number, method in enumerate(("survey", "log_check"), start=1):
        TemplateVersion.objects.create(template=template, number=number, method=method)
    planned(unit, chief, template=template)
    open_due(today=IN_TIME)
    check = SelfCheck.objects.get()

    assert check.template
    assert (check.template.number, check.method) == (2, "log_check")


def test_open_due_gives_the_check_to_a_responsible_chief(
    unit: Unit, chief: User
) -> None:
    planned(unit, chief, responsible=chief)
    open_due(today=IN_TIME)

    assert SelfCheck.objects.get().owner == chief


@pytest.mark.parametrize("active", [True, False])
def test_open_due_gives_the_check_to_nobody_who_cannot_make_it(
    active: bool, unit: Unit, chief: User
) -> None:
    role = Role.STAFF if active else Role.SECTION_CHIEF
    planned(unit, chief, responsible=make_user("other", (role, unit), is_active=active))
    open_due(today=IN_TIME)

    assert SelfCheck.objects.get().owner is None


def test_open_due_opens_nothing_in_a_unit_that_has_ended(
    unit: Unit, chief: User
) -> None:
    planned(unit, chief)
    Unit.objects.filter(pk=unit.pk).update(valid_to=IN_TIME)

    assert open_due(today=IN_TIME) == 0


@pytest.mark.django_db(transaction=True)
def test_open_due_by_two_workers_opens_each_once(unit: Unit, chief: User) -> None:
    for place in range(3):
        planned(unit, chief, title=f"Plan {place}", rhythm="month")
    begin, opened = threading.Barrier(2), []

    def work() -> None:
        try:
            begin.wait()
            opened.append(open_due(today=dt.date(YEAR, 12, 24)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (
        sum(opened) == SelfCheck.objects.count() == 3 * len(occasions(SPRING, "month"))
    )


def test_daily_job_opens_what_is_due(unit: Unit, chief: User) -> None:
    planned(unit, chief, first_on=SOON)
    current_app.tasks["selfcheck.tasks.ask_to_open"]()
    run_pending()

    assert SelfCheck.objects.get().planned_on == SOON


# --- adding and copying -----------------------------------------------------------------------
def test_verbs_are_open_to_those_of_the_table(unit: Unit, chief: User) -> None:
    rows = (line.split("|") for line in RIGHTS.strip().splitlines())
    expected = {who.strip(): set(verbs.split()) for who, verbs in rows}
    plans = [planned(unit, chief, title=title) for title in "abc"]
    other, done = make_unit("C", unit.parent), dict[str, set[str]]()
    for role in Role:
        with transaction.atomic(), remembering():
            person = make_user(role.value, (role, above_of(unit)))
            done[role.value] = verbs_open_to(person, plans, other)
            transaction.set_rollback(True)

    assert done == {role.value: expected.get(role.value, set()) for role in Role}


def verbs_open_to(person: User, plans: list[Plan], other: Unit) -> set[str]:
    """Return what a person is let do with the plans of a unit, of which one is moved to another."""
    one, two, three = (Plan.objects.get(pk=plan.pk) for plan in plans)
    unit = one.unit
    last: dict[str, Any] = {"actor": person, "seen_version": 0}
    verbs: dict[str, Any] = {
        "add": lambda: add_plan(actor=person, unit=unit, facts=facts()),
        "copy": lambda: copy_year(
            actor=person, unit=unit, from_year=YEAR, to_year=YEAR + 1
        ),
        "change": lambda: change_plan(one, **last, facts=facts(title="d")),
        "withdraw": lambda: withdraw_plan(two, **last, reason="Nej."),
        "move": lambda: move_plan(three, **last, unit=other),
    }
    done = set[str]()
    for name, verb in verbs.items():
        try:
            verb()
            done.add(name)
        except StepRefusedError:
            pass
    return done


def test_add_the_same_plan_twice_is_one(unit: Unit, chief: User) -> None:
    assert planned(unit, chief) == planned(unit, chief)


def test_add_another_plan_of_the_same_name_is_refused(unit: Unit, chief: User) -> None:
    planned(unit, chief)
    with pytest.raises(ValidationError, match="heter så"):
        planned(unit, chief, why="Något annat.")


def test_add_in_a_unit_that_has_ended_is_refused(unit: Unit, chief: User) -> None:
    Unit.objects.filter(pk=unit.pk).update(valid_to=TODAY)
    with pytest.raises(StepRefusedError, match="upphört"):
        planned(unit, chief)


def test_copy_twice_copies_once(unit: Unit, chief: User) -> None:
    first = planned(unit, chief)
    withdrawn = planned(unit, chief, title="Indragen")
    withdraw_plan(withdrawn, actor=chief, seen_version=0, reason="Behövs inte.")
    years: dict[str, Any] = {
        "actor": chief,
        "unit": unit,
        "from_year": YEAR,
        "to_year": YEAR + 1,
    }

    assert (copy_year(**years), copy_year(**years)) == (1, 0)
    copy = Plan.objects.get(year=YEAR + 1)
    assert (copy.copied_from, copy.title, copy.rhythm) == (first, "Planer", "once")


@pytest.mark.parametrize(
    ("day", "copied"),
    [
        ("2027-03-31", "2028-03-31"),
        ("2027-12-31", "2028-12-29"),
        ("2028-02-29", "2029-02-28"),
    ],
)
def test_copy_moves_the_first_day_to_a_working_day_of_the_year(
    day: str, copied: str, unit: Unit, chief: User
) -> None:
    first = dt.date.fromisoformat(day)
    planned(unit, chief, first_on=first)
    copy_year(actor=chief, unit=unit, from_year=first.year, to_year=first.year + 1)

    assert Plan.objects.get(year=first.year + 1).first_on.isoformat() == copied


def test_copy_to_a_year_that_has_passed_is_refused(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError, match="gått"):
        copy_year(
            actor=chief, unit=unit, from_year=TODAY.year - 2, to_year=TODAY.year - 1
        )


@pytest.mark.parametrize(
    "left", [{"is_active": False}, {"memberships": TODAY}], ids=["account", "role"]
)
def test_copy_leaves_out_who_has_left(
    unit: Unit, chief: User, left: dict[str, Any]
) -> None:
    gone = make_user(
        "gone", (Role.SECTION_CHIEF, unit), is_active=left.get("is_active", True)
    )
    gone.memberships.update(valid_to=left.get("memberships"))
    planned(unit, chief, responsible=gone)
    copy_year(actor=chief, unit=unit, from_year=YEAR, to_year=YEAR + 1)

    assert Plan.objects.get(year=YEAR + 1).responsible is None


# --- changing, withdrawing, moving ------------------------------------------------------------
def test_change_by_two_tells_the_second(unit: Unit, chief: User) -> None:
    plan = planned(unit, chief)
    changed(plan, chief, why="Den första.")
    with pytest.raises(TooLateError):
        changed(plan, chief, why="Den andra.")

    assert Plan.objects.get().why == "Den första."


def test_change_of_days_cancels_what_is_open_and_not_begun(
    unit: Unit, chief: User
) -> None:
    plan = planned(unit, chief, rhythm="quarter")
    open_due(today=dt.date(YEAR, 9, 15))
    first, *_ = plan.checks.order_by("occasion_on")
    begun(first, chief)
    plan = changed(plan, chief, rhythm="half")
    states = dict(plan.checks.values_list("occasion_on__month", "state"))

    assert states == {3: State.ONGOING, 6: State.CANCELLED, 9: State.PLANNED}
    assert open_due(today=dt.date(YEAR, 9, 15)) == 0


def test_change_to_another_year_is_refused(unit: Unit, chief: User) -> None:
    plan = planned(unit, chief)
    with pytest.raises(ValidationError):
        changed(plan, chief, first_on=SPRING.replace(year=YEAR + 1))


def test_withdraw_cancels_what_has_not_begun_and_says_why(
    unit: Unit, chief: User
) -> None:
    plan = planned(unit, chief, rhythm="half")
    open_due(today=dt.date(YEAR, 9, 15))
    first, second = plan.checks.order_by("occasion_on")
    begun(first, chief)
    withdraw_plan(plan, actor=chief, seen_version=0, reason="Verksamheten är pausad.")

    assert [check.state for check in plan.checks.order_by("occasion_on")] == [
        "ongoing",
        "cancelled",
    ]
    assert second.notes.get().text == "Verksamheten är pausad."
    assert last_line(second) == "Ställdes in"
    assert open_due(today=dt.date(YEAR, 12, 31)) == 0


def test_move_after_a_split_loses_nothing_and_opens_nothing_twice(
    unit: Unit, chief: User
) -> None:
    other = make_unit("C", unit.parent, name="Nya mottagningen")
    above = make_user("above", (Role.DEPARTMENT_CHIEF, above_of(unit)))
    plan = planned(unit, chief, rhythm="quarter", responsible=chief)
    open_due(today=dt.date(YEAR, 6, 15))
    begun(plan.checks.order_by("occasion_on")[0], chief)
    Unit.objects.filter(pk=unit.pk).update(valid_to=TODAY)
    moved = move_plan(plan, actor=above, seen_version=0, unit=other)
    first, second = moved.checks.order_by("occasion_on")

    assert (first.unit, first.state) == (unit, State.ONGOING)
    assert (second.unit, second.owner, last_line(second)) == (
        other,
        None,
        "Flyttades till Nya mottagningen",
    )
    assert open_due(today=dt.date(YEAR, 12, 31)) == 2
    assert SelfCheck.objects.filter(plan=moved).count() == 4
    plan.refresh_from_db()
    assert plan.withdrawn_reason == "Flyttades till Nya mottagningen."


def test_move_leaves_the_places_of_the_other_plans(unit: Unit, chief: User) -> None:
    first, second = planned(unit, chief), planned(unit, chief, title="Loggar")
    above = make_user("above", (Role.DEPARTMENT_CHIEF, above_of(unit)))
    move_plan(first, actor=above, seen_version=0, unit=make_unit("C", unit.parent))

    assert Plan.objects.numbered().get(pk=second.pk).place == 2


# --- the pages --------------------------------------------------------------------------------
@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def page_of(unit: Unit, year: int = YEAR) -> str:
    return f"/egenkontroll/plan/?enhet={unit.code}&ar={year}"


def sent(**said: Any) -> dict[str, Any]:
    return {**facts(template="", responsible="", seen_version=0), **said}


def test_wheel_says_where_each_occasion_stands(unit: Unit, chief: User) -> None:
    plan = planned(unit, chief, rhythm="tertial")
    open_due(today=dt.date(YEAR, 8, 15))
    first, second = plan.checks.order_by("occasion_on")
    begun(first, chief)
    take_step(second, "stall-in", actor=chief, seen_version=0, facts={"reason": "Nej."})
    spring, _, autumn = wheel_of([plan], chief)

    assert [(turn.state, turn.number) for turn in spring[1]] == [
        ("pågår", first.number)
    ]
    assert [turn.state for turn in wheel_of([plan], chief)[1][1]] == ["ställs in"]
    assert [turn.state for turn in autumn[1]] == ["ej öppnad"]


def test_wheel_says_what_is_late(unit: Unit, chief: User) -> None:
    plan = planned(unit, chief)
    open_due(today=IN_TIME)
    SelfCheck.objects.update(planned_on=TODAY - dt.timedelta(days=1))

    assert [turn.state for _, turns in wheel_of([plan], chief) for turn in turns] == [
        "försenad"
    ]


def test_wheel_shows_nothing_of_a_check_to_who_is_kept_from_it(
    unit: Unit, chief: User
) -> None:
    plan = planned(unit, chief)
    open_due(today=IN_TIME)
    SelfCheck.objects.get().recusals.create(user=chief)

    turns = [turn for _, turns in wheel_of([plan], chief) for turn in turns]
    assert [(turn.state, turn.number) for turn in turns] == [("öppnad", "")]


@pytest.mark.parametrize("count", [1, 10])
def test_page_asks_as_much_about_four_plans_as_about_one(
    count: int, unit: Unit, chief: User, browser: Client, django_assert_num_queries: Any
) -> None:
    for place in range(count):
        planned(unit, chief, title=f"Plan {place}", responsible=chief)
    open_due(today=IN_TIME)
    browser.get(page_of(unit))
    with django_assert_num_queries(QUERIES):
        text = browser.get(page_of(unit)).content.decode()

    assert text.count(f"/egenkontroll/plan/B/{YEAR}/") == count


def test_page_of_a_unit_that_has_ended_says_that_plans_are_to_be_moved(
    unit: Unit, chief: User, browser: Client
) -> None:
    planned(unit, chief)
    Unit.objects.filter(pk=unit.pk).update(valid_to=TODAY)
    text = browser.get(page_of(unit)).content.decode()

    assert "Enheten har upphört" in text
    assert "Kopiera från förra året" not in text


@pytest.mark.parametrize(
    "query", ["?ar=hej", "?ar=0", "?ar=99999", "?enhet=A", "?enhet=%20&ar="]
)
def test_page_asked_for_the_impossible_shows_the_own_unit(
    query: str, browser: Client
) -> None:
    response = browser.get(f"/egenkontroll/plan/{query}")

    assert response.status_code == 200
    assert "Mottagningen" in response.content.decode()


def test_plan_is_added_changed_and_withdrawn_in_the_browser(
    unit: Unit, browser: Client
) -> None:
    assert browser.post("/egenkontroll/plan/ny/", sent()).status_code == 302
    address = f"/egenkontroll/plan/B/{YEAR}/1/"
    assert (
        browser.post(address, sent(title="Loggar", method="log_check")).status_code
        == 302
    )
    second = browser.post(address, sent(title="Journaler"))
    gone = browser.post(
        address, {"do": "withdraw", "reason": "Görs av avdelningen.", "seen_version": 1}
    )
    plan = Plan.objects.get()

    assert (second.status_code, gone.status_code) == (409, 302)
    assert "Loggar" in second.content.decode()
    assert (plan.title, plan.method, plan.withdrawn_reason) == (
        "Loggar",
        "log_check",
        "Görs av avdelningen.",
    )


def test_withdrawal_that_came_too_late_can_be_sent_again(
    unit: Unit, chief: User, browser: Client
) -> None:
    changed(planned(unit, chief), chief, why="Något annat.")
    late = browser.post(
        f"/egenkontroll/plan/B/{YEAR}/1/",
        {"do": "withdraw", "reason": "Nej.", "seen_version": 0},
    )
    text = late.content.decode()

    assert late.status_code == 409
    assert "Nej." in text
    assert text.count('name="seen_version" value="1"') == 3


def test_plan_names_a_routine_of_the_register(unit: Unit, browser: Client) -> None:
    Routine.objects.create(code="utskick", name="Utskick av beslut", unit=unit)
    browser.post("/egenkontroll/plan/ny/", sent(process="Utskick av beslut"))

    assert Plan.objects.get().process == "Utskick av beslut"


def test_plan_keeps_a_name_that_the_register_never_had(
    unit: Unit, chief: User, browser: Client
) -> None:
    planned(unit, chief, process="Genomförandeplan")
    text = browser.get(f"/egenkontroll/plan/B/{YEAR}/1/").content.decode()

    assert '<option value="Genomförandeplan" selected' in text


def test_plan_takes_its_method_from_the_template(unit: Unit, browser: Client) -> None:
    browser.post(
        "/egenkontroll/plan/ny/", sent(template="loggkontroll", method="survey")
    )

    assert Plan.objects.get().method == "log_check"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": ""}, "Skriv vad som ska kontrolleras"),
        ({"method": ""}, "Välj hur den görs"),
        ({"first_on": "2020-01-01"}, "dag som kommer"),
        ({"responsible": "nobody"}, "Välj en person i listan"),
    ],
)
def test_plan_that_lacks_something_keeps_what_was_typed(
    wrong: dict[str, str], says: str, browser: Client
) -> None:
    response = browser.post(
        "/egenkontroll/plan/ny/", sent(why="Skäl att minnas.") | wrong
    )
    text = response.content.decode()

    assert response.status_code == 400
    assert says in text
    assert "Skäl att minnas." in text


def test_plan_is_moved_in_the_browser(unit: Unit, chief: User, browser: Client) -> None:
    planned(unit, chief)
    other = make_unit("C", unit.parent)
    Membership.objects.create(
        user=chief, unit=other, role=Role.SECTION_CHIEF, valid_from=LONG_AGO
    )
    browser.post(
        f"/egenkontroll/plan/B/{YEAR}/1/",
        {"do": "move", "unit": "C", "seen_version": 0},
    )

    assert Plan.objects.going_on().get().unit == other


def test_copy_in_the_browser_says_how_many(
    unit: Unit, chief: User, browser: Client
) -> None:
    planned(unit, chief)
    response = browser.post(
        "/egenkontroll/plan/", {"enhet": "B", "ar": YEAR + 1}, follow=True
    )

    assert f"1 plan är kopierad från {YEAR}" in response.content.decode()


def test_plan_of_another_unit_is_not_found(unit: Unit, browser: Client) -> None:
    other = make_unit("C", unit.parent)
    planned(other, make_user("its", (Role.SECTION_CHIEF, other)))

    assert browser.get(f"/egenkontroll/plan/C/{YEAR}/1/").status_code == 404
    assert browser.get("/egenkontroll/plan/ny/?enhet=C").status_code == 404
    assert "Enhet C" not in browser.get(page_of(other)).content.decode()


def test_change_that_is_sent_when_the_plan_is_withdrawn_keeps_what_was_typed(
    unit: Unit, chief: User, browser: Client
) -> None:
    withdraw_plan(planned(unit, chief), actor=chief, seen_version=0, reason="Nej.")
    answer = browser.post(
        f"/egenkontroll/plan/B/{YEAR}/1/",
        sent(why="Brukarna har bett om det.", seen_version=1),
    )

    assert answer.status_code == 403
    assert "Brukarna har bett om det." in answer.content.decode()
