"""What is done with improvement measures, by whom, and the pages where it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from casework.handling.services import begin_protection
from casework.improvement import actions
from casework.models import Action, Case, Notice, Recusal
from casework.process.workflow import StepRefusedError, TooLateError
from organisation.models import Unit, User
from organisation.rights import Role
from tests.blank import draw_nothing
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah

pytestmark = pytest.mark.django_db
LIST = "/atgarder/"


@pytest.fixture(scope="module")
def signed_in(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[int, str]]:
    """Make a chief of a unit, who is signed in, once for all tests; return who, and the session."""
    with django_db_blocker.unblock(), transaction.atomic():
        unit = make_unit("EK", make_unit("IFO"), name="Ekonomi")
        chief = make_user("chief", (Role.SECTION_CHIEF, unit))
        session = client_of(chief).cookies[settings.SESSION_COOKIE_NAME].value
        with django_db_blocker.block():
            yield chief.pk, session
        transaction.set_rollback(True)


@pytest.fixture
def unit(signed_in: tuple[int, str]) -> Unit:
    return Unit.objects.get(code="EK")


@pytest.fixture
def chief(signed_in: tuple[int, str]) -> User:
    return User.objects.get(pk=signed_in[0])


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask what an answer says but for its page."""
    draw_nothing(monkeypatch)


@pytest.fixture
def colleague(unit: Unit) -> User:
    return make_user("colleague", (Role.STAFF, unit))


@pytest.fixture
def case(unit: Unit) -> Case:
    return make_deviation(unit, number="KA-2024-0001")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def browser(signed_in: tuple[int, str]) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in[1]
    return client


def make_action(case: Case, **facts: Any) -> Action:
    return Action.objects.create(
        case=case,
        **{
            "text": "Ny rutin",
            "decided_on": dt.date(2024, 5, 1),
            "level": "unit",
            **facts,
        },
    )


def days(count: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=count)


def typed(owner: User, **answers: Any) -> dict[str, Any]:
    return {
        "text": "Gå igenom rutinen",
        "level": "unit",
        "owner": owner.pk,
        "due_on": days(30).isoformat(),
        "effect_due_on": days(90).isoformat(),
        "seen_version": 0,
        **answers,
    }


# --- verbs ------------------------------------------------------------------------------------
def test_decide_action_twice_with_the_same_facts_is_one(
    case: Case, chief: User
) -> None:
    first = actions.decide_action(case, text="Ny rutin", level="unit", actor=chief)
    second = actions.decide_action(case, text="Ny rutin", level="unit", actor=chief)

    assert first == second
    assert case.log.count() == 1


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.UNIT_CHIEF, True), (Role.PLANNING_OFFICER, False), (Role.STAFF, False)],
)
def test_decide_action_is_for_chiefs(
    unit: Unit, case: Case, role: Role, may: bool
) -> None:
    assert actions.may_add(case, make_user("someone", (role, unit))) is may


def test_decide_action_in_lex_sarah_is_also_for_the_investigator(unit: Unit) -> None:
    investigator = make_user("lex", (Role.LEX_INVESTIGATOR, unit))

    assert actions.may_add(make_lexsarah(unit, number="LS-2024-0001"), investigator)


def test_decide_action_is_refused_to_the_reporter(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError):
        actions.decide_action(
            make_deviation(unit, reporter=chief), text="Ny rutin", actor=chief
        )


def test_decide_action_in_a_closed_case_is_refused(unit: Unit, chief: User) -> None:
    closed = make_deviation(unit, closed_on=dt.date(2024, 6, 1))

    with pytest.raises(StepRefusedError):
        actions.decide_action(closed, text="Ny rutin", actor=chief)


def test_decide_action_in_a_closed_case_replaces_one_without_effect(
    unit: Unit, chief: User
) -> None:
    closed = make_deviation(unit, closed_on=dt.date(2024, 6, 1))
    day = dt.date(2024, 6, 1)
    old = make_action(closed, done_on=day, effect="no", effect_on=day)

    new = actions.decide_action(closed, text="Nytt system", follows=old, actor=chief)

    assert new.follows == old


