"""The other duties of an event: noted once, counted in hours of the world, and a guide by today's laws."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from casework.cases.history import log
from casework.database.periods import STOCKHOLM
from casework.models import Case
from casework.process.workflow import StepRefusedError
from lexsarah.duties.forms import moment
from lexsarah.duties.other import note_duty, reopen_duty, settle_duty
from lexsarah.law.laws import reference
from lexsarah.models import OtherDuty
from lexsarah.views.duties import LAWS
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah, make_riskanalysis

HOUR = dt.timedelta(hours=1)


def local(text: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold)


def breach(known: dt.datetime, **facts: Any) -> OtherDuty:
    return OtherDuty(kind="data_breach", known_at=known, **facts)


# --- the clock --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("known", "due"),
    [
        ("2026-03-02 10:00", "2026-03-05 10:00"),
        ("2026-12-30 23:30", "2027-01-02 23:30"),
        ("2028-02-27 08:00", "2028-03-01 08:00"),
        # Summer time begins in the night to 29 March 2026 and ends in the night to 25 October 2026.
        ("2026-03-27 12:00", "2026-03-30 13:00"),
        ("2026-03-29 01:59", "2026-04-01 02:59"),
        ("2026-10-23 12:00", "2026-10-26 11:00"),
        ("2026-10-24 02:30", "2026-10-27 01:30"),
    ],
)
def test_breach_is_due_72_hours_of_the_world_after_it_was_known(
    known: str, due: str
) -> None:
    assert breach(local(known).astimezone(dt.UTC)).due_at == local(due).astimezone(
        dt.UTC
    )


@pytest.mark.parametrize(
    ("hours", "words", "tone"),
    [
        (0, "72 timmar kvar", "info"),
        (47.5, "24 timmar kvar", "info"),
        (48.5, "23 timmar kvar", "warn"),
        (70.5, "1 timme kvar", "warn"),
        (71.5, "mindre än en timme kvar", "warn"),
        (72, "mindre än en timme kvar", "warn"),
        (72.5, "just försenat", "bad"),
        (73.5, "försenat med 1 timme", "bad"),
        (100, "försenat med 28 timmar", "bad"),
    ],
)
@pytest.mark.parametrize(
    "night", ["2026-03-28 20:00", "2026-10-24 20:00", "2026-06-01 20:00"]
)
def test_breach_says_how_long_is_left_over_any_night(
    night: str, hours: float, words: str, tone: str
) -> None:
    known = local(night).astimezone(dt.UTC)

    assert breach(known).standing_at(known + hours * HOUR) == (words, tone)


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({"done_at": local("2026-03-05 10:00")}, ("gjort", "good")),
        ({"done_at": local("2026-03-05 10:01")}, ("gjort, men för sent", "warn")),
        ({"reason": "Ingen risk för någon."}, ("görs inte", "neutral")),
    ],
)
def test_breach_that_is_settled_says_how(
    facts: dict[str, Any], standing: tuple[str, str]
) -> None:
    duty = breach(local("2026-03-02 10:00"), **facts)

    assert duty.standing_at(local("2027-01-01 00:00")) == standing


@pytest.mark.parametrize("kind", ["lex_maria", "police"])
def test_duty_without_hours_is_never_late_by_the_clock(kind: str) -> None:
    duty = OtherDuty(kind=kind, known_at=local("2020-01-01 00:00"))

    assert duty.standing_at(timezone.now()) == ("att göra snarast", "info")


def test_moment_in_the_hour_that_comes_twice_is_the_first() -> None:
    assert moment(dt.date(2025, 10, 26), dt.time(2, 30)) == dt.datetime(
        2025, 10, 26, 0, 30, tzinfo=dt.UTC
    )


def test_moment_in_the_hour_that_summer_time_takes_is_refused() -> None:
    with pytest.raises(ValidationError, match="fanns inte"):
        moment(dt.date(2026, 3, 29), dt.time(2, 30))


def test_moment_that_has_not_been_is_refused() -> None:
    later = timezone.localtime() + dt.timedelta(minutes=5)
    with pytest.raises(ValidationError, match="som har varit"):
        moment(later.date(), later.time())


# --- the verbs --------------------------------------------------------------------------------
@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def case(unit: Unit) -> Case:
    made = Case.objects.get(pk=make_deviation(unit, number="KA-1").pk)
    log(made, action="file", label="Rapporterades", actor=None)
    return made


KNOWN = local("2026-03-02 10:00")


def noted(case: Case, actor: User, kind: str = "data_breach") -> OtherDuty:
    return note_duty(case, actor=actor, kind=kind, known_at=KNOWN)


def labels(case: Case) -> list[str]:
    return list(case.log.order_by("sequence").values_list("label", flat=True))[1:]


def test_note_twice_is_one_duty_and_one_line(case: Case, chief: User) -> None:
    assert noted(case, chief) == noted(case, chief)
    assert labels(case) == ["Personuppgiftsincident: antecknades"]


def test_settle_writes_lines_without_content(case: Case, chief: User) -> None:
    settle_duty(
        noted(case, chief),
        actor=chief,
        done_at=KNOWN + HOUR,
        reference="IMY 2026-kanarie",
    )
    settle_duty(noted(case, chief, "police"), actor=chief, reason="Kanarieskäl.")

    assert labels(case) == [
        "Personuppgiftsincident: antecknades",
        "Personuppgiftsincident: gjordes",
        "Polisanmälan: antecknades",
        "Polisanmälan: görs inte",
    ]


@pytest.mark.parametrize("said", [{}, {"done_at": KNOWN, "reason": "Nej."}])
def test_settle_needs_a_time_or_a_reason(
    said: dict[str, Any], case: Case, chief: User
) -> None:
    with pytest.raises(ValidationError):
        settle_duty(noted(case, chief), actor=chief, **said)


def test_settle_before_it_was_known_is_refused(case: Case, chief: User) -> None:
    with pytest.raises(ValidationError, match="innan det blev känt"):
        settle_duty(noted(case, chief), actor=chief, done_at=KNOWN - HOUR)


def test_settle_by_the_second_of_two_is_refused(case: Case, chief: User) -> None:
    duty = noted(case, chief)
    settle_duty(duty, actor=chief, reason="Ingen risk.")
    with pytest.raises(StepRefusedError, match="hann före"):
        settle_duty(duty, actor=chief, done_at=KNOWN + HOUR)

    duty.refresh_from_db()
    assert duty.reason == "Ingen risk."


def test_reopen_keeps_what_stood_there_as_a_note(case: Case, chief: User) -> None:
    duty = settle_duty(noted(case, chief), actor=chief, reason="Ingen risk.")
    for _ in range(2):
        reopen_duty(duty, actor=chief)

    duty.refresh_from_db()
    assert not duty.is_settled
    assert case.notes.get().text.endswith("Före stod: Ingen risk.")


def test_duty_of_an_own_report_is_refused(unit: Unit, chief: User) -> None:
    own = Case.objects.get(pk=make_deviation(unit, reporter=chief).pk)
    with pytest.raises(StepRefusedError, match="jävig"):
        noted(own, chief)


# --- the pages --------------------------------------------------------------------------------
@pytest.fixture
def client(chief: User) -> Client:
    browser = Client()
    browser.force_login(chief)
    return browser


PAGE = "/lex-sarah/andra-vagar/KA-1/"
NOTE = {
    "do": "note",
    "kind": "data_breach",
    "known_on": "2026-03-02",
    "known_time": "10:00",
}


def test_page_notes_settles_and_opens_again(case: Case, client: Client) -> None:
    client.post(PAGE, NOTE)
    done = {"data_breach-done_on": "2026-03-03", "data_breach-done_time": "09.15"}
    client.post(
        PAGE,
        {
            "do": "settle",
            "duty": "data_breach",
            **done,
            "data_breach-reference": "IMY 7",
        },
    )
    text = client.get(PAGE).content.decode()
    client.post(PAGE, {"do": "reopen", "duty": "data_breach"})

    assert "3 mars 2026 kl. 09.15" in text
    assert "IMY 7" in text
    assert not OtherDuty.objects.get().is_settled


def test_page_says_when_a_breach_is_late(case: Case, client: Client) -> None:
    client.post(PAGE, NOTE)
    text = client.get(PAGE).content.decode()

    assert "Försenat med" in text
    assert "5 mars 2026 kl. 10.00" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": ""}, "Välj vad som gäller"),
        ({"kind": "x"}, "Välj ett av svaren"),
        ({"known_on": ""}, "Ange vilken dag"),
        ({"known_on": "2999-01-01"}, "som har varit"),
        ({"known_time": ""}, "vilken tid"),
        ({"known_time": "25:99"}, "timme och minut"),
        ({"known_on": "2026-03-29", "known_time": "02:30"}, "fanns inte"),
    ],
)
def test_page_says_what_is_wrong_and_keeps_what_was_typed(
    change: dict[str, str], words: str, case: Case, client: Client
) -> None:
    answer = client.post(PAGE, NOTE | change)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert all(typed in answer.content.decode() for typed in change.values())
    assert not OtherDuty.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Ange när det gjordes"),
        ({"done_on": "2026-03-03"}, "vilken tid"),
        ({"done_time": "09:00"}, "vilken dag"),
        (
            {"done_on": "2026-03-03", "done_time": "09:00", "reason": "Nej."},
            "Lämna rutan tom",
        ),
        ({"done_on": "2026-03-01", "done_time": "09:00"}, "innan det blev känt"),
    ],
)
def test_page_settles_only_what_is_said_whole(
    said: dict[str, str], words: str, case: Case, chief: User, client: Client
) -> None:
    noted(case, chief)
    sent = {f"data_breach-{name}": value for name, value in said.items()}
    answer = client.post(PAGE, {"do": "settle", "duty": "data_breach", **sent})

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not OtherDuty.objects.get().is_settled


def test_page_offers_no_kind_twice(case: Case, chief: User, client: Client) -> None:
    for kind in OtherDuty.Kind:
        noted(case, chief, kind)

    assert 'value="note"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, NOTE).status_code == 302


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SECTION_CHIEF, 200), (Role.STAFF, 404), (Role.SYSTEM_ADMIN, 404)],
)
def test_page_opens_to_those_who_handle_the_case(
    role: Role, status: int, case: Case, unit: Unit
) -> None:
    browser = Client()
    browser.force_login(make_user("reader", (role, unit)))

    assert browser.get(PAGE).status_code == status


def test_page_is_there_for_lex_sarah_and_not_for_a_riskanalysis(
    unit: Unit, client: Client
) -> None:
    make_lexsarah(unit, number="LS-1")
    make_riskanalysis(unit, number="RA-1")

    assert client.get("/lex-sarah/andra-vagar/LS-1/").status_code == 200
    assert client.get("/lex-sarah/andra-vagar/RA-1/").status_code == 404


@pytest.mark.parametrize(("may_act", "leads"), [(True, True), (False, False)])
def test_part_of_the_case_page_says_where_each_duty_stands(
    may_act: bool, leads: bool, case: Case, chief: User
) -> None:
    noted(case, chief)
    part = render_to_string(
        "lexsarah/duties_of_case.html", {"case": case, "may_act": may_act}
    )

    assert "Försenat med" in part
    assert (PAGE in part) is leads


# --- the guide --------------------------------------------------------------------------------
def test_guide_cites_every_law_of_today_for_everyone(unit: Unit) -> None:
    browser = Client()
    browser.force_login(make_user("anybody", (Role.STAFF, unit)))
    text = browser.get("/lex-sarah/vagar/").content.decode()

    for code in LAWS:
        assert reference(code, on=timezone.localdate()).shown[1:] in text


def test_guide_names_no_paragraph_of_its_own() -> None:
    text = (settings.BASE_DIR / "templates/lexsarah/routes.html").read_text(
        encoding="utf-8"
    )

    assert re.findall(r"§|\d+ kap|SoL|20\d\d:\d+|72", text) == []
