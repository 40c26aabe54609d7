"""Whoever reported what was reported already is answered with the case that is investigated."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from casework.models import Case, Change, NamedReader, Notice
from deviations.models import Deviation
from deviations.process.duplicates import ELSEWHERE, duplicates_of
from deviations.process.services import take_step
from deviations.process.to_lexsarah import give_answer, settle
from deviations.reporting.codes import code_for, hash_of
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 1)
ANSWER, TO_OTHERS = "Vi har ändrat rutinen.", "Vi har sett över hur vi arbetar."


@pytest.fixture
def main(unit: Unit) -> Deviation:
    return make_deviation(
        unit,
        state="under_investigation",
        is_deviation="no",
        assessment="Rutinen följdes.",
        number="KA-2024-9",
    )


def duplicate(of: Case, reporter: User | None = None, **facts: Any) -> Deviation:
    said = {
        "state": "duplicate",
        "closed_on": DAY,
        "duplicate_of": Case.objects.get(pk=of.pk),
    }
    return make_deviation(of.unit, reporter=reporter, **said, **facts)


def step(case: Deviation, name: str, actor: User, **facts: Any) -> Deviation:
    case.refresh_from_db()
    return take_step(case, name, actor=actor, seen_version=case.version, facts=facts)


def answered(case: Deviation) -> str:
    return Deviation.objects.get(pk=case.pk).answer


# --- the answer goes on -----------------------------------------------------------------------
def test_answer_goes_to_reporters_of_duplicates_of_duplicates(
    main: Deviation, chief: User, reporter: User
) -> None:
    second = duplicate(main, reporter)
    third = duplicate(second, reporter)

    step(main, "aterkoppla", chief, answer=ANSWER, answer_to_duplicates=TO_OTHERS)

    assert [answered(case) for case in (main, second, third)] == [
        ANSWER,
        TO_OTHERS,
        TO_OTHERS,
    ]
    told = Notice.objects.filter(user=reporter, kind=Notice.Kind.ANSWERED)
    assert set(told.values_list("case", flat=True)) == {second.pk, third.pk}
    page = Client()
    page.force_login(reporter)
    assert TO_OTHERS in page.get(f"/rapportera/mina/{third.number}/").content.decode()


def test_answer_without_one_for_duplicates_is_refused(
    main: Deviation, chief: User
) -> None:
    duplicate(main)

    with pytest.raises(ValidationError, match="samma händelse"):
        step(main, "aterkoppla", chief, answer=ANSWER)
    assert answered(main) == ""


def test_answer_that_is_given_again_reaches_duplicates_and_keeps_the_first(
    main: Deviation, chief: User, reporter: User
) -> None:
    other = duplicate(main, reporter)
    step(main, "aterkoppla", chief, answer=ANSWER, answer_to_duplicates=TO_OTHERS)

    step(
        main, "aterkoppla", chief, answer="Rättat.", answer_to_duplicates="Rättat svar."
    )

    assert answered(other) == "Rättat svar."
    assert Change.objects.get(case=other.pk, field="answer").before == TO_OTHERS


def test_case_that_ends_without_an_answer_leaves_no_duplicate_unanswered(
    main: Deviation, chief: User, reporter: User
) -> None:
    other = duplicate(main, reporter)
    step(main, "aterkoppla", chief, no_answer_reason="Anonymt.")
    step(main, "besluta", chief)

    step(main, "avsluta", chief)

    assert answered(other) == ELSEWHERE
    assert Notice.objects.filter(user=reporter, kind=Notice.Kind.ANSWERED).exists()


def test_closing_keeps_the_answer_that_duplicates_have(
    main: Deviation, chief: User
) -> None:
    other = duplicate(main)
    step(main, "aterkoppla", chief, answer=ANSWER, answer_to_duplicates=TO_OTHERS)
    step(main, "besluta", chief)

    step(main, "avsluta", chief)

    assert answered(other) == TO_OTHERS


def test_citizen_reads_answer_of_the_other_case_with_the_code(
    main: Deviation, chief: User, client: Client
) -> None:
    other = duplicate(main, reported_by="outside", kind="complaint")
    code = code_for(other.form_token)
    Deviation.objects.filter(pk=other.pk).update(follow_up_hash=hash_of(code))
    assert (
        "Svaret kommer också hit"
        in client.post("/synpunkt/svar/", {"code": code}).content.decode()
    )

    step(main, "aterkoppla", chief, answer=ANSWER, answer_to_duplicates=TO_OTHERS)

    page = client.post("/synpunkt/svar/", {"code": code}).content.decode()
    assert TO_OTHERS in page
    assert ANSWER not in page


def test_handlers_are_told_of_citizen_who_waits_for_answer_in_another_way(
    main: Deviation, chief: User, unit: Unit
) -> None:
    colleague = make_user("colleague", (Role.SECTION_CHIEF, unit))
    other = duplicate(
        main,
        reported_by="outside",
        kind="complaint",
        contact_way="phone",
        contact="070",
    )

    step(main, "aterkoppla", chief, answer=ANSWER, answer_to_duplicates=TO_OTHERS)

    assert Notice.objects.filter(
        user=colleague, case=other.pk, kind=Notice.Kind.MESSAGE
    ).exists()


# --- what is not told -------------------------------------------------------------------------
def test_duplicate_of_protected_case_is_told_only_that_it_is_investigated_elsewhere(
    main: Deviation, chief: User
) -> None:
    other = duplicate(main)
    Deviation.objects.filter(pk=main.pk).update(protected=True)
    NamedReader.objects.create(case=main, user=chief, position=1)

    step(main, "aterkoppla", chief, answer=ANSWER)

    assert answered(other) == ELSEWHERE


def test_duplicate_of_lex_sarah_report_is_told_only_that_it_is_investigated_elsewhere(
    unit: Unit, chief: User
) -> None:
    escalated = make_deviation(unit, state="escalated")
    other = duplicate(escalated)

    give_answer(escalated, actor=chief, answer=ANSWER)

    assert answered(other) == ELSEWHERE


def test_duplicate_of_a_misconduct_that_is_decided_waits_for_no_answer(
    unit: Unit, chief: User
) -> None:
    escalated = make_deviation(unit, state="escalated", misconduct="misconduct")
    other = duplicate(escalated)

    settle(escalated, actor=chief, words="Utreddes enligt lex Sarah, se LS-1.")

    assert answered(other) == ELSEWHERE


@pytest.mark.django_db(transaction=True)
def test_two_cases_that_are_linked_to_each_other_at_once_do_not_both_end() -> None:
    unit = make_unit("EK", make_unit("SOC"))
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    cases = [make_deviation(unit), make_deviation(unit)]
    begin, refused = threading.Barrier(2), []

    def link(case: Deviation, to: Deviation) -> None:
        begin.wait()
        facts = {"duplicate_of": Case.objects.get(pk=to.pk)}
        try:
            take_step(case, "dubblett", actor=chief, seen_version=0, facts=facts)
        except ValidationError as refusal:
            refused.append(refusal.messages)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=link, args=pair) for pair in (cases, cases[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == Deviation.objects.filter(state="duplicate").count() == 1


@pytest.mark.parametrize(
    "ended", [{"answer": ANSWER}, {"state": "closed", "closed_on": DAY}]
)
def test_case_that_is_answered_while_another_is_linked_to_it_is_no_end_of_that(
    main: Deviation, unit: Unit, chief: User, ended: dict[str, Any]
) -> None:
    Deviation.objects.filter(pk=main.pk).update(**{"is_deviation": "no", **ended})
    with pytest.raises(ValidationError, match="redan besvarat"):
        step(
            make_deviation(unit),
            "dubblett",
            chief,
            duplicate_of=Case.objects.get(pk=main.pk),
        )


def test_case_that_was_opened_again_is_no_duplicate_any_more(
    main: Deviation, chief: User
) -> None:
    other = duplicate(main)
    Deviation.objects.filter(pk=other.pk).update(
        state="under_investigation", closed_on=None, duplicate_of=None
    )

    step(main, "aterkoppla", chief, answer=ANSWER)

    assert duplicates_of(main) == []
    assert answered(other) == ""


# --- in the browser ---------------------------------------------------------------------------
def post(chief: User, case: Deviation, name: str, **typed: Any) -> Any:
    browser = Client()
    browser.force_login(chief)
    case.refresh_from_db()
    return browser.post(
        f"/avvikelser/{case.number}/{name}/", {"seen_version": case.version, **typed}
    )


def test_form_proposes_the_answer_for_duplicates_to_be_read(
    main: Deviation, chief: User
) -> None:
    duplicate(main)
    response = post(chief, main, "aterkoppla", answer=ANSWER)

    assert response.status_code == 400
    assert response.context["form"]["answer_to_duplicates"].value() == ANSWER
    read = post(
        chief, main, "aterkoppla", answer=ANSWER, answer_to_duplicates=TO_OTHERS
    )
    assert TO_OTHERS in read.content.decode()
    sent = post(
        chief,
        main,
        "aterkoppla",
        answer=ANSWER,
        answer_to_duplicates=TO_OTHERS,
        do="send",
    )
    assert sent.status_code == 302


def test_reporter_of_a_duplicate_is_told_that_the_answer_is_still_to_come(
    main: Deviation, reporter: User
) -> None:
    late = duplicate(main, reporter)
    browser = Client()
    browser.force_login(reporter)
    listed = browser.get("/rapportera/mina/").content.decode()
    page = browser.get(f"/rapportera/mina/{late.number}/").content.decode()

    assert "Kommer med det andra ärendet." in listed
    assert "Ingen skriftlig återkoppling" not in listed + page
    assert "Du får svar här när det ärendet är besvarat." in page
    assert "Blev det bättre?" not in page


def test_form_of_a_duplicate_says_on_its_button_what_it_does(
    main: Deviation, chief: User
) -> None:
    browser = Client()
    browser.force_login(chief)
    page = browser.get(f"/avvikelser/{main.number}/dubblett/").content.decode()

    assert ">Koppla som dubblett</button>" in page
    assert "Läs igenom" not in page, "an empty answer is not shown first"


def test_case_that_is_closed_is_handled_by_nobody(main: Deviation, chief: User) -> None:
    late = duplicate(main, owner=chief)
    browser = Client()
    browser.force_login(chief)
    page = browser.get(f"/avvikelser/{late.number}/").content.decode()

    assert "Ärendet är avslutat 1 maj 2024." in page
    assert f"Handläggs av {chief}" not in page


def test_form_says_of_no_answer_that_is_asked_for_that_it_is_voluntary(
    main: Deviation, chief: User
) -> None:
    duplicate(main)
    client = Client()
    client.force_login(chief)
    opened = client.get(f"/avvikelser/{main.number}/aterkoppla/").content.decode()
    asked = post(chief, main, "aterkoppla", answer=ANSWER).content.decode()
    without = post(chief, main, "aterkoppla", no_answer_reason="Anonymt.", do="send")

    label = "Svar till dem som har rapporterat samma händelse</label>"
    assert label in opened
    assert label in asked
    assert without.status_code == 302


def test_form_without_duplicates_asks_nothing_of_them(
    main: Deviation, chief: User
) -> None:
    response = post(chief, main, "aterkoppla", answer=ANSWER, do="send")

    assert (response.status_code, answered(main)) == (302, ANSWER)


def test_case_linked_to_an_answered_one_is_answered_when_it_is_linked(
    main: Deviation, chief: User, reporter: User
) -> None:
    step(main, "aterkoppla", chief, answer=ANSWER)
    late = make_deviation(main.unit, reporter=reporter)

    asked = post(chief, late, "dubblett", duplicate_of=main.number)
    assert (asked.status_code, asked.context["form"]["answer"].value()) == (400, ANSWER)
    post(chief, late, "dubblett", duplicate_of=main.number, answer=ANSWER, do="send")

    late.refresh_from_db()
    assert (late.state, late.answer) == ("duplicate", ANSWER)
    assert Notice.objects.filter(user=reporter, kind=Notice.Kind.ANSWERED).exists()


def test_case_linked_to_one_that_is_investigated_waits_for_its_answer(
    main: Deviation, chief: User
) -> None:
    late = make_deviation(main.unit)
    response = post(chief, late, "dubblett", duplicate_of=main.number)

    assert response.status_code == 302
    assert [case.pk for case in duplicates_of(main)] == [late.pk]
