"""What prompts a risk analysis: when it is there, when it is gone, and who is told that none is made."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.utils import timezone

from casework.improvement import routines
from casework.models import Action, Notice, Routine
from casework.process.workflow import StepRefusedError
from organisation.models import Unit, User
from organisation.rights import Role
from riskanalysis.models import PromptAnswer, Reason
from riskanalysis.process import services
from riskanalysis.prompts import Prompt, prompt_at, prompts_for
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_riskanalysis

pytestmark = pytest.mark.django_db

OCTOBER = dt.date(2025, 10, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SOC")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("EK", root, name="Ekonomi")


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def found(reader: User, kind: Reason, **asked: Any) -> list[Prompt]:
    return prompts_for(reader, kind=kind, **asked)


def new_routine(unit: Unit, **facts: Any) -> Routine:
    today = timezone.localdate()
    return Routine.objects.create(
        **{
            "code": "utskick",
            "name": "Utskick",
            "unit": unit,
            "edition_on": today,
            **facts,
        }
    )


def three_deviations(unit: Unit, **facts: Any) -> None:
    for _ in range(3):
        make_deviation(
            unit, **{"received_on": timezone.localdate(), "process": "Boende", **facts}
        )


# --- routines ---------------------------------------------------------------------------------
def test_new_version_of_a_routine_prompts(unit: Unit, chief: User) -> None:
    routine = new_routine(unit, edition_on=None, edition="1")
    facts = {"edition": "2"}
    routines.change(routine, actor=chief, seen_version=0, facts=facts)

    (prompt,) = found(chief, Reason.ROUTINE)
    assert "Utskick gäller i version 2" in prompt.words


def test_change_of_anything_else_in_a_routine_prompts_nothing(
    unit: Unit, chief: User
) -> None:
    routine = new_routine(unit, edition_on=None, edition="1")
    routines.change(
        routine, actor=chief, seen_version=0, facts={"description": "Ny text"}
    )

    assert found(chief, Reason.ROUTINE) == []


@pytest.mark.parametrize(("is_new", "count"), [(True, 1), (False, 0)])
def test_registering_a_routine_prompts_when_the_work_is_new(
    unit: Unit, chief: User, is_new: bool, count: int
) -> None:
    routines.register(actor=chief, name="Utskick", unit=unit, is_new=is_new)

    assert len(found(chief, Reason.ROUTINE)) == count


def test_routine_prompts_no_more_when_an_analysis_of_it_is_planned(
    unit: Unit, chief: User
) -> None:
    new_routine(unit)
    make_riskanalysis(
        unit, number="RA-1", process="utskick", received_on=timezone.localdate()
    )

    assert found(chief, Reason.ROUTINE) == []


def test_routine_of_half_a_year_ago_prompts_nothing(unit: Unit, chief: User) -> None:
    new_routine(unit, edition_on=timezone.localdate() - dt.timedelta(days=190))

    assert found(chief, Reason.ROUTINE) == []


# --- actions ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({"category": "It-system"}, 1),
        ({"category": "Utbildning"}, 0),
        (
            {
                "category": "It-system",
                "rejected_on": dt.date(2026, 1, 1),
                "rejected_reason": "Nej",
            },
            0,
        ),
    ],
)
def test_action_prompts_when_it_changes_the_work(
    unit: Unit, chief: User, facts: dict[str, Any], count: int
) -> None:
    case = make_deviation(unit)
    Action.objects.create(
        case=case, text="Byt", decided_on=timezone.localdate(), **facts
    )

    assert len(found(chief, Reason.ACTION)) == count


def test_action_of_a_protected_case_prompts_nothing(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, protected=True)
    case.named_readers.create(user=chief, position=1)
    Action.objects.create(
        case=case, text="Byt", decided_on=timezone.localdate(), category="It-system"
    )

    assert found(chief, Reason.ACTION) == []


# --- units ------------------------------------------------------------------------------------
def test_unit_that_ends_prompts_and_says_what_it_becomes(
    root: Unit, chief: User
) -> None:
    day = timezone.localdate() + dt.timedelta(days=60)
    Unit.objects.filter(code="EK").update(valid_to=day)
    for code in ("EA", "EB"):
        make_unit(code, root, valid_from=day)

    (prompt,) = found(chief, Reason.UNIT)
    assert "och blir Enhet EA och Enhet EB" in prompt.words


def test_unit_that_has_ended_prompts_an_analysis_in_the_one_that_took_over(
    root: Unit, unit: Unit
) -> None:
    day = timezone.localdate() - dt.timedelta(days=10)
    Unit.objects.filter(pk=unit.pk).update(valid_to=day)
    heir = make_unit("NY", root, valid_from=day)
    above = make_user("above", (Role.DEPARTMENT_CHIEF, root))

    (prompt,) = found(above, Reason.UNIT)
    assert prompt.instead == heir
    assert (
        prompt_at(above, code="EK", kind="enhet", reference=prompt.reference) == prompt
    )


# --- what recurs ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 1),
        ({"process": "", "cause_area": "Teknik och system"}, 1),
        ({"process": "Vet inte"}, 0),
        ({"is_deviation": "no"}, 0),
        ({"protected": True}, 0),
        ({"received_on": dt.date(2024, 1, 1)}, 0),
    ],
)
def test_three_deviations_that_share_something_prompt(
    unit: Unit, chief: User, facts: dict[str, Any], count: int
) -> None:
    three_deviations(unit, **facts)

    assert len(found(chief, Reason.RECURRING)) == count


def test_two_deviations_prompt_nothing(unit: Unit, chief: User) -> None:
    for _ in range(2):
        make_deviation(unit, received_on=timezone.localdate(), process="Boende")

    assert found(chief, Reason.RECURRING) == []


# --- who sees, and how it is asked ------------------------------------------------------------
def test_prompts_of_another_unit_are_not_seen(
    root: Unit, unit: Unit, chief: User
) -> None:
    three_deviations(make_unit("BO", root))
    new_routine(root)

    assert prompts_for(chief, today=dt.date(2026, 3, 1)) == []


def test_staff_have_no_prompts(unit: Unit) -> None:
    new_routine(unit)

    assert prompts_for(make_user("staff", (Role.STAFF, unit))) == []


def test_prompts_ask_as_many_questions_however_many(
    root: Unit, unit: Unit, django_assert_num_queries: Any
) -> None:
    reader = make_user("controller", (Role.QUALITY_CONTROLLER, root))
    make_user("chief", (Role.SECTION_CHIEF, unit))
    for place in range(4):
        below = make_unit(f"U{place}", root)
        new_routine(below, code=f"r{place}", name=f"R{place}", edition_on=OCTOBER)
        three_deviations(below)
        case = make_deviation(below)
        Action.objects.create(
            case=case, text="Byt", decided_on=OCTOBER, category="It-system"
        )

    with django_assert_num_queries(12):
        assert len(prompts_for(reader, today=OCTOBER)) == 13


# --- answers ----------------------------------------------------------------------------------
def test_planning_from_a_prompt_answers_it_and_takes_its_routine(
    unit: Unit, chief: User, browser: Client
) -> None:
    new_routine(unit, name="Utskick av beslut")
    (prompt,) = found(chief, Reason.ROUTINE)
    page = browser.get(prompt.plan_url)
    form = page.context["form"]
    typed = {**form.initial, "planned_on": "2027-01-15", "participants": ""}
    typed |= {name: form[name].value() for name in ("form_token", "begun")}
    response = browser.post(prompt.plan_url, typed)

    answer = PromptAnswer.objects.get()
    assert response.status_code == 302
    assert answer.analysis is not None
    assert (answer.analysis.process, answer.analysis.trigger) == (
        "Utskick av beslut",
        "method",
    )
    assert found(chief, Reason.ROUTINE) == []


def test_dismiss_keeps_the_reason_and_takes_the_prompt_away(
    unit: Unit, chief: User, browser: Client
) -> None:
    three_deviations(unit)
    (prompt,) = found(chief, Reason.RECURRING)
    browser.post(prompt.answer_url, {"reason": "Redan bedömt i våras."})

    assert found(chief, Reason.RECURRING) == []
    text = browser.get("/riskanalys/anledningar/?visa=besvarade").content.decode()
    assert "Behövs inte: Redan bedömt i våras." in text


def test_answer_of_another_unit_is_not_among_the_answered(
    root: Unit, unit: Unit, chief: User, browser: Client
) -> None:
    three_deviations(unit)
    (prompt,) = found(chief, Reason.RECURRING)
    browser.post(prompt.answer_url, {"reason": "Redan bedömt i våras."})
    other = make_user("other", (Role.SECTION_CHIEF, make_unit("HT", root)))
    elsewhere = Client()
    elsewhere.force_login(other)

    text = elsewhere.get("/riskanalys/anledningar/?visa=besvarade").content.decode()

    assert "Redan bedömt i våras." not in text


@pytest.mark.parametrize(("protected", "named"), [(False, True), (True, False)])
def test_answer_names_the_analysis_only_to_who_reads_it(
    unit: Unit, chief: User, browser: Client, protected: bool, named: bool
) -> None:
    planned = make_riskanalysis(unit, number="EK-1", protected=protected)
    said = {"kind": Reason.ROUTINE, "reference": "utskick", "words": "Ny rutin"}
    PromptAnswer.objects.create(unit=unit, author=chief, analysis=planned, **said)

    text = browser.get("/riskanalys/anledningar/?visa=besvarade").content.decode()

    assert "Ny rutin" in text
    assert ("EK-1" in text) is named


def test_dismiss_without_reason_stores_nothing(
    unit: Unit, chief: User, browser: Client
) -> None:
    new_routine(unit)
    (prompt,) = found(chief, Reason.ROUTINE)

    assert browser.post(prompt.answer_url).status_code == 400
    assert not PromptAnswer.objects.exists()


def test_dismiss_sent_twice_is_one_answer(unit: Unit, chief: User) -> None:
    new_routine(unit)
    (prompt,) = found(chief, Reason.ROUTINE)
    for _ in range(2):
        services.dismiss(prompt, actor=chief, reason="Bara språket.")

    assert PromptAnswer.objects.count() == 1


def test_dismiss_in_another_unit_is_refused(
    root: Unit, unit: Unit, chief: User
) -> None:
    new_routine(unit)
    (prompt,) = found(chief, Reason.ROUTINE)
    stranger = make_user("stranger", (Role.SECTION_CHIEF, make_unit("BO", root)))

    with pytest.raises(StepRefusedError):
        services.dismiss(prompt, actor=stranger, reason="Bara språket.")


def test_prompt_that_is_answered_leads_back_to_the_list(
    unit: Unit, chief: User, browser: Client
) -> None:
    new_routine(unit)
    (prompt,) = found(chief, Reason.ROUTINE)
    services.dismiss(prompt, actor=chief, reason="Bara språket.")

    assert browser.get(prompt.answer_url)["Location"] == "/riskanalys/anledningar/"


def test_answer_is_refused_to_change_by_the_database(unit: Unit, chief: User) -> None:
    new_routine(unit)
    services.dismiss(
        found(chief, Reason.ROUTINE)[0], actor=chief, reason="Bara språket."
    )

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(
            "UPDATE riskanalysis_promptanswer SET reason = 'Annat'"
        )


def test_pages_of_the_change_offer_an_analysis(unit: Unit, browser: Client) -> None:
    new_routine(unit)
    case = make_deviation(unit, number="KA-1")
    Action.objects.create(
        case=case, text="Byt", decided_on=timezone.localdate(), category="It-system"
    )
    Unit.objects.filter(pk=unit.pk).update(
        valid_to=timezone.localdate() + dt.timedelta(days=30)
    )

    for path in (
        "/rutiner/utskick/",
        "/atgarder/KA-1/1/",
        "/organisation/EK/",
        "/riskanalys/",
    ):
        assert "Gör en riskanalys" in browser.get(path).content.decode(), path


# --- once a year ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "count"), [(dt.date(2025, 8, 31), 0), (dt.date(2025, 9, 1), 1)]
)
def test_year_without_analysis_prompts_from_september(
    chief: User, today: dt.date, count: int
) -> None:
    assert len(found(chief, Reason.YEARLY, today=today)) == count


def test_nudge_tells_the_chief_once_a_year(chief: User) -> None:
    assert services.nudge(today=OCTOBER) == 1
    assert services.nudge(today=OCTOBER + dt.timedelta(days=30)) == 0
    assert services.nudge(today=OCTOBER.replace(year=2026)) == 1


def test_nudge_tells_nobody_where_an_analysis_is_planned(
    unit: Unit, chief: User
) -> None:
    make_riskanalysis(unit, number="RA-1", received_on=OCTOBER)

    assert services.nudge(today=OCTOBER) == 0


def test_nudge_counts_no_analysis_of_the_whole_above(root: Unit, chief: User) -> None:
    make_riskanalysis(root, number="RA-1", received_on=OCTOBER)

    assert services.nudge(today=OCTOBER) == 1


def test_nudge_tells_nobody_where_none_is_needed(unit: Unit, chief: User) -> None:
    (prompt,) = found(chief, Reason.YEARLY, today=OCTOBER)
    services.dismiss(prompt, actor=chief, reason="Enheten öppnar i november.")

    assert services.nudge(today=OCTOBER) == 0


def test_notice_of_a_unit_leads_to_the_prompts_and_is_read(
    unit: Unit, browser: Client
) -> None:
    services.nudge(today=OCTOBER)
    text = browser.get("/notiser/").content.decode()
    response = browser.post("/notiser/", {"unit": "EK"})

    assert "Ingen riskanalys i år" in text
    assert "Ekonomi" in text
    assert response["Location"] == "/riskanalys/anledningar/"
    assert Notice.objects.get().read_at is not None


def test_notice_of_a_unit_is_not_read_by_whoever_leads_it_no_more(
    unit: Unit, chief: User
) -> None:
    services.nudge(today=OCTOBER)
    chief.memberships.update(valid_to=timezone.localdate())

    assert not Notice.objects.readable_by(chief).exists()


def test_plan_sent_twice_answers_the_prompt_once(unit: Unit, chief: User) -> None:
    new_routine(unit)
    (prompt,) = found(chief, Reason.ROUTINE)
    facts = {
        "title": "A",
        "unit": unit,
        "workplace": "B",
        "planned_on": OCTOBER,
        "trigger": "method",
    }
    token = uuid4()
    for _ in range(2):
        services.plan(actor=chief, form_token=token, facts=facts, prompt=prompt)

    assert PromptAnswer.objects.count() == 1