def test_decide_action_for_somebody_else_tells_the_owner(
    case: Case, chief: User, colleague: User
) -> None:
    actions.decide_action(case, text="Ny rutin", owner=colleague, actor=chief)
    actions.decide_action(case, text="Utbildning", owner=chief, actor=chief)

    assert list(Notice.objects.values_list("user__name", "kind")) == [
        ("Colleague", "action_given")
    ]


def test_change_action_to_another_owner_tells_the_new_one(
    case: Case, chief: User, colleague: User
) -> None:
    action = make_action(case, owner=chief)

    actions.change_action(action, actor=chief, seen_version=0, owner=colleague)
    actions.change_action(action, actor=chief, seen_version=1, text="Utbildning")

    assert list(Notice.objects.values_list("user__name", "kind")) == [
        ("Colleague", "action_given")
    ]


def test_finish_after_the_case_is_closed(unit: Unit, chief: User) -> None:
    action = make_action(make_deviation(unit, closed_on=dt.date(2024, 6, 1)))

    actions.finish(action, actor=chief, seen_version=0, done_on=dt.date(2024, 7, 1))

    action.refresh_from_db()
    assert (action.done_on, action.version) == (dt.date(2024, 7, 1), 1)
    assert action.case.log.get().label == "Genomförde åtgärd 1"


def test_finish_by_the_owner_who_is_no_chief(case: Case, colleague: User) -> None:
    action = make_action(case, owner=colleague)

    actions.finish(action, actor=colleague, seen_version=0, done_on=dt.date(2024, 7, 1))

    assert Action.objects.get().done_on == dt.date(2024, 7, 1)


def test_finish_by_an_owner_who_is_recused_is_refused(
    case: Case, colleague: User
) -> None:
    action = make_action(case, owner=colleague)
    Recusal.objects.create(case=case, user=colleague)

    with pytest.raises(StepRefusedError):
        actions.finish(
            action, actor=colleague, seen_version=0, done_on=dt.date(2024, 7, 1)
        )


def test_change_action_by_the_owner_is_refused(case: Case, colleague: User) -> None:
    action = make_action(case, owner=colleague)

    with pytest.raises(StepRefusedError):
        actions.change_action(
            action, actor=colleague, seen_version=0, text="Något annat"
        )


def test_change_action_on_top_of_another_change_is_too_late(
    case: Case, chief: User
) -> None:
    action = make_action(case)
    actions.change_action(action, actor=chief, seen_version=0, text="En")

    with pytest.raises(TooLateError):
        actions.change_action(action, actor=chief, seen_version=0, text="Två")

    assert Action.objects.get().text == "En"


def test_change_action_that_was_proposed_decides_it(case: Case, chief: User) -> None:
    action = make_action(case, decided_on=None)

    actions.change_action(action, actor=chief, seen_version=0, text="En")

    assert Action.objects.get().decided_on == timezone.localdate()


def test_reject_of_what_is_done_is_refused(case: Case, chief: User) -> None:
    action = make_action(case, done_on=dt.date(2024, 7, 1))

    with pytest.raises(StepRefusedError):
        actions.reject(
            action, actor=chief, seen_version=0, rejected_reason="Pengar saknas"
        )


def test_judge_effect_of_what_is_not_done_is_refused(case: Case, chief: User) -> None:
    with pytest.raises(StepRefusedError):
        actions.judge_effect(
            make_action(case),
            actor=chief,
            seen_version=0,
            effect="yes",
            effect_note="Granskat",
        )


def test_reopen_action_takes_back_what_came_after(case: Case, chief: User) -> None:
    day = dt.date(2024, 7, 1)
    action = make_action(
        case, done_on=day, effect="yes", effect_on=day, effect_note="Granskat"
    )

    actions.reopen_action(action, actor=chief, seen_version=0)

    assert Action.objects.ongoing().get().effect == ""


