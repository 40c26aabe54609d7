"""The board's work: a list to decide from, one press a case, minutes and papers, and what is never shown."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode

import docx
import pikepdf
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.files.pdf import PdfError
from casework.models import Action, Case, NamedReader, Note, Recusal
from lexsarah.models import (
    Concerned,
    Decision,
    LexSarahCase,
    LexSarahReport,
    Meeting,
    Policy,
)
from lexsarah.process.services import take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.hostile import HOSTILE
from tests.municipality import make_lexsarah
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
LIST = f"/lex-sarah/sammantraden/arbetsutskottet/{TODAY.isoformat()}/"
MEETINGS, CHAIR = "/lex-sarah/sammantraden/", "/lex-sarah/ordforandebeslut/"
SECRETS = {
    name: f"hemligt{name}"
    for name in ("event", "noticed", "causes", "assessment", "other_findings")
}


class World(NamedTuple):
    """An administration, a unit of it, and the secretary of its board."""

    root: Unit
    unit: Unit
    secretary: User


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with world_for_a_module(django_db_blocker, make_world) as made:
        yield made


def make_world() -> World:
    root = make_unit("A", name="Förvaltningen")
    unit = make_unit("B", root, name="Boendet")
    return World(root, unit, make_user("secretary", (Role.BOARD_SECRETARY, root)))


@pytest.fixture
def root(world: World) -> Unit:
    return world.root


@pytest.fixture
def unit(world: World) -> Unit:
    return world.unit


@pytest.fixture
def secretary(world: World) -> User:
    return world.secretary


@pytest.fixture
def meeting(root: Unit, secretary: User) -> Meeting:
    return Meeting.objects.create(
        unit=root, body="committee", on=TODAY, created_by=secretary
    )


@pytest.fixture
def browser(secretary: User) -> Client:
    return browser_of(secretary)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def proposed(
    unit: Unit, number: int = 1, degree: str = "misconduct", **facts: Any
) -> LexSarahCase:
    """Return a case that waits for a decision, with a measure."""
    about = {
        "state": "proposed",
        "investigated_on": TODAY,
        "received_on": TODAY - 30 * DAY,
        "proposed_degree": degree,
        "summary": f"Sammanfattning {number}.",
    }
    case = make_lexsarah(unit, number=f"LS-2026-{number:04d}", **{**about, **facts})
    Action.objects.create(
        case_id=case.pk, text=f"Rätta listan {number}", decided_on=TODAY
    )
    return case


def form_of(
    case: LexSarahCase, do: str = "anteckna-beslut", **said: Any
) -> dict[str, Any]:
    """Return the form of a case, filled as the proposal says, with something else said."""
    case.refresh_from_db()
    serious = case.proposed_degree in {"serious_misconduct", "tangible_risk_serious"}
    filled = {
        "degree": case.proposed_degree,
        "approves_measures": "yes",
        "notifies": "yes" if serious else "no",
        "paragraph": "§ 12",
        "motive": "",
        "seen_version": case.version,
    }
    named = {
        f"{case.number}-{name}": value for name, value in {**filled, **said}.items()
    }
    return {"case": case.number, "do": do, **named}


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- meetings ---------------------------------------------------------------------------------
def test_meetings_say_how_many_wait_for_which_body(
    browser: Client, unit: Unit, root: Unit
) -> None:
    Policy.objects.create(
        unit=root,
        finding_by="investigator",
        measures_by="committee",
        serious_by="board",
    )
    for number, degree in enumerate(
        ["misconduct", "tangible_risk", "serious_misconduct"], start=1
    ):
        proposed(unit, number, degree)

    assert browser.get(MEETINGS).context["waiting"] == [
        ("arbetsutskottet", 2),
        ("nämnden", 1),
    ]


@pytest.mark.parametrize(("count", "said"), [(1, "1 avgjort<"), (2, "2 avgjorda<")])
def test_meetings_say_how_many_are_decided(
    browser: Client, meeting: Meeting, unit: Unit, count: int, said: str
) -> None:
    for number in range(count):
        browser.post(LIST, form_of(proposed(unit, number)))

    assert said in text_of(browser.get(MEETINGS))


def test_meeting_is_added_once(browser: Client, root: Unit) -> None:
    day = (TODAY + 20 * DAY).isoformat()
    for _ in range(2):
        response = browser.post(MEETINGS, {"body": "board", "on": day})

        assert response["Location"] == f"/lex-sarah/sammantraden/namnden/{day}/"
    assert Meeting.objects.get().unit == root


@pytest.mark.parametrize("day", ["", "i morgon", "1899-12-31", "2199-01-01"])
def test_meeting_on_an_impossible_day_is_refused(browser: Client, day: str) -> None:
    response = browser.post(MEETINGS, {"body": "committee", "on": day})

    assert (response.status_code, Meeting.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    "role", [role for role in Role if role != Role.BOARD_SECRETARY]
)
def test_meetings_are_not_there_for_others(
    role: Role, root: Unit, meeting: Meeting
) -> None:
    client = browser_of(make_user("other", (role, root)))

    assert {client.get(path).status_code for path in (MEETINGS, LIST, CHAIR)} == {404}


@pytest.mark.parametrize(
    "path",
    [
        "arbetsutskottet/2001-01-01/",
        "arbetsutskottet/i-dag/",
        f"committee/{TODAY.isoformat()}/",
        f"arbetsutskottet/{TODAY:%Y%m%d}/",
    ],
)
def test_meeting_that_is_not_there_is_not_found(
    browser: Client, meeting: Meeting, path: str
) -> None:
    assert browser.get(MEETINGS + path).status_code == 404


def test_meeting_of_another_administration_is_not_found(meeting: Meeting) -> None:
    client = browser_of(make_user("theirs", (Role.BOARD_SECRETARY, make_unit("Z"))))

    assert client.get(LIST).status_code == 404


# --- what the list shows, and never shows -----------------------------------------------------
def test_list_shows_the_proposal(browser: Client, meeting: Meeting, unit: Unit) -> None:
    proposed(unit, 1, "serious_misconduct")
    text = text_of(browser.get(LIST))

    for words in (
        "LS-2026-0001",
        "Boendet",
        "Sammanfattning 1.",
        "Rätta listan 1",
        "Föreslås",
    ):
        assert words in text
    assert "Allvarligt missförhållande" in text


def test_pages_of_a_meeting_show_nothing_of_the_investigation(
    browser: Client, meeting: Meeting, unit: Unit, secretary: User
) -> None:
    lex = make_user("hemligtnamn", (Role.LEX_INVESTIGATOR, unit))
    case = proposed(unit, owner=lex, title="hemligtrubrik", reporter=lex, **SECRETS)
    report = {
        "received_on": TODAY,
        "unit": unit,
        "reporter": lex,
        "noticed": "hemligtsett",
    }
    LexSarahReport.objects.create(
        case=case, number="LSR-1", description="hemligtberättat", **report
    )
    Note.objects.create(
        case_id=case.pk, kind="internal", text="hemligtantecknat", author=lex
    )
    token = "7b0f7f2e-6c0c-4a8e-9f59-6a1c52f4a001"
    Concerned.objects.create(
        case=case, position=1, name="hemligtberörd", added_by=lex, form_token=token
    )
    Action.objects.create(
        case_id=case.pk,
        text="hemligtavslagen",
        rejected_on=TODAY,
        rejected_reason="Nej.",
    )
    pages = [LIST, f"{LIST}protokoll/", f"{LIST}protokoll.txt"]
    texts = [text_of(browser.get(path)) for path in pages]
    browser.post(LIST, form_of(case))
    texts += [text_of(browser.get(path)) for path in pages]

    assert [text for text in texts if "hemligt" in text.lower()] == []
    assert sum("Sammanfattning 1." in text for text in texts) == 4


def test_list_shows_only_the_number_of_a_protected_case(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit, protected=True, summary="hemligt", title="hemligt")
    Action.objects.filter(case_id=case.pk).update(text="hemligt")
    text = text_of(browser.get(LIST))

    assert case.number in text
    assert "skyddade personuppgifter" in text
    assert not any(word in text for word in ("hemligt", "Boendet"))


def test_list_leaves_out_what_the_secretary_has_part_in(
    browser: Client, meeting: Meeting, unit: Unit, secretary: User
) -> None:
    proposed(unit, 1, reporter=secretary)
    Recusal.objects.create(
        case=Case.objects.get(pk=proposed(unit, 2).pk), user=secretary
    )
    proposed(unit, 3)

    assert [item.case.number for item in browser.get(LIST).context["items"]] == [
        "LS-2026-0003"
    ]


def test_list_leaves_out_what_was_proposed_after_the_day(
    browser: Client, root: Unit, unit: Unit
) -> None:
    make = {"unit": root, "body": "committee", "created_by": make_user("x")}
    Meeting.objects.create(on=TODAY - DAY, **make)
    proposed(unit)
    path = f"{MEETINGS}arbetsutskottet/{(TODAY - DAY).isoformat()}/"

    assert browser.get(path).context["items"] == []


def test_list_leaves_out_what_only_the_board_decides(
    browser: Client, meeting: Meeting, unit: Unit, root: Unit
) -> None:
    Policy.objects.create(
        unit=root,
        finding_by="investigator",
        measures_by="committee",
        serious_by="board",
    )
    proposed(unit, 1, "serious_misconduct")
    proposed(unit, 2)

    assert [item.case.number for item in browser.get(LIST).context["items"]] == [
        "LS-2026-0002"
    ]


def test_list_asks_the_same_number_of_questions_for_one_and_for_ten(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    asked = []
    for first, last in ((1, 2), (2, 11)):
        for number in range(first, last):
            proposed(unit, number)
        for path in (LIST, MEETINGS, f"{LIST}protokoll/"):
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            asked.append(len(queries))

    assert asked[:3] == asked[3:]
    assert max(asked) <= 20


# --- decisions --------------------------------------------------------------------------------
def test_form_of_a_case_has_nothing_chosen(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit, 1, "serious_misconduct")
    made = {
        "outcome": "sent_back",
        "body": "committee",
        "reason": "Mer.",
        "recorded_by": meeting.created_by,
    }
    Decision.objects.create(
        case=proposed(unit, 2), meeting=meeting, on=TODAY, paragraph="§ 7", **made
    )
    page = browser.get(LIST)
    form = next(item.form for item in page.context["items"] if item.case == case)
    said = {bound.name: bound.value() for bound in form if bound.name != "seen_version"}

    assert set(said.values()) == {None}
    assert " checked" not in text_of(page)


def test_press_without_a_choice_records_nothing(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit)
    nothing = {"case": case.number, f"{case.number}-seen_version": case.version}

    for do in ("beslut", "anteckna-beslut"):
        response = browser.post(LIST, {**nothing, "do": do})
        missing = {"degree", "approves_measures", "notifies", "paragraph"}
        assert (response.status_code, set(response.context["form"].errors)) == (
            400,
            missing,
        )
    assert not Decision.objects.exists()


def test_decision_is_read_in_words_before_it_is_recorded(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit, 1, "serious_misconduct")
    response = browser.post(LIST, form_of(case, "beslut", motive="Det har hänt förut."))

    text = text_of(response)
    assert (response.status_code, Decision.objects.count()) == (200, 0)
    for words in (
        "Inget är antecknat än",
        "§ 12",
        "ett allvarligt missförhållande",
        "Det har hänt förut.",
    ):
        assert words in text
    assert "att anmäla händelsen till Inspektionen för vård och omsorg" in text


def test_decision_not_to_notify_is_read_in_words(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    text = text_of(browser.post(LIST, form_of(proposed(unit), "beslut")))

    assert "Händelsen anmäls inte till IVO." in text


def test_referral_is_read_in_words_before_it_is_recorded(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    form = form_of(proposed(unit), "aterremiss", motive="Vad säger personalen?")
    text = text_of(browser.post(LIST, form))

    assert "att återremittera ärendet" in text
    assert "anteckna-aterremiss" in text
    assert not Decision.objects.exists()


def test_change_before_recording_keeps_what_was_typed(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit)
    response = browser.post(LIST, form_of(case, "andra", motive="Skrivet skäl."))

    (item,) = response.context["items"]
    assert (item.form["degree"].value(), item.form["motive"].value()) == (
        "misconduct",
        "Skrivet skäl.",
    )
    assert (response.status_code, Decision.objects.count()) == (200, 0)


def test_cases_are_decided_in_one_meeting_each_leading_to_the_next(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    cases = [
        proposed(unit, n, "serious_misconduct" if n % 3 == 0 else "misconduct")
        for n in range(1, 5)
    ]
    for place, case in enumerate(cases):
        response = browser.post(LIST, form_of(case, paragraph=f"§ {place + 1}"))
        after = f"#{cases[place + 1].number}" if place < 3 else ""

        assert response["Location"] == LIST + after

    made = list(Decision.objects.values_list("paragraph", "notifies"))
    assert made == [(f"§ {n}", n % 3 == 0) for n in range(1, 5)]
    assert set(LexSarahCase.objects.values_list("state", flat=True)) == {"decided"}
    assert "0</strong> ärenden väntar" in text_of(browser.get(LIST))


def test_decision_sent_twice_is_one(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    form = form_of(proposed(unit))
    answers = [browser.post(LIST, form).status_code for _ in range(2)]

    assert (answers, Decision.objects.count()) == ([302, 302], 1)


def test_second_secretary_sees_what_was_decided_and_what_she_wrote(
    browser: Client, meeting: Meeting, unit: Unit, root: Unit
) -> None:
    case = proposed(unit)
    form = form_of(case, paragraph="§ 14", motive="Nytt skäl.")
    browser.post(LIST, form_of(case))
    other = browser_of(make_user("second", (Role.BOARD_SECRETARY, root)))
    response = other.post(LIST, form)

    assert (response.status_code, Decision.objects.count()) == (409, 1)
    for words in (
        "Någon annan hann före",
        "§ 12",
        "Nytt skäl.",
        "Det du skrev är inte sparat",
    ):
        assert words in text_of(response)


def test_decision_on_a_proposal_that_has_changed_is_shown_again(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit)
    form = form_of(case, motive="Skrivet skäl.")
    Case.objects.filter(pk=case.pk).update(version=5)
    LexSarahCase.objects.filter(pk=case.pk).update(summary="Ändrad sammanfattning.")
    response = browser.post(LIST, form)

    assert (response.status_code, Decision.objects.count()) == (409, 0)
    assert "Skrivet skäl." in text_of(response)
    assert "Ändrad sammanfattning." in text_of(response)
    assert (
        browser.post(LIST, {**form, f"{case.number}-seen_version": 5}).status_code
        == 302
    )


def test_proposal_that_was_withdrawn_says_so_and_shows_what_was_written(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit)
    form = form_of(case, motive="Skrivet skäl.")
    LexSarahCase.objects.filter(pk=case.pk).update(state="investigating")
    response = browser.post(LIST, form)

    assert response.status_code == 409
    assert "dragits tillbaka" in text_of(response)
    assert "Skrivet skäl." in text_of(response)


def test_answer_about_a_case_elsewhere_is_the_same_as_about_none(
    browser: Client, meeting: Meeting
) -> None:
    theirs = proposed(make_unit("Z"), 1)
    texts = []
    for number in (theirs.number, "LS-2026-0009"):
        response = browser.post(LIST, {"case": number, "do": "beslut"})
        assert response.status_code == 409
        texts.append(
            text_of(response)
            .partition("<main")[2]
            .partition("csrf")[0]
            .replace(number, "")
        )

    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("degree", "said", "field"),
    [
        ("misconduct", {"paragraph": ""}, "paragraph"),
        ("misconduct", {"degree": ""}, "degree"),
        ("misconduct", {"degree": "other"}, "degree"),
        ("misconduct", {"approves_measures": ""}, "approves_measures"),
        ("misconduct", {"notifies": "yes"}, "notifies"),
        ("serious_misconduct", {"notifies": "no"}, "notifies"),
        ("misconduct", {"degree": "serious_misconduct"}, "notifies"),
    ],
)
def test_decision_that_cannot_be_is_shown_at_its_case(
    browser: Client,
    meeting: Meeting,
    unit: Unit,
    degree: str,
    said: dict[str, str],
    field: str,
) -> None:
    case = proposed(unit, 1, degree)
    proposed(unit, 2)
    response = browser.post(LIST, form_of(case, motive="Skrivet skäl.", **said))
    first, second = (item.form for item in response.context["items"])

    assert (response.status_code, list(first.errors), second.errors) == (
        400,
        [field],
        {},
    )
    assert f'href="#id_{case.number}-{field}' in text_of(response)
    assert "Skrivet skäl." in text_of(response)
    assert not Decision.objects.exists()


def test_decision_of_what_only_the_board_decides_is_refused(
    browser: Client, meeting: Meeting, unit: Unit, root: Unit
) -> None:
    Policy.objects.create(
        unit=root,
        finding_by="investigator",
        measures_by="committee",
        serious_by="board",
    )
    case = proposed(unit)
    response = browser.post(
        LIST, form_of(case, degree="serious_misconduct", notifies="yes")
    )

    assert (response.status_code, Decision.objects.count()) == (400, 0)
    assert "beslutar nämnden" in text_of(response)


def test_board_may_decide_what_waits_for_the_committee(
    browser: Client, root: Unit, unit: Unit, secretary: User
) -> None:
    Meeting.objects.create(unit=root, body="board", on=TODAY, created_by=secretary)
    browser.post(f"{MEETINGS}namnden/{TODAY.isoformat()}/", form_of(proposed(unit)))

    assert Decision.objects.get().body == "board"


def test_decision_before_the_day_of_the_meeting_is_refused(
    browser: Client, root: Unit, unit: Unit, secretary: User
) -> None:
    day = TODAY + 7 * DAY
    Meeting.objects.create(unit=root, body="committee", on=day, created_by=secretary)
    path = f"{MEETINGS}arbetsutskottet/{day.isoformat()}/"
    case = proposed(unit)

    assert "från och med mötesdagen" in text_of(browser.get(path))
    assert browser.post(path, form_of(case)).status_code == 409
    assert not Decision.objects.exists()


def test_each_question_without_an_answer_is_named(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    refused = browser.post(
        LIST, form_of(proposed(unit), degree="", approves_measures="", notifies="")
    )

    said = [
        error for errors in refused.context["form"].errors.values() for error in errors
    ]
    assert len(said) == len(set(said)) == 3


def test_case_goes_back_only_with_what_is_missing(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit)
    refused = browser.post(LIST, form_of(case, "aterremiss", degree=""))

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == ["motive"]
    browser.post(
        LIST, form_of(case, "anteckna-aterremiss", motive="Vad säger personalen?")
    )
    made = Decision.objects.get()
    case.refresh_from_db()
    assert (made.outcome, made.reason, case.state) == (
        "sent_back",
        "Vad säger personalen?",
        "investigating",
    )
    assert "att återremittera ärendet" in text_of(browser.get(LIST))


def test_secretary_records_the_decision_about_a_protected_person_without_reading_of_it(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = proposed(unit, protected=True, summary="hemligt")
    text = text_of(browser.get(LIST))

    assert "Läs igenom beslutet" in text
    assert "hemligt" not in text
    assert browser.post(LIST, form_of(case)).status_code == 302
    assert browser.get(f"/lex-sarah/{case.number}/").status_code == 404


# --- the chair --------------------------------------------------------------------------------
def investigating(unit: Unit, number: int = 1, **facts: Any) -> LexSarahCase:
    return make_lexsarah(
        unit,
        number=f"LS-2026-{number:04d}",
        state="investigating",
        received_on=TODAY,
        **facts,
    )


def chairs(number: str, **said: Any) -> dict[str, Any]:
    filled = {
        "number": number,
        "on": TODAY.isoformat(),
        "paragraph": "O 4",
        "motive": "Brådskar.",
    }
    return {**filled, **said}


def test_chairs_decision_is_recorded_by_number_and_shown_to_the_next_meeting(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    case = investigating(unit)

    assert browser.post(CHAIR, chairs(" ls-2026-0001 ")).status_code == 302
    case.refresh_from_db()
    assert (case.ivo_decided_by, case.notify_decided_on, case.state) == (
        "chair",
        TODAY,
        "investigating",
    )
    assert Decision.objects.get().reason == "Brådskar."
    assert "Ordförandens beslut att anmäla" in text_of(browser.get(LIST))
    assert "O 4 att anmäla ärende LS-2026-0001" in text_of(
        browser.get(f"{LIST}protokoll.txt")
    )


def test_chairs_decision_sent_twice_is_one(browser: Client, unit: Unit) -> None:
    investigating(unit)
    answers = [
        browser.post(CHAIR, chairs("LS-2026-0001")).status_code for _ in range(2)
    ]

    assert (answers, Decision.objects.count()) == ([302, 403], 1)


def test_case_that_the_secretary_may_not_know_is_as_unknown_as_none(
    browser: Client, unit: Unit, secretary: User
) -> None:
    investigating(make_unit("Z"), 1)
    investigating(unit, 3, reporter=secretary)
    Recusal.objects.create(
        case=Case.objects.get(pk=investigating(unit, 4).pk), user=secretary
    )
    make_lexsarah(unit, number="LS-2026-0005")
    numbers = [f"LS-2026-{number:04d}" for number in (1, 3, 4, 5, 6)]
    errors = [
        browser.post(CHAIR, chairs(number)).context["form"].errors for number in numbers
    ]

    assert len({str(found) for found in errors}) == 1
    assert not Decision.objects.exists()


@pytest.mark.parametrize("day", ["", "1999-01-01", (TODAY + DAY).isoformat()])
def test_chairs_decision_on_an_impossible_day_keeps_what_was_typed(
    browser: Client, unit: Unit, day: str
) -> None:
    investigating(unit)
    response = browser.post(CHAIR, chairs("LS-2026-0001", on=day))

    assert (response.status_code, list(response.context["form"].errors)) == (
        400,
        ["on"],
    )
    assert "Brådskar." in text_of(response)


def test_chair_decides_nothing_where_the_order_does_not_let_him(
    browser: Client, unit: Unit, root: Unit
) -> None:
    own = dict.fromkeys(("finding_by", "measures_by", "serious_by"), "investigator")
    Policy.objects.create(unit=root, chair_may_decide=False, **own)
    investigating(unit)

    assert browser.post(CHAIR, chairs("LS-2026-0001")).status_code == 403


# --- whatever is sent -------------------------------------------------------------------------
ANYTHING = ["nul", "last year", "huge number", "lone surrogate", "not utf-8", "marks"]
THIRDS = [
    pytest.param(name, third, marks=() if place % 3 == third else pytest.mark.every)
    for (place, name), third in product(enumerate(ANYTHING), range(3))
]


@pytest.mark.parametrize(("name", "third"), THIRDS)
def test_anything_sent_to_the_forms_is_answered_with_a_page(
    browser: Client, meeting: Meeting, unit: Unit, name: str, third: int
) -> None:
    """Send a value in a third of the fields: make test sends each field two of the six."""
    case, answers = proposed(unit), {}
    forms = {
        LIST: form_of(case),
        CHAIR: chairs(case.number),
        MEETINGS: {"body": "board", "on": "2026-05-05"},
    }
    for path, form in forms.items():
        for field in list(form)[third::3]:
            sent = urlencode({**form, field: HOSTILE[name]})
            with transaction.atomic():
                answer = browser.post(
                    path, sent, content_type="application/x-www-form-urlencoded"
                )
                transaction.set_rollback(True)
            answers[path, field] = answer.status_code

    assert {
        where: status
        for where, status in answers.items()
        if status not in {200, 302, 400, 403, 409}
    } == {}


# --- minutes and papers -----------------------------------------------------------------------
def decided_meeting(browser: Client, unit: Unit) -> None:
    serious = proposed(unit, 1, "serious_misconduct", occurred_on=dt.date(2025, 6, 30))
    browser.post(LIST, form_of(serious, paragraph="§ 10"))
    browser.post(
        LIST,
        form_of(
            proposed(unit, 2, area="lss"), paragraph="§ 9", motive="Listan är rättad."
        ),
    )
    browser.post(
        LIST,
        form_of(
            proposed(unit, 3),
            "anteckna-aterremiss",
            paragraph="§ 11",
            motive="Fråga fler.",
        ),
    )


def test_minutes_say_each_decision_in_order_with_the_law_of_the_day(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    decided_meeting(browser, unit)
    text = text_of(browser.get(f"{LIST}protokoll.txt"))

    assert text.index("§ 9 Ärende LS-2026-0002") < text.index(
        "§ 10 Ärende LS-2026-0001"
    )
    for words in (
        "att bedöma händelsen som ett allvarligt missförhållande",
        "(IVO) enligt 14 kap. 7 § socialtjänstlagen (2001:453)\n",
        "24 b § lagen (1993:387)",
        "att godkänna åtgärderna som tillräckliga",
        "att återremittera ärendet",
        "Skäl\nListan är rättad.",
        "Sammanfattning\nSammanfattning 1.",
    ):
        assert words in text


def test_minutes_as_word_say_the_same(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    decided_meeting(browser, unit)
    response = browser.get(f"{LIST}protokoll.docx")
    word = docx.Document(io.BytesIO(response.content))

    assert (
        f"protokoll-arbetsutskottet-{TODAY.isoformat()}.docx"
        in response["Content-Disposition"]
    )
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == [
        f"§ {n} Ärende LS-2026-000{case}" for n, case in ((9, 2), (10, 1), (11, 3))
    ]


def test_minutes_of_a_protected_case_say_only_number_and_decision(
    browser: Client, meeting: Meeting, unit: Unit, secretary: User
) -> None:
    case = proposed(unit, protected=True, summary="hemligt", title="hemligt")
    NamedReader.objects.create(
        case=Case.objects.get(pk=case.pk), user=secretary, position=1
    )
    browser.post(LIST, form_of(case, motive="hemligt skäl"))
    text = text_of(browser.get(f"{LIST}protokoll.txt"))

    assert "§ 12 Ärende LS-2026-0001" in text
    assert "hemligt" not in text
    assert "Boendet" not in text


def test_minutes_say_that_the_chairs_notification_stands(
    browser: Client, meeting: Meeting, unit: Unit, root: Unit
) -> None:
    case = proposed(unit, 1, "serious_misconduct")
    facts = {"on": TODAY, "paragraph": "O 4", "motive": ""}
    lex = make_user("lex", (Role.LEX_INVESTIGATOR, root))
    take_step(case, "ordforande", actor=lex, seen_version=0, facts=facts)
    browser.post(LIST, form_of(case))

    assert "som ordföranden beslutade om" in text_of(
        browser.get(f"{LIST}protokoll.txt")
    )


def test_papers_have_each_case_on_a_page_of_its_own(
    browser: Client, meeting: Meeting, unit: Unit
) -> None:
    for number in (1, 2):
        proposed(unit, number, **SECRETS)
    response = browser.get(f"{LIST}handlingar.pdf")

    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 4
    assert (
        f"handlingar-arbetsutskottet-{TODAY.isoformat()}.pdf"
        in response["Content-Disposition"]
    )


def test_papers_that_cannot_be_made_say_why(
    browser: Client, meeting: Meeting, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> bytes:
        raise PdfError("Dokumentet är för stort.")

    monkeypatch.setattr("lexsarah.views.papers.render_pdf", fail)
    proposed(unit)
    response = browser.get(f"{LIST}handlingar.pdf")

    assert response.status_code == 503
    assert "Dokumentet är för stort." in text_of(response)


def test_papers_of_an_empty_list_lead_back(browser: Client, meeting: Meeting) -> None:
    assert browser.get(f"{LIST}handlingar.pdf")["Location"] == LIST
