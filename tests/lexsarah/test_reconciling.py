"""What units marked, against what the investigator received: complete, and telling nobody too much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from casework.cases.history import log
from casework.models import NamedReader, Recusal
from deviations.filing import send_report
from deviations.models import Deviation, Misconduct
from deviations.process.to_lexsarah import escalate
from lexsarah.models import LexSarahCase, LexSarahReport, Policy
from lexsarah.process.services import take_step
from lexsarah.reconciliation.reconciling import (
    Summary,
    before_the_system,
    marked_in,
    problems_over,
    summary_of,
)
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PAGE = "/lex-sarah/avstamning/"
NOTHING_MISSING = "Inget saknas."


class Cast(NamedTuple):
    """A unit of a department, and people by what they are."""

    unit: Unit
    other: Unit
    people: dict[str, User]

    def __getitem__(self, name: Any) -> Any:
        """Return a person."""
        return self.people[name]

    def text(self, who: str = "controller", path: str = PAGE) -> str:
        """Return what somebody reads."""
        client = Client()
        client.force_login(self.people[who])
        return client.get(path).content.decode()


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


def make_cast() -> Cast:
    root = make_unit("A")
    department = make_unit("B", root)
    unit, other = (
        make_unit("C", department, name="Hemtjänsten"),
        make_unit("D", root, name="Boendet"),
    )
    people = {
        "staff": make_user("staff", (Role.STAFF, unit)),
        "chief": make_user("chief", (Role.SECTION_CHIEF, unit)),
        "boss": make_user("boss", (Role.DEPARTMENT_CHIEF, department)),
        "lex": make_user("lex", (Role.LEX_INVESTIGATOR, root)),
        "controller": make_user("controller", (Role.QUALITY_CONTROLLER, root)),
    }
    return Cast(unit, other, people)


def report(cast: Cast, **facts: Any) -> Deviation:
    """Make an event that was marked and reported today, as its filing leaves it."""
    about = {
        "unit": cast.unit,
        "description": "Ingen kom med mat på två dygn.",
        "consequence": "occurred",
        "occurred_on": TODAY,
        "received_on": TODAY,
        "reporter": cast["staff"],
        "process": "Boende",
        **facts,
    }
    states = {"state": "escalated", "state_before": "reported"}
    made = make_deviation(title=about["description"], **states, **about)
    label = "Blev en lex Sarah-rapport"
    log(made, action="escalate", label=label, actor=cast["staff"])
    return made


def file(cast: Cast, *, protected: bool = False, **facts: Any) -> Deviation:
    about = {
        "kind": "quality_deviation",
        "description": "Ingen kom med mat på två dygn.",
        "proposal": "",
        "consequence": "occurred",
        "occurred_on": TODAY,
        "unit": cast.unit,
        "process": "Boende",
        "category": "",
        "target_group": "",
    }
    return send_report(
        actor=cast["staff"],
        form_token=uuid4(),
        facts={**about, **facts},
        protected=protected,
    )


def step(name: str, actor: User, **facts: Any) -> None:
    case = LexSarahCase.objects.latest("pk")
    take_step(case, name, actor=actor, seen_version=case.version, facts=facts)


def wait(days: int) -> None:
    day = TODAY - dt.timedelta(days=days)
    LexSarahReport.objects.update(received_on=day, occurred_on=None)
    LexSarahCase.objects.update(received_on=day, due_on=day, occurred_on=None)


def summary(
    cast: Cast, *, year: int = TODAY.year, paths: tuple[str, ...] = ("A/",)
) -> Summary:
    return summary_of(marked_in(year, paths=paths, reader=cast["controller"]))


def problems(cast: Cast) -> dict[str, list[str]]:
    found = problems_over(["A/"], reader=cast["controller"], today=TODAY)
    return {
        problem.title: [named.number for named in problem.named] for problem in found
    }


# --- a year -----------------------------------------------------------------------------------
def test_year_without_marks_says_so(cast: Cast) -> None:
    make_deviation(cast.unit)

    assert f"Ingen händelse har markerats {TODAY.year}." in cast.text()


def test_report_waits_until_an_investigator_begins(cast: Cast) -> None:
    file(cast)
    assert summary(cast) == Summary(marked=1, reported=1, waiting=1, sent_back=0)
    assert "1 av 1 väntar på att en utredare tar emot." in cast.text()

    step("ta-emot", cast["lex"])
    assert summary(cast) == Summary(marked=1, reported=1, waiting=0, sent_back=0)
    assert NOTHING_MISSING in cast.text()


def test_sent_back_is_counted_and_says_why(cast: Cast) -> None:
    report(cast)
    step("skicka-tillbaka", cast["lex"], reason="Insatsen gavs, men sent.")

    assert Deviation.objects.get().misconduct == "no"
    assert summary(cast) == Summary(marked=1, reported=1, waiting=0, sent_back=1)
    for who in ("controller", "lex", "boss"):
        assert "Insatsen gavs, men sent." in cast.text(who)


def test_reason_of_another_step_is_no_reason_to_send_back(cast: Cast) -> None:
    report(cast)
    step("skicka-tillbaka", cast["lex"], reason="Insatsen gavs.")
    escalate(
        Deviation.objects.get(),
        actor=cast["chief"],
        misconduct=Misconduct.YES,
        grounds="Jo.",
    )

    assert summary(cast) == Summary(marked=1, reported=1, waiting=1, sent_back=0)
    assert "Insatsen gavs." not in cast.text()


def test_decided_as_nothing_stays_in_the_list(cast: Cast) -> None:
    report(cast)
    step("ta-emot", cast["lex"])
    step("besluta", cast["lex"], degree="none", assessment="Insatsen gavs.")

    assert summary(cast).received == 1
    assert "Beslutad: inget missförhållande" in cast.text()


def test_joined_report_is_received_with_the_case_that_it_joined(cast: Cast) -> None:
    report(cast)
    step("ta-emot", cast["lex"])
    first = LexSarahCase.objects.get()
    report(cast, description="Samma sak igen.")
    step("foga-till", cast["lex"], duplicate_of=first.case_ptr)

    assert summary(cast) == Summary(marked=2, reported=2, waiting=0, sent_back=0)


def test_mark_counts_in_its_own_year(cast: Cast) -> None:
    report(cast)

    assert summary(cast, year=TODAY.year - 1).marked == 0


def test_mark_without_history_counts_in_the_year_of_its_report(cast: Cast) -> None:
    make_deviation(cast.unit, state="escalated", received_on=dt.date(2024, 12, 31))

    assert (summary(cast, year=2024).marked, summary(cast, year=2025).marked) == (1, 0)


def test_marked_again_in_another_year_counts_in_both(cast: Cast) -> None:
    deviation = make_deviation(
        cast.unit, state="escalated", received_on=dt.date(2024, 5, 1)
    )
    for year in (2024, 2025):
        at = dt.datetime(year, 5, 1, 12, tzinfo=dt.UTC)
        log(
            deviation,
            action="escalate",
            label="Blev en lex Sarah-rapport",
            actor=None,
            at=at,
        )

    assert [summary(cast, year=year).marked for year in (2023, 2024, 2025, 2026)] == [
        0,
        1,
        1,
        0,
    ]


def test_mark_on_new_years_eve_counts_by_the_local_day(cast: Cast) -> None:
    deviation = make_deviation(
        cast.unit, state="escalated", received_on=dt.date(2024, 5, 1)
    )
    at = dt.datetime(
        2024, 12, 31, 23, 30, tzinfo=dt.UTC
    )  # half past midnight in Stockholm
    log(
        deviation,
        action="escalate",
        label="Blev en lex Sarah-rapport",
        actor=None,
        at=at,
    )

    assert [summary(cast, year=year).marked for year in (2024, 2025)] == [0, 1]


def test_what_waits_stands_first(cast: Cast) -> None:
    first = report(cast)
    second = report(cast, description="Något annat.")
    step("ta-emot", cast["lex"])

    found = marked_in(TODAY.year, paths=["A/"], reader=cast["controller"])
    assert [event.number for event in found] == [first.number, second.number]


@pytest.mark.parametrize("year", ["hej", "-1", "99999999999", "2500"])
def test_year_that_is_none_says_so_and_shows_this_year(cast: Cast, year: str) -> None:
    report(cast)
    text = cast.text(path=f"{PAGE}?year={year}")

    assert 'class="error"' in text
    assert "Väntar" in text


def test_imported_register_is_counted_and_explained(cast: Cast) -> None:
    for consequence in ("none", "possible", "occurred"):
        old = make_deviation(cast.unit, consequence=consequence)
        log(old, action="import", label="Fördes in från register", actor=None)

    assert (
        before_the_system(2024, paths=["A/"]),
        before_the_system(2023, paths=["A/"]),
    ) == (1, 0)
    assert "från tiden före systemet" in cast.text(path=f"{PAGE}?year=2024")
    assert problems(cast) == {}


# --- what is wrong today ----------------------------------------------------------------------
def test_mark_without_a_report_is_found(cast: Cast) -> None:
    deviation = make_deviation(cast.unit)
    Deviation.objects.filter(pk=deviation.pk).update(misconduct="misconduct")

    assert problems(cast) == {"Markerat men inte rapporterat": [deviation.number]}
    assert summary(cast, year=2024) == Summary(
        marked=1, reported=0, waiting=0, sent_back=0
    )
    assert "Inte rapporterad" in cast.text(path=f"{PAGE}?year=2024")
    Deviation.objects.filter(pk=deviation.pk).update(
        misconduct=""
    )  # the database would refuse it now
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_consequence_without_a_report_is_found(cast: Cast) -> None:
    deviation = make_deviation(cast.unit, consequence="occurred")

    assert problems(cast) == {"Markerat men inte rapporterat": [deviation.number]}


def test_report_that_nobody_has_begun_in_time_is_found(cast: Cast) -> None:
    report(cast)
    assert problems(cast) == {}
    wait(7)

    number = LexSarahCase.objects.get().number
    assert problems(cast) == {"Ingen utredare har tagit emot i tid": [number]}
    step("ta-emot", cast["lex"])
    assert problems(cast) == {}


def test_limit_for_receiving_is_that_of_the_policy(cast: Cast) -> None:
    body = {
        "finding_by": "investigator",
        "measures_by": "committee",
        "serious_by": "committee",
    }
    Policy.objects.create(unit=cast.unit.parent.parent, receive_days=1, **body)
    Policy.objects.create(unit=cast.unit.parent.parent, receive_days=10, **body)
    report(cast)
    wait(7)

    assert problems(cast) == {}


def test_open_cases_of_an_imported_register_stand_by_themselves(cast: Cast) -> None:
    make_deviation(cast.unit, state="escalated")
    case = LexSarahCase.objects.get()
    log(case, action="import", label="Fördes in från register", actor=None)

    assert problems(cast) == {
        "Öppna ärenden från det tidigare registret": [case.number]
    }


def test_unit_without_an_investigator_is_found(cast: Cast) -> None:
    report(cast)
    User.objects.filter(pk=cast["lex"].pk).update(is_active=False)

    assert problems(cast) == {
        "Enheten har ingen lex Sarah-utredare": [LexSarahCase.objects.get().number]
    }


def test_problems_of_earlier_years_are_shown_whatever_the_year(cast: Cast) -> None:
    report(cast)
    wait(7)

    assert "Ingen utredare har tagit emot i tid" in cast.text(path=f"{PAGE}?year=2019")


# --- who sees what ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "events"), [("controller", 2), ("lex", 2), ("boss", 1)]
)
def test_list_holds_the_own_units(cast: Cast, who: str, events: int) -> None:
    report(cast)
    report(cast, unit=cast.other, description="Något på boendet.")

    text = cast.text(who)
    assert text.count('<th scope="row" class="whole">') == events
    assert ("Något på boendet" in text) == (events == 2)


@pytest.mark.parametrize("who", ["staff", "chief"])
def test_list_is_no_page_for_others(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(cast[who])

    assert client.get(PAGE).status_code == 404


def test_protected_case_is_counted_and_neither_named_nor_told(cast: Cast) -> None:
    deviation = file(cast, protected=True)
    case = LexSarahCase.objects.get()
    step("skicka-tillbaka", cast["lex"], reason="Hemligt skäl.")
    text = cast.text()

    assert summary(cast).marked == 1
    assert "Ett ärende som du inte kan läsa" in text
    for word in ("Ingen kom", deviation.number, case.number, "Hemligt skäl."):
        assert word not in text


def test_protected_case_shows_its_number_to_its_readers(cast: Cast) -> None:
    file(cast, protected=True)
    case = LexSarahCase.objects.get()
    NamedReader.objects.filter(case=case.pk, user=cast["lex"]).get()
    text = cast.text("lex")

    assert case.number in text
    assert "Ingen kom" not in text


def test_recused_person_learns_neither_number_nor_title(cast: Cast) -> None:
    deviation = report(cast)
    case = LexSarahCase.objects.get()
    wait(7)
    Recusal.objects.create(case_id=case.pk, user=cast["controller"])
    Recusal.objects.create(case_id=deviation.pk, user=cast["controller"])
    text = cast.text()

    for word in ("Ingen kom", deviation.number, case.number):
        assert word not in text


@pytest.mark.parametrize("events", [1, 30])
def test_page_takes_the_same_queries_for_one_event_and_thirty(
    cast: Cast, events: int, django_assert_num_queries: Any
) -> None:
    for _ in range(events):
        make_deviation(cast.unit, state="escalated")
    client = Client()
    client.force_login(cast["controller"])
    client.get(PAGE)

    with django_assert_num_queries(16):
        assert (
            client.get(PAGE, {"year": "2024"}).content.count(b"<tr>")
            == min(events, 25) + 1
        )