def test_place_is_counted_within_the_case(unit: Unit, case: Case) -> None:
    make_action(make_deviation(unit))
    make_action(case, decided_on=None)
    make_action(case)

    assert sorted(case.actions.numbered().values_list("place", flat=True)) == [1, 2]


# --- the list ---------------------------------------------------------------------------------
def test_list_shows_each_view(browser: Client, case: Case, chief: User) -> None:
    day = dt.date(2024, 7, 1)
    make_action(case, text="Mitt", owner=chief)
    make_action(case, text="Sent", due_on=day)
    make_action(case, text="Gjort", done_on=day)
    make_action(case, text="Granskas", done_on=day, effect_due_on=day)
    make_action(case, text="Nej", rejected_on=day, rejected_reason="Pengar")
    texts = ("Mitt", "Sent", "Gjort", "Granskas", "Nej")

    def shown(view: str) -> set[str]:
        page = browser.get(LIST, {"visa": view}).content.decode().split("<table", 1)[1]
        return {text for text in texts if text in page}

    assert shown("mina") == {"Mitt"}
    assert shown("enheten") == {"Mitt", "Sent"}
    assert shown("forsenade") == {"Sent"}
    assert shown("effekt") == {"Granskas"}
    assert shown("genomforda") == {"Gjort", "Granskas"}
    assert shown("genomfors-inte") == {"Nej"}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(
    browser: Client, unit: Unit, chief: User, rows: int, django_assert_num_queries: Any
) -> None:
    for serial in range(rows):
        make_action(make_deviation(make_unit(f"EK-{serial}", unit)), owner=chief)

    with django_assert_num_queries(10):
        browser.get(LIST)


def test_list_hides_what_belongs_to_others(browser: Client, unit: Unit) -> None:
    make_action(make_deviation(make_unit("BO", unit.parent)), text="Hemlig åtgärd")

    assert "Hemlig" not in browser.get(LIST, {"visa": "enheten"}).content.decode()


def test_list_hides_the_text_of_a_protected_case(
    browser: Client, case: Case, chief: User
) -> None:
    make_action(case, text="Hemlig åtgärd")
    begin_protection(case, readers=[chief], actor=chief)

    page = browser.get(LIST, {"visa": "enheten"}).content.decode()

    assert ("Hemlig" in page, "Skyddade personuppgifter" in page) == (False, True)


def test_list_says_from_which_year_an_action_is_left(
    browser: Client, case: Case
) -> None:
    make_action(case)

    assert "Från 2024" in browser.get(LIST).content.decode()


def test_list_says_how_many_aim_at_individuals(browser: Client, case: Case) -> None:
    make_action(case, level="individual")
    make_action(case)

    assert (
        "1 av 2 åtgärder riktar sig till enskilda" in browser.get(LIST).content.decode()
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"level": "individual"}, {"Samtal"}),
        ({"unit": "EK-B"}, {"Utbildning"}),
        ({"due_before": "2024-06-01"}, {"Samtal"}),
        ({"due_before": "2024-13-01"}, {"Samtal", "Utbildning"}),
    ],
)
def test_list_is_narrowed(
    browser: Client, unit: Unit, case: Case, query: dict[str, str], found: set[str]
) -> None:
    make_action(case, text="Samtal", level="individual", due_on=dt.date(2024, 5, 31))
    make_action(
        make_deviation(make_unit("EK-B", unit)),
        text="Utbildning",
        due_on=dt.date(2024, 6, 1),
    )

    page = browser.get(LIST, {"visa": "enheten", **query}).content.decode()

    assert {text for text in ("Samtal", "Utbildning") if text in page} == found


def test_list_is_narrowed_by_owner(
    browser: Client, case: Case, colleague: User
) -> None:
    make_action(case, text="Samtal", owner=colleague)
    make_action(case, text="Utbildning")

    page = browser.get(
        LIST, {"visa": "enheten", "owner": colleague.pk}
    ).content.decode()

    assert ("Samtal" in page, "Utbildning" in page) == (True, False)


