"""Giving many cases to one person: all that can be, and a word about each that cannot."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.cases.history import broken_logs
from casework.handling.assigning import assign
from casework.handling.services import recuse
from casework.models import Case, Change, NamedReader, Notice, Recusal
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db
ASSIGN = "/inkorg/fordela/"


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def other(unit: Unit) -> User:
    return make_user("other", (Role.UNIT_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def reasons(cases: list[Any], owner: User, actor: User, **read: int) -> list[str]:
    return [
        verdict.reason for verdict in assign(cases, owner=owner, actor=actor, read=read)
    ]


def test_assign_gives_the_cases_to_one_person(
    unit: Unit, chief: User, other: User
) -> None:
    cases = [make_deviation(unit), make_deviation(unit, owner=other)]

    assert [verdict.changes for verdict in assign(cases, owner=other, actor=chief)] == [
        True,
        False,
    ]
    assert set(Case.objects.values_list("owner", "version")) == {
        (other.pk, 1),
        (other.pk, 0),
    }


def test_assign_gives_what_can_be_given_and_says_why_the_rest_is_not(
    unit: Unit, chief: User, other: User
) -> None:
    reported, recused, given = (
        make_deviation(unit, reporter=other),
        *(make_deviation(unit) for _ in "ab"),
    )
    Recusal.objects.create(case=recused, user=other)
    today = timezone.localdate()
    closed = make_deviation(unit, state="closed", is_deviation="no", closed_on=today)
    changed = make_deviation(unit, number="X-1")

    found = reasons(
        [reported, recused, given, closed, changed], other, chief, **{"X-1": 7}
    )

    not_theirs = "Other kan inte handlägga ärendet."
    late = "Någon annan har ändrat ärendet sedan du läste det."
    assert found == [not_theirs, not_theirs, "", "Ärendet är avslutat.", late]
    assert [case.pk for case in Case.objects.filter(owner=other)] == [given.pk]


def test_assign_of_protected_case_to_one_who_is_not_named_is_refused(
    unit: Unit, chief: User, other: User
) -> None:
    case = make_deviation(unit, protected=True)
    NamedReader.objects.create(case=case.case_ptr, user=chief, position=1)

    assert reasons([case], other, chief) == ["Other kan inte handlägga ärendet."]


def test_assign_by_one_who_is_recused_is_refused(
    unit: Unit, chief: User, other: User
) -> None:
    case = make_deviation(unit)
    recuse(case, person=chief, actor=chief)

    assert reasons([case], other, chief) == ["Du kan inte fördela ärendet."]


def test_assign_of_many_cases_takes_as_many_statements_as_of_two(
    unit: Unit, chief: User, other: User
) -> None:
    counts = []
    for many in (2, 40):
        cases = [make_deviation(unit) for _ in range(many)]
        with CaptureQueriesContext(connection) as captured:
            assign(cases, owner=other, actor=chief)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 16


def test_assign_of_many_cases_writes_history_that_holds(
    unit: Unit, chief: User, other: User
) -> None:
    cases = [make_deviation(unit) for _ in range(3)]
    assign(cases, owner=other, actor=chief)
    assign(cases, owner=chief, actor=other)

    assert broken_logs() == []
    changes = Change.objects.filter(case=cases[0].pk).values_list(
        "field", "before", "after"
    )
    assert list(changes) == [("owner", "", "Other"), ("owner", "Other", "Chief")]
    assert [entry.sequence for entry in cases[0].log.all()] == [1, 2]


def test_assign_tells_the_receiver_once_of_each_case(
    unit: Unit, chief: User, other: User
) -> None:
    cases = [make_deviation(unit) for _ in range(3)]
    assign(cases, owner=other, actor=chief)
    assign(cases, owner=chief, actor=chief)

    assert (
        sorted(Notice.objects.values_list("user", "kind"))
        == [(other.pk, "assigned")] * 3
    )


def test_assign_to_somebody_with_a_long_name_is_written_down(
    unit: Unit, chief: User, other: User
) -> None:
    User.objects.filter(pk=other.pk).update(name="N" * 200)
    other.refresh_from_db()

    assert reasons([make_deviation(unit)], other, chief) == [""]


# --- the pages ----------------------------------------------------------------------------------
def confirm(browser: Client, **sent: Any) -> Any:
    """Look at what would change, and confirm what the page shows."""
    shown = browser.get(ASSIGN, sent)
    chosen = shown.context["chosen"]
    return browser.post(
        ASSIGN,
        {"cases": chosen.as_sent, "owner": sent["owner"], "back": sent.get("back", "")},
    )


def test_assign_takes_all_that_is_sent(
    browser: Client, unit: Unit, other: User
) -> None:
    numbers = [make_deviation(unit).number for _ in range(70)]
    confirm(browser, case=numbers, owner=other.pk)

    assert Case.objects.filter(owner=other).count() == 70


def test_assign_of_the_whole_view_takes_what_is_on_its_other_pages(
    browser: Client, unit: Unit, chief: User, other: User
) -> None:
    for _ in range(30):
        make_deviation(unit)
    make_deviation(unit, reporter=chief)
    page = browser.get("/inkorg/?visa=oppna").content.decode()
    response = confirm(browser, all="1", owner=other.pk, back="visa=oppna")

    assert "Granska alla 30 i urvalet" in page
    assert response["Location"] == "/inkorg/?visa=oppna"
    assert Case.objects.filter(owner=other).count() == 30


def test_assign_of_a_filtered_view_takes_nothing_else(
    browser: Client, unit: Unit, other: User
) -> None:
    wanted = make_deviation(unit, received_on="2023-02-01", number="OLD")
    make_deviation(unit)
    confirm(browser, all="1", owner=other.pk, back="visa=oppna&year=2023")

    assert [case.number for case in Case.objects.filter(owner=other)] == [wanted.number]


def test_assign_of_a_view_that_is_too_long_says_how_many_it_takes(
    browser: Client, unit: Unit, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.views.sorting.MOST_AT_ONCE", 2)
    for _ in range(3):
        make_deviation(unit)
    page = browser.get(
        ASSIGN, {"all": "1", "owner": other.pk, "back": "visa=oppna"}
    ).content.decode()

    assert "Urvalet har fler ärenden" in page
    assert "Fördela 2 ärenden" in page


def test_assign_of_too_many_at_once_says_so_and_gives_none(
    browser: Client, unit: Unit, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.views.sorting.MOST_AT_ONCE", 2)
    numbers = [make_deviation(unit).number for _ in range(3)]
    answer = browser.post(
        ASSIGN, {"case": numbers, "owner": other.pk}, follow=True
    ).content.decode()

    assert "Välj högst 2 ärenden åt gången. Inget ärende är fördelat." in answer
    assert not Case.objects.filter(owner=other).exists()


def test_assign_confirmed_twice_gives_the_same_answer_and_one_change(
    browser: Client, unit: Unit, other: User
) -> None:
    case = make_deviation(unit, number="X-1")
    sent = {"cases": "X-1:0", "owner": other.pk}
    answers = [
        browser.post(ASSIGN, sent, follow=True).content.decode() for _ in range(2)
    ]

    assert ["1 ärende är fördelat till Other." in answer for answer in answers] == [
        True,
        True,
    ]
    assert [entry.action for entry in case.log.all()] == ["assign"]


def test_assign_of_what_another_changed_meanwhile_leaves_it_and_says_so(
    browser: Client, unit: Unit, other: User
) -> None:
    for number in ("X-1", "X-2"):
        make_deviation(unit, number=number)
    chosen = browser.get(ASSIGN, {"case": ["X-1", "X-2"], "owner": other.pk}).context[
        "chosen"
    ]
    Case.objects.filter(number="X-2").update(version=1)
    answer = browser.post(ASSIGN, {"cases": chosen.as_sent, "owner": other.pk})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1 ärende är fördelat till Other." in text
    assert "Någon annan har ändrat ärendet sedan du läste det." in text
    assert [case.number for case in Case.objects.filter(owner=other)] == ["X-1"]


def test_assign_of_what_can_no_longer_be_read_names_it_by_the_number_that_was_sent(
    browser: Client, unit: Unit, chief: User, other: User
) -> None:
    make_deviation(unit, number="X-1")
    Recusal.objects.create(case=make_deviation(unit, number="X-2"), user=chief)
    text = browser.post(
        ASSIGN, {"cases": "X-1:0\r\nX-2:0", "owner": other.pk}
    ).content.decode()

    assert "X-2" in text
    assert "Du kan inte läsa ärendet" in text
    assert [case.number for case in Case.objects.filter(owner=other)] == ["X-1"]


@pytest.mark.parametrize(
    "sent", ["X-1:-1", "X-1:9999999999999", "X-1:x", "X-1:\0", "::::", ":"]
)
def test_assign_with_a_broken_list_breaks_nothing(
    browser: Client, unit: Unit, other: User, sent: str
) -> None:
    make_deviation(unit, number="X-1")

    assert browser.post(ASSIGN, {"cases": sent, "owner": other.pk}).status_code in {
        302,
        404,
    }
