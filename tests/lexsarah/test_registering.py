"""A colleague's report, told or on paper, is written down once and reaches the investigator at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from casework.models import Notice
from deviations.models import Deviation
from lexsarah.models import LexSarahCase, LexSarahReport
from lexsarah.reporting.register_forms import ReceiveForm
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.covering import at_once
from tests.factories import make_unit, make_user
from tests.numbers import answers_on
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)
PAGE = "/lex-sarah/ta-emot-rapport/"


class Cast(NamedTuple):
    """Two units, and people by what they are."""

    unit: Unit
    people: dict[str, User]

    def __getitem__(self, name: Any) -> Any:
        """Return a person."""
        return self.people[name]

    def client(self, who: str) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client()
        client.force_login(self.people[who])
        return client


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


def make_cast() -> Cast:
    root = make_unit("A")
    unit, other = (
        make_unit("B", root, name="Hemtjänsten"),
        make_unit("C", root, name="Boendet"),
    )
    people = {
        "staff": make_user("staff", (Role.STAFF, unit)),
        "chief": make_user("chief", (Role.SECTION_CHIEF, unit)),
        "lex": make_user("lex", (Role.LEX_INVESTIGATOR, root)),
        "registrar": make_user("registrar", (Role.REGISTRAR, root)),
        "neighbour": make_user("neighbour", (Role.SECTION_CHIEF, other)),
    }
    return Cast(unit, people)


def told(cast: Cast, **changes: Any) -> dict[str, Any]:
    form = ReceiveForm(unit=cast.unit, actor=cast["lex"])
    return {
        "form_token": str(form["form_token"].value()),
        "begun": form["begun"].value(),
        "unit": "B",
        "reporter": "staff",
        "channel": "oral",
        "received_on": YESTERDAY.isoformat(),
        "description": "Ingen kom med mat på två dygn.",
        "occurred_on": YESTERDAY.isoformat(),
        "consequence": "occurred",
        **changes,
    }


def told_by(cast: Cast, who: str = "lex", **changes: Any) -> Any:
    return cast.client(who).post(PAGE, told(cast, **changes))


class Told(NamedTuple):
    """What the registrar was shown when a colleague's report was written down."""

    cast: Cast
    text: str


@pytest.fixture(scope="class")
def receipt(cast: Cast, django_db_blocker: Any) -> Iterator[Told]:
    def write_down() -> Told:
        return Told(cast, told_by(cast, "registrar").content.decode())

    with world_for_a_module(django_db_blocker, write_down) as made:
        yield made


class TestWhatWasWrittenDown:
    """A report that the registrar has written down once, and that each test looks at."""

    def test_register_makes_the_report_of_the_colleague(self, receipt: Told) -> None:
        deviation, case, report = (
            Deviation.objects.get(),
            LexSarahCase.objects.get(),
            LexSarahReport.objects.get(),
        )
        staff = receipt.cast["staff"]
        assert case.number in receipt.text
        assert (deviation.reporter, deviation.channel, deviation.reported_by) == (
            staff,
            "oral",
            "staff",
        )
        assert (deviation.state, deviation.misconduct) == ("escalated", "misconduct")
        assert (report.reporter, case.reporter) == (staff, staff)

    def test_register_dates_the_report_on_the_day_it_was_told(
        self, receipt: Told
    ) -> None:
        assert {
            LexSarahReport.objects.get().received_on,
            LexSarahCase.objects.get().received_on,
        } == {YESTERDAY}
        assert Deviation.objects.get().received_on == YESTERDAY

    def test_register_keeps_who_wrote_it_down_in_the_history(
        self, receipt: Told
    ) -> None:
        for case in (Deviation.objects.get(), LexSarahCase.objects.get()):
            actors = case.log.values_list("actor__username", flat=True)
            assert set(actors) == {"registrar"}

    def test_register_tells_the_investigator_and_the_chief_at_once(
        self, receipt: Told
    ) -> None:
        case = LexSarahCase.objects.get()
        urgent = Notice.objects.filter(case=case.pk, kind="urgent").values_list(
            "user__username", flat=True
        )
        assert sorted(urgent) == ["chief", "lex"]

    def test_register_lets_the_colleague_follow_and_complete(
        self, receipt: Told
    ) -> None:
        client = receipt.cast.client("staff")
        number = Deviation.objects.get().number

        assert number in client.get("/rapportera/mina/").content.decode()
        path = f"/lex-sarah/rapport/{LexSarahReport.objects.get().number}/"
        assert client.get(path).status_code == 200

    def test_register_leaves_nothing_marked_and_unreported(self, receipt: Told) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        assert Deviation.objects.get().lexsarah_reports.count() == 1


def test_register_keeps_the_colleague_from_handling_it(cast: Cast) -> None:
    second = make_user("second", (Role.LEX_INVESTIGATOR, cast.unit.parent))
    cast = Cast(cast.unit, {**cast.people, "second": second})
    told_by(cast, "second", reporter="lex")
    path = f"/lex-sarah/{LexSarahCase.objects.get().number}/ta-emot/"

    assert cast.client("lex").post(path, {"seen_version": 0}).status_code == 403
    assert cast.client("second").post(path, {"seen_version": 0}).status_code == 302