# --- the pages of one action ------------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
def test_action_of_another_unit_is_not_found(browser: Client, unit: Unit) -> None:
    make_action(make_deviation(make_unit("BO", unit.parent), number="BESIDE"))

    assert browser.get("/atgarder/BESIDE/1/").status_code == 404


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("place", ["0", "2", "9" * 30])
def test_action_that_is_not_there_is_not_found(
    browser: Client, case: Case, place: str
) -> None:
    make_action(case)

    assert browser.get(f"/atgarder/{case.number}/{place}/").status_code == 404


def test_action_shows_the_owner_no_way_to_a_case_that_is_not_open_to_him(
    case: Case, colleague: User
) -> None:
    make_action(case, owner=colleague)

    page = client_of(colleague).get(f"/atgarder/{case.number}/1/").content.decode()

    assert "Markera som genomförd" in page
    assert f"/arenden/{case.number}/" not in page


def test_action_without_effect_leads_to_a_new_one(browser: Client, case: Case) -> None:
    day = dt.date(2024, 7, 1)
    make_action(case, done_on=day)

    answer = browser.post(
        f"/atgarder/{case.number}/1/effekt/",
        {"effect": "no", "effect_note": "Samma fel igen", "seen_version": 0},
        follow=True,
    )

    assert f"/arenden/{case.number}/atgarder/ny/?efter=1" in answer.content.decode()


@pytest.mark.usefixtures("undrawn")
def test_step_that_is_not_open_leads_back(browser: Client, case: Case) -> None:
    make_action(case)

    answer = browser.get(f"/atgarder/{case.number}/1/effekt/")

    assert answer["Location"] == f"/atgarder/{case.number}/1/"


@pytest.mark.usefixtures("undrawn")
def test_step_with_an_unknown_name_is_not_found(browser: Client, case: Case) -> None:
    make_action(case)

    assert browser.get(f"/atgarder/{case.number}/1/radera/").status_code == 404


def test_step_keeps_what_was_typed_when_another_came_first(
    browser: Client, case: Case, chief: User
) -> None:
    make_action(case, text="Deras", version=1, owner=chief)

    answer = browser.post(
        f"/atgarder/{case.number}/1/andra/", typed(chief, text="Mitt")
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("Deras" in page, ">\nMitt</textarea>" in page) == (True, True)
    assert 'name="seen_version" value="1"' in page


@pytest.mark.parametrize(
    ("name", "answers", "error"),
    [
        ("andra", {"level": ""}, "Välj vem eller vad åtgärden riktar sig till."),
        ("andra", {"due_on": "2024-01-01"}, "Ange i dag eller en dag som kommer."),
        ("andra", {"due_on": "0001-01-01"}, "Ange en dag mellan år 1900 och 2200."),
        (
            "andra",
            {"effect_due_on": days(1).isoformat()},
            "tidigast den dag åtgärden ska vara klar",
        ),
        ("klar", {"done_on": "2024-04-30"}, "Åtgärden beslutades 2024-05-01."),
        ("klar", {"done_on": ""}, "Ange vilken dag åtgärden blev klar."),
        ("genomfors-inte", {}, "Skriv varför åtgärden inte genomförs."),
    ],
)
def test_step_says_what_is_wrong(
    browser: Client,
    case: Case,
    chief: User,
    name: str,
    answers: dict[str, str],
    error: str,
) -> None:
    make_action(case)

    answer = browser.post(f"/atgarder/{case.number}/1/{name}/", typed(chief, **answers))

    assert answer.status_code == 400
    assert error in answer.content.decode()


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("name", "answers", "state"),
    [
        ("klar", {"done_on": "2024-06-01"}, "genomförd"),
        ("genomfors-inte", {"rejected_reason": "Lokalen är såld"}, "genomförs inte"),
    ],
)
def test_step_is_done(
    browser: Client, case: Case, name: str, answers: dict[str, str], state: str
) -> None:
    make_action(case)

    browser.post(f"/atgarder/{case.number}/1/{name}/", {"seen_version": 0, **answers})

    assert Action.objects.get().state == state


