"""Surveys, figures looked at and walk-throughs: what is recorded, derived and refused."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from casework.process.workflow import StepRefusedError, TooLateError
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.models import (
    Draw,
    Indicator,
    SelfCheck,
    SurveyQuestion,
    Template,
    TemplateVersion,
)
from selfcheck.process.services import answer, take_step
from selfcheck.recording.recording import (
    list_places,
    record_indicators,
    record_survey,
    survey_results,
)
from selfcheck.review.reviewing import last_time, results_of
from tests.factories import make_unit, make_user
from tests.hostile import HOSTILE
from tests.municipality import make_selfcheck

pytestmark = pytest.mark.django_db
FOUND = {"finding": "none", "result": "Bra."}
FIGURE = {
    "name-1": "Nöjda brukare",
    "value-1": "82,5",
    "measure-1": "%",
    "year-1": "2024",
    "beside-1": "country",
    "other-1": "79",
    "source-1": "Kolada",
    "link-1": "https://www.kolada.se",
}


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def a_check(
    unit: Unit, chief: User, method: str, questions: list[str] | None = None
) -> SelfCheck:
    """Return a check that has begun, from a template when there are questions."""
    facts: dict[str, Any] = {
        "unit": unit,
        "title": "Enkät",
        "workplace": "Mottagningen",
        "method": method,
    }
    if questions:
        template = Template.objects.create(code="egen", name="Egen")
        about = {
            "template": template,
            "number": 1,
            "method": method,
            "questions": questions,
        }
        facts["template"] = TemplateVersion.objects.create(**about)
    today = timezone.localdate()
    begun = {
        "number": f"EK-2026-{SelfCheck.objects.count() + 1:04d}",
        "state": "ongoing",
        "owner": chief,
        "received_on": today,
        "planned_on": today,
        **dict.fromkeys(("done_on", "met", "reviewed")),
    }
    return make_selfcheck(**begun, **facts)


def question(
    text: str = "Nöjd?", answered: int = 40, positive: int = 30
) -> SurveyQuestion:
    return SurveyQuestion(text=text, answered=answered, positive=positive)


# --- a survey ---------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["survey", "attitude"])
def test_record_survey_derives_share_and_interval(
    method: str, unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, method)
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])
    (result,) = survey_results(case, None)

    assert result.question.share.words == "30 av 40, 75 %"
    assert result.interval is not None
    assert result.interval.words == "60–86 %"


def test_record_survey_twice_is_once(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "survey")
    for _ in range(2):  # the second form is as old as the first
        record_survey(
            case, actor=chief, seen_version=case.version, questions=[question()]
        )

    assert case.log.filter(action="survey").count() == 1


def test_record_survey_after_another_is_too_late(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "survey")
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])

    with pytest.raises(TooLateError):
        record_survey(
            case, actor=chief, seen_version=case.version, questions=[question("Trygg?")]
        )


def test_record_survey_of_more_answers_than_persons_is_refused(
    unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, "survey")
    facts = {"invited": 64, "answered": 39}
    case = take_step(
        case, "underlag", actor=chief, seen_version=case.version, facts=facts
    )

    with pytest.raises(ValidationError, match="40 svar går inte"):
        record_survey(
            case, actor=chief, seen_version=case.version, questions=[question()]
        )


def test_record_survey_in_another_kind_of_check_is_refused(
    unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, "log_check")

    with pytest.raises(StepRefusedError):
        record_survey(
            case, actor=chief, seen_version=case.version, questions=[question()]
        )


def test_record_survey_after_the_result_is_refused(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "survey")
    case = take_step(
        case, "resultat", actor=chief, seen_version=case.version, facts=FOUND
    )

    with pytest.raises(StepRefusedError):
        record_survey(
            case, actor=chief, seen_version=case.version, questions=[question()]
        )


def test_result_of_a_survey_waits_for_the_questions_of_its_template(
    unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, "survey", ["Nöjd?", "Trygg?"])
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])
    case.refresh_from_db()

    with pytest.raises(StepRefusedError, match="under Svar på frågorna"):
        take_step(case, "resultat", actor=chief, seen_version=case.version, facts=FOUND)


def test_result_of_a_survey_with_more_answers_than_persons_is_refused(
    unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, "survey")
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])
    case.refresh_from_db()
    facts = {"invited": 64, "answered": 39}
    case = take_step(
        case, "underlag", actor=chief, seen_version=case.version, facts=facts
    )

    with pytest.raises(StepRefusedError, match="fler svar än de 39"):
        take_step(case, "resultat", actor=chief, seen_version=case.version, facts=FOUND)


@pytest.mark.parametrize(
    ("positive", "words"),
    [
        (20, "20 av 40, 50 %. Ingen säker förändring."),
        (1, "1 av 40, 3 %. Andelen är högre nu."),
    ],
)
def test_survey_tells_a_change_only_when_it_is_certain(
    positive: int, words: str, unit: Unit, chief: User
) -> None:
    facts = {"method": "survey", "title": "Enkät", "result": "Bra."}
    before = make_selfcheck(unit, number="EK-1", **facts)
    SurveyQuestion.objects.create(
        check_case=before, position=1, text="nöjd?", answered=40, positive=positive
    )
    case = a_check(unit, chief, "survey")
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])
    (result,) = survey_results(
        case, last_time(case, SelfCheck.objects.handled_by(chief))
    )

    assert result.change == words


def test_survey_form_stores_the_rows_that_are_filled(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "survey")
    rows = {
        "text-1": "Nöjd?",
        "answered-1": "40",
        "positive-1": "30",
        "text-2": "",
        "seen_version": case.version,
    }
    browser.post(f"/egenkontroll/{case.number}/fragor/", rows)
    text = browser.get(f"/egenkontroll/{case.number}/").content.decode()

    assert case.survey_questions.get().text == "Nöjd?"
    assert "30 av 40, 75 %" in text


def test_survey_form_names_each_row(unit: Unit, chief: User, browser: Client) -> None:
    case = a_check(unit, chief, "survey")

    assert (
        ">Antal svar, rad 2</label>"
        in browser.get(f"/egenkontroll/{case.number}/fragor/").content.decode()
    )


def test_survey_form_of_a_template_keeps_its_words(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "survey", ["Nöjd?"])
    rows = {
        "text-1": "Annat?",
        "answered-1": "40",
        "positive-1": "30",
        "seen_version": case.version,
    }
    browser.post(f"/egenkontroll/{case.number}/fragor/", rows)

    assert case.survey_questions.get().text == "Nöjd?"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"text-1": "Nöjd?", "answered-1": "4", "positive-1": "5"},
            "Rad 1: 5 av 4 går inte.",
        ),
        ({"text-1": "", "answered-1": "4", "positive-1": "4"}, "Rad 1: skriv frågan."),
        (
            {"text-1": "Nöjd?", "answered-1": "x", "positive-1": "4"},
            "Skriv ett helt tal",
        ),
        (
            {"text-1": "Nöjd, 19121212-1212?", "answered-1": "4", "positive-1": "4"},
            "ta bort personnumret",
        ),
        ({"text-40": "Nöjd?"}, "Rad 40: skriv hur många som svarade på frågan."),
    ],
)
def test_survey_form_refuses_at_the_row(
    row: dict[str, str], words: str, unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "survey")
    answered = browser.post(
        f"/egenkontroll/{case.number}/fragor/", row | {"seen_version": case.version}
    )

    assert answered.status_code == 400
    assert words in answered.content.decode()
    assert not case.survey_questions.exists()


def test_survey_form_sent_second_keeps_what_was_typed(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "survey")
    record_survey(case, actor=chief, seen_version=case.version, questions=[question()])
    row = {
        "text-1": "Trygg?",
        "answered-1": "4",
        "positive-1": "4",
        "seen_version": case.version,
    }
    answered = browser.post(f"/egenkontroll/{case.number}/fragor/", row)

    assert answered.status_code == 409
    assert "Trygg?" in answered.content.decode()
    assert "30 av 40, 75 %" in answered.content.decode()


# --- figures looked at ------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["comparison", "statistics_review"])
def test_indicator_shows_its_difference(
    method: str, unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, method)
    browser.post(
        f"/egenkontroll/{case.number}/nyckeltal/",
        FIGURE | {"seen_version": case.version},
    )
    text = browser.get(f"/egenkontroll/{case.number}/").content.decode()

    assert case.indicators.get().difference == Decimal("3.50")
    assert "82,5 %" in text
    assert "Riket, 79 %" in text


def test_indicators_recorded_twice_are_recorded_once(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "comparison")
    for _ in range(2):
        row = Indicator(name="Nöjda", value=Decimal(82), year=2024, source="Kolada")
        record_indicators(
            case, actor=chief, seen_version=case.version, indicators=[row]
        )

    assert case.log.filter(action="indicators").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"beside-1": ""}, "Rad 1: välj vad ni jämför med."),
        ({"other-1": ""}, "Rad 1: skriv värdet som ni jämför med."),
        ({"value-1": "många"}, "Skriv ett tal, till exempel 12,5."),
        ({"value-1": "NaN"}, "Skriv ett tal, till exempel 12,5."),
        ({"value-1": "9" * 20}, "Skriv ett mindre tal."),
        ({"year-1": "2199"}, "Skriv högst"),
        ({"link-1": "javascript:alert(1)"}, "Skriv hela adressen"),
        ({"source-1": ""}, "Rad 1: skriv varifrån värdet kommer."),
    ],
)
def test_indicator_form_refuses_what_cannot_be(
    changes: dict[str, str], words: str, unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "comparison")
    sent = FIGURE | changes | {"seen_version": case.version}
    answered = browser.post(f"/egenkontroll/{case.number}/nyckeltal/", sent)

    assert answered.status_code == 400
    assert words in answered.content.decode()


# --- places -----------------------------------------------------------------------------------
def test_walkthrough_answers_the_questions_once_for_each_place(
    unit: Unit, chief: User
) -> None:
    case = a_check(unit, chief, "walkthrough", ["Är utrymningsvägen fri?"])
    list_places(case, actor=chief, places=["Kök", "Entré"])
    answer(case, actor=chief, file=1, said={1: "yes"})
    answer(case, actor=chief, file=2, said={1: "no"})
    (result,) = results_of(case)

    assert (result.met, result.reviewed) == (1, 2)


def test_walkthrough_names_the_place_that_is_gone_through(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "walkthrough", ["Är utrymningsvägen fri?"])
    listed = browser.post(
        f"/egenkontroll/{case.number}/platser/", {"places": "Kök\r\n\r\n Entré \r\nKök"}
    )

    assert case.draws.get().members == ["Kök", "Entré"]
    assert "1 av 2: Kök." in browser.get(listed.headers["Location"]).content.decode()


def test_list_places_again_needs_a_reason(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "walkthrough", ["Är utrymningsvägen fri?"])
    list_places(case, actor=chief, places=["Kök"])

    with pytest.raises(ValidationError):
        list_places(case, actor=chief, places=["Entré"])


def test_list_places_twice_is_once(unit: Unit, chief: User) -> None:
    case = a_check(unit, chief, "walkthrough", ["Är utrymningsvägen fri?"])
    for _ in range(2):
        list_places(case, actor=chief, places=["Kök"])

    assert Draw.objects.count() == 1


@pytest.mark.parametrize("page", ["fragor", "nyckeltal", "platser"])
def test_page_of_another_kind_of_check_leads_back(
    page: str, unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "file_review", ["Finns en plan?"])
    answered = browser.get(f"/egenkontroll/{case.number}/{page}/")

    assert answered.headers["Location"] == f"/egenkontroll/{case.number}/"


RECORDED = [
    ("survey", "fragor", ("text", "answered", "positive")),
    ("comparison", "nyckeltal", tuple(name.removesuffix("-1") for name in FIGURE)),
    ("walkthrough", "platser", ("places", "reason")),
]
# Each page is sent a third of what is hostile, each of it to some page, and the others by make test-all.
THIRDS = [
    pytest.param(*row, third, marks=() if place == third else pytest.mark.every)
    for (place, row), third in product(enumerate(RECORDED), range(3))
]


@pytest.mark.parametrize(("method", "page", "fields", "third"), THIRDS)
def test_hostile_answer_gets_a_page(
    method: str,
    page: str,
    fields: tuple[str, ...],
    third: int,
    unit: Unit,
    chief: User,
    browser: Client,
) -> None:
    case = a_check(unit, chief, method, ["Är det bra?"] if page == "platser" else None)
    names = fields if page == "platser" else [f"{name}-1" for name in fields]
    answers = {}
    for name, said in list(HOSTILE.items())[third::3]:
        body = urlencode({**dict.fromkeys(names, said), "seen_version": case.version})
        form = "application/x-www-form-urlencoded"
        sent = browser.post(
            f"/egenkontroll/{case.number}/{page}/", body, content_type=form
        )
        answers[name] = sent.status_code

    assert {
        name: status
        for name, status in answers.items()
        if status not in {302, 400, 409}
    } == {}


# --- what is sent too late --------------------------------------------------------------------
LATE = [
    (
        "survey",
        "fragor",
        {"text-1": "Kände du dig trygg?", "answered-1": "40", "positive-1": "30"},
    ),
    ("comparison", "nyckeltal", {**FIGURE, "name-1": "Kände du dig trygg?"}),
    ("walkthrough", "platser", {"places": "Kände du dig trygg?"}),
    (
        "file_review",
        "urval",
        {"of": "files", "population": "Kände du dig trygg?", "size": "9", "count": "2"},
    ),
]


@pytest.mark.parametrize(
    ("method", "page", "typed"), LATE, ids=[row[0] for row in LATE]
)
def test_form_that_is_sent_when_the_check_is_cancelled_keeps_what_was_typed(
    method: str,
    page: str,
    typed: dict[str, str],
    unit: Unit,
    chief: User,
    browser: Client,
) -> None:
    case = a_check(unit, chief, method, ["Rent?"] if method == "walkthrough" else None)
    take_step(
        case,
        "stall-in",
        actor=chief,
        seen_version=case.version,
        facts={"reason": "Dubbel."},
    )
    answer = browser.post(
        f"/egenkontroll/{case.number}/{page}/", {"seen_version": case.version, **typed}
    )

    assert answer.status_code == 403
    assert "Kände du dig trygg?" in answer.content.decode()
    assert "har redan ett resultat" in answer.content.decode()


def test_review_that_is_sent_when_the_check_is_cancelled_keeps_the_answers(
    unit: Unit, chief: User, browser: Client
) -> None:
    case = a_check(unit, chief, "walkthrough", ["Rent?"])
    list_places(case, actor=chief, places=["Köket"])
    case.refresh_from_db()
    take_step(
        case,
        "stall-in",
        actor=chief,
        seen_version=case.version,
        facts={"reason": "Dubbel."},
    )
    answer = browser.post(f"/egenkontroll/{case.number}/granskning/1/", {"q1": "yes"})

    assert answer.status_code == 403
    assert "checked" in answer.content.decode()