def test_register_without_a_name_has_no_reporter(cast: Cast) -> None:
    response = told_by(cast, reporter="")

    assert LexSarahReport.objects.get().reporter is None
    assert Deviation.objects.get().reported_by == "staff"
    assert "Utan namn" in response.content.decode()


def test_register_a_tangible_risk_on_paper(cast: Cast) -> None:
    told_by(cast, consequence="tangible_risk", channel="written")

    deviation = Deviation.objects.get()
    assert (deviation.misconduct, deviation.channel) == ("tangible_risk", "written")


def test_register_twice_is_one_case_and_the_same_receipt(cast: Cast) -> None:
    sent, client = told(cast), cast.client("lex")
    first, second = client.post(PAGE, sent), client.post(PAGE, sent)

    assert LexSarahReport.objects.count() == Deviation.objects.count() == 1
    number = LexSarahCase.objects.get().number
    assert number in first.content.decode()
    assert number in second.content.decode()


def test_register_changed_after_it_was_sent_is_shown_again(cast: Cast) -> None:
    sent, client = told(cast), cast.client("lex")
    client.post(PAGE, sent)
    for name, said in (
        ("description", "Nej."),
        ("reporter", ""),
        ("received_on", TODAY.isoformat()),
    ):
        response = client.post(PAGE, sent | {name: said})

        assert response.status_code == 400, name
        assert "Du har redan skickat det här formuläret" in response.content.decode()
    assert LexSarahReport.objects.get().received_on == YESTERDAY


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"occurred_on": TODAY.isoformat()},
            ["före eller samma dag som rapporten lämnades"],
        ),
        # Whom and where are asked before the rest is read.
        ({"reporter": "neighbour"}, ["Välj en person i listan."]),
        ({"reporter": "lex"}, ["Välj en person i listan."]),
        ({"unit": ""}, ["Välj en enhet."]),
        ({"unit": "A"}, ["Välj en enhet i listan."]),
        *at_once(
            [
                ({"description": ""}, "Skriv vad som hände."),
                ({"received_on": ""}, "Ange vilken dag rapporten lämnades."),
                (
                    {"received_on": (TODAY + dt.timedelta(days=1)).isoformat()},
                    "Ange en dag som har varit",
                ),
                ({"consequence": "possible"}, "Välj ett av svaren."),
                ({"consequence": ""}, "Svara på om någon drabbades."),
                ({"channel": "phone"}, "Välj ett av svaren."),
            ]
        ),
    ],
)
def test_register_with_a_wrong_answer_keeps_what_was_typed(
    cast: Cast, changes: dict[str, str], says: list[str]
) -> None:
    response = told_by(cast, **changes)

    text = response.content.decode()
    assert response.status_code == 400
    assert [message for message in says if message not in text] == []
    assert (
        "unit" in changes
        or "description" in changes
        or "på två dygn.</textarea>" in text
    )
    assert not Deviation.objects.exists()


def test_register_warns_of_a_personal_number_and_then_obeys(cast: Cast) -> None:
    sent = told(cast, description="Det gällde 19640823-3234.")
    warned = cast.client("lex").post(PAGE, sent)

    assert "Det ser ut som ett personnummer" in warned.content.decode()
    assert not Deviation.objects.exists()
    cast.client("lex").post(PAGE, sent | answers_on(warned, "keep"))
    assert LexSarahReport.objects.count() == 1


def test_register_about_a_protected_person_names_its_readers(cast: Cast) -> None:
    told_by(cast, protected="on")

    case = LexSarahCase.objects.get()
    assert case.protected
    assert {reader.user.username for reader in case.named_readers.all()} == {
        "lex",
        "chief",
    }


def test_register_about_a_protected_person_without_a_reader_stores_nothing(
    cast: Cast,
) -> None:
    Membership.objects.filter(user=cast["lex"]).delete()
    response = told_by(cast, who="registrar", reporter="chief", protected="on")

    assert response.status_code == 400
    assert "Ingen kan läsa ett skyddat ärende" in response.content.decode()
    assert not Deviation.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("staff", 404),
        ("chief", 200),
        ("lex", 200),
        ("registrar", 200),
        ("neighbour", 400),
    ],
)
def test_register_is_for_those_who_receive_over_the_unit(
    cast: Cast, who: str, status: int
) -> None:
    assert told_by(cast, who).status_code == status
    assert Deviation.objects.exists() == (status == 200)


def test_register_asks_for_the_unit_where_there_are_several(cast: Cast) -> None:
    several, one = (
        cast.client(who).get(PAGE).content.decode() for who in ("lex", "chief")
    )

    assert "Vilken enhet gäller det?" in several
    assert "Vad hände?" not in several
    assert "Vad hände?" in one


def test_register_offers_the_people_around_the_unit_but_oneself(cast: Cast) -> None:
    text = cast.client("lex").get(PAGE, {"unit": "B"}).content.decode()

    assert 'value="staff"' in text
    assert 'value="neighbour"' not in text
    assert 'value="lex"' not in text


def test_register_leads_to_the_case_only_those_who_read_it(cast: Cast) -> None:
    leads = {}
    for who in ("lex", "registrar"):
        text = told_by(cast, who, form_token=str(uuid4())).content.decode()
        leads[who] = "Öppna ärendet" in text

    assert leads == {"lex": True, "registrar": False}