@pytest.mark.usefixtures("undrawn")
def test_step_opens_again_what_was_given_up(browser: Client, case: Case) -> None:
    make_action(case, rejected_on=dt.date(2024, 6, 1), rejected_reason="Misstag")

    browser.post(f"/atgarder/{case.number}/1/oppna/", {"seen_version": 0})

    assert Action.objects.get().state == "pågår"


# --- a new action -----------------------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
def test_new_action_is_decided(browser: Client, case: Case, chief: User) -> None:
    browser.post(
        f"/arenden/{case.number}/atgarder/ny/",
        typed(chief, effect_measure="Tio granskade beslut"),
    )

    action = Action.objects.get()
    assert (action.owner, action.level, action.decided_on) == (
        chief,
        "unit",
        timezone.localdate(),
    )


@pytest.mark.usefixtures("undrawn")
def test_new_action_suggests_oneself_and_working_days(
    browser: Client, case: Case, chief: User
) -> None:
    form = browser.get(f"/arenden/{case.number}/atgarder/ny/").context["form"]

    assert form.initial["owner"] == chief.pk
    assert form.initial["due_on"] >= days(30)


@pytest.mark.usefixtures("undrawn")
def test_new_action_offers_those_who_work_there_and_may_know(
    browser: Client, unit: Unit, case: Case, colleague: User
) -> None:
    make_user("above", (Role.DEPARTMENT_CHIEF, unit.parent))
    make_user("beside", (Role.STAFF, make_unit("BO", unit.parent)))
    make_user("gone", (Role.STAFF, unit), is_active=False)
    Recusal.objects.create(case=case, user=make_user("partial", (Role.STAFF, unit)))

    form = browser.get(f"/arenden/{case.number}/atgarder/ny/").context["form"]

    assert [person.name for person in form.fields["owner"].queryset] == [
        "Above",
        "Chief",
        "Colleague",
    ]


@pytest.mark.usefixtures("undrawn")
def test_new_action_in_a_protected_case_offers_the_named_readers(
    browser: Client, case: Case, chief: User, colleague: User
) -> None:
    begin_protection(case, readers=[chief], actor=chief)

    form = browser.get(f"/arenden/{case.number}/atgarder/ny/").context["form"]

    assert list(form.fields["owner"].queryset) == [chief]


def test_new_action_asks_what_the_organisation_can_change(
    browser: Client, case: Case
) -> None:
    make_action(case, level="individual")

    page = browser.get(f"/arenden/{case.number}/atgarder/ny/").content.decode()

    assert "Vad kan organisationen ändra?" in page


def test_new_action_keeps_what_was_typed(
    browser: Client, case: Case, chief: User
) -> None:
    answer = browser.post(
        f"/arenden/{case.number}/atgarder/ny/", typed(chief, level="")
    )

    assert answer.status_code == 400
    assert "Gå igenom rutinen</textarea>" in answer.content.decode()


def test_new_action_in_a_case_that_was_closed_meanwhile_keeps_what_was_typed(
    browser: Client, unit: Unit, chief: User
) -> None:
    closed = make_deviation(unit, closed_on=dt.date(2024, 6, 1))

    answer = browser.post(f"/arenden/{closed.number}/atgarder/ny/", typed(chief))

    assert answer.status_code == 403
    assert "Gå igenom rutinen</textarea>" in answer.content.decode()
    assert not Action.objects.exists()


def test_new_action_for_who_may_only_read_leads_back(unit: Unit, case: Case) -> None:
    reader = client_of(make_user("reader", (Role.PLANNING_OFFICER, unit)))

    answer = reader.get(f"/arenden/{case.number}/atgarder/ny/")

    assert answer["Location"] == f"/arenden/{case.number}/"
