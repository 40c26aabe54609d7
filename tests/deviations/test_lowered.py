"""Corrections in the browser: a lowered consequence takes a reason, and is seen by those it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import NamedReader
from deviations.models import Deviation
from deviations.process.services import take_step
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
PAGE = "/avvikelser/sankta/"


@pytest.fixture
def controller(root: Unit) -> User:
    return make_user("controller", (Role.QUALITY_CONTROLLER, root))


@pytest.fixture
def case(unit: Unit, reporter: User) -> Deviation:
    return make_deviation(
        unit,
        state="under_investigation",
        reporter=reporter,
        consequence="possible",
        process="Vet inte",
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def correct(case: Deviation, actor: User, **facts: Any) -> Deviation:
    said = {
        "kind": "improvement_idea",
        "process": "Boende",
        "consequence": "none",
    } | facts
    return take_step(case, "ratta", actor=actor, seen_version=case.version, facts=said)


def typed(**answers: str) -> dict[str, str]:
    return {
        "seen_version": "0",
        "kind": "quality_deviation",
        "consequence": "none",
    } | answers


# --- the form ---------------------------------------------------------------------------------
def test_form_asks_why_when_the_consequence_is_lowered(
    case: Deviation, chief: User
) -> None:
    answer = client_of(chief).post(f"/avvikelser/{case.number}/ratta/", typed())

    assert answer.status_code == 400
    assert "Skriv varför följderna sänks" in answer.content.decode()
    assert Deviation.objects.get(pk=case.pk).consequence == "possible"


def test_form_asks_why_when_the_answer_is_taken_away(
    case: Deviation, chief: User
) -> None:
    answer = client_of(chief).post(
        f"/avvikelser/{case.number}/ratta/", typed(consequence="")
    )

    assert answer.status_code == 400


def test_form_drops_no_reason_that_belongs_to_nothing(
    case: Deviation, chief: User
) -> None:
    said = typed(consequence="possible", lowering_reason="Ingen drabbades.")
    answer = client_of(chief).post(f"/avvikelser/{case.number}/ratta/", said)

    assert answer.status_code == 400
    assert "Du har inte ändrat följderna" in answer.content.decode()
    assert "Ingen drabbades." in answer.content.decode()


def test_form_with_a_reason_lowers_and_shows_it_in_the_history(
    case: Deviation, chief: User
) -> None:
    browser = client_of(chief)
    browser.post(
        f"/avvikelser/{case.number}/ratta/", typed(lowering_reason="Ingen var hemma.")
    )
    page = browser.get(f"/avvikelser/{case.number}/").content.decode()

    assert (
        "Följder för den enskilde: vet inte, eller det hade kunnat bli följder" in page
    )
    assert "Skäl: Ingen var hemma." in page


# --- the one who reported ---------------------------------------------------------------------
def test_own_page_shows_what_the_reporter_answered_after_two_corrections(
    case: Deviation, chief: User, reporter: User
) -> None:
    once = correct(case, chief, lowering_reason="Ingen drabbades.")
    correct(once, chief, kind="suggestion", process="Utskick")
    page = client_of(reporter).get(f"/rapportera/mina/{case.number}/")

    assert {label: words for label, words in page.context["answers"] if words} == {
        "Vad det gäller": "kvalitetsavvikelse",
        "Följder för den enskilde": "vet inte, eller det hade kunnat bli följder",
        "Enhet": "Ekonomi",
        "Process eller rutin": "Vet inte",
    }
    assert "Boende" not in page.content.decode()
    assert "Ingen drabbades." not in page.content.decode()


# --- the quality controller -------------------------------------------------------------------
def test_controller_sees_lowered_case_with_reason_and_unit(
    case: Deviation, chief: User, controller: User
) -> None:
    correct(case, chief, lowering_reason="Ingen drabbades.")
    page = client_of(controller).get(PAGE)

    text = page.content.decode()
    assert [row["change"].case.number for row in page.context["rows"]] == [case.number]
    assert list(page.context["per_unit"]) == [("Ekonomi", 1)]
    assert "Ingen drabbades." in text
    assert "Chief" in text


def test_controller_sees_no_correction_that_lowers_nothing(
    unit: Unit, chief: User, controller: User
) -> None:
    case = make_deviation(unit, state="under_investigation", consequence="none")
    correct(case, chief, consequence="possible")

    assert client_of(controller).get(PAGE).context["rows"] == []


def test_controller_sees_no_protected_case_of_others(
    case: Deviation, chief: User, controller: User
) -> None:
    correct(case, chief, lowering_reason="Ingen drabbades.")
    Deviation.objects.filter(pk=case.pk).update(protected=True)
    NamedReader.objects.create(case=case, user=chief, position=1)

    assert client_of(controller).get(PAGE).context["rows"] == []


def test_controller_sees_nothing_of_another_administration(
    case: Deviation, chief: User
) -> None:
    correct(case, chief, lowering_reason="Ingen drabbades.")
    other = make_user("other", (Role.QUALITY_CONTROLLER, make_unit("VOF")))

    assert client_of(other).get(PAGE).context["rows"] == []


def test_page_of_lowered_asks_as_many_questions_whatever_it_lists(
    unit: Unit, chief: User, controller: User
) -> None:
    browser, asked = client_of(controller), []
    for _ in range(3):
        made = make_deviation(unit, state="under_investigation", consequence="possible")
        correct(made, chief, lowering_reason="Ingen drabbades.")
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2]
